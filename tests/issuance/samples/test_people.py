from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.cases.forms import check_form
from issuance.identity.ruc import ruc_belongs_to
from issuance.policies.loader import load_policy
from issuance.policies.model import all_hold
from issuance.samples.machine_readable import check_digit, td1_lines
from issuance.samples.people import (
    PEOPLE,
    representative_of,
    sample_billing,
    sample_payment,
    sample_person,
)

POLICY = load_policy("ec-icert").policy
TYPES = tuple(each.id for each in POLICY.types)
TODAY = date(2026, 11, 22)

types = st.sampled_from(TYPES)
numbers = st.integers(0, PEOPLE - 1)


# The first check of a form loads what it needs, which takes its time on a busy machine.
@settings(deadline=None)
@given(types, numbers, st.sampled_from(["pkcs12", "token", "hsm"]))
def test_every_application_is_complete_and_already_in_its_kept_form(kind, number, container):
    person = sample_person(kind, number, container)
    rules = POLICY.form_for({**person.values, "type": kind, "container": container})
    checked = check_form(rules, person.values, TODAY, POLICY.country)
    assert checked.findings == ()
    assert checked.values == person.values


def test_no_two_people_share_name_number_or_mailbox():
    people = [sample_person("natural", number) for number in range(PEOPLE)]
    assert len({person.name for person in people}) == PEOPLE
    assert len({person.values["cedula"] for person in people}) == PEOPLE
    assert len({person.values["email"] for person in people}) == PEOPLE


def test_a_person_stays_the_same_whatever_they_apply_for():
    people = [sample_person(kind, 5) for kind in TYPES]
    assert len({(each.name, each.values["cedula"], each.birth_date) for each in people}) == 1


@given(numbers)
def test_a_ruc_is_the_persons_own(number):
    values = sample_person("natural", number).values
    if values["wants_invoicing"] == "yes":
        assert ruc_belongs_to(values["ruc"], values["cedula"])
    else:
        assert "ruc" not in values


@given(numbers)
def test_a_member_is_authorised_by_the_one_who_runs_the_same_company(number):
    member = sample_person("miembro-empresa", number)
    representative = representative_of(member)
    assert member.values["representative_name"] == representative.name
    assert member.values["representative_cedula"] == representative.values["cedula"]
    assert member.values["organization"] == representative.values["organization"]
    assert member.values["organization_ruc"] == representative.values["organization_ruc"]
    assert member.values["cedula"] != representative.values["cedula"]


@given(types, numbers)
def test_billing_and_payment_are_complete(kind, number):
    billing = sample_billing(sample_person(kind, number))
    rules = [rule for rule in POLICY.billing_fields if all_hold(rule.shown_when, billing)]
    assert check_form(rules, billing, TODAY, POLICY.country).findings == ()
    payment = sample_payment(number, TODAY)
    checked = check_form(POLICY.payment_fields, payment, TODAY, POLICY.country)
    assert checked.findings == ()
    assert checked.values == payment
    assert date.fromisoformat(payment["deposit_date"]) < TODAY


def test_no_two_deposits_share_a_number():
    numbers = {sample_payment(number, TODAY)["deposit_number"] for number in range(PEOPLE)}
    assert len(numbers) == PEOPLE


@pytest.mark.parametrize(
    ("kind", "number"), [("natural", -1), ("natural", PEOPLE), ("funcionario", 0)]
)
def test_who_does_not_exist_is_refused(kind, number):
    with pytest.raises(ValueError, match=r"numbered|no form"):
        sample_person(kind, number)


def test_check_digits_are_those_of_the_standards_examples():
    # ICAO Doc 9303-3, appendix A.
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


def test_the_machine_readable_zone_is_that_of_a_known_card():
    lines = td1_lines(
        card_number="012345678",
        cedula="1710034065",
        birth_date=date(1990, 4, 15),
        sex="M",
        expires=date(2034, 1, 15),
        surnames="Pérez Roca",
        given_names="Juan Carlos",
    )
    assert lines == (
        "I<ECU0123456784<<<<<1710034065",
        "9004159M3401158ECU<NO<DONANTE2",
        "PEREZ<ROCA<<JUAN<CARLOS<<<<<<<",
    )


@given(st.text(st.sampled_from("ÁÑÜñé -abz"), min_size=1, max_size=60))
def test_any_name_fits_the_line(name):
    lines = td1_lines(
        card_number="999000000",
        cedula="3059999007",
        birth_date=date(2000, 1, 1),
        sex="F",
        expires=date(2034, 1, 15),
        surnames=name,
        given_names=name,
    )
    assert [len(line) for line in lines] == [30, 30, 30]
    assert set(lines[2]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
