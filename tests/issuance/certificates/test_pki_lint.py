"""The independent linter: nothing against what we issue, and something against what is wrong."""

import logging
import sys

import pytest
from cryptography import x509

from issuance.certificates import pki_lint
from issuance.certificates.keys import PrivateKey, certificate_der, hash_for
from issuance.certificates.profile import CertificateProfile, ResolvedProfile, resolve
from issuance.certificates.to_be_signed import build_to_be_signed, draft_certificate
from issuance.findings import Severity
from issuance.policies.loader import load_policy
from tests.issuance.certificates.certificate_samples import NOW, PERSON, Office, icert_profile

pytestmark = pytest.mark.skipif(not pki_lint.is_installed(), reason="pkilint is missing")

PROFILES = load_policy("ec-icert").policy.profiles
HOLDER = PERSON | {
    "organization": "COMPAÑÍA DE MUESTRA S.A.",
    "organization_ruc": "3059999015001",
    "entity_ruc": "3059999015001",
    "position": "GERENTE GENERAL",
    "department": "CONTABILIDAD",
    "profession": "ABOGADA",
    "rup": "RUP-000000",
    "ruc": "3059999015001",
}


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.id)
@pytest.mark.parametrize("which", ["office", "curve_office"])
def test_no_profile_breaks_a_rule(
    profile: CertificateProfile, which: str, holder_key: PrivateKey, request: pytest.FixtureRequest
):
    office: Office = request.getfixturevalue(which)
    resolved = resolve(profile, HOLDER)
    assert isinstance(resolved, ResolvedProfile), resolved
    body = build_to_be_signed(office.template(resolved, holder_key))
    draft = draft_certificate(body, office.issuing, office.throw_away)
    assert pki_lint.second_opinion(draft) == []


@pytest.mark.parametrize("which", ["office", "curve_office"])
def test_the_authoritys_own_certificates_break_none(which: str, request: pytest.FixtureRequest):
    office: Office = request.getfixturevalue(which)
    for each in office.chain:
        assert pki_lint.second_opinion(certificate_der(each)) == []


@pytest.fixture
def wrong(holder_key: PrivateKey) -> bytes:
    """A certificate that says nothing of its authority's key, of somebody with a telling name."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "NUÑEZ PÉREZ")])
    other = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "OTHER")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(other)
        .serial_number(1 << 100)
        .not_valid_before(NOW)
        .not_valid_after(NOW.replace(year=2027))
        .public_key(holder_key.public_key())
        .sign(holder_key, hash_for(holder_key.public_key()))
    )
    return certificate_der(certificate)


def test_what_breaks_a_rule_is_named_and_nobody_is(wrong: bytes):
    found = pki_lint.second_opinion(wrong)
    rules = {each.parameters["rule"]: each.severity for each in found}
    assert rules["pkix.authority_key_identifier_extension_absent"] is Severity.BLOCKS
    assert {each.code for each in found} == {"LINTER_OBJECTS"}
    assert "NUÑEZ" not in repr(found)


def test_what_a_policy_lives_with_is_left_out(wrong: bytes):
    found = pki_lint.second_opinion(wrong)
    allowed = [str(found[0].parameters["rule"])]
    left = pki_lint.second_opinion(wrong, allowed)
    assert left == [each for each in found if each.parameters["rule"] not in allowed]
    assert len(left) < len(found)


def test_a_name_the_authority_came_with_is_not_the_certificates_to_mend(
    office: Office, holder_key: PrivateKey
):
    resolved = resolve(icert_profile(), PERSON)
    assert isinstance(resolved, ResolvedProfile)
    good = office.issue(resolved, holder_key)
    long = x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Ñ" * 120, _validate=False)

    def opinion(issuer: x509.Name, subject: x509.Name) -> list[object]:
        builder = x509.CertificateBuilder(
            issuer, subject, good.public_key(), good.serial_number,
            good.not_valid_before_utc, good.not_valid_after_utc, list(good.extensions),
        )  # fmt: skip
        draft = builder.sign(holder_key, hash_for(holder_key.public_key()))
        return [
            each.parameters["place"] for each in pki_lint.second_opinion(certificate_der(draft))
        ]

    assert opinion(x509.Name([*good.issuer, long]), good.subject) == []
    (place, *_) = opinion(good.issuer, x509.Name([*good.subject, long]))
    assert "subject" in str(place)


def test_a_tampered_certificate_is_found_out(office: Office, holder_key: PrivateKey):
    resolved = resolve(icert_profile(), PERSON)
    assert isinstance(resolved, ResolvedProfile)
    good = certificate_der(office.issue(resolved, holder_key))
    # The country, a PrintableString of two letters, becomes two characters no country has.
    place = good.rindex(b"\x13\x02EC")
    bad = good[: place + 2] + b"\x00!" + good[place + 4 :]
    assert pki_lint.second_opinion(bad)
    assert [each.code for each in pki_lint.second_opinion(b"no certificate")] == [
        "CERTIFICATE_UNREADABLE"
    ]


def test_it_writes_no_log(wrong: bytes, caplog: pytest.LogCaptureFixture):
    pki_lint.second_opinion(wrong)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("pkilint.validation").error("NUÑEZ PÉREZ")
    assert caplog.records == []
    assert "pkilint.validation" in sys.modules
