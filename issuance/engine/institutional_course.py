"""What happens to institutions and their certificates after a decision, and with time."""

from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from issuance.commands import Command
from issuance.engine.campaign_running import run_campaigns
from issuance.engine.institution_authority import MadeAuthority, keep_authority, make_authority
from issuance.engine.institution_carrying_over import end_carried_over
from issuance.engine.institution_notices import WHOLE_OFFICE, queue_notice
from issuance.engine.institutional_streams import (
    continue_stream,
    institution_ref,
    portable_ref,
    read_institution,
    read_portable,
)
from issuance.engine.members import office_actor
from issuance.engine.office import Office
from issuance.engine.portable_issuing import certify, destroy_ended_keys, finish, key_ended
from issuance.findings import Finding
from issuance.institutions import institution_stream, portable_stream
from issuance.institutions.institution_decisions import (
    ApproveInstitution,
    EndInstitution,
    decide_issuing_authority,
)
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.institutions.notices import Notice, Template, Told
from issuance.institutions.official_decisions import EndOfficial
from issuance.institutions.portable_commands import ApprovePortable, RevokePortable
from issuance.institutions.portable_course import decide_expiry
from issuance.institutions.portable_stream import PortableStatus
from issuance.register.institution_items import ItemFilter
from issuance.register.model import Origin
from issuance.register.register import Writing

_IN_USE: Final = (PortableStatus.ISSUED.value, PortableStatus.ACTIVE.value)
_AT_ONCE: Final = 100
_LEASE: Final = "institutions"
_BATCHES: Final = 20
"""Of each campaign in one round, so that everything else has its turn too."""
_TOLD: Final = "portable_told"
"""Of which certificate the holder was told that it ends, by how many days ahead."""
_LOOKED: Final = "portable_ends_looked_at"
"""On which day."""

Findings = tuple[Finding, ...]


def make_what_was_approved(office: Office, command: Command, user: str) -> Findings:
    """Make the authority or the certificate that an approval asked for, or say why it must wait."""
    match command.body:
        case ApproveInstitution():
            return _authority(office, user, command.stream.id)
        case ApprovePortable():
            return certify(office, user, command.stream.id)
        case RevokePortable() | EndOfficial() | EndInstitution():
            return destroy_ended_keys(office)
        case _:
            return ()


def run_institutions_due(office: Office, user: str) -> tuple[dict[str, int], Findings]:
    """Do what is due by now: what approvals wait for, the end of terms, and notices before it.

    Returns how many of what were done, and what stands in the way of the rest. One worker of a
    server does it at a time.
    """
    if office.policy.policy.portable is None:
        return {}, ()
    with office.register.leased(_LEASE, office.now) as mine:
        if not mine:
            return {}, ()
        end_carried_over(office, user)
        waits = (*_missing_authorities(office, user), *finish(office, user))
        counts = {
            "portable_reissue_asked": run_campaigns(office, user, _BATCHES),
            "portable_expired": _expire(office, user),
            "portable_expiring_told": _tell_of_ends(office),
        }
        waits = (*waits, *destroy_ended_keys(office))
    return {kind: count for kind, count in counts.items() if count}, waits


def _missing_authorities(office: Office, user: str) -> Findings:
    """Make the authorities of institutions whose approval was cut short."""
    wanted = ItemFilter(institution_stream.STREAM_KIND, statuses=(InstitutionStatus.ACTIVE.value,))
    after: UUID | None = None
    while True:
        with office.register.reading() as reading:
            batch = reading.items_by_id(WHOLE_OFFICE, wanted, after, _AT_ONCE)
        for institution in batch:
            if findings := _authority(office, user, institution):
                return findings
        if not batch:
            return ()
        after = batch[-1]


def _authority(office: Office, user: str, institution: UUID) -> Findings:
    """Make and record an institution's authority where it has none."""
    with office.register.reading() as reading:
        state, _ = read_institution(reading, institution)
    if state is None or state.status is not InstitutionStatus.ACTIVE or state.authority:
        return ()
    made = make_authority(office, institution, state)
    if not isinstance(made, MadeAuthority):
        return made
    if not office.register.write(partial(_record, office=office, user=user, made=made)):
        office.custody.destroy(made.kept.key_id)
    return ()


def _record(writing: Writing, office: Office, user: str, made: MadeAuthority) -> bool:
    """Record an authority where there is none yet; tell whether it was recorded."""
    state, revision = read_institution(writing, made.institution)
    if state is None or state.authority:
        return False
    decision = decide_issuing_authority(
        state,
        office.policy.policy,
        office_actor(user),
        made.institution,
        generation=made.generation,
        authority_key=made.authority_key,
        certificate=made.certificate,
        not_after=made.not_after,
    )
    if decision.events:
        origin = Origin(office.now(), user, None, office.policy.reference)
        ref = institution_ref(made.institution)
        continue_stream(writing, office, ref, state, revision, decision.events, origin)
        keep_authority(writing, office, made, origin)
    return bool(decision.events)


def _expire(office: Office, user: str) -> int:
    """Let certificates expire whose term ended."""
    now = office.now()
    ended = ItemFilter(portable_stream.STREAM_KIND, statuses=_IN_USE, ends_before=now)
    count = 0
    while True:
        with office.register.reading() as reading:
            batch = reading.items_by_id(WHOLE_OFFICE, ended, None, _AT_ONCE)
        if not batch:
            return count
        origin = Origin(now, user, None, office.policy.reference)
        for certificate in batch:
            office.register.write(
                partial(_expire_one, office=office, certificate=certificate, origin=origin)
            )
        count += len(batch)


def _expire_one(writing: Writing, office: Office, certificate: UUID, origin: Origin) -> None:
    state, revision = read_portable(writing, certificate)
    decision = decide_expiry(state, origin.at) if state else None
    if state is not None and decision is not None and decision.events:
        ref = portable_ref(certificate)
        continue_stream(writing, office, ref, state, revision, decision.events, origin)
        key_ended(writing, office, certificate, None, origin)


def _tell_of_ends(office: Office) -> int:
    """Tell holders that their certificate ends soon, once for each of the policy's days.

    All of them are looked at once a day.
    """
    count, now, today = 0, office.now(), office.today().isoformat()
    with office.register.reading() as reading:
        if reading.claim(_LOOKED, today) is not None:
            return 0
    for days in sorted(office.policy.policy.life.expiry_notice_days):
        wanted = ItemFilter(
            portable_stream.STREAM_KIND,
            statuses=(PortableStatus.ACTIVE.value,),
            ends_before=now + timedelta(days=days),
        )
        after: UUID | None = None
        while True:
            with office.register.reading() as reading:
                batch = reading.items_by_id(WHOLE_OFFICE, wanted, after, _AT_ONCE)
                new = [each for each in batch if reading.claim(_TOLD, f"{each}:{days}") is None]
            for certificate in new:
                count += office.register.write(
                    partial(_tell, office=office, certificate=certificate, days=days)
                )
            if not batch:
                break
            after = batch[-1]
    office.register.write(partial(_note_day, office=office, today=today))
    return count


def _note_day(writing: Writing, office: Office, today: str) -> None:
    writing.release_claims(office.id, _LOOKED)
    writing.take_claim(_LOOKED, today, office.id)


def _tell(writing: Writing, office: Office, certificate: UUID, days: int) -> int:
    """Tell one holder; whoever is told of fewer days is not told of more afterwards."""
    state, _ = read_portable(writing, certificate)
    known = [
        each
        for each in office.policy.policy.life.expiry_notice_days
        if each <= days and writing.claim(_TOLD, f"{certificate}:{each}") is not None
    ]
    writing.take_claim(_TOLD, f"{certificate}:{days}", certificate)
    if state is None or known:
        return 0
    notice = Notice(Template.EXPIRING, Told.HOLDER)
    queue_notice(writing, office, notice, portable_ref(certificate), state, None, office.now())
    return 1
