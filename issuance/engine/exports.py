"""Records that a list leaves the office as a file: who, when, which list, how many, where to."""

from issuance.access.commands import RecordExport
from issuance.access.operators import ListExported, OperatorState, evolve
from issuance.access.roles import Session
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.office import Office, named_stream
from issuance.engine.receipts import keep_receipt
from issuance.engine.streams import append, read_state
from issuance.register.model import Origin


def settle_export(
    office: Office, command: Command, body: RecordExport, session: Session
) -> Receipt:
    """Append it to the stream of the person who saves the list; nothing of the list is kept."""
    exported = ListExported.model_validate(body.model_dump(exclude={"kind"}))
    stream = named_stream(office.id, "operator", session.operator)
    with office.register.writing() as writing:
        state, revision = read_state(writing, stream, OperatorState)
        origin = Origin(office.now(), session.operator, command.id, office.policy.reference)
        append(writing, stream, revision, [exported], origin, evolve(state, exported))
        return keep_receipt(office, command, writing, Outcome.APPLIED, (), revision + 1, {})
