"""Of an office that has ended the next appointment is asked, as long as a case goes on."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from issuance.cases.life_state import LifeState, Standing
from issuance.cases.outdated import as_of
from issuance.cases.state import (
    ActivationState,
    CaseState,
    CaseStatus,
    CertificateState,
    EvidenceState,
    EvidenceStatus,
)
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.policies.loader import load_policy

POLICY = load_policy("ec-icert").policy
PRODUCT = POLICY.products[0]
ENDS = date(2027, 3, 9)
LAST_MINUTE = datetime(2027, 3, 10, 4, 59, tzinfo=UTC)
"""One minute before midnight in Guayaquil."""
AFTER = datetime(2027, 3, 10, 5, 0, tzinfo=UTC)
CERTIFICATE = CertificateState(
    serial="77",
    to_be_signed_sha256="0" * 64,
    not_before=LAST_MINUTE,
    not_after=AFTER,
    requested_by="olga",
)


def case(
    status: CaseStatus = CaseStatus.OPEN,
    slot: str = "appointment",
    brought: EvidenceStatus = EvidenceStatus.ACCEPTED,
    certificate: CertificateState | None = None,
) -> CaseState:
    price = POLICY.price(PRODUCT, ENDS)
    assert price is not None
    held = EvidenceState(status=brought, document_date=ENDS, by="olga", at=LAST_MINUTE)
    return CaseState(
        id=UUID(int=1),
        number="26-000001-1",
        policy="ec-icert",
        product=PRODUCT.id,
        certificate_type=PRODUCT.certificate_type,
        container=PRODUCT.container,
        validity_days=0,
        person=UUID(int=2),
        language="es",
        consent_version="1",
        price=price,
        values={},
        opened_by="olga",
        opened_at=LAST_MINUTE,
        updated_at=LAST_MINUTE,
        updated_by="olga",
        status=status,
        evidence={slot: held},
        activation=ActivationState(certificate=certificate),
    )


@pytest.mark.parametrize("status", [CaseStatus.OPEN, CaseStatus.HELD])
@pytest.mark.parametrize("brought", [EvidenceStatus.CAPTURED, EvidenceStatus.ACCEPTED])
def test_an_office_holds_until_its_last_midnight(status: CaseStatus, brought: EvidenceStatus):
    of_yesterday = case(status, brought=brought)
    assert as_of(of_yesterday, POLICY, LAST_MINUTE) == of_yesterday
    held = as_of(of_yesterday, POLICY, AFTER).evidence["appointment"]
    assert (held.status, held.reason) == (EvidenceStatus.RETURNED, "document_expired")


@pytest.mark.parametrize("held", [False, True])
def test_what_a_clock_that_stood_ahead_let_expire_is_as_it_was_before(held: bool):
    standing = Standing(
        cause="", reason=RevocationReason.CERTIFICATE_HOLD, at=LAST_MINUTE, by="olga"
    )
    life = LifeState(expired_at=AFTER, standing=standing if held else None)
    certificate = CERTIFICATE.model_copy(update={"life": life})
    expired = case(CaseStatus.EXPIRED, certificate=certificate)
    status = CaseStatus.SUSPENDED if held else CaseStatus.ACTIVE
    assert as_of(expired, POLICY, LAST_MINUTE).status is status
    assert as_of(expired, POLICY, AFTER) == expired


@pytest.mark.parametrize(
    "other",
    [
        case(certificate=CERTIFICATE),
        *(case(each) for each in CaseStatus if each not in {CaseStatus.OPEN, CaseStatus.HELD}),
        case(slot="identity_card"),
        case(brought=EvidenceStatus.RETURNED),
    ],
)
def test_nothing_else_is_asked_again(other: CaseState):
    assert as_of(other, POLICY, AFTER) == other
