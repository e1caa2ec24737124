"""Imports a list of officials: looked at first, then row by row, resumed where it stopped."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, partial
from typing import Final
from uuid import UUID

from issuance.access.roles import Session
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.institutional_claims import OFFICIAL_RUN, ClaimHeldError, run_value
from issuance.engine.institutional_facts import official_facts
from issuance.engine.institutional_streams import continue_stream, read_import, read_official
from issuance.engine.members import actor_of
from issuance.engine.office import Office
from issuance.engine.receipts import keep_conflict, keep_receipt
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import Actor, check_reach
from issuance.institutions.decision import Decision, happened, refusal, refused
from issuance.institutions.import_stream import (
    BeginImport,
    ImportBegun,
    ImportRowsDone,
    ImportState,
    ImportStatus,
)
from issuance.institutions.official_decisions import decide_official
from issuance.institutions.officials_list import (
    Preview,
    PreviewRow,
    Registered,
    against,
    plan_import,
    read_rows,
)
from issuance.policies.loader import LoadedPolicy
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing

_AT_ONCE: Final = 250
"""Rows in one transaction, so that others are not kept waiting."""


def look_at_list(
    office: Office, reading: Reading, institution: UUID, file: BlobRef
) -> Preview | Finding:
    """Return what would happen with a kept list; nothing is done."""
    preview = _preview(office, file)
    if isinstance(preview, Finding):
        return preview
    rows = tuple(_against(office, reading, institution, preview, row) for row in preview.rows)
    return Preview(preview.digest, rows, preview.findings, preview.columns)


def decide_begin(
    reading: Reading, office: Office, state: ImportState | None, body: BeginImport, actor: Actor
) -> Decision:
    """Begin the import of a list that has no more refused rows than somebody left out."""
    if finding := check_reach(office.policy.policy, body.kind, actor, body.institution):
        return refused(finding)
    if state is not None:
        return refusal(InstitutionCode.IMPORT_NOT_POSSIBLE, status=state.status.value)
    preview = _preview(office, body.file)
    if isinstance(preview, Finding):
        return refused(preview)
    planned = plan_import(
        preview, body.institution, body.institution, leave_out_refused=body.leave_out_refused
    )
    if isinstance(planned, Finding):
        return refused(planned)
    begun = ImportBegun(
        institution=body.institution,
        file=body.file,
        rows=len(preview.rows),
        refused=preview.counts.get("refused", 0),
        by=actor.user,
    )
    return happened(begun)


def settle_rows(office: Office, command: Command, session: Session) -> Receipt:
    """Import the next rows, each of them whole or not at all.

    The receipt's result tells how far it is: `last` of `rows`, and `status`.
    """
    return office.register.write(
        partial(_settle_rows, office=office, command=command, session=session)
    )


def _settle_rows(writing: Writing, office: Office, command: Command, session: Session) -> Receipt:
    actor, policy = actor_of(office, writing, session), office.policy.policy
    state, revision = read_import(writing, command.stream.id)
    if state is None:
        found = blocks(InstitutionCode.OUT_OF_REACH)
        return _refuse(office, command, writing, found, command.base_revision)
    if finding := check_reach(policy, command.body.kind, actor, state.institution):
        return _refuse(office, command, writing, finding, command.base_revision)
    if state.status is ImportStatus.DONE:
        done = blocks(InstitutionCode.IMPORT_NOT_POSSIBLE, status=state.status.value)
        return _refuse(office, command, writing, done, revision)
    if revision != command.base_revision:
        return keep_conflict(office, command, writing, revision)
    preview = _preview(office, state.file)
    if isinstance(preview, Finding):
        return _refuse(office, command, writing, preview, revision)
    origin = Origin(office.now(), session.operator, command.id, office.policy.reference)
    rows = [row for row in preview.rows if row.number > state.last]
    event = _import(writing, office, command.stream.id, state, preview, rows, actor, origin)
    state, revision = continue_stream(
        writing, office, command.stream, state, revision, [event], origin
    )
    result = {
        "status": state.status.value, "last": str(state.last),
        "done": str(len(preview.rows) - len([row for row in rows if row.number > state.last])),
        "rows": str(state.rows), "registered": str(state.registered),
        "changed": str(state.changed), "failed": str(len(state.failed)),
    }  # fmt: skip
    return keep_receipt(office, command, writing, Outcome.APPLIED, (), revision, result)


def _import(
    writing: Writing,
    office: Office,
    import_id: UUID,
    state: ImportState,
    preview: Preview,
    rows: Sequence[PreviewRow],
    actor: Actor,
    origin: Origin,
) -> ImportRowsDone:
    """Register and change the officials of the next rows."""
    counts = {"register": 0, "change": 0}
    failed: list[int] = []
    now = rows[:_AT_ONCE]
    for row in now:
        row = _against(office, writing, state.institution, preview, row)
        if row.act not in counts:
            continue
        if _import_row(writing, office, import_id, state, preview, row, actor, origin):
            counts[row.act] += 1
        else:
            failed.append(row.number)
    return ImportRowsDone(
        last=now[-1].number if now else state.last,
        registered=counts["register"],
        changed=counts["change"],
        failed=tuple(failed),
        finished=len(rows) <= _AT_ONCE,
    )


def _import_row(
    writing: Writing,
    office: Office,
    import_id: UUID,
    state: ImportState,
    preview: Preview,
    row: PreviewRow,
    actor: Actor,
    origin: Origin,
) -> bool:
    alone = Preview(preview.digest, (row,), (), preview.columns)
    planned = plan_import(alone, import_id, state.institution)
    if isinstance(planned, Finding):
        return False
    (command,) = planned
    official, revision = read_official(writing, command.stream.id)
    facts = official_facts(writing, office, command.stream.id, official, command.body)
    decision = decide_official(official, command.body, office.policy.policy, actor, facts)
    if not decision.events:
        return False
    try:
        with writing.savepoint():
            ref, events = command.stream, decision.events
            continue_stream(writing, office, ref, official, revision, events, origin)
    except ClaimHeldError:
        # Somebody registers the same person at this very moment.
        return False
    return True


def _against(
    office: Office, reading: Reading, institution: UUID, preview: Preview, row: PreviewRow
) -> PreviewRow:
    """Compare a row with who is registered now."""
    if row.person is None:
        return row
    run = row.person.run
    holder = reading.claim(OFFICIAL_RUN, run_value(office, institution, run))
    known = read_official(reading, holder)[0] if holder else None
    if holder is None or known is None or known.person is None:
        return row
    return against(row, preview, {run: Registered(holder, known.person)})


def _preview(office: Office, file: BlobRef | None) -> Preview | Finding:
    if file is None:
        return blocks(InstitutionCode.LIST_FILE_GONE)
    try:
        content = office.blobs.read(file)
    except BlobDamaged:
        return blocks(InstitutionCode.LIST_FILE_GONE)
    return _read(content, office.policy, office.today())


@lru_cache(maxsize=2)
def _read(content: bytes, policy: LoadedPolicy, today: date) -> Preview:
    return read_rows(content, policy.policy, today)


def _refuse(
    office: Office, command: Command, writing: Writing, finding: Finding, revision: int
) -> Receipt:
    return keep_receipt(office, command, writing, Outcome.REJECTED, (finding,), revision, {})
