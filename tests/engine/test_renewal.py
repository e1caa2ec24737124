"""A certificate that follows another one: when it may, and what the old one is then."""

from uuid import UUID

import pytest

from issuance.cases.commands.application import OpenCase
from issuance.cases.commands.conduct import CancelCase
from issuance.findings.cases import CaseFinding
from issuance.findings.revocation import RevocationFinding
from issuance.samples.people import sample_person
from tests.engine.desk import codes
from tests.engine.issued_office import IssuedOffice

PRODUCT = "natural-pkcs12-2y"


@pytest.fixture
def office(issued: IssuedOffice) -> IssuedOffice:
    return issued


def renewing(office: IssuedOffice, number: int, renews: str, product: str = PRODUCT) -> OpenCase:
    person = sample_person("natural", number)
    policy = office.rehearsal.office.engine.office.policy.policy
    return OpenCase(
        policy=policy.id,
        product=product,
        values=dict(person.values),
        consent_version=policy.consent_version,
        language="es",
        renews=renews,
    )


def another_case(office: IssuedOffice, number: int = 1) -> None:
    """Go on with a new case; the second deposit and photo are others."""
    office.rehearsal.case = office.rehearsal.sources.identifiers.new()
    office.rehearsal.number = number
    office.rehearsal.target = office.work / f"{number}.p12"


def test_a_renewal_is_refused_too_early_and_for_another(office: IssuedOffice):
    serial = office.serial
    another_case(office)
    early = office.give(renewing(office, 0, serial))
    assert codes(early) == [RevocationFinding.RENEWAL_TOO_EARLY]
    office.later(days=700)
    assert codes(office.give(renewing(office, 1, serial))) == [RevocationFinding.RENEWAL_OF_ANOTHER]
    assert codes(office.give(renewing(office, 0, "99"))) == [RevocationFinding.RENEWAL_UNKNOWN]


def test_a_renewal_gives_new_keys_and_the_old_case_knows_it(office: IssuedOffice):
    old, old_case = office.serial, office.rehearsal.case
    office.later(days=700)
    assert office.listed(expiring_within_days=60) == [old]
    assert office.life.renewal_product == PRODUCT
    another_case(office)
    assert office.give(renewing(office, 0, old)).applied
    assert office.life.renewal_product == ""
    assert [each.code for each in office.life.renewal_findings] == [CaseFinding.OPEN_CASE_EXISTS]
    office.rehearsal.play()
    new = office.rehearsal.state.activation.certificate
    assert new is not None
    assert office.rehearsal.state.renews == old
    assert office.life.life.renewed_by == new.serial
    assert office.life.line.state == "valid"
    assert office.life.renewal_product == ""
    assert set(office.listed(state="valid")) == {old, new.serial}
    assert office.listed(expiring_within_days=60) == []
    office.rehearsal.case = office.rehearsal.sources.identifiers.new()
    assert codes(office.give(renewing(office, 0, old))) == [RevocationFinding.RENEWED_ALREADY]
    office.rehearsal.case = old_case


def test_one_certificate_has_one_renewal_open_whatever_its_term(office: IssuedOffice):
    old, old_case = office.serial, office.rehearsal.case
    office.later(days=700)
    another_case(office)
    opened = office.give(renewing(office, 0, old))
    number = opened.result["number"]
    another_case(office)
    second = office.give(renewing(office, 0, old, "natural-pkcs12-1y"))
    assert [(each.code, each.parameters["number"]) for each in second.findings] == [
        (CaseFinding.RENEWAL_OPEN, number)
    ]
    office.rehearsal.case = old_case
    assert office.life.renewal_product == ""


def test_a_renewal_that_was_cancelled_leaves_room_for_another_term(office: IssuedOffice):
    old = office.serial
    office.later(days=700)
    another_case(office)
    assert office.give(renewing(office, 0, old)).applied
    assert office.give(CancelCase(reason="wrong_product")).applied
    another_case(office)
    assert office.give(renewing(office, 0, old, "natural-pkcs12-1y")).applied


@pytest.mark.soak
def test_two_renewals_opened_before_a_certificate_had_one_at_most_are_both_handed_over(
    office: IssuedOffice,
):
    old, old_case = office.serial, office.rehearsal.case
    office.later(days=700)
    opened: list[UUID] = []
    for product in (PRODUCT, "natural-pkcs12-1y"):
        another_case(office)
        assert office.give(renewing(office, 0, old, product)).applied
        opened.append(office.rehearsal.case)
        with office.rehearsal.office.engine.office.register.writing() as writing:
            writing.release_claims(office.rehearsal.case, "renewal")
    for number, case in enumerate(opened, 1):
        another_case(office, number)
        office.rehearsal.case = case
        office.rehearsal.play()
    last = office.rehearsal.state.activation.certificate
    office.rehearsal.case = old_case
    assert last is not None
    assert office.life.life.renewed_by == last.serial
