"""Publishes the revocation list and the status answers: after each change, and on schedule."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from issuance.access.durable_file import errno_name
from issuance.certificates.ocsp import HASHES, certificate_id, sign_answer
from issuance.certificates.revocation_list import (
    ListContents,
    ListPlan,
    list_to_be_signed,
    number_in_new_epoch,
    sign_list,
)
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import AuthoritySigner
from issuance.certificates.stream import (
    AuthorityState,
    InheritedRevocation,
    ListEpochBegun,
    ListSigned,
    evolve_authority,
    revocations_outside,
)
from issuance.certificates.validity import Validity
from issuance.engine.authority_state import read_authority
from issuance.engine.office import Office, named_stream
from issuance.engine.responder import responder_of
from issuance.engine.status_files import StatusFiles
from issuance.engine.streams import append
from issuance.findings import Finding, blocks, warns
from issuance.findings.revocation import RevocationFinding
from issuance.model import format_instant
from issuance.register.model import AnswerRow, CertificateState, Origin, StandingRow
from issuance.register.register import Writing

_ANSWERS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the new list's number, how many answers, and what has to wait."""

    list_number: int | None = None
    answers: int = 0
    waits: tuple[Finding, ...] = ()


def status_files(office: Office) -> StatusFiles:
    """Return where an office publishes, as its policy says."""
    rule = office.policy.policy.publication
    return StatusFiles(office.folder / rule.folder, rule.list_name)


def publish(office: Office, operator: str, most_answers: int | None = None) -> Published:
    """Publish what changed or comes due; again at once it finds nothing to do.

    Without the right to issue the list waits, and the answers go on as long as the responder's
    certificate holds. A folder that cannot be written is told, and tried again the next time. Where
    another process of a server is publishing, it is left to that one.
    """
    register = office.register
    while True:
        with office.publishing, register.leased("publishing", office.now) as mine:
            if not mine:
                return Published()
            published = _publish(office, operator, most_answers)
        # Somebody may have left a change to this process when it had just looked.
        if not register.shared or published.waits or not _changed(office):
            return published


def _publish(office: Office, operator: str, most_answers: int | None) -> Published:
    files = status_files(office)
    try:
        files.prepare(office.authority.issuing, office.authority.root_list)
        number = _publish_list(office, files, operator)
        _note_lost_answers(office, files)
        _withdraw_answers(office, files)
        answers = _publish_answers(office, files, operator, most_answers)
    except OSError as error:
        folder, reason = files.folder.name, errno_name(error)
        fails = blocks(RevocationFinding.PUBLICATION_FAILS, folder=folder, reason=reason)
        return Published(waits=(fails,))
    ahead = _dated_ahead(office)
    waits = tuple(each for each in (number, answers, ahead) if isinstance(each, Finding))
    return Published(
        list_number=number if isinstance(number, int) else None,
        answers=answers if isinstance(answers, int) else 0,
        waits=waits,
    )


def publication_findings(office: Office) -> tuple[Finding, ...]:
    """Tell beforehand that the list will wait for somebody who may issue, or is dated ahead."""
    if isinstance(office.authority.signer(), Finding):
        return (warns(RevocationFinding.PUBLICATION_WAITS, what="list"),)
    ahead = _dated_ahead(office)
    return () if ahead is None else (ahead,)


def begin_list_epoch(
    writing: Writing,
    office: UUID,
    origin: Origin,
    published: ListContents | None = None,
    carried: Sequence[InheritedRevocation] = (),
) -> None:
    """After a restore: let the next list's number lie above all that may have been published.

    It names what is `carried` over from the list `published` last, and is not dated before that.
    """
    stream = named_stream(office, "authority")
    state, revision = read_authority(writing, office)
    highest = max(state.list_number, (published and published.number) or 0)
    event = ListEpochBegun(
        number=number_in_new_epoch(highest, origin.at),
        list_number=published and published.number,
        list_dated=published and published.this_update,
        carried=tuple(carried),
    )
    append(writing, stream, revision, [event], origin, evolve_authority(state, event))


def _publish_list(office: Office, files: StatusFiles, operator: str) -> int | Finding | None:
    if not _list_is_due(office, files):
        return None
    signed = office.authority.use(lambda signer: _signed_list(office, operator, signer))
    if isinstance(signed, Finding):
        return office.authority.waits("list")
    number, content = signed
    files.write_list(content)
    return number


def _signed_list(office: Office, operator: str, signer: AuthoritySigner) -> tuple[int, bytes]:
    """Sign the list and record it; return its number and contents."""
    stream = named_stream(office.id, "authority")

    def sign(writing: Writing) -> tuple[int, bytes]:
        state, revision = read_authority(writing, office.id)
        own = [_revocation(row) for row in writing.standings(office.authority.key_id)]
        standings = [*revocations_outside(state), *own]
        plan = _plan(office, state, standings)
        content = sign_list(signer, list_to_be_signed(plan, office.authority.throw_away))
        event = ListSigned(
            number=plan.number,
            this_update=plan.window.not_before,
            next_update=plan.window.not_after,
            entries=len(standings),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        origin = Origin(office.now(), operator, None, office.policy.reference)
        append(writing, stream, revision, [event], origin, evolve_authority(state, event))
        writing.record_listed()
        return plan.number, content

    # Reading, signing and numbering in one transaction, and alone in it: no change of standing can
    # slip between.
    return office.register.write(sign, alone=True)


def _changed(office: Office) -> bool:
    with office.register.reading() as reading:
        return reading.has_unlisted() or read_authority(reading, office.id)[0].unlisted


def _list_is_due(office: Office, files: StatusFiles) -> bool:
    with office.register.reading() as reading:
        state, _ = read_authority(reading, office.id)
        changed = reading.has_unlisted() or state.unlisted
    last, published = state.list, files.revocation_list()
    if changed or last is None or published is None:
        return True
    every = timedelta(hours=office.policy.policy.publication.list_every_hours)
    lost = hashlib.sha256(published).hexdigest() != last.sha256
    return lost or office.now() >= last.this_update + every


def _dated_ahead(office: Office) -> Finding | None:
    """Tell that the newest list is dated later than it is by this computer's clock."""
    with office.register.reading() as reading:
        state, _ = read_authority(reading, office.id)
    now = office.now()
    if state.last_dated is None or state.last_dated <= now:
        return None
    dated = format_instant(state.last_dated)
    return warns(RevocationFinding.LIST_DATED_AHEAD, dated=dated, now=format_instant(now))


def _plan(office: Office, state: AuthorityState, standings: list[Revocation]) -> ListPlan:
    hours = office.policy.policy.publication.list_hours
    known = [each.revoked_at for each in standings]
    if state.last_dated is not None:
        # Dated before the last one, this list would be passed over by whoever has that.
        known.append(state.last_dated)
    window = _window(office.now(), known, hours)
    ends = max(window.not_after, state.last_ends or window.not_after)
    window = Validity(window.not_before, ends)
    return ListPlan(office.authority.issuing, state.list_number + 1, window, standings)


def _window(now: datetime, known: list[datetime], hours: int) -> Validity:
    """Begin now, or with the last known moment where the computer's clock was set back since."""
    begins = max([now, *known]).replace(microsecond=0)
    return Validity(begins, begins + timedelta(hours=hours))


def _note_lost_answers(office: Office, files: StatusFiles) -> None:
    """Let every answer be due where somebody took them all away: nobody would hear of any."""
    if files.answers.are_there():
        return
    with office.register.reading() as reading:
        lost = reading.has_answers()
    if lost:
        office.register.write(Writing.record_answers_lost)


def _withdraw_answers(office: Office, files: StatusFiles) -> None:
    """Leave no answer that has ended where none will follow: it would have everybody try again."""
    while True:
        with office.register.reading() as reading:
            ended = reading.answers_ended(office.now())
        if not ended:
            return
        for serial in ended:
            files.answers.remove(int(serial))
        office.register.write(partial(_record_unanswered, ended))


def _record_unanswered(serials: list[str], writing: Writing) -> None:
    writing.record_unanswered(serials)


def _publish_answers(
    office: Office, files: StatusFiles, operator: str, most: int | None
) -> int | Finding:
    """Sign what is due, a few at a time, so that nobody waits long for the register; count it.

    Of each certificate that are as many answers as there are hashes to ask by.
    """
    outside = _outside_due(office, files)[:most]
    if outside:
        responder = responder_of(office, operator)
        if isinstance(responder, Finding):
            _withdraw_good(office, files)
            return responder
        for row in outside:
            _publish_answer(office, files, responder, row)
    done = {row.serial for row in outside}
    # An answer cannot outlive the responder's certificate, and may be due again at once.
    while rows := [row for row in _answers_due(office) if row.serial not in done]:
        responder = responder_of(office, operator)
        if isinstance(responder, Finding):
            _withdraw_good(office, files)
            return responder
        rows = rows[:_ANSWERS_AT_ONCE]
        ends = [_publish_answer(office, files, responder, row) for row in rows]
        office.register.write(partial(_record_answered, rows, ends))
        done |= {row.serial for row in rows}
        if most is not None and len(done) >= most:
            break
    return len(done)


def _withdraw_good(office: Office, files: StatusFiles) -> None:
    """Leave no answer that calls good what is revoked, where none can be signed in its place."""
    with office.register.reading() as reading:
        unanswered = reading.revocations_unanswered()
    for serial in unanswered:
        files.answers.withdraw_good(int(serial))


def _record_answered(rows: list[AnswerRow], ends: list[datetime], writing: Writing) -> None:
    for row, until in zip(rows, ends, strict=True):
        writing.record_answered(row.serial, row.state, until)


def _answers_due(office: Office) -> list[AnswerRow]:
    rule, now = office.policy.policy.publication, office.now()
    left = timedelta(hours=rule.answer_hours - rule.answer_every_hours)
    with office.register.reading() as reading:
        return reading.answers_due(now, now + left)


def _outside_due(office: Office, files: StatusFiles) -> list[AnswerRow]:
    """Return what the list names without a case, and whose published answer is missing or ends.

    No row tells when they were answered: the files tell.
    """
    rule, now = office.policy.policy.publication, office.now()
    left = timedelta(hours=rule.answer_hours - rule.answer_every_hours)
    with office.register.reading() as reading:
        state, _ = read_authority(reading, office.id)
    # Of those another register issued the list does not tell when they end.
    ended = {each.serial for each in state.unregistered if each.not_after <= now}
    due: list[AnswerRow] = []
    # The newest first: where only some are answered at once, those somebody waits for.
    known = sorted(revocations_outside(state), key=lambda each: each.revoked_at, reverse=True)
    for each in known:
        if f"{each.serial:x}" in ended:
            continue
        until = files.answers.revoked_until(each.serial, each.reason)
        if until is None or until <= now + left:
            due.append(
                AnswerRow(
                    str(each.serial),
                    CertificateState.REVOKED,
                    each.revoked_at,
                    each.reason.value,
                    each.invalid_since,
                )
            )
    return due


def _publish_answer(
    office: Office, files: StatusFiles, responder: AuthoritySigner, row: AnswerRow
) -> datetime:
    standing = _standing(row)
    changes = [standing.revoked_at] if standing else []
    window = _window(office.now(), changes, office.policy.policy.publication.answer_hours)
    ends = min(window.not_after, responder.certificate.not_valid_after_utc)
    window = Validity(window.not_before, ends)
    for name in HASHES:
        asked = certificate_id(office.authority.issuing, int(row.serial), name)
        files.answers.write(asked, sign_answer(responder, asked, standing, window))
    return ends


def _standing(row: AnswerRow) -> Revocation | None:
    if row.revoked_at is None or row.reason is None:
        return None
    known = StandingRow(row.serial, row.revoked_at, row.reason, row.invalid_since)
    return _revocation(known)


def _revocation(row: StandingRow) -> Revocation:
    reason = RevocationReason(row.reason)
    return Revocation(int(row.serial), row.revoked_at, reason, row.invalid_since)
