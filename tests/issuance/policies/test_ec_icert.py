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
from issuance.findings import any_blocks
from issuance.identity.kinds import FieldKind, read
from issuance.model import Frozen
from issuance.policies.loader import policy_names
from issuance.policies.model import Condition, FieldRule, Product
from tests.issuance.policies.ec_icert_forms import (
    ARC,
    LOADED,
    OF_ORGANISATIONS,
    POLICY,
    POLICY_OIDS,
    TODAY,
    filled,
    read_example,
)

ROLES = {"operator", "approver", "cashier", "administrator", "auditor"}
OF_PERSONS = ("natural", "juridica-privada", "juridica-publica", "miembro-empresa")


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
    applicant = filled(product, kind, optional=True)
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
        read_example(field, LOADED.words(language).word("fields", field.name, "example"))
