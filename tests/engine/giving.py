"""Gives commands on a case in the session of whoever is logged in."""

from issuance.access.roles import Session
from issuance.cases.commands.payment import RecordPayment
from issuance.cases.steps import StepState
from issuance.commands import Body, Command, Receipt
from issuance.samples.documents import sample_proof
from issuance.samples.people import sample_payment
from issuance.streams import StreamRef
from ventanilla.rehearsal import Rehearsal


def command_for(
    rehearsal: Rehearsal, body: Body, revision: int | None = None, session: Session | None = None
) -> Command:
    actor = session or rehearsal.office.session
    known = rehearsal.known
    return Command(
        id=rehearsal.sources.identifiers.new(),
        office=actor.office,
        stream=StreamRef(kind="case", id=rehearsal.case),
        base_revision=(known.revision if known else 0) if revision is None else revision,
        operator=actor.operator,
        session=actor.id,
        at=rehearsal.sources.clock.now(),
        body=body,
    )


def give(rehearsal: Rehearsal, body: Body) -> Receipt:
    return rehearsal.office.engine.execute(command_for(rehearsal, body), rehearsal.office.session)


def entries(rehearsal: Rehearsal) -> int:
    with rehearsal.office.engine.office.register.reading() as reading:
        return reading.head().seq


def record_payment(rehearsal: Rehearsal, less: int = 0) -> Receipt:
    office = rehearsal.office.engine.office
    values = sample_payment(rehearsal.number, office.today())
    proof = office.blobs.keep(sample_proof(rehearsal.person, values), "application/pdf")
    return give(
        rehearsal,
        RecordPayment(
            province="pichincha",
            amount=rehearsal.state.price.total.amount - less,
            values=dict(values),
            proof=proof,
        ),
    )


def step(rehearsal: Rehearsal, name: str) -> StepState:
    known = rehearsal.known
    assert known is not None
    return next(each.state for each in known.steps if each.id == name)


def reason_of(rehearsal: Rehearsal, kind: str) -> str:
    reasons = rehearsal.office.engine.office.policy.policy.reasons
    return next(reason for reason in getattr(reasons, kind) if reason not in reasons.note_required)
