"""A policy whose names stand for nothing, or have no words, is refused before a case meets them."""

import shutil
from pathlib import Path

import pytest

import issuance.policies
from issuance.policies.loader import PolicyError, read_policy

_SHIPPED = Path(issuance.policies.__file__).parent / "ec-icert"
_TARIFF = '[[tariffs]]\ncertificate_type = "'


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(_SHIPPED, tmp_path_factory.mktemp("policy") / "ours"))


@pytest.fixture(scope="module")
def institutions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shipped = _SHIPPED.parent / "cl-firmagob"
    return Path(shutil.copytree(shipped, tmp_path_factory.mktemp("policy") / "theirs"))


def refusal(folder: Path, file: str, old: str, new: str) -> str:
    path = folder / file
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), "utf-8")
    try:
        with pytest.raises(PolicyError) as refused:
            read_policy(folder)
    finally:
        path.write_text(before, "utf-8")
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('currency = "USD"', 'currency = "usd"', "policy.toml: currency: 'usd'"),
        ('country = "EC"', 'country = "Ecuador"', "policy.toml: country: 'Ecuador'"),
        ("America/Guayaquil", "America/Guayaqil", "policy.toml: zone: 'America/Guayaqil'"),
        ('languages = ["es", "en"]', "languages = []", "languages: "),
        ('approve = ["approver"]', 'approve = ["aprover"]', "roles.approve: aprover is no role"),
        ('approve = ["approver"]', 'aprove = ["approver"]', "roles: aprove is no act"),
        ('email_field = "email"', 'email_field = "mail"', "email_field: mail is no field"),
        ('name_fields = ["given', 'name_fields = ["givn', "name_fields: givn_names is no field"),
        ("passport = ", "pasport = ", "identification_issuers: pasport is no field"),
        ('second = "confirm_payment"', 'second = "confirm"', "four_eyes: confirm is given to no"),
        ('note_required = ["', 'note_required = ["othr", "', "note_required: othr is no reason"),
        ('needs = ["payment"]', 'needs = ["billing"]', 'steps "billing": billing is no step bef'),
        ('needs = ["approval"]', 'needs = ["payment"]', 'steps "evidence": payment is no step b'),
        ('kind = "billing"', 'kind = "payment"', "steps: 2 are of the kind payment"),
        (
            'id = "activation"\nkind = "activation"',
            'id = "last"\nkind = "email"',
            "kind activation",
        ),
        ("minutes = 10", "minutes = 99999999999", "policy.toml: code: minutes: "),
        ('contract_version = "2026.2"', "", "activation.contract_version: missing"),
        (
            'id = "token"',
            'id = "pkcs12"\n\n[[containers]]\nid = "token"',
            'containers "pkcs12": stands there more than once',
        ),
    ],
)
def test_a_rule_about_nothing_is_refused(ours: Path, old: str, new: str, said: str):
    assert said in refusal(ours, "policy.toml", old, new)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('for = ["holder_died"]', 'for = ["died"]', "life.effective_date_for: died is no cause"),
        ('holder = ["holder_died"]', 'holder = ["died"]', "life.never_by_holder: died is no cause"),
        ('renewed = "superseded"', "", "life.own_causes: renewed is missing"),
        ('renewed = "superseded"', 'renewed = "certificateHold"', "certificateHold is no reason"),
        ("contract_hours = 120", "contract_hours = 99999999999", "contract_hours: "),
        ("OCSP DE PRUEBA", r"OCSP \u0007 DE", "publication: responder_name: "),
    ],
)
def test_a_clock_or_cause_that_cannot_be_is_refused(ours: Path, old: str, new: str, said: str):
    assert said in refusal(ours, "life.toml", old, new)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("fields.toml", 'choices = ["cedula", "passport"]', "", 'kind": a choice needs choices'),
        ("fields.toml", '["passport"] }', '["visa"] }', 'fields "passport": visa is no identif'),
        ("fields.toml", '"identification_kind", one', '"kind", one', "kind is no field of the"),
        ("fields.toml", "maximum_length = 100", "maximum_length = 0", '"given_names": maximum_'),
        ("products.toml", _TARIFF, _TARIFF + "x", "tariffs: xnatural-pkcs12-2y is no product"),
        ("profiles.toml", '"PERSONA NATURAL"', '" "', "an empty constant says nothing"),
    ],
)
def test_a_form_price_or_field_of_nothing_is_refused(
    ours: Path, file: str, old: str, new: str, said: str
):
    assert said in refusal(ours, file, old, new)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("es/validities.toml", "[2y]", "[two]", 'es/validities.toml: "2y" has no words'),
        ("en/validities.toml", '"2 years"', '" "', 'en/validities.toml: "2y" has no words'),
        ("en/certificate_fields.toml", '["2.5.4.4"]', '["2.5.4.44"]', '"2.5.4.4" has no words'),
        ("es/checklists.toml", "[data_correct]", "[data]", '"data_correct" has no words'),
        ("es/mail/email_code.txt", "$minutes", "$hours", "email_code.txt: nothing fills in $hours"),
        ("es/contract.txt", "$full_name", "$nombre", "es/contract.txt: nothing fills in $nombre"),
    ],
)
def test_what_has_no_words_is_refused_before_a_case_meets_it(
    ours: Path, file: str, old: str, new: str, said: str
):
    assert said in refusal(ours, file, old, new)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('= "desatendido-custodia-3y"', '= "desatendido"', "purposes: desatendido is no product"),
        ('policy_oid = "2.16', 'policy_oid = "x2.16', "portable: authority.policy_oid: 'x2.16"),
        ('crl_urls = ["http:', 'crl_urls = ["htp:', "portable: authority.crl_urls.0: 'htp:"),
        ("/crl/{authority}.crl", "/crl/{autority}.crl", "portable: authority.list_url: "),
        ("/crl/{authority}.crl", "/crl/list.crl", "portable: authority.list_url: "),
        ("firma-{rut}@", "firma-{run}@", "portable: authority.email: "),
    ],
)
def test_an_institutions_authority_that_could_not_be_made_is_refused(
    institutions: Path, old: str, new: str, said: str
):
    assert said in refusal(institutions, "policy.toml", old, new)


def test_a_long_text_that_is_missing_is_named(ours: Path):
    text = ours / "es" / "mail" / "certificate_issued.txt"
    kept = text.rename(ours / "kept")
    try:
        with pytest.raises(PolicyError, match=r"es/mail/certificate_issued\.txt is missing"):
            read_policy(ours)
    finally:
        kept.rename(text)
