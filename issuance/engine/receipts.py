"""Receipts: kept with what they answer, so that a command sent twice has one effect."""

import hmac
from uuid import UUID

from issuance.commands import Command, Outcome, Receipt
from issuance.engine.office import Office
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.model import canonical_bytes
from issuance.register.model import StoredReceipt
from issuance.register.register import Writing


def earlier_receipt(
    office: Office, command: Command, stored: StoredReceipt | None
) -> Receipt | None:
    """Return the receipt that is stored for a command's id, if it was sent before.

    The same id with other contents is answered with `COMMAND_ID_REUSED` and changes nothing.
    """
    if stored is None:
        return None
    if hmac.compare_digest(stored.command_hash, command.digest()):
        return Receipt.model_validate_json(stored.body)
    return unstored_rejection(office, command, blocks(EngineCode.COMMAND_ID_REUSED))


def unstored_rejection(office: Office, command: Command, finding: Finding) -> Receipt:
    """Return a rejection the register holds nothing of: the command was not settled."""
    return Receipt(
        command=command.id,
        outcome=Outcome.REJECTED,
        findings=(finding,),
        stream=command.stream,
        revision=command.base_revision,
        position=0,
        at=office.now(),
    )


def keep_receipt(
    office: Office,
    command: Command,
    writing: Writing,
    outcome: Outcome,
    findings: tuple[Finding, ...],
    revision: int,
    result: dict[str, str],
) -> Receipt:
    """Store the answer to a command in the transaction of its effects."""
    receipt = Receipt(
        command=command.id,
        outcome=outcome,
        findings=findings,
        stream=command.stream,
        revision=revision,
        position=writing.head().seq,
        at=office.now(),
        result=result,
    )
    sender = sender_of(office, command)
    writing.keep_receipt(sender, command.id, command.digest(), canonical_bytes(receipt))
    return receipt


def keep_conflict(office: Office, command: Command, writing: Writing, revision: int) -> Receipt:
    """Store that the stream is at another revision than the command was given at."""
    finding = blocks(RegisterCode.REVISION_CONFLICT, revision=revision)
    return keep_receipt(office, command, writing, Outcome.CONFLICT, (finding,), revision, {})


def sender_of(office: Office, command: Command) -> UUID:
    """Return who a command's id is unique for: the station, or an embedded office itself."""
    return command.station or office.id
