"""The policy of ICERT: that its parts fit each other, and the facts that are the authority's."""

import inspect
from collections.abc import Iterator, Mapping
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

import pytest
from cryptography.x509 import ReasonFlags

from issuance.cases import commands
from issuance.cases.guards import OVERRIDE
from issuance.certificates.profile import CertificateProfile, ResolvedProfile, resolve
from issuance.findings import any_blocks
from issuance.identity.kinds import FieldKind, read
from issuance.model import Frozen
from issuance.policies.loader import load_policy, policy_names
from issuance.policies.model import Condition, FieldRule, Product

TODAY = date(2026, 11, 22)
ARC = "1.3.6.1.4.1.43745"
POLICY_OIDS = {
    ("natural", "token"): "1.2.1.1.1.1",
    ("natural", "hsm-sfc"): "1.2.1.1.1.2",
    ("natural", "hsm"): "1.2.1.1.1.3",
    ("natural", "pkcs12"): "1.2.1.1.2.1",
    ("juridica-privada", "token"): "1.2.1.2.1.1",
    ("juridica-privada", "hsm-sfc"): "1.2.1.2.1.2",
    ("juridica-privada", "pkcs12"): "1.2.1.2.2.1",
    ("juridica-publica", "token"): "1.2.1.3.1.1",
    ("juridica-publica", "hsm-sfc"): "1.2.1.3.1.2",
    ("juridica-publica", "hsm"): "1.2.1.3.1.3",
    ("juridica-publica", "pkcs12"): "1.2.1.3.2.1",
    ("miembro-empresa", "token"): "1.2.1.4.1.1",
    ("miembro-empresa", "hsm-sfc"): "1.2.1.4.1.2",
    ("miembro-empresa", "hsm"): "1.2.1.4.1.3",
    ("miembro-empresa", "pkcs12"): "1.2.1.4.2.1",
    ("empresa", "hsm-sfc"): "1.2.2.1.1.2",
    ("empresa", "hsm"): "1.2.2.1.2.1",
    ("departamento", "hsm-sfc"): "1.2.3.1.1.2",
    ("departamento", "pkcs12"): "1.2.3.1.2.1",
}
ROLES = {"operator", "approver", "cashier", "administrator", "auditor"}
OF_PERSONS = ("natural", "juridica-privada", "juridica-publica", "miembro-empresa")
OF_ORGANISATIONS = ("empresa", "departamento")
LOADED = load_policy("ec-icert")
POLICY = LOADED.policy


def _all_fields() -> tuple[FieldRule, ...]:
    return (*POLICY.fields, *POLICY.payment_fields, *POLICY.billing_fields)


def _conditions() -> Iterator[Condition]:
    for field in _all_fields():
        yield from field.shown_when
    for rule in POLICY.evidence:
        yield from rule.required_when


def _command_kinds() -> set[str]:
    modules = (
        import_module(f"{commands.__name__}.{each.name}")
        for each in iter_modules(commands.__path__)
        # Whoever may do it in a case may do it without one.
        if each.name != "unregistered"
    )
    return {
        model.model_fields["kind"].default
        for module in modules
        for _, model in inspect.getmembers(module, inspect.isclass)
        if issubclass(model, Frozen) and "kind" in model.model_fields
    }


def _read(field: FieldRule, example: str) -> str:
    """Read an example as the form does; it must not be refused."""
    text = field.choices[0] if field.kind is FieldKind.CHOICE else example
    reading = read(
        field.kind, text, today=TODAY, choices=field.choices, maximum_length=field.maximum_length
    )
    assert reading.value, field.name
    assert not any_blocks(reading.findings), field.name
    return reading.value


def _filled(product: Product, kind: str, *, optional: bool) -> dict[str, str]:
    """Fill a product's form from the examples, as far as the answers show fields."""
    values = {"type": product.certificate_type, "container": product.container}
    values["identification_kind"] = kind
    for name in POLICY.type_of(product.certificate_type).fields:
        field = next((each for each in POLICY.form_for(values) if each.name == name), None)
        if field is None or name in values or not (optional or field.required):
            continue
        values[name] = _read(field, LOADED.words("es").word("fields", name, "example"))
    return values


def test_it_ships_and_its_hash_stands_in_its_reference():
    assert "ec-icert" in policy_names()
    assert LOADED.reference == f"ec-icert@2026.3#{LOADED.digest}"
    assert (POLICY.country, POLICY.currency, POLICY.zone) == ("EC", "USD", "America/Guayaquil")
    assert POLICY.authority_organization == "CONSEJO DE LA JUDICATURA"


def test_a_product_exists_for_exactly_the_pairs_the_authority_has():
    sold = {(each.certificate_type, each.container) for each in POLICY.products}
    assert sold == POLICY_OIDS.keys()
    assert len({product.id for product in POLICY.products}) == len(POLICY.products)


def test_every_other_pair_is_impossible_and_says_why():
    pairs = {(kind.id, container.id) for kind in POLICY.types for container in POLICY.containers}
    impossible = {(each.certificate_type, each.container) for each in POLICY.impossible}
    assert impossible == pairs - POLICY_OIDS.keys()
    for kind, container in impossible:
        assert POLICY.impossible_pair(f"{kind}-{container}-2y") is not None
        assert POLICY.impossible_pair(f"{kind}-{container}-9y") is None
    assert all(POLICY.impossible_pair(product.id) is None for product in POLICY.products)


@pytest.mark.parametrize("product", POLICY.products, ids=lambda product: product.id)
def test_a_product_says_its_policy_and_knows_its_price(product: Product):
    profile = POLICY.profile_of(product)
    pair = (product.certificate_type, product.container)
    assert profile.policy_oids == (f"{ARC}.{POLICY_OIDS[pair]}",)
    assert set(product.key_algorithms) <= set(profile.key_algorithms)
    assert {"digitalSignature", "nonRepudiation"} == set(profile.key_usage)
    assert all(field.oid.startswith(f"{ARC}.1.3.") for field in profile.other_names)
    price = POLICY.price(product, TODAY)
    assert price is not None
    assert price.sample


def test_two_years_in_a_file_cost_22_77_and_less_tax_was_due_before_april_2024():
    product = POLICY.product("natural-pkcs12-2y")
    assert product is not None
    now, before = POLICY.price(product, TODAY), POLICY.price(product, date(2024, 3, 31))
    assert now is not None
    assert before is not None
    assert (now.base.amount, now.tax_percent, now.total.amount) == (1980, 15, 2277)
    assert (before.tax_percent, before.total.amount) == (12, 2218)


def test_a_token_is_sold_where_a_station_reaches_tokens():
    for name, reason in (("token", "no_token_module"), ("hsm", "no_hsm_module")):
        product = POLICY.product(f"natural-{name}-2y")
        assert product is not None
        assert POLICY.unavailable_reason(product) == ""
        assert POLICY.unavailable_reason(product, {"token_module"}) == reason
    usual = POLICY.product("natural-pkcs12-2y")
    assert usual is not None
    assert POLICY.unavailable_reason(usual, {"token_module"}) == ""


def test_what_comes_later_is_listed_with_a_reason():
    waiting = {each.id for each in (*POLICY.types, *POLICY.containers) if not each.available}
    assert waiting == {"hsm-sfc"}


@pytest.mark.parametrize("kind", ["cedula", "passport"])
@pytest.mark.parametrize(
    "product",
    POLICY.products,
    ids=lambda product: product.id,
)
@pytest.mark.parametrize("optional", [False, True], ids=["required", "everything"])
def test_the_form_is_enough_for_the_certificate(product: Product, kind: str, optional: bool):
    values = _filled(product, kind, optional=optional)
    assert values[kind]
    for name in ("given_names", "first_surname", POLICY.email_field):
        assert values[name]
    assert {"cedula", "passport"} & values.keys() == {kind}

    resolved = resolve(POLICY.profile_of(product), values)
    assert isinstance(resolved, ResolvedProfile), resolved
    said = {field.oid: field.value for field in (*resolved.subject, *resolved.other_names)}
    assert said["2.5.4.6"] == "EC"
    own_ruc = values.get("ruc") or values.get("organization_ruc") or values.get("entity_ruc")
    assert said.get(f"{ARC}.1.3.11") == own_ruc
    if product.certificate_type in OF_ORGANISATIONS:
        assert said["2.5.4.5"] == values["entity_ruc"]
        assert said["2.5.4.3"] == said[f"{ARC}.1.3.10"] == values["organization"]
        assert said.get("2.5.4.11") == values.get("department")
        assert not {f"{ARC}.1.3.{number}" for number in (1, 2, 3, 4)} & said.keys()
        return
    assert said["2.5.4.5"] == said[f"{ARC}.1.3.1"] == values[kind]
    assert said[f"{ARC}.1.3.2"] == values["given_names"]
    assert (
        said[f"{ARC}.1.3.4"] == values["second_surname"]
        if optional
        else (f"{ARC}.1.3.4" not in said)
    )


LONG_NAME = "Empresa Pública Metropolitana de Movilidad y Obras Públicas del Cantón de Muestra"


@pytest.mark.parametrize(
    "product",
    [each for each in POLICY.products if each.certificate_type != "natural"],
    ids=lambda product: product.id,
)
def test_a_long_organisation_name_needs_a_short_form_and_stands_in_full_as_well(product: Product):
    assert len(LONG_NAME) > 64
    values = _filled(product, "cedula", optional=False) | {"organization": LONG_NAME}
    asked = {field.name: field for field in POLICY.form_for(values)}
    assert asked["organization_short"].required
    assert asked["organization_short"].maximum_length == 64
    refused = resolve(POLICY.profile_of(product), values)
    assert isinstance(refused, list)
    assert [(each.code, each.field) for each in refused] == [
        ("VALUE_TOO_LONG", "organization_short")
    ]
    resolved = resolve(POLICY.profile_of(product), values | {"organization_short": "EPMMOP"})
    assert isinstance(resolved, ResolvedProfile)
    said = {field.oid: field.value for field in (*resolved.subject, *resolved.other_names)}
    assert (
        said["2.5.4.3" if product.certificate_type in OF_ORGANISATIONS else "2.5.4.10"] == "EPMMOP"
    )
    assert said[f"{ARC}.1.3.10"] == LONG_NAME


@pytest.mark.parametrize(("name", "asked"), [("Ñ" * 64, False), ("Ñ" * 65, True), ("", False)])
def test_a_short_form_is_asked_only_where_the_name_does_not_fit(name: str, *, asked: bool):
    for typed in (name, f"  {name} ", name.replace("Ñ", "N\u0303")):
        values = {"type": "juridica-privada", "container": "pkcs12", "organization": typed}
        shown = {field.name for field in POLICY.form_for(values)}
        assert ("organization_short" in shown) is asked


def test_every_pair_has_both_profiles():
    own = {each.id for each in POLICY.profiles if not each.id.startswith("national-")}
    assert {each.id for each in POLICY.profiles} == own | {f"national-{each}" for each in own}
    assert own == {"-".join(pair) for pair in POLICY_OIDS}


@pytest.mark.parametrize("kind", ["cedula", "passport"])
@pytest.mark.parametrize(
    "profile",
    [each for each in POLICY.profiles if each.id.startswith("national-")],
    ids=lambda profile: profile.id,
)
def test_the_national_profile_says_who_in_the_subject(profile: CertificateProfile, kind: str):
    product = POLICY.product("miembro-empresa-pkcs12-2y")
    assert product is not None
    values = _filled(product, kind, optional=True)
    values |= {"ruc": "3059999015001", "entity_ruc": "3059999015001"}
    resolved = resolve(profile, values)
    assert isinstance(resolved, ResolvedProfile), resolved
    assert resolved.other_names == ()
    said = {field.oid: field.value for field in resolved.subject}
    person = {"cedula": "IDCEC-3059999015", "passport": "PASEC-AB123456"}
    is_person = not any(f"national-{each}" in profile.id for each in OF_ORGANISATIONS)
    assert said.get("2.5.4.5") == (person[kind] if is_person else None)
    assert said["2.5.4.97"] == "VATEC-3059999015001"
    assert said.get("2.5.4.10") == (None if "natural" in profile.id else values["organization"])
    assert ("2.5.4.11" in said) is ("miembro" in profile.id or "departamento" in profile.id)
    assert ("2.5.4.12" in said) is ("juridica" in profile.id or "miembro" in profile.id)
    assert (said["2.5.4.6"], said["2.5.4.7"]) == ("EC", values["city"])
    twin = next((each for each in POLICY.profiles if f"national-{each.id}" == profile.id), None)
    assert twin is not None
    assert twin.policy_oids == profile.policy_oids


@pytest.mark.parametrize("type_id", OF_PERSONS)
@pytest.mark.parametrize("container", [each.id for each in POLICY.containers])
def test_a_ruc_is_asked_only_for_a_file(type_id: str, container: str):
    values = {"type": type_id, "container": container, "wants_invoicing": "yes"}
    shown = {field.name for field in POLICY.form_for(values) if field.kind is FieldKind.RUC}
    own = {"ruc"} if type_id == "natural" else {"organization_ruc"}
    assert shown == (own if container == "pkcs12" else set())


def test_a_person_who_will_not_invoice_is_asked_for_no_ruc():
    values = {"type": "natural", "container": "pkcs12", "wants_invoicing": "no"}
    assert "ruc" not in {field.name for field in POLICY.form_for(values)}
    assert "ruc_document" not in {rule.id for rule in POLICY.evidence_for(values)}


COMPANY = {
    "photo", "identity_card", "organization_ruc_document", "authorisation", "voting_certificate",
    "representative_identity_card", "representative_appointment",
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"type": "natural", "wants_invoicing": "yes"},
            {"photo", "identity_card", "utility_bill", "ruc_document"},
        ),
        ({"type": "natural"}, {"photo", "identity_card", "utility_bill"}),
        (
            {"type": "juridica-privada"},
            {"photo", "identity_card", "organization_ruc_document", "appointment"},
        ),
        (
            {"type": "juridica-publica"},
            {"photo", "identity_card", "organization_ruc_document", "appointment"},
        ),
        ({"type": "miembro-empresa"}, COMPANY),
        *(
            ({"type": each}, {"photo", "identity_card", "entity_ruc_document", "appointment"})
            for each in OF_ORGANISATIONS
        ),
    ],
)
def test_each_type_brings_its_documents(values: Mapping[str, str], expected: set[str]):
    rules = POLICY.evidence_for({"container": "pkcs12", **values})
    assert {rule.id for rule in rules} == expected
    for rule in rules:
        assert rule.checklist
        assert rule.photo is None or rule.photo.minimum_side == 600
        assert rule.document is None or rule.document.maximum_bytes == 2 * 1024 * 1024


def test_the_appointment_caps_the_validity_and_voting_has_dated_exemptions():
    dated = {rule.id: rule.dated for rule in POLICY.evidence if rule.dated}
    assert dated == {"utility_bill": "issued", "appointment": "ends"}
    voting = POLICY.evidence_rule("voting_certificate")
    assert voting is not None
    by_age = {each.id: each.minimum_age for each in voting.exemptions if each.minimum_age}
    assert by_age == {"age_65": 65}
    assert all(each.proof_required or each.minimum_age for each in voting.exemptions)


def test_conditions_look_at_things_that_exist():
    known: dict[str, set[str]] = {
        "type": {each.id for each in POLICY.types},
        "container": {each.id for each in POLICY.containers},
    }
    for field in _all_fields():
        known[field.name] = {"yes", "no"} if field.kind is FieldKind.YES_NO else set(field.choices)
    for condition in _conditions():
        assert condition.value in known
        assert set(condition.one_of) <= known[condition.value], condition


def test_every_step_needs_only_steps_before_it():
    seen: set[str] = set()
    for step in POLICY.steps:
        assert set(step.needs) <= seen
        seen.add(step.id)
    assert POLICY.steps[-1].needs == ("evidence", "payment", "billing")


def test_every_command_has_roles_and_nothing_else_has():
    kinds = _command_kinds()
    assert len(kinds) > 20
    assert POLICY.roles.keys() == kinds | {OVERRIDE}
    assert {role for roles in POLICY.roles.values() for role in roles} <= ROLES
    assert all(POLICY.roles.values())
    assert {act for pair in POLICY.four_eyes for act in (pair.first, pair.second)} <= kinds


@pytest.mark.parametrize(
    ("first", "second"),
    [("open_case", "approve"), ("amend_application", "approve"), ("open_case", "reject"),
     ("capture_evidence", "accept_evidence"), ("open_case", "confirm_payment")],
)  # fmt: skip
def test_two_people_are_needed(first: str, second: str):
    assert (first, second) in {(pair.first, pair.second) for pair in POLICY.four_eyes}


def test_reasons_of_revocation_are_those_of_the_standard():
    assert set(POLICY.reasons.revoke.values()) <= {reason.value for reason in ReasonFlags}


def test_every_province_has_one_account_and_it_is_marked_a_sample():
    provinces = next(field for field in POLICY.fields if field.name == "province").choices
    assert sorted(point.province for point in POLICY.service_points) == sorted(provinces)
    assert len(provinces) == 24
    for point in POLICY.service_points:
        assert point.sample
        assert point.account.startswith("MUESTRA")


@pytest.mark.parametrize("kind", ["cedula", "passport"])
def test_the_invoice_can_go_to_the_applicant(kind: str):
    product = POLICY.product("natural-pkcs12-2y")
    assert product is not None
    applicant = _filled(product, kind, optional=True)
    billing = {
        target: " ".join(applicant[name] for name in sources if name in applicant)
        for target, sources in POLICY.billing_from_applicant.items()
    }
    for field in POLICY.billing_fields:
        if all(condition.holds(billing) for condition in field.shown_when):
            reading = read(
                field.kind, billing[field.name], today=TODAY,
                choices=field.choices, maximum_length=field.maximum_length,
            )  # fmt: skip
            assert reading.value == billing[field.name]
            assert not any_blocks(reading.findings)


@pytest.mark.parametrize("language", POLICY.languages)
def test_every_example_reads_as_its_field(language: str):
    for field in _all_fields():
        _read(field, LOADED.words(language).word("fields", field.name, "example"))
