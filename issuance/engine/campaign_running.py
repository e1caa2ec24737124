"""Runs campaigns: batch after batch, each with its count in one transaction, resumed anywhere."""

from dataclasses import replace
from functools import partial
from typing import Final
from uuid import UUID

from issuance.engine.institution_notices import WHOLE_OFFICE
from issuance.engine.institutional_claims import ClaimHeldError
from issuance.engine.institutional_facts import portable_facts
from issuance.engine.institutional_streams import continue_stream, read_campaign, read_portable
from issuance.engine.members import office_actor
from issuance.engine.office import Office
from issuance.institutions import campaign_stream, portable_stream
from issuance.institutions.campaign_stream import CampaignState, CampaignStatus
from issuance.institutions.campaigns import decide_batch, next_batch
from issuance.institutions.planning import PlannedCommand
from issuance.institutions.portable_commands import ReissuePortable
from issuance.institutions.portable_decisions import decide_portable
from issuance.institutions.portable_stream import PortableState
from issuance.register.institution_items import ItemFilter
from issuance.register.model import Origin
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading, Writing
from issuance.streams import StreamRef

_AT_ONCE: Final = 50
"""Certificates gone through in one transaction."""
_RUNNING: Final = ItemFilter(campaign_stream.STREAM_KIND, statuses=(CampaignStatus.RUNNING.value,))


def run_campaigns(office: Office, user: str, most_batches: int) -> int:
    """Make the next requests of the campaigns that run; return how many were made."""
    with office.register.reading() as reading:
        running = [row.id for row in reading.items(WHOLE_OFFICE, _RUNNING, limit=LARGEST_PAGE).rows]
    made = 0
    for campaign in running:
        for _ in range(most_batches):
            asked = office.register.write(
                partial(_run_batch, office=office, user=user, campaign=campaign)
            )
            if asked is None:
                break
            made += asked
    return made


def _run_batch(writing: Writing, office: Office, user: str, campaign: UUID) -> int | None:
    """Go through the next certificates and count them; None where the campaign does not run."""
    state, revision = read_campaign(writing, campaign)
    if state is None or state.status is not CampaignStatus.RUNNING:
        return None
    batch = next_batch(campaign, state, _after(writing, state), _AT_ONCE)
    origin = Origin(office.now(), user, None, office.policy.reference)
    refused = sum(not _request(writing, office, each, origin) for each in batch.commands)
    counted = decide_batch(state, batch, refused)
    ref = StreamRef(kind=campaign_stream.STREAM_KIND, id=campaign)
    continue_stream(writing, office, ref, state, revision, counted.events, origin)
    return len(batch.commands) - refused


def _after(reading: Reading, state: CampaignState) -> list[tuple[UUID, PortableState]]:
    """Return the next certificates in the order of their identifiers."""
    wanted = ItemFilter(portable_stream.STREAM_KIND)
    if len(state.filter.institutions) == 1:
        wanted = replace(wanted, institution=state.filter.institutions[0])
    ids = reading.items_by_id(WHOLE_OFFICE, wanted, state.last, _AT_ONCE)
    found = ((each, read_portable(reading, each)[0]) for each in ids)
    return [(each, portable) for each, portable in found if portable is not None]


def _request(
    writing: Writing, office: Office, planned: PlannedCommand[ReissuePortable], origin: Origin
) -> bool:
    """Ask for a certificate again; the office itself does, in the name of the campaign."""
    state, revision = read_portable(writing, planned.stream.id)
    actor = office_actor(origin.operator)
    facts = portable_facts(writing, office, planned.stream.id, state, planned.body, actor)
    if facts is None:
        return False
    decision = decide_portable(state, planned.body, office.policy.policy, actor, facts)
    if not decision.events:
        return False
    try:
        with writing.savepoint():
            ref = planned.stream
            continue_stream(writing, office, ref, state, revision, decision.events, origin)
    except ClaimHeldError:
        # They ask for one themselves at this very moment.
        return False
    return True
