"""Campaigns: run in rounds, paused, stopped anywhere, and nothing asked for twice."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from issuance.engine.campaign_running import run_campaigns
from issuance.engine.institutional_streams import continue_stream, official_ref, portable_ref
from issuance.findings.institutions import InstitutionCode
from issuance.institution_queries import CampaignQuery, PortablesQuery
from issuance.institutions.campaign_stream import CampaignFilter
from issuance.institutions.campaigns import (
    CloseCampaign,
    OpenCampaign,
    PauseCampaign,
    ResumeCampaign,
)
from issuance.institutions.official_stream import OfficialRegistered
from issuance.institutions.people import Person
from issuance.institutions.portable_stream import (
    PortableActivated,
    PortableIssued,
    PortableRequested,
)
from issuance.queries import MailboxQuery
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.desk import codes
from tests.engine.platform import Platform, person

OLD = "G1"


def issued_before(platform: Platform, count: int) -> list[UUID]:
    """Let officials have certificates under the root before, as a platform taken over would."""
    office, ministry = platform.engine.office, platform.ministry
    now = office.now()
    certificates = [platform.new_id() for _ in range(count)]

    def begin(writing: Writing) -> None:
        origin = Origin(now, "osvaldo", None, office.policy.reference)
        for at, certificate in enumerate(certificates):
            official = platform.new_id()
            known = Person.model_validate(person(at))
            registered = OfficialRegistered(institution=ministry, person=known, by="x")
            continue_stream(writing, office, official_ref(official), None, 0, [registered], origin)
            events = (
                PortableRequested(
                    institution=ministry, official=official, purpose=UNATTENDED,
                    product="desatendido-custodia-3y", phone="+56961234567", at=now, by="x",
                ),
                PortableIssued(
                    key="", serial="ff", generation=OLD, not_before=now,
                    not_after=now + timedelta(days=90),
                ),
                PortableActivated(by=""),
            )  # fmt: skip
            ref = portable_ref(certificate)
            continue_stream(writing, office, ref, None, 0, events, origin)

    office.register.write(begin)
    return certificates


def progress(platform: Platform, campaign: UUID) -> tuple[str, int]:
    answer = platform.ask("amalia", CampaignQuery(campaign=campaign))
    return answer.state.status.value, sum(answer.requests.values())


def run_to_the_end(platform: Platform, count: int, stops: int) -> None:
    certificates = issued_before(platform, count)
    body = OpenCampaign(name="Raíz nueva", filter=CampaignFilter(generations=(OLD,)))
    campaign = platform.done("amalia", body)
    answer = platform.ask("amalia", CampaignQuery(campaign=campaign))
    assert (answer.total, answer.requests) == (min(count, answer.ceiling + 1), {})
    made = 0
    for _ in range(stops):
        made += run_campaigns(platform.engine.office, "amalia", 1)
        assert progress(platform, campaign) == ("running", made)
        # The program ends between two batches, and begins again.
        platform.log_in("amalia")
    # Whoever pauses it looked at it some batches ago.
    assert platform.give("amalia", PauseCampaign(), campaign, 1).applied
    assert run_campaigns(platform.engine.office, "amalia", 1) == 0
    platform.done("amalia", ResumeCampaign(), campaign)
    while progress(platform, campaign)[0] == "running":
        platform.engine.run_due(platform.session("amalia"))
    assert progress(platform, campaign) == ("asked", count)
    asked = every_request(platform, campaign, "pending")
    assert Counter(each.replaces for each in asked) == Counter(certificates)
    assert run_campaigns(platform.engine.office, "amalia", 5) == 0
    platform.done("amalia", CloseCampaign(), campaign)
    assert codes(platform.give("amalia", ResumeCampaign(), campaign)) == [
        InstitutionCode.CAMPAIGN_NOT_POSSIBLE
    ]


def every_request(platform: Platform, campaign: UUID, status: str):
    found, after = [], None
    while True:
        page = platform.ask("amalia", PortablesQuery(
            campaign=campaign, statuses=(status,), after=after, limit=200))  # fmt: skip
        found, after = [*found, *page.entries], page.next
        if after is None:
            return found


def test_a_campaign_stopped_and_gone_on_with_asks_for_each_certificate_once(platform: Platform):
    run_to_the_end(platform, 70, 1)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_campaign_of_two_thousand_certificates(platform: Platform):
    run_to_the_end(platform, 2000, 7)


def test_an_institutions_campaign_is_about_its_own_and_tells_holders(platform: Platform):
    (issued,) = platform.requests("osvaldo", statuses=("issued",))
    everything = OpenCampaign(name="Todo", filter=CampaignFilter(purposes=(ATTENDED,)))
    assert codes(platform.give("osvaldo", everything)) == [InstitutionCode.SEAT_MISSING]
    body = OpenCampaign(
        name="Nuestra", ground="Cambió el nombre.",
        filter=CampaignFilter(institutions=(platform.ministry,), purposes=(ATTENDED,)),
    )  # fmt: skip
    campaign = platform.done("osvaldo", body)
    assert platform.engine.run_due(platform.session("hugo")).events == {"portable_reissue_asked": 1}
    (asked,) = every_request(platform, campaign, "pending")
    assert asked.replaces == issued.certificate
    platform.engine.deliver_mail()
    assert (
        platform.ask("amalia", MailboxQuery()).messages[0].subject
        == "Su certificado se emite otra vez"
    )
