"""The FirmaGob policy: what its certificates say, and that everything named has words."""

import dataclasses
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from issuance.certificates import pki_lint
from issuance.certificates.comparison import compare_with_profile
from issuance.certificates.description import describe, load_certificate
from issuance.certificates.keys import PrivateKey, certificate_der, make_private_key
from issuance.certificates.lint import lint
from issuance.certificates.profile import ResolvedProfile, resolve
from issuance.certificates.serials import new_serial
from issuance.certificates.signer import SoftwareSigner, issue
from issuance.certificates.to_be_signed import (
    CertificateTemplate,
    build_to_be_signed,
    draft_certificate,
)
from issuance.certificates.validity import Term, Validity, validity_from
from issuance.findings import Finding
from issuance.institutions.actors import SeatRole
from issuance.institutions.certificate_data import certificate_data
from issuance.institutions.issuing_authority import (
    IssuingAuthorityPlan,
    IssuingAuthorityTemplate,
    issuing_authority_template,
    issuing_authority_to_be_signed,
    lint_issuing_authority,
)
from issuance.institutions.notices import Template
from issuance.institutions.people import Person
from issuance.institutions.ticket_stream import TicketType
from issuance.notices.mail import split_mail
from issuance.policies.loader import load_policy
from issuance.policies.portable import CARRIED_OVER
from issuance.policies.rendering import placeholders
from issuance.signing.ticket_token import PURPOSES
from tests.issuance.certificates.certificate_samples import (
    NOW,
    Office,
    SeededRandomness,
    make_office,
    needs_openssl,
    run,
    write_pem,
)
from tests.issuance.institutions.institution_samples import institution, person
from tools.operator_guide import GUIDES, differing

LOADED = load_policy("cl-firmagob")
POLICY = LOADED.policy
RULE = POLICY.portable or pytest.fail("the policy has no portable certificates")
PROFILE = POLICY.profiles[0]
HOLDER_RUT, ISSUER_RUT = "1.3.6.1.4.1.8321.1", "1.3.6.1.4.1.8321.2"
PLAN = IssuingAuthorityPlan(
    generation="G2",
    email="MINENERGIA@EXAMPLE.CL",
    policy_oid="2.16.152.1001.3",
    cps_url="https://firma.digital.gob.cl/documentos",
    crl_urls=("http://pki.example.com/raiz_g2.crl",),
)
LONG = "Subsecretaría de Desarrollo Regional y Administrativo de los Territorios Especiales"


class Ministry:
    """A root, an institution's authority under it, and an official's key."""

    def __init__(self, office: Office, root_key: PrivateKey) -> None:
        self.office = office
        self.key = make_private_key("rsa-2048")
        self.root = SoftwareSigner(root_key, office.root)
        self.randomness = SeededRandomness(3)
        made = self.authority()
        assert isinstance(made, bytes), made
        self.certificate = load_certificate(made)
        self.signer = SoftwareSigner(self.key, self.certificate)

    def authority_template(
        self, plan: IssuingAuthorityPlan = PLAN, /, **changes: str
    ) -> IssuingAuthorityTemplate | list[Finding]:
        begin = NOW.replace(microsecond=0)
        return issuing_authority_template(
            institution(**changes), plan, self.key.public_key(), self.root.certificate,
            new_serial(self.randomness), Validity(begin, Term(years=10).end(begin)),
        )  # fmt: skip

    def authority(
        self, plan: IssuingAuthorityPlan = PLAN, /, **changes: str
    ) -> bytes | list[Finding]:
        template = self.authority_template(plan, **changes)
        if isinstance(template, list):
            return template
        return issue(self.root, issuing_authority_to_be_signed(template))

    def template(self, holder: Person, **changes: str) -> CertificateTemplate:
        resolved = resolve(PROFILE, certificate_data(holder, institution(**changes)))
        assert isinstance(resolved, ResolvedProfile), resolved
        product = POLICY.product(RULE.purposes["Desatendido"])
        assert product is not None
        validity = validity_from(NOW, Term(years=product.validity_years), self.certificate)
        assert isinstance(validity, Validity)
        serial = new_serial(self.randomness)
        return CertificateTemplate(
            resolved, self.key.public_key(), self.certificate, serial, validity
        )

    def issue(self, holder: Person, **changes: str) -> bytes:
        body = build_to_be_signed(self.template(holder, **changes))
        return issue(self.signer, body)


@pytest.fixture(scope="module")
def ministry() -> Ministry:
    keys = [make_private_key("rsa-2048") for _ in range(2)]
    remaining = iter(keys)
    return Ministry(make_office("rsa-2048", lambda _: next(remaining)), keys[0])


def test_an_officials_certificate_says_what_the_state_pki_says(ministry: Ministry):
    found = describe(ministry.issue(person(run="7.880.442-4")))
    assert [(each.oid, each.value) for each in reversed(found.subject)] == [
        ("1.2.840.113549.1.9.1", "mnunez@energia.example"),
        ("2.5.4.3", "María José Núñez Pérez"),
        ("2.5.4.5", "07880442-4"),
        ("2.5.4.12", "Jefa de Finanzas"),
        ("2.5.4.10", "Ministerio de Energía"),
        ("2.5.4.6", "CL"),
    ]
    (holder,), (issuer,) = found.other_names, found.issuer_other_names
    assert (holder.oid, holder.value, holder.encoding) == (HOLDER_RUT, "07880442-4", "ia5")
    assert (issuer.oid, issuer.value, issuer.encoding) == (ISSUER_RUT, "61979830-9", "ia5")
    assert found.policies == ("2.16.152.1001.3",)
    assert found.cps_urls == ("https://firma.digital.gob.cl/documentos",)
    assert found.key_usage == ("digitalSignature", "nonRepudiation")
    assert found.crl_urls
    assert (found.not_after - found.not_before).days <= 3 * 366


def test_no_check_finds_anything_in_it(ministry: Ministry):
    template = ministry.template(person())
    body = build_to_be_signed(template)
    assert lint(body, template, ministry.office.throw_away) == []
    if not pki_lint.is_installed():
        pytest.skip("pkilint is missing")
    draft = draft_certificate(body, ministry.certificate, ministry.office.throw_away)
    allowed = {each.finding for each in POLICY.lint_allowed}
    assert pki_lint.second_opinion(draft, allowed) == []
    assert pki_lint.second_opinion(certificate_der(ministry.certificate), allowed) == []


def test_another_issuers_number_is_a_difference(ministry: Ministry):
    issued = load_certificate(ministry.issue(person()))
    data = certificate_data(person(), institution())
    other = resolve(PROFILE, certificate_data(person(), institution(rut="76086428-5")))
    assert isinstance(other, ResolvedProfile)
    found = compare_with_profile(issued, other)
    assert [(each.code, each.parameters) for each in found] == [
        ("OTHER_NAME_DIFFERS", {"oid": ISSUER_RUT})
    ]
    plain = PROFILE.model_copy(update={"issuer_other_names": ()})
    without = resolve(plain, data)
    assert isinstance(without, ResolvedProfile)
    codes = {each.code for each in compare_with_profile(issued, without)}
    assert codes == {"OTHER_NAME_DIFFERS", "EXTENSION_UNEXPECTED"}
    elsewhere = resolve(PROFILE, {**data, "email": "otra@energia.example"})
    assert isinstance(elsewhere, ResolvedProfile)
    oids = {each.parameters["oid"] for each in compare_with_profile(issued, elsewhere)}
    assert oids == {"1.2.840.113549.1.9.1", ExtensionOID.SUBJECT_ALTERNATIVE_NAME.dotted_string}


@needs_openssl
def test_openssl_prints_both_numbers(ministry: Ministry, tmp_path: Path):
    issued = load_certificate(ministry.issue(person()))
    file = write_pem(tmp_path / "official.pem", issued)
    text = run("openssl", "x509", "-in", str(file), "-noout", "-text", "-nameopt", "RFC2253,utf8")
    assert text.returncode == 0, text.stderr
    if "<unsupported>" in text.stdout:
        pytest.skip("this openssl prints no otherName")
    assert f"othername: {HOLDER_RUT}::12345678-5" in text.stdout
    assert f"othername: {ISSUER_RUT}::61979830-9" in text.stdout
    chain = write_pem(tmp_path / "chain.pem", ministry.certificate)
    root = write_pem(tmp_path / "root.pem", ministry.office.root)
    moment = str(int(NOW.timestamp()) + 60)
    verified = run(
        "openssl", "verify", "-x509_strict", "-attime", moment, "-CAfile", str(root),
        "-untrusted", str(chain), str(file),
    )  # fmt: skip
    assert verified.returncode == 0, verified.stderr


def test_a_long_name_stands_in_its_short_form_and_a_long_one_without_is_refused(
    ministry: Ministry,
):
    long_names = {"given_names": "María José de las Mercedes del Carmen de los Ángeles Custodios"}
    holder = person(certificate_name="María José Núñez P.", **long_names)
    found = describe(ministry.issue(holder, name=LONG, short_name="SUBDERE"))
    values = {each.oid: each.value for each in found.subject}
    assert (values["2.5.4.3"], values["2.5.4.10"]) == ("María José Núñez P.", "SUBDERE")
    unshortened = institution(name=LONG)
    refused = resolve(PROFILE, certificate_data(person(), unshortened))
    assert isinstance(refused, list)
    assert [each.code for each in refused] == ["VALUE_TOO_LONG"]
    assert isinstance(ministry.authority(name=LONG), list)


@pytest.mark.parametrize("email", ["", "nobody", "Ana <ana@example.cl>", "ñ@example.cl"])
def test_an_authoritys_address_is_one(ministry: Ministry, email: str):
    found = ministry.authority(PLAN.model_copy(update={"email": email}))
    assert isinstance(found, list)
    assert all(isinstance(each, Finding) for each in found)
    assert found


@pytest.mark.parametrize(
    ("changes", "common_name"),
    [
        ({}, "FIRMA ELECTRÓNICA AVANZADA – Ministerio de Energía–G2"),
        ({"name": LONG, "short_name": "SUBDERE"}, "FIRMA ELECTRÓNICA AVANZADA – SUBDERE–G2"),
    ],
)
def test_an_institutions_authority_is_named_as_published(
    ministry: Ministry, changes: dict[str, str], common_name: str
):
    made = ministry.authority(**changes)
    assert isinstance(made, bytes)
    found = describe(made)
    assert [each.value for each in reversed(found.subject)] == [
        "MINENERGIA@EXAMPLE.CL",
        common_name,
        "61979830-9",
        changes.get("short_name", "Ministerio de Energía"),
        "CL",
    ]
    assert [(each.oid, each.value, each.encoding) for each in found.other_names] == [
        (HOLDER_RUT, "61979830-9", "ia5")
    ]
    assert (found.policies, found.key_usage) == (("2.16.152.1001.3",), ("keyCertSign", "cRLSign"))
    extensions = load_certificate(made).extensions
    constraints = extensions.get_extension_for_oid(ExtensionOID.BASIC_CONSTRAINTS)
    assert constraints.critical
    assert constraints.value == x509.BasicConstraints(ca=True, path_length=0)


def meant_authority(ministry: Ministry) -> IssuingAuthorityTemplate:
    template = ministry.authority_template()
    assert isinstance(template, IssuingAuthorityTemplate), template
    return template


def test_what_an_authority_is_to_say_is_looked_at_before_the_root_signs(ministry: Ministry):
    throw_away, meant = ministry.office.throw_away, meant_authority(ministry)
    body = issuing_authority_to_be_signed(meant)
    assert lint_issuing_authority(body, meant, throw_away) == []
    other_plan = PLAN.model_copy(update={"policy_oid": "2.16.152.1001.4", "crl_urls": ()})
    longer = Validity(meant.validity.not_before, ministry.office.root.not_valid_after_utc)
    other_name = ministry.authority_template(name="Otro Ministerio", rut="76086428-5")
    assert isinstance(other_name, IssuingAuthorityTemplate)
    for change, codes in (
        ({"serial": 7}, {"SERIAL_UNFIT"}),
        ({"public_key": ministry.root.certificate.public_key()}, {"PUBLIC_KEY_DIFFERS"}),
        ({"validity": longer}, {"VALIDITY_DIFFERS"}),
        ({"plan": other_plan}, {"EXTENSION_DIFFERS", "EXTENSION_UNEXPECTED"}),
        ({"subject": other_name.subject}, {"SUBJECT_DIFFERS"}),
        ({"alternative_name": other_name.alternative_name}, {"EXTENSION_DIFFERS"}),
    ):
        found = lint_issuing_authority(body, dataclasses.replace(meant, **change), throw_away)
        assert {each.code for each in found} == codes, change


def test_a_holders_bytes_are_no_authoritys(ministry: Ministry):
    throw_away, meant = ministry.office.throw_away, meant_authority(ministry)
    holder = ministry.template(person())
    body = build_to_be_signed(holder)
    as_holder = dataclasses.replace(
        meant, issuer=holder.issuer, serial=holder.serial, validity=holder.validity
    )
    found = {each.code for each in lint_issuing_authority(body, as_holder, throw_away)}
    assert {"NOT_HOLDERS_AUTHORITY", "KEY_USAGE_DIFFERS", "EXTENSION_UNEXPECTED"} <= found
    assert [each.code for each in lint_issuing_authority(b"no DER", meant, throw_away)] == [
        "CERTIFICATE_UNREADABLE"
    ]


def test_every_purpose_of_the_signing_interface_has_its_product():
    assert set(RULE.purposes) == set(PURPOSES)
    for product_id in RULE.purposes.values():
        product = POLICY.product(product_id)
        assert product is not None
        assert POLICY.profile_of(product) == PROFILE
        assert POLICY.price(product, NOW.date()) is None
        assert POLICY.unavailable_reason(product) == "asked_by_the_official"


def test_roles_are_seats_and_the_certifiers_is_the_centres_to_give():
    named = {role for roles in POLICY.roles.values() for role in roles}
    assert named <= {each.value for each in SeatRole}
    assert POLICY.roles["grant_certifier"] == ("central_administrator",)


@pytest.mark.parametrize("language", POLICY.languages)
def test_everything_named_has_words_and_no_word_is_left_over(language: str):
    words, reasons = LOADED.words(language), POLICY.reasons
    expected = {
        "types": {each.id for each in POLICY.types},
        "containers": {each.id for each in POLICY.containers},
        "validities": {each.validity for each in POLICY.products},
        "unavailable": {each.unavailable_reason for each in POLICY.containers},
        "fields": {each.name for each in POLICY.fields},
        "groups": {each.group for each in POLICY.fields},
        "purposes": set(RULE.purposes),
        "identity_documents": set(RULE.identity_documents),
        "identifications": {way for ways in POLICY.life.asks.values() for way in ways},
        "roles": {each.value for each in SeatRole},
        "ticket_types": {each.value for each in TicketType},
        "certificate_fields": {
            each.oid
            for each in (*PROFILE.subject, *PROFILE.other_names, *PROFILE.issuer_other_names)
        },
        "reasons": {
            *reasons.reject, *reasons.cancel, *reasons.revoke, *POLICY.life.own_causes,
            CARRIED_OVER,
        },
    }  # fmt: skip
    assert {topic: set(words.names(topic)) for topic in expected} == expected
    for topic, names in expected.items():
        assert all(words.word(topic, name).strip() for name in names)


def test_both_languages_have_the_same_texts_and_mails_ask_for_the_same():
    spanish, english = LOADED.words("es"), LOADED.words("en")
    assert set(spanish.text_names()) == set(english.text_names())
    mails = {name.removeprefix("mail/") for name in spanish.text_names() if "mail/" in name}
    assert mails == {each.value for each in Template}
    for name in spanish.text_names():
        if name.startswith("mail/"):
            asked = [placeholders(each.text(name)) for each in (spanish, english)]
            assert asked[0] == asked[1]
            assert all(split_mail(each.text(name))[0].strip() for each in (spanish, english))


def test_the_guide_for_institutions_is_up_to_date():
    assert differing(LOADED, GUIDES["cl-firmagob"]) == []
