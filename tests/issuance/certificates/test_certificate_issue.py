from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asn1crypto.x509 import TbsCertificate
from cryptography import x509
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuance.certificates.authority import (
    AuthorityNames,
    AuthorityPlan,
    NewAuthority,
    create_authority,
)
from issuance.certificates.chain import check_authorities, subject_of
from issuance.certificates.der import decode_string, encode_string
from issuance.certificates.description import describe
from issuance.certificates.keys import PrivateKey, certificate_der, make_private_key
from issuance.certificates.lint import lint
from issuance.certificates.profile import ResolvedValue
from issuance.certificates.serials import new_serial
from issuance.certificates.signer import SoftwareSigner, issue
from issuance.certificates.to_be_signed import CertificateTemplate, build_to_be_signed
from issuance.certificates.validity import Term, Validity, validity_from
from issuance.findings import Finding
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import (
    ICERT,
    NAME_CHARACTERS,
    NOW,
    PERSON,
    Office,
    SeededRandomness,
    icert_profile,
    resolved_for,
)

OFFICES = ["office", "curve_office"]


def codes(findings: list[Finding]) -> set[str]:
    return {each.code for each in findings}


@pytest.fixture(params=OFFICES)
def any_office(request: pytest.FixtureRequest) -> Office:
    return request.getfixturevalue(request.param)


def test_the_certificate_carries_exactly_the_bytes_that_were_checked(
    any_office: Office, holder_key: PrivateKey
):
    template = any_office.template(resolved_for(icert_profile()), holder_key)
    body = build_to_be_signed(template)
    assert lint(body, template, any_office.throw_away) == []
    certificate = x509.load_der_x509_certificate(issue(any_office.signer, body))
    assert certificate.tbs_certificate_bytes == body
    certificate.verify_directly_issued_by(any_office.issuing)


def test_signing_again_signs_the_same_bytes(office: Office, holder_key: PrivateKey):
    template = office.template(resolved_for(icert_profile()), holder_key)
    body = build_to_be_signed(template)
    assert body == build_to_be_signed(template)
    assert issue(office.signer, body) == issue(office.signer, body)


def test_a_certificate_is_described_as_it_was_meant(office: Office, holder_key: PrivateKey):
    certificate = office.issue(resolved_for(icert_profile()), holder_key)
    found = describe(certificate_der(certificate))
    assert [(row.oid, row.value, row.encoding) for row in found.subject] == [
        ("2.5.4.6", "EC", "printable"),
        ("2.5.4.10", "CONSEJO DE LA JUDICATURA", "utf8"),
        ("2.5.4.5", "1710034065", "printable"),
        ("2.5.4.3", "JOSÉ MARÍA NUÑEZ PÉREZ", "utf8"),
    ]
    assert found.other_names[1].value == "JOSÉ MARÍA"
    assert found.other_names[1].encoding == "utf8"
    assert found.policies == (f"{ICERT}.1.2.1.1.2.1",)
    assert found.key_usage == ("digitalSignature", "nonRepudiation")
    assert found.issuer[-1].value == "ENTIDAD DE PRUEBA"
    assert found.cps_urls == ("https://ca.example.org/cps",)
    assert found.crl_urls == ("http://crl.example.org/issuing.crl",)
    assert found.ocsp_urls == ("http://ocsp.example.org",)
    assert found.aia_urls == ("http://ca.example.org/issuing.cer",)
    assert found.key == "rsa-2048"
    assert int(found.serial, 16) == certificate.serial_number
    assert not found.is_authority
    assert describe(certificate_der(office.root)).is_authority


def test_a_profile_without_addresses_makes_no_empty_extensions(
    office: Office, curve_key: PrivateKey
):
    plain = icert_profile(crl_urls=[], ocsp_urls=[], aia_urls=[], cps_url=None, other_names=[])
    certificate = office.issue(resolved_for(plain), curve_key)
    assert {type(each.value) for each in certificate.extensions} == {
        x509.AuthorityKeyIdentifier,
        x509.SubjectKeyIdentifier,
        x509.BasicConstraints,
        x509.KeyUsage,
        x509.CertificatePolicies,
    }


@settings(deadline=None, max_examples=examples(15))
@given(st.text(NAME_CHARACTERS, min_size=1, max_size=64).filter(str.strip))
@example("Ñ" * 64)
def test_every_name_that_is_accepted_stands_in_the_certificate(
    curve_office: Office, curve_key: PrivateKey, name: str
):
    profile = icert_profile(
        subject=[{"oid": "2.5.4.3", "source": "name"}],
        other_names=[{"oid": f"{ICERT}.1.3.2", "source": "name"}],
    )
    template = curve_office.template(resolved_for(profile, {"name": name}), curve_key)
    body = build_to_be_signed(template)
    assert lint(body, template, curve_office.throw_away) == []
    found = describe(issue(curve_office.signer, body))
    assert found.subject[0].value == found.other_names[0].value == name


# `cryptography` warns of a serial number below one before it can be compared.
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@settings(deadline=None, max_examples=examples(50))
@given(data=st.data())
def test_no_changed_byte_escapes_the_lint(
    curve_office: Office, curve_key: PrivateKey, data: st.DataObject
):
    template = curve_office.template(resolved_for(icert_profile()), curve_key)
    body = bytearray(build_to_be_signed(template))
    position = data.draw(st.integers(0, len(body) - 1))
    body[position] ^= data.draw(st.integers(1, 255))
    assert lint(bytes(body), template, curve_office.throw_away)


def test_the_lint_names_what_differs(office: Office, holder_key: PrivateKey, curve_key: PrivateKey):
    meant = resolved_for(icert_profile())
    template = office.template(meant, holder_key)

    def found_for(**changes: Any) -> set[str]:
        other = build_to_be_signed(replace(template, **changes))
        return codes(lint(other, template, office.throw_away))

    other_person = resolved_for(icert_profile(), PERSON | {"cedula": "0926687856"})
    other_string = meant.subject[3]._replace(encoding="printable", value="X")
    doubled = replace(meant, subject=(*meant.subject, meant.subject[3]))
    late = Validity(template.validity.not_before, template.validity.not_after + timedelta(1))

    assert found_for(resolved=other_person) == {"SUBJECT_DIFFERS", "OTHER_NAME_DIFFERS"}
    assert found_for(resolved=replace(meant, subject=(*meant.subject[:3], other_string))) == {
        "SUBJECT_DIFFERS"
    }
    assert found_for(resolved=replace(meant, subject=meant.subject[::-1])) == {"SUBJECT_DIFFERS"}
    assert found_for(resolved=doubled) == {"ATTRIBUTE_DUPLICATE", "SUBJECT_DIFFERS"}
    assert found_for(resolved=resolved_for(icert_profile(policy_oids=["1.2.3"]))) == {
        "POLICY_DIFFERS"
    }
    assert found_for(resolved=resolved_for(icert_profile(key_usage=["digitalSignature"]))) == {
        "KEY_USAGE_DIFFERS"
    }
    assert found_for(
        resolved=resolved_for(icert_profile(extended_key_usage=["1.3.6.1.5.5.7.3.4"]))
    ) == {"EXTENDED_KEY_USAGE_DIFFERS", "EXTENSION_UNEXPECTED"}
    assert found_for(resolved=resolved_for(icert_profile(crl_urls=[]))) == {"ADDRESSES_DIFFER"}
    assert found_for(public_key=curve_key.public_key()) == {
        "PUBLIC_KEY_DIFFERS",
    }
    assert found_for(serial=5) == {"SERIAL_UNFIT"}
    assert found_for(validity=late) == {"VALIDITY_DIFFERS"}


@pytest.mark.parametrize("place", range(8))
def test_the_lint_refuses_an_extension_that_is_critical_otherwise_than_meant(
    office: Office, holder_key: PrivateKey, place: int
):
    template = office.template(resolved_for(icert_profile()), holder_key)
    body = TbsCertificate.load(build_to_be_signed(template))
    extension = body["extensions"][place]
    extension["critical"] = not extension["critical"].native
    found = codes(lint(body.dump(force=True), template, office.throw_away))
    assert found == {"EXTENSION_CRITICALITY"}


def test_the_lint_refuses_another_authoritys_bytes(
    office: Office, curve_office: Office, curve_key: PrivateKey
):
    resolved = resolved_for(icert_profile())
    theirs = curve_office.template(resolved, curve_key)
    body = build_to_be_signed(theirs)
    ours = CertificateTemplate(
        resolved, curve_key.public_key(), office.issuing, theirs.serial, theirs.validity
    )
    found = codes(lint(body, ours, office.throw_away))
    assert {"SIGNATURE_ALGORITHM_DIFFERS", "KEY_IDENTIFIER_DIFFERS"} <= found


def test_the_lint_refuses_a_key_the_profile_does_not_allow(office: Office, curve_key: PrivateKey):
    template = office.template(resolved_for(icert_profile(key_algorithms=["rsa-2048"])), curve_key)
    body = build_to_be_signed(template)
    assert codes(lint(body, template, office.throw_away)) == {"KEY_NOT_ALLOWED"}


def test_serials_are_positive_long_and_different(randomness: SeededRandomness):
    serials = [new_serial(randomness) for _ in range(500)]
    assert len(set(serials)) == 500
    assert {serial.bit_length() for serial in serials} == {127}


def test_validity_begins_a_little_earlier_and_ends_with_the_first_end(office: Office):
    issuer = office.issuing
    plain = validity_from(NOW, Term(years=2), issuer)
    ending = validity_from(
        NOW, Term(years=2), issuer, office_ends=datetime(2027, 1, 31, tzinfo=UTC)
    )
    long = validity_from(NOW, Term(years=30), issuer)
    assert isinstance(plain, Validity)
    assert isinstance(ending, Validity)
    assert isinstance(long, Validity)
    assert plain.not_before == (NOW - timedelta(minutes=5)).replace(microsecond=0)
    assert plain.not_after == NOW.replace(year=2028, microsecond=0)
    assert ending.not_after == datetime(2027, 1, 31, tzinfo=UTC)
    assert long.not_after == issuer.not_valid_after_utc


@pytest.mark.parametrize(
    ("begin", "term", "end"),
    [
        ("2026-11-22T15:30:00+00:00", Term(years=2), "2028-11-22T15:30:00+00:00"),
        # Two years with a 29 February in between are 731 days, and 730 without one.
        ("2024-03-01T00:00:00+00:00", Term(years=2), "2026-03-01T00:00:00+00:00"),
        ("2028-02-29T08:00:00+00:00", Term(years=1), "2029-02-28T08:00:00+00:00"),
        ("2028-02-29T08:00:00+00:00", Term(years=4), "2032-02-29T08:00:00+00:00"),
        ("2026-12-31T23:59:00-05:00", Term(days=7), "2027-01-07T23:59:00-05:00"),
        # The evening of 28 February in Ecuador is the 29th in UTC: the counter's calendar counts.
        ("2028-02-28T21:00:00-05:00", Term(years=2), "2030-02-28T21:00:00-05:00"),
    ],
)
def test_a_term_of_years_ends_on_the_same_day_of_the_calendar(begin: str, term: Term, end: str):
    assert term.end(datetime.fromisoformat(begin)) == datetime.fromisoformat(end)


@given(
    st.datetimes(
        datetime(2026, 12, 1),  # noqa: DTZ001
        datetime(2033, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from(
            [UTC, ZoneInfo("America/Guayaquil"), ZoneInfo("America/Santiago")]
        ),
        allow_imaginary=False,
    ),
    st.integers(1, 5),
    st.integers(0, 60),
)
def test_no_certificate_outlasts_its_term_its_office_or_its_authority(
    office: Office, now: datetime, years: int, office_days: int
):
    office_ends = now + timedelta(days=office_days * 30, seconds=1)
    found = validity_from(now, Term(years=years), office.issuing, office_ends=office_ends)
    assert isinstance(found, Validity)
    assert office.issuing.not_valid_before_utc <= found.not_before <= now < found.not_after
    assert found.not_after <= office.issuing.not_valid_after_utc
    assert found.not_after <= office_ends
    assert found.not_after.astimezone(now.tzinfo).year <= now.year + years
    assert now - found.not_before <= timedelta(minutes=5, seconds=1)


def test_nothing_is_backdated_before_its_authority(office: Office):
    begin = office.issuing.not_valid_before_utc
    found = validity_from(begin + timedelta(seconds=1), Term(days=1), office.issuing)
    assert isinstance(found, Validity)
    assert found.not_before == begin


@pytest.mark.parametrize("changed", ["2027-04-04T03:02:00+00:00", "2027-09-05T04:02:00+00:00"])
def test_a_validity_begins_minutes_before_where_the_clocks_have_just_changed(
    office: Office, changed: str
):
    now = datetime.fromisoformat(changed).astimezone(ZoneInfo("America/Santiago"))
    found = validity_from(now, Term(years=3), office.issuing)
    assert isinstance(found, Validity)
    assert found.not_before == datetime.fromisoformat(changed) - timedelta(minutes=5)


@pytest.mark.parametrize(
    ("shift", "ends", "code"),
    [
        (timedelta(days=-1), None, "AUTHORITY_NOT_YET_VALID"),
        (timedelta(days=3660), None, "AUTHORITY_EXPIRED"),
        (timedelta(), NOW - timedelta(days=1), "OFFICE_ENDED"),
        (timedelta(), NOW, "OFFICE_ENDED"),
    ],
)
def test_an_impossible_validity_is_a_finding(
    office: Office, shift: timedelta, ends: datetime | None, code: str
):
    found = validity_from(NOW + shift, Term(years=2), office.issuing, office_ends=ends)
    assert isinstance(found, Finding)
    assert found.code == code


def test_a_signer_refuses_a_key_that_is_not_its_certificates(office: Office, curve_key: PrivateKey):
    with pytest.raises(ValueError, match="not the certificate's"):
        SoftwareSigner(curve_key, office.issuing)


def test_a_faulty_signature_never_becomes_a_certificate(office: Office, holder_key: PrivateKey):
    class Faulty:
        certificate = office.issuing

        def sign(self, to_be_signed: bytes) -> bytes:
            right = office.signer.sign(to_be_signed)
            return bytes([right[0] ^ 1]) + right[1:]

    template = office.template(resolved_for(icert_profile()), holder_key)
    body = build_to_be_signed(template)
    with pytest.raises(ValueError, match="does not verify"):
        issue(Faulty(), body)


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"common_name": "X" * 65}, "VALUE_TOO_LONG", "common_name"),
        ({"common_name": "Ñ" * 65}, "VALUE_TOO_LONG", "common_name"),
        ({"common_name": "\ud800"}, "VALUE_CHARACTER_REFUSED", "common_name"),
        ({"organization": ""}, "VALUE_MISSING", "organization"),
        ({"country": "Ecuador"}, "COUNTRY_CODE_WRONG", "country"),
    ],
)
def test_an_authority_name_that_does_not_fit_is_a_finding(
    change: dict[str, str], code: str, field: str
):
    right = AuthorityNames(common_name="RAIZ DE PRUEBA", organization="X", country="EC")
    plan = AuthorityPlan(root=right, issuing=right.model_copy(update=change), algorithm="p-256")
    found = create_authority(plan, make_private_key, SeededRandomness(), NOW)
    assert isinstance(found, list)
    assert [(each.code, each.field) for each in found] == [(code, field)]


@pytest.mark.parametrize("algorithm", ["p-256", "rsa-2048"])
def test_an_authority_name_may_have_64_characters_with_accents(algorithm: str):
    name = AuthorityNames(common_name="Ñ" * 64, organization="Ü" * 64, country="EC")
    plan = AuthorityPlan.model_validate({"root": name, "issuing": name, "algorithm": algorithm})
    made = create_authority(plan, make_private_key, SeededRandomness(), NOW)
    assert isinstance(made, NewAuthority), made
    chain = [made.issuing_certificate, made.root_certificate]
    assert [subject_of(each) for each in chain] == ["Ñ" * 64] * 2
    assert check_authorities(chain, NOW) == []


@given(st.binary(max_size=200))
def test_bytes_that_are_no_certificate_are_refused(content: bytes):
    with pytest.raises(ValueError):  # noqa: PT011
        describe(content)


@given(st.text(max_size=50))
def test_strings_come_out_as_they_went_in(text: str):
    if any("\ud800" <= each <= "\udfff" for each in text):
        return
    assert decode_string(encode_string(text, "utf8")) == (text, "utf8")


@given(st.binary(max_size=40))
def test_no_bytes_make_reading_a_string_fail(content: bytes):
    decode_string(content)


def test_another_string_type_can_be_asked_for(office: Office, curve_key: PrivateKey):
    chile = [{"oid": "1.3.6.1.4.1.8321.1", "source": "cedula", "encoding": "ia5"}]
    resolved = resolved_for(icert_profile(other_names=chile))
    assert resolved.other_names == (
        ResolvedValue(oid="1.3.6.1.4.1.8321.1", value="1710034065", encoding="ia5"),
    )
    found = describe(certificate_der(office.issue(resolved, curve_key)))
    assert [(row.value, row.encoding) for row in found.other_names] == [("1710034065", "ia5")]
