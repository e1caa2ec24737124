"""Keys in custody and what certifies them: an institution's authority, intent, certificate, end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509

from issuance.certificates.keys import verifies
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.token_calls import TokenAddress
from issuance.engine.custody_file import keep_in_token, renew_custody
from issuance.engine.institution_authority import certificate_of, chain_above
from issuance.engine.institutional_streams import read_institution
from issuance.engine.office import Office
from issuance.engine.portable_issuing import (
    CLAIM,
    certify,
    claim_of,
    destroy_ended_keys,
    finish,
)
from issuance.engine.signing_streams import key_ref
from issuance.engine.streams import every_entry
from issuance.findings import Finding
from issuance.findings.institutions import InstitutionCode
from issuance.findings.register import RegisterCode
from issuance.findings.signing import SigningCode
from issuance.institutions.portable_stream import PortableStatus, PortableWithdrawn
from issuance.policies.loader import LoadedPolicy
from issuance.policies.model import Policy
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import PowerCut, SetClock, sources_at
from tests.engine.institutional.verified import verified
from tests.engine.ministry import PRODUCTS, Ministry, key_in, opened
from tests.soft_token import PIN, needs_soft_token, soft_tokens

RUN = "12345678-5"


def keys_after(
    act: Callable[[], tuple[Finding, ...]], office: Office, address: TokenAddress
) -> list[str]:
    """Return the keys that are in a token once something was done."""
    from issuance.certificates.pkcs11_token import TokenSession

    assert act() == ()
    office.custody.close()
    with TokenSession(address, PIN) as session:
        return [each.hex() for each in session.signing_key_ids("")]


def under_other_terms(office: Office, days: int) -> Office:
    """Return the office under a policy whose products last some days from the moment of issue."""
    policy = office.policy.policy
    for_days = {"validity_years": 0, "validity_days": days}
    changed = policy.model_copy(
        update={
            "products": tuple(each.model_copy(update=for_days) for each in policy.products),
            "profiles": tuple(
                each.model_copy(update={"backdate_minutes": 0}) for each in policy.profiles
            ),
        }
    )
    return with_rules(office, changed)


def with_rules(office: Office, policy: Policy) -> Office:
    loaded = office.policy
    words = {language: loaded.words(language) for language in policy.languages}
    return replace(office, policy=LoadedPolicy(policy, loaded.files, words))


def holder(office: Office, value: str) -> UUID | None:
    with office.register.reading() as reading:
        return reading.claim(CLAIM, value)


def test_an_approved_request_gets_a_certificate_of_its_institutions_own_authority(office: Office):
    ministry = Ministry.enabled(office)
    certificate = ministry.approved(ministry.register(RUN), ATTENDED)
    assert certify(office, "mario", certificate) == ()
    assert ministry.status(certificate) is PortableStatus.ISSUED, "it waits for the codes"
    key = key_in(office, certificate)
    assert (key.entity, key.purpose, key.run) == ("Ministerio de Energía", ATTENDED, "12345678")
    with office.register.reading() as reading:
        state, _ = read_institution(reading, ministry.id)
    assert state is not None
    assert state.authority is not None
    chain = chain_above(office, certificate_of(state.authority.certificate))
    leaf = certificate_of(key.certificate)
    for issued, issuer in zip((leaf, *chain), chain, strict=False):
        assert issued.issuer == issuer.subject
        assert verifies(key_of(issuer), issued.signature, issued.tbs_certificate_bytes)
    assert "12345678-5" in leaf.subject.rfc4514_string()
    opened_key = office.custody.open(key.kept or pytest.fail("no key"), leaf)
    digest = bytes(range(32))
    signature = opened_key.sign_digest(digest)  # pyright: ignore[reportAttributeAccessIssue]
    assert len(signature) == 256
    assert holder(office, claim_of(ministry.id, ATTENDED, "12345678")) == certificate


def test_an_unattended_one_signs_at_once_and_twice_is_once(office: Office):
    ministry = Ministry.enabled(office)
    certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
    assert certify(under_other_terms(office, 90), "mario", certificate) == ()
    leaf = certificate_of(key_in(office, certificate).certificate)
    lasts = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    assert lasts == timedelta(days=90)
    before = key_in(office, certificate)
    assert certify(office, "mario", certificate) == ()
    assert finish(office, "mario") == ()
    assert key_in(office, certificate) == before
    assert ministry.status(certificate) is PortableStatus.ACTIVE


def test_a_request_whose_product_the_rules_dropped_is_told_and_stops_no_other(office: Office):
    ministry = Ministry.enabled(office)
    gone = ministry.approved(ministry.register(RUN), ATTENDED)
    other = ministry.approved(ministry.register("11111111-1"), UNATTENDED)
    policy = office.policy.policy
    kept = tuple(each for each in policy.products if each.id == PRODUCTS[UNATTENDED])
    later = with_rules(office, policy.model_copy(update={"products": kept}))
    (finding,) = finish(later, "")
    assert (finding.code, finding.parameters) == (
        InstitutionCode.PORTABLE_PRODUCT_GONE,
        {"product": PRODUCTS[ATTENDED]},
    )
    assert ministry.status(gone) is PortableStatus.APPROVED
    assert ministry.status(other) is PortableStatus.ACTIVE


def test_what_stopped_after_the_intent_signs_the_same_bytes(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    ministry = Ministry.enabled(office)
    certificate = ministry.approved(ministry.register(RUN), UNATTENDED)

    def stop(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr("issuance.engine.portable_issuing._sign", stop)
        with pytest.raises(PowerCut):
            certify(office, "mario", certificate)
    serial = key_in(office, certificate).serial
    with office.register.reading() as reading:
        intended = reading.certificate(serial)
    assert intended is not None
    assert finish(office, "") == ()
    key = key_in(office, certificate)
    assert key.serial == serial
    assert certificate_of(key.certificate).tbs_certificate_bytes == intended.to_be_signed


def test_what_was_approved_and_nothing_more_is_issued_by_the_next_round(office: Office):
    ministry = Ministry.enabled(office)
    certificates = [
        ministry.approved(ministry.register(run), UNATTENDED) for run in (RUN, "11111111-1")
    ]
    assert finish(office, "") == ()
    assert {ministry.status(each) for each in certificates} == {PortableStatus.ACTIVE}


def test_an_intent_whose_request_was_withdrawn_is_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    ministry = Ministry.enabled(office)
    certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
    with monkeypatch.context() as patch:
        patch.setattr("issuance.engine.portable_issuing._sign", lambda *_: None)
        certify(office, "mario", certificate)
    office.register.write(
        lambda writing: ministry.append(certificate, writing, PortableWithdrawn(by="ana"))
    )
    assert finish(office, "") == ()
    key = key_in(office, certificate)
    assert key.ended
    assert key.certificate == ""
    assert key.kept is None


def test_a_revoked_certificate_takes_its_key_along(office: Office):
    ministry = Ministry.enabled(office)
    certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
    certify(office, "mario", certificate)
    ministry.revoke(certificate)
    key = key_in(office, certificate)
    assert key.ended == "revoked"
    assert key.kept is None
    assert holder(office, claim_of(ministry.id, UNATTENDED, "12345678")) is None
    with office.register.reading() as reading:
        row = reading.certificate(key.serial)
    assert row is not None
    assert row.revocation_reason == "superseded"


def test_an_ended_key_stands_nowhere_in_the_chain(office: Office):
    ministry = Ministry.enabled(office)
    certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
    certify(office, "mario", certificate)
    kept = key_in(office, certificate).kept or pytest.fail("no key")
    assert kept.wrapped is not None
    sealed = kept.wrapped.sealed.model_dump(mode="json")["ciphertext"]

    def told() -> str:
        with office.register.reading() as reading:
            return str([each.personal for each in every_entry(reading, key_ref(certificate))])

    assert sealed in told()
    ministry.revoke(certificate)
    assert sealed not in told()


def test_a_successor_ends_the_one_whose_place_it_takes(office: Office):
    ministry = Ministry.enabled(office)
    official = ministry.register(RUN)
    first = ministry.approved(official, UNATTENDED)
    certify(office, "mario", first)
    second = ministry.approved(official, UNATTENDED, replaces=first)
    certify(office, "mario", second)
    assert ministry.status(first) is PortableStatus.REVOKED
    assert key_in(office, first).ended
    assert holder(office, claim_of(ministry.id, UNATTENDED, "12345678")) == second


def test_an_older_key_encryption_key_still_opens(office: Office, folder: Path):
    ministry = Ministry.enabled(office)
    certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
    certify(office, "mario", certificate)
    office.custody.close()
    assert renew_custody(folder, office.keys, office.sources.randomness) == 2
    later = ministry.approved(ministry.register("11111111-1"), UNATTENDED)
    assert certify(office, "mario", later) == ()
    versions = [
        (key_in(office, each).kept or pytest.fail("gone")).wrapped for each in (certificate, later)
    ]
    assert [each.version for each in versions if each] == [1, 2]
    aside = (folder / "custody.json").rename(folder / "aside")
    office.custody.close()
    key = key_in(office, certificate)
    refused = office.custody.open(key.kept or pytest.fail("gone"), certificate_of(key.certificate))
    assert refused.code == SigningCode.CUSTODY_FILE_UNREADABLE  # pyright: ignore
    aside.rename(folder / "custody.json")


@pytest.mark.parametrize("content", [None, b"{}"])
def test_a_custody_file_that_is_not_whole_is_told(
    founded: FoundedOffice, folder: Path, content: bytes | None
):
    file = folder / "custody.json"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    (fault,) = verified(folder, founded).faults
    assert (fault.code, fault.figures) == (RegisterCode.KEY_FILE_DAMAGED, {"file": file.name})


@needs_soft_token
def test_keys_of_holders_and_authorities_may_stay_in_a_token(
    office: Office, folder: Path, tmp_path: Path
):
    with soft_tokens(tmp_path / "tokens") as tokens:
        address = tokens.make()
        assert keep_in_token(folder, office.keys, address, PIN) is None
        ministry = Ministry.enabled(office)
        certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
        assert certify(office, "mario", certificate) == ()
        key = key_in(office, certificate)
        assert key.kept is not None
        assert key.kept.wrapped is None
        leaf = certificate_of(key.certificate)
        signs = office.custody.open(key.kept, leaf)
        assert len(signs.sign_digest(bytes(32))) == 256  # pyright: ignore
        ministry.revoke(certificate)
        office.custody.close()
        (authority,) = keys_after(lambda: destroy_ended_keys(office), office, address)
        assert authority != key.kept.key_id


@needs_soft_token
def test_a_key_that_a_power_cut_left_in_a_token_is_not_in_the_way(
    office: Office, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with soft_tokens(tmp_path / "tokens") as tokens:
        assert keep_in_token(folder, office.keys, tokens.make(), PIN) is None
        ministry = Ministry.enabled(office)
        certificate = ministry.approved(ministry.register(RUN), UNATTENDED)

        def stop(*_: object) -> None:
            raise PowerCut

        with monkeypatch.context() as patch:
            patch.setattr("issuance.engine.portable_issuing._record_intent", stop)
            with pytest.raises(PowerCut):
                certify(office, "mario", certificate)
        assert certify(office, "mario", certificate) == ()
        office.custody.close()


def test_a_certificate_ends_no_later_than_its_authority(folder: Path):
    clock = SetClock()
    platform = opened(folder, sources_at(clock))
    try:
        office = platform.engine.office
        ministry = Ministry.enabled(office)
        clock.pass_time(days=8 * 365)
        certificate = ministry.approved(ministry.register(RUN), UNATTENDED)
        assert certify(office, "mario", certificate) == ()
        leaf = certificate_of(key_in(office, certificate).certificate)
        assert leaf.not_valid_after_utc - leaf.not_valid_before_utc < timedelta(days=3 * 365)
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
        assert usage.content_commitment
    finally:
        platform.close()
