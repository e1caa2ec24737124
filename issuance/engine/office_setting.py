"""A setting of the office that a command changes: kept sealed, and recorded in the register."""

from collections.abc import Callable

from issuance.access.office_stream import OfficeEvent, OfficeState, evolve_office
from issuance.access.roles import Session
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.denials import append_denials
from issuance.engine.office import Office, named_stream
from issuance.engine.receipts import keep_receipt
from issuance.engine.streams import append, read_state
from issuance.findings import Finding
from issuance.register.model import Origin


def settle_setting(
    office: Office,
    command: Command,
    session: Session,
    changed: OfficeEvent,
    keep: Callable[[], tuple[Finding, ...]],
) -> Receipt:
    """Keep a setting and record the change; or say why not.

    `keep` writes it, or returns what forbids it; it runs alone, and before the commit.
    """
    stream = named_stream(office.id, "office")
    with office.register.writing(alone=True) as writing:
        state, revision = read_state(writing, stream, OfficeState)
        if findings := keep():
            append_denials(writing, office, session, command.body.kind, findings, command.id)
            return keep_receipt(office, command, writing, Outcome.REJECTED, findings, revision, {})
        origin = Origin(office.now(), session.operator, command.id, office.policy.reference)
        append(writing, stream, revision, [changed], origin, evolve_office(state, changed))
        return keep_receipt(office, command, writing, Outcome.APPLIED, (), revision + 1, {})
