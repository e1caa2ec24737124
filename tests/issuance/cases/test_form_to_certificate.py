"""What is typed into an application stands in the certificate, whole, or is refused with a code."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.cases.forms import check_form
from issuance.certificates.description import describe
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.certificates.lint import lint
from issuance.certificates.profile import resolve
from issuance.certificates.signer import issue
from issuance.certificates.to_be_signed import build_to_be_signed
from issuance.identity.kinds import FieldKind, read
from issuance.policies.loader import load_policy
from issuance.policies.model import Product
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import Office, make_office

LOADED = load_policy("ec-icert")
POLICY = LOADED.policy
TODAY = date(2026, 11, 22)
PRODUCTS = [each for each in POLICY.products if POLICY.type_of(each.certificate_type).available]
FREE = {FieldKind.PERSON_NAME, FieldKind.ADDRESS, FieldKind.CITY, FieldKind.ORGANISATION_NAME,
        FieldKind.POSITION, FieldKind.DEPARTMENT, FieldKind.PROFESSION,
        FieldKind.FREE_TEXT}  # fmt: skip
RULES = {rule.name: rule for rule in POLICY.fields}

typed = st.one_of(
    st.text("ABCÁÉÑÜaáñ '-.ÇÑ\u0303", max_size=90),
    st.text(max_size=40),
    st.integers(1, 300).map(lambda count: "Ñ" * count),
)


@pytest.fixture(scope="module")
def authority() -> Office:
    return make_office("p-256", make_private_key)


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return make_private_key("p-256")


def example_of(name: str) -> str:
    rule = RULES[name]
    text = LOADED.words("es").word("fields", name, "example")
    return rule.choices[0] if rule.kind is FieldKind.CHOICE else text


@settings(deadline=None, max_examples=examples(60))
@given(product=st.sampled_from(PRODUCTS), data=st.data())
def test_what_is_typed_stands_in_the_certificate_or_is_refused(
    authority: Office, key: PrivateKey, product: Product, data: st.DataObject
):
    names = POLICY.type_of(product.certificate_type).fields
    given_values = {"identification_kind": "cedula"} | {
        name: data.draw(typed, name) if data.draw(st.booleans()) else example_of(name)
        for name in names
        if RULES[name].kind in FREE
    }
    check(authority, key, product, given_values)


@pytest.mark.parametrize("length", [1, 63, 64, 65, 199, 200, 201, 250, 251])
def test_every_length_is_taken_whole_or_refused(authority: Office, key: PrivateKey, length: int):
    product = POLICY.product("miembro-empresa-pkcs12-2y")
    assert product is not None
    for name in ("organization", "position", "department", "address", "given_names", "city"):
        check(authority, key, product, {"identification_kind": "cedula", name: "Ñ" * length})


def check(authority: Office, key: PrivateKey, product: Product, values: dict[str, str]) -> None:
    parts = {"type": product.certificate_type, "container": product.container}
    everything: dict[str, str] = {}
    for name in POLICY.type_of(product.certificate_type).fields:
        shown = {rule.name for rule in POLICY.form_for({**everything, **values, **parts})}
        if name in shown:
            everything[name] = values.get(name, example_of(name))
    rules = POLICY.form_for({**everything, **parts})
    form = check_form(rules, everything, TODAY, POLICY.country)
    profile = POLICY.profile_of(product).model_copy(update={"key_algorithms": ("p-256",)})
    resolved = resolve(profile, form.values)
    if form.refused or isinstance(resolved, list):
        assert form.findings or resolved
        return
    template = authority.template(resolved, key)
    body = build_to_be_signed(template)
    assert lint(body, template, authority.throw_away) == []
    found = describe(issue(authority.signer, body))
    said = {
        each.oid.rpartition("1.3.6.1.4.1.43745.1.3.")[2]: each.value for each in found.other_names
    }
    places = {"2": "given_names", "3": "first_surname", "4": "second_surname", "5": "position",
              "7": "address", "9": "city", "10": "organization", "53": "profession",
              "54": "department"}  # fmt: skip
    # An organisation's own certificate says nothing of the person who asks for it.
    of_organisation = "entity_ruc" in everything
    own = {"7", "9", "10", "54"} if of_organisation else places.keys()
    assert of_organisation is (not said.keys() & {"1", "2", "3", "4", "5"})
    for number, name in places.items():
        if number not in own or name not in everything:
            continue
        if number == "53" and product.certificate_type != "natural":
            continue
        reading = read(
            RULES[name].kind,
            everything[name],
            today=TODAY,
            maximum_length=RULES[name].maximum_length,
        )
        assert said.get(number, "") == reading.value, name
    subject = {each.oid: each.value for each in found.subject}
    short = form.values.get("organization_short", form.values.get("organization"))
    assert subject.get("2.5.4.3" if of_organisation else "2.5.4.10") == short
