"""Institutions on a database server, where several people and workers write at the same moment."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from issuance.certificates.keys import make_private_key
from issuance.commands import Receipt
from issuance.engine.campaign_running import run_campaigns
from issuance.engine.founding import Founded, found_office
from issuance.engine.institutional_demonstration import furnish, institutional_plan
from issuance.engine.storage import Storage
from issuance.findings.institutions import InstitutionCode
from issuance.findings.register import RegisterCode
from issuance.institution_queries import CampaignQuery, OfficialsQuery, PortablesQuery
from issuance.institutions.campaign_stream import CampaignFilter
from issuance.institutions.campaigns import OpenCampaign
from issuance.institutions.official_decisions import RegisterOfficial
from issuance.institutions.portable_commands import RejectPortable
from issuance.signing.ticket_token import ATTENDED
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import codes
from tests.engine.platform import Platform, person
from tests.postgresql import PostgresqlServer, postgresql_server
from ventanilla.compose import system_sources

__all__ = ["postgresql_server"]
ResultT = TypeVar("ResultT")


@pytest.fixture
def platform(postgresql_server: PostgresqlServer, tmp_path: Path) -> Iterator[Platform]:
    database = postgresql_server.new_database()
    folder = tmp_path / "office"
    storage = Storage(database, folder / "blobs")
    plan, sources = institutional_plan(), system_sources()
    founded = found_office(folder, plan, sources, make_private_key, storage=storage)
    assert isinstance(founded, Founded)
    assert furnish(folder, sources, make_private_key) == ()
    with Platform(FoundedOffice(folder, founded.recovery_key)).open() as platform:
        yield platform
    postgresql_server.remove(database)


def at_once(*works: Callable[[], ResultT]) -> list[ResultT]:
    results: list[ResultT] = []
    threads = [threading.Thread(target=lambda each=each: results.append(each())) for each in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_what_several_do_at_the_same_moment_happens_once(platform: Platform):
    ministry = platform.ministry
    register = RegisterOfficial(institution=ministry, person=person(1))
    receipts: list[Receipt] = at_once(*[lambda: platform.give("osvaldo", register)] * 4)
    assert sum(each.applied for each in receipts) == 1
    refused = [code for each in receipts for code in codes(each)]
    assert refused == [InstitutionCode.OFFICIAL_KNOWN] * 3
    found = platform.ask("osvaldo", OfficialsQuery(text="p1@servicio.example")).entries
    assert len(found) == 1

    (waiting,) = platform.requests("mireya", statuses=("pending",), text="Hugo")
    rejection = RejectPortable(reason="identity_not_proven")
    receipts = at_once(
        lambda: platform.give("mireya", rejection, waiting.certificate, 1),
        lambda: platform.give("sergio", rejection, waiting.certificate, 1),
    )
    assert sum(each.applied for each in receipts) == 1
    told = {code for each in receipts for code in codes(each)}
    assert told <= {RegisterCode.REVISION_CONFLICT, InstitutionCode.PORTABLE_NOT_POSSIBLE}

    campaign = platform.done(
        "amalia", OpenCampaign(name="Todo", filter=CampaignFilter(purposes=(ATTENDED,)))
    )
    at_once(*[lambda: run_campaigns(platform.engine.office, "amalia", 2)] * 3)
    assert platform.ask("amalia", CampaignQuery(campaign=campaign)).state.status == "asked"
    asked = platform.ask("amalia", PortablesQuery(campaign=campaign)).entries
    assert len(asked) == 1
