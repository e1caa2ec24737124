"""A campaign takes what its filter says, stops and goes on, and asks nobody twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.institutions.actors import Actor, SeatRole
from issuance.institutions.campaign_stream import (
    CampaignFilter,
    CampaignState,
    CampaignStatus,
    evolve_campaign,
)
from issuance.institutions.campaigns import (
    CloseCampaign,
    OpenCampaign,
    PauseCampaign,
    ResumeCampaign,
    decide_batch,
    decide_campaign,
    next_batch,
    progress_of,
)
from issuance.institutions.portable_stream import PortableState, PortableStatus
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.examples import examples
from tests.issuance.institutions.institution_samples import (
    ADMINISTRATOR,
    ANA,
    COUNCIL,
    MINISTRY,
    NOW,
    OPERATOR,
    POLICY,
    STRANGER,
    accepted,
    codes,
    folded,
    holder,
    seat,
)

CAMPAIGN = UUID(int=77)
OLD_ROOT = CampaignFilter(generations=("G1",))


def certificate(number: int) -> tuple[UUID, PortableState]:
    """Every second one is of the old root, every fifth was revoked."""
    status = PortableStatus.REVOKED if number % 5 == 0 else PortableStatus.ACTIVE
    return UUID(int=1000 + number), PortableState(
        institution=MINISTRY if number % 3 else COUNCIL,
        official=ANA,
        purpose=ATTENDED if number % 4 else UNATTENDED,
        product="p",
        phone="+56961234567",
        status=status,
        requested_at=NOW,
        generation="G1" if number % 2 else "G2",
        not_after=NOW + timedelta(days=number),
    )


ALL = [certificate(number) for number in range(1, 101)]


def decide(state, body, actor=ADMINISTRATOR):
    return decide_campaign(state, body, POLICY, actor, NOW)


def opened(chosen=OLD_ROOT, actor=ADMINISTRATOR) -> CampaignState:
    body = OpenCampaign(name="Raíz nueva", filter=chosen)
    return folded(evolve_campaign, accepted(decide(None, body, actor)))


def following(state: CampaignState, most: int):
    after = [each for each in ALL if state.last is None or each[0] > state.last]
    return next_batch(CAMPAIGN, state, after, most)


@given(
    most=st.integers(1, 60),
    lost=st.sets(st.integers(1, 100), max_size=10),
)
@settings(max_examples=examples(20), deadline=None)
def test_an_interrupted_campaign_asks_everybody_once(most, lost):
    """A batch whose count was lost is planned again, command for command."""
    state, given_commands = opened(), []
    for turn in range(1, 500):
        batch = following(state, most)
        given_commands += batch.commands
        if turn not in lost:
            state = folded(evolve_campaign, accepted(decide_batch(state, batch, 0)), state)
        if state.status is CampaignStatus.ASKED:
            break
    wanted = {number for number, each in ALL if OLD_ROOT.takes(each)}
    assert {each.body.replaces for each in given_commands} == wanted
    assert len({each.id for each in given_commands}) == len(wanted) == state.asked
    assert len({each.stream.id for each in given_commands}) == len(wanted)


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (OLD_ROOT, 40),
        (CampaignFilter(institutions=(COUNCIL,)), 27),
        (CampaignFilter(purposes=(UNATTENDED,)), 20),
        (CampaignFilter(ends_by=NOW + timedelta(days=10)), 8),
        (CampaignFilter(generations=("G1",), institutions=(COUNCIL,)), 14),
    ],
)
def test_a_filter_takes_what_it_names_and_nothing_revoked(chosen, count):
    assert len(following(opened(chosen), 1000).commands) == count


def test_it_stops_and_goes_on_where_it_was():
    state = opened()
    state = folded(evolve_campaign, accepted(decide_batch(state, following(state, 30), 2)), state)
    assert (state.last, state.asked, state.refused) == (UUID(int=1030), 10, 2)
    paused = folded(evolve_campaign, accepted(decide(state, PauseCampaign())), state)
    batch = following(paused, 30)
    assert codes(decide_batch(paused, batch, 0)) == ["CAMPAIGN_NOT_POSSIBLE"]
    assert codes(decide(paused, PauseCampaign())) == ["CAMPAIGN_NOT_POSSIBLE"]
    resumed = folded(evolve_campaign, accepted(decide(paused, ResumeCampaign())), paused)
    later = folded(evolve_campaign, accepted(decide_batch(resumed, batch, 0)), resumed)
    assert later.last == UUID(int=1060)
    assert codes(decide_batch(later, batch, 0)) == ["CAMPAIGN_BATCH_STALE"]
    closed = folded(evolve_campaign, accepted(decide(later, CloseCampaign())), later)
    assert codes(decide(closed, ResumeCampaign())) == ["CAMPAIGN_NOT_POSSIBLE"]


def test_an_institution_has_campaigns_of_its_own_alone():
    own = CampaignFilter(institutions=(MINISTRY,))
    state = opened(own, OPERATOR)
    assert state.institution == MINISTRY
    assert codes(decide(state, PauseCampaign(), STRANGER)) == ["OUT_OF_REACH"]
    refusals = {
        "everything": (OLD_ROOT, OPERATOR, "SEAT_MISSING"),
        "another's": (CampaignFilter(institutions=(COUNCIL,)), OPERATOR, "OUT_OF_REACH"),
        "both": (CampaignFilter(institutions=(MINISTRY, COUNCIL)), OPERATOR, "OUT_OF_REACH"),
        "a holder's": (own, holder(), "OUT_OF_REACH"),
    }
    for chosen, actor, code in refusals.values():
        body = OpenCampaign(name="Raíz nueva", filter=chosen)
        assert codes(decide(None, body, actor)) == [code]
    two = Actor(user="dos", seats=(*OPERATOR.seats, seat(SeatRole.OPERATOR, COUNCIL)))
    both = OpenCampaign(name="x", filter=CampaignFilter(institutions=(MINISTRY, COUNCIL)))
    assert codes(decide(None, both, two)) == ["CAMPAIGN_WITHOUT_FILTER"]
    central = opened(own)
    assert codes(decide(central, PauseCampaign(), OPERATOR)) == ["SEAT_MISSING"]


@pytest.mark.parametrize(("name", "chosen"), [("x", CampaignFilter()), (" ", OLD_ROOT)])
def test_it_has_a_name_and_a_filter(name, chosen):
    body = OpenCampaign(name=name, filter=chosen)
    assert codes(decide(None, body)) == ["CAMPAIGN_WITHOUT_FILTER"]


def test_progress_counts_who_has_the_rest():
    statuses = [
        *[PortableStatus.PENDING] * 5,
        *[PortableStatus.ISSUED] * 3,
        PortableStatus.APPROVED,
        *[PortableStatus.ACTIVE] * 7,
        PortableStatus.REJECTED,
    ]
    one = ALL[0][1]
    found = progress_of(one.model_copy(update={"status": each}) for each in statuses)
    assert (
        found.requested,
        found.waiting_for_certifier,
        found.waiting_for_holder,
        found.in_use,
        found.rejected_or_withdrawn,
    ) == (17, 5, 4, 7, 1)
