"""How a campaign goes on: who may, which requests come next, and how far they are."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import Actor, check_reach, scope_of
from issuance.institutions.campaign_stream import (
    CampaignBatchDone,
    CampaignClosed,
    CampaignFilter,
    CampaignOpened,
    CampaignPaused,
    CampaignResumed,
    CampaignState,
    CampaignStatus,
)
from issuance.institutions.decision import Decision, happened, refusal, refused
from issuance.institutions.planning import PlannedCommand, planned_id
from issuance.institutions.portable_commands import ReissuePortable
from issuance.institutions.portable_stream import STREAM_KIND as CERTIFICATE
from issuance.institutions.portable_stream import PortableState, PortableStatus
from issuance.model import Frozen, Text
from issuance.policies.model import Policy
from issuance.streams import StreamRef


class OpenCampaign(Frozen):
    """Have the certificates that a filter takes issued again."""

    kind: Literal["open_campaign"] = "open_campaign"
    name: Text
    ground: Text = ""
    filter: CampaignFilter


class PauseCampaign(Frozen):
    """Make no more requests for now."""

    kind: Literal["pause_campaign"] = "pause_campaign"


class ResumeCampaign(Frozen):
    """Go on where the campaign stopped."""

    kind: Literal["resume_campaign"] = "resume_campaign"


class CloseCampaign(Frozen):
    """End the campaign."""

    kind: Literal["close_campaign"] = "close_campaign"


CampaignBody = OpenCampaign | PauseCampaign | ResumeCampaign | CloseCampaign

_WANTED: Final = {
    "pause_campaign": (CampaignStatus.RUNNING,),
    "resume_campaign": (CampaignStatus.PAUSED,),
    "close_campaign": (CampaignStatus.RUNNING, CampaignStatus.PAUSED, CampaignStatus.ASKED),
}


@dataclass(frozen=True, slots=True)
class Batch:
    """The next requests of a campaign; `last` is the certificate gone through last."""

    number: int
    commands: tuple[PlannedCommand[ReissuePortable], ...]
    last: UUID | None
    finished: bool


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """How far the requests of a campaign are."""

    requested: int
    waiting_for_certifier: int
    waiting_for_holder: int
    in_use: int
    rejected_or_withdrawn: int


def decide_campaign(
    state: CampaignState | None, body: CampaignBody, policy: Policy, actor: Actor, now: datetime
) -> Decision:
    """Decide a command about a campaign; one of an institution is about that one alone."""
    if isinstance(body, OpenCampaign):
        return _open(state, body, policy, actor, now)
    if state is None:
        return refusal(InstitutionCode.OUT_OF_REACH)
    if finding := check_reach(policy, body.kind, actor, state.institution):
        return refused(finding)
    if state.status not in _WANTED[body.kind]:
        return refusal(InstitutionCode.CAMPAIGN_NOT_POSSIBLE, status=state.status.value)
    match body:
        case PauseCampaign():
            return happened(CampaignPaused(by=actor.user))
        case ResumeCampaign():
            return happened(CampaignResumed(by=actor.user))
        case CloseCampaign():
            return happened(CampaignClosed(by=actor.user))


def next_batch(
    campaign: UUID, state: CampaignState, after: Sequence[tuple[UUID, PortableState]], most: int
) -> Batch:
    """Plan the next requests; planned again before it is counted, it is the same batch.

    What the campaign itself had issued is not issued once more.

    Args:
        campaign: its identifier.
        state: the campaign.
        after: certificates with identifiers above `state.last`, in their order; fewer than `most`
            of them are the last ones.
        most: how many certificates are gone through at once.
    """
    looked_at = after[:most]
    return Batch(
        number=state.batches + 1,
        commands=tuple(
            PlannedCommand(
                id=planned_id(campaign, "command", str(certificate)),
                stream=StreamRef(
                    kind=CERTIFICATE, id=planned_id(campaign, "request", str(certificate))
                ),
                body=ReissuePortable(replaces=certificate, campaign=campaign),
            )
            for certificate, each in looked_at
            if state.filter.takes(each) and each.campaign != campaign
        ),
        last=looked_at[-1][0] if looked_at else None,
        finished=len(after) < most,
    )


def decide_batch(state: CampaignState, batch: Batch, refused_count: int) -> Decision:
    """Count a batch whose commands were all given; only the next one is counted."""
    if state.status is not CampaignStatus.RUNNING:
        return refusal(InstitutionCode.CAMPAIGN_NOT_POSSIBLE, status=state.status.value)
    if batch.number != state.batches + 1:
        return refusal(InstitutionCode.CAMPAIGN_BATCH_STALE)
    done = CampaignBatchDone(
        number=batch.number,
        last=batch.last,
        asked=len(batch.commands) - refused_count,
        refused=refused_count,
        finished=batch.finished,
    )
    return happened(done)


def progress_of(requests: Iterable[PortableState]) -> CampaignProgress:
    """Count how far the requests that a campaign made are."""
    at = Counter(each.status for each in requests)
    return CampaignProgress(
        requested=at.total(),
        waiting_for_certifier=at[PortableStatus.PENDING],
        waiting_for_holder=at[PortableStatus.APPROVED] + at[PortableStatus.ISSUED],
        in_use=at[PortableStatus.ACTIVE],
        rejected_or_withdrawn=at[PortableStatus.REJECTED] + at[PortableStatus.WITHDRAWN],
    )


def _open(
    state: CampaignState | None,
    body: OpenCampaign,
    policy: Policy,
    actor: Actor,
    now: datetime,
) -> Decision:
    named = body.filter.institutions
    central = scope_of(actor).everything
    # Somebody of an institution may run one for it alone, and has to say so.
    for each in named or (None,):
        if finding := check_reach(policy, body.kind, actor, each):
            return refused(finding)
    if state is not None:
        return refusal(InstitutionCode.CAMPAIGN_NOT_POSSIBLE, status=state.status.value)
    if not body.name.strip() or body.filter.is_empty or not (central or len(named) == 1):
        return refusal(InstitutionCode.CAMPAIGN_WITHOUT_FILTER, "filter")
    opened = CampaignOpened(
        institution=None if central else named[0],
        name=body.name.strip(),
        ground=body.ground.strip(),
        filter=body.filter,
        at=now,
        by=actor.user,
    )
    return happened(opened)
