"""Revocation lists as built and read back; the judges are in test_status_judges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.certificates.authority import build_root
from issuance.certificates.der import (
    StringEncoding,
    encode_name,
    frame_of,
)
from issuance.certificates.keys import certificate_der, make_private_key
from issuance.certificates.responder import lint_responder, responder_to_be_signed
from issuance.certificates.revocation_list import (
    ListContents,
    ListPlan,
    list_to_be_signed,
    number_in_new_epoch,
    read_list,
    sign_list,
)
from issuance.certificates.revocation_reasons import (
    Revocation,
    RevocationReason,
    check_reinstatement,
    check_revocation,
    check_suspension,
)
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.validity import Validity
from issuance.findings import Finding
from issuance.findings.revocation import RevocationFinding
from tests.examples import examples
from tests.issuance.certificates.status_samples import (
    PAST,
    THROW_AWAY,
    TODAY,
    WEEK,
    StatusOffice,
    revocation,
    status_office,
)

HOLD = RevocationReason.CERTIFICATE_HOLD
MOMENTS = st.integers(0, 40 * 365 * 86400 * 10**6).map(
    lambda microseconds: TODAY - timedelta(microseconds=microseconds)
)
REVOCATIONS = st.builds(
    Revocation,
    serial=st.integers(1, 2**159 - 1),
    revoked_at=MOMENTS,
    reason=st.sampled_from(RevocationReason),
    invalid_since=st.none() | MOMENTS,
)


@pytest.fixture(params=["rsa-2048", "p-256", "p-384"])
def office(request: pytest.FixtureRequest) -> StatusOffice:
    return status_office(request.param)


@pytest.fixture
def curve() -> StatusOffice:
    return status_office("p-256")


def contents(office: StatusOffice, content: bytes) -> ListContents:
    found = read_list(content, office.issuing)
    assert isinstance(found, ListContents), found
    return found


def code_of(found: ListContents | Finding) -> str:
    assert isinstance(found, Finding), found
    return found.code


def test_a_list_says_who_when_and_what(office: StatusOffice):
    died = TODAY - timedelta(days=45)
    entries = (
        revocation(office.revoked, RevocationReason.CESSATION_OF_OPERATION, invalid_since=died),
        revocation(office.suspended, HOLD),
    )
    content = office.list(*entries, number=2**32 + 7)
    assert contents(office, content) == ListContents(
        2**32 + 7, WEEK.not_before, WEEK.not_after, entries
    )
    found = x509.load_der_x509_crl(content)
    assert [type(each.value) for each in found.extensions] == [
        x509.AuthorityKeyIdentifier,
        x509.CRLNumber,
    ]
    assert found.signature_algorithm_oid == office.issuing.signature_algorithm_oid


def test_the_issuer_is_named_byte_for_byte(office: StatusOffice):
    content = office.list()
    subject = frame_of(certificate_der(office.issuing)).subject
    assert subject in content


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=st.lists(REVOCATIONS, max_size=12, unique_by=lambda each: each.serial))
def test_what_is_listed_is_read_back(curve: StatusOffice, entries: list[Revocation]):
    def second(each: Revocation) -> Revocation:
        since = each.invalid_since
        return replace(
            each,
            revoked_at=each.revoked_at.replace(microsecond=0),
            invalid_since=since.replace(microsecond=0) if since else None,
        )

    found = contents(curve, curve.list(*entries))
    assert found.entries == tuple(map(second, entries))


def test_an_unspecified_reason_is_left_out(curve: StatusOffice):
    entry = revocation(curve.revoked, RevocationReason.UNSPECIFIED)
    (listed,) = x509.load_der_x509_crl(curve.list(entry))
    assert len(listed.extensions) == 0


def test_the_same_plan_gives_the_same_bytes(curve: StatusOffice):
    plan = ListPlan(curve.issuing, 5, WEEK, [revocation(curve.revoked)])
    assert list_to_be_signed(plan, THROW_AWAY) == list_to_be_signed(plan, THROW_AWAY)


def test_a_list_refuses_what_cannot_be(curve: StatusOffice):
    entry = revocation(curve.revoked)
    with pytest.raises(ValueError, match="twice"):
        curve.list(entry, entry)
    with pytest.raises(ValueError, match="dated after"):
        curve.list(replace(entry, revoked_at=TODAY + timedelta(seconds=1)))


def test_a_faulty_signature_does_not_leave(curve: StatusOffice):
    class Faulty(SoftwareSigner):
        def sign(self, to_be_signed: bytes) -> bytes:
            return super().sign(to_be_signed + b"\0")

    body = list_to_be_signed(ListPlan(curve.issuing, 1, WEEK, []), THROW_AWAY)
    key = make_private_key("p-256")
    with pytest.raises(ValueError, match="not the certificate's"):
        Faulty(key, curve.issuing)
    faulty = Faulty(curve.signer._private_key, curve.issuing)
    with pytest.raises(ValueError, match="does not verify"):
        sign_list(faulty, body)


def test_a_list_of_another_authority_is_refused(curve: StatusOffice):
    other = status_office("p-384")
    assert code_of(read_list(other.list(), curve.issuing)) == (
        RevocationFinding.LIST_OF_ANOTHER_AUTHORITY
    )
    by_root = curve.list(root=True)
    assert code_of(read_list(by_root, curve.issuing)) == (
        RevocationFinding.LIST_OF_ANOTHER_AUTHORITY
    )


def test_no_changed_octet_changes_what_is_read():
    office = status_office("rsa-2048")
    content = office.list(revocation(office.revoked), revocation(office.suspended, HOLD))
    meant = contents(office, content)
    refusals = {RevocationFinding.LIST_UNREADABLE, RevocationFinding.LIST_OF_ANOTHER_AUTHORITY}
    for place in range(len(content)):
        for flip in (0x01, 0x20, 0x80, 0xFF):
            changed = bytearray(content)
            changed[place] ^= flip
            found = read_list(bytes(changed), office.issuing)
            # The count of unused bits of the signature is not signed.
            assert found == meant or code_of(found) in refusals
        assert code_of(read_list(content[:place], office.issuing)) in refusals


@pytest.mark.parametrize("content", [b"", b"\x30\x00", b"-----BEGIN X509 CRL-----", b"\x30\x84"])
def test_what_is_no_list_is_refused(curve: StatusOffice, content: bytes):
    assert code_of(read_list(content, curve.issuing)) == RevocationFinding.LIST_UNREADABLE


@pytest.mark.parametrize(
    "part",
    [
        x509.DeltaCRLIndicator(3),
        x509.IssuingDistributionPoint(
            full_name=None,
            relative_name=None,
            only_contains_user_certs=True,
            only_contains_ca_certs=False,
            only_some_reasons=None,
            indirect_crl=False,
            only_contains_attribute_certs=False,
        ),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0"),
    ],
)
def test_a_list_of_a_part_is_refused(curve: StatusOffice, part: x509.ExtensionType):
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(curve.issuing.subject)
        .last_update(PAST.not_before)
        .next_update(PAST.not_after)
        .add_extension(part, critical=True)
    )
    content = builder.sign(curve.signer._private_key, hashes.SHA256()).public_bytes(Encoding.DER)
    assert code_of(read_list(content, curve.issuing)) == RevocationFinding.LIST_NOT_FULL


def test_another_programs_list_is_read(curve: StatusOffice):
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(curve.issuing.subject)
        .last_update(PAST.not_before)
        .next_update(PAST.not_after)
        .add_revoked_certificate(
            x509.RevokedCertificateBuilder(17, PAST.not_before.replace(tzinfo=None)).build()
        )
    )
    content = builder.sign(curve.signer._private_key, hashes.SHA256()).public_bytes(Encoding.DER)
    entry = Revocation(17, PAST.not_before, RevocationReason.UNSPECIFIED)
    assert contents(curve, content) == ListContents(None, PAST.not_before, PAST.not_after, (entry,))


MOMENTS = st.integers(1_790_000_000, 2**33 - 1).map(lambda each: datetime.fromtimestamp(each, UTC))


@given(highest=st.integers(0, 2**52), later=st.integers(0, 2**32 - 1), now=MOMENTS)
def test_a_new_epoch_is_above_all_of_the_lost_one(highest: int, later: int, now: datetime):
    begins = number_in_new_epoch(highest, now)
    lost = min(highest + later, highest | (2**32 - 1))
    assert begins > lost
    assert begins < 2**53


@given(highest=st.integers(0, 2**32 - 1), now=MOMENTS, lists=st.integers(0, 1000))
def test_a_backup_restored_twice_gives_no_number_twice(highest: int, now: datetime, lists: int):
    first = number_in_new_epoch(highest, now)
    assert number_in_new_epoch(highest, now + timedelta(seconds=1)) > first + lists


def test_an_authority_may_have_a_longer_name_than_the_standard_allows(curve: StatusOffice):
    rows: list[tuple[str, str, StringEncoding]] = [
        ("2.5.4.6", "EC", "printable"),
        ("2.5.4.3", "ENTIDAD DE CERTIFICACIÓN " * 4, "utf8"),
    ]
    name, key = encode_name(rows), curve.signer._private_key
    issuer = build_root(name, key, 1 << 126, Validity(TODAY, TODAY + timedelta(days=400)))
    plan = ListPlan(issuer, 1, WEEK, [revocation(curve.revoked)])
    content = sign_list(SoftwareSigner(key, issuer), list_to_be_signed(plan, THROW_AWAY))
    assert name in content
    found = read_list(content, issuer)
    assert isinstance(found, ListContents)
    assert found.entries == tuple(plan.entries)
    responder = replace(curve.responder_template(WEEK), issuer=issuer)
    body = responder_to_be_signed(responder)
    assert lint_responder(body, issuer, TODAY, THROW_AWAY) == []


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["revoke", "suspend", "reinstate"]), st.sampled_from(RevocationReason)
    ),
    max_size=12,
)


@given(acts=ACTS)
def test_a_revoked_certificate_is_never_valid_again(acts: list[tuple[str, RevocationReason]]):
    standing: Revocation | None = None
    ended: Revocation | None = None
    for act, reason in acts:
        wanted = Revocation(1, TODAY, HOLD if act == "suspend" else reason)
        if not check(act, standing, wanted):
            standing = None if act == "reinstate" else wanted
        if ended is None and standing and not standing.is_suspension:
            ended = standing
        assert ended is None or standing is ended


def check(act: str, standing: Revocation | None, wanted: Revocation) -> list[Finding]:
    if act == "revoke":
        return check_revocation(standing, wanted)
    return check_suspension(standing) if act == "suspend" else check_reinstatement(standing)


def test_each_change_of_standing_is_refused_for_its_own_reason():
    held, gone = Revocation(1, TODAY, HOLD), Revocation(1, TODAY, RevocationReason.SUPERSEDED)

    def codes(findings: list[Finding]) -> list[str]:
        return [each.code for each in findings]

    assert codes(check_revocation(None, held)) == [RevocationFinding.SUSPENSION_IS_NO_REVOCATION]
    assert codes(check_revocation(gone, gone)) == [RevocationFinding.ALREADY_REVOKED]
    assert codes(check_revocation(held, gone)) == []
    assert codes(check_suspension(held)) == [RevocationFinding.ALREADY_SUSPENDED]
    assert codes(check_suspension(gone)) == [RevocationFinding.ALREADY_REVOKED]
    assert codes(check_suspension(None)) == []
    assert codes(check_reinstatement(None)) == [RevocationFinding.NOT_SUSPENDED]
    assert codes(check_reinstatement(gone)) == [RevocationFinding.ALREADY_REVOKED]
    assert codes(check_reinstatement(held)) == []
    later = replace(gone, invalid_since=TODAY + timedelta(seconds=1))
    assert codes(check_revocation(None, later)) == [RevocationFinding.EFFECTIVE_DATE_LATER]
    assert codes(check_revocation(None, replace(gone, invalid_since=TODAY))) == []
