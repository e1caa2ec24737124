"""An office of two ministries, prepared once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuance.engine.inspection import inspect_office
from issuance.engine.portable_issuing import certify
from issuance.register.fault import VerificationReport
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.desk import SetClock, sources_at
from tests.engine.ministry import Ministry, found_platform, opened
from tests.engine.signing.two_ministries import Platform, Prepared


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    founded = found_platform(tmp_path_factory.mktemp("platform") / "office")
    opening = opened(founded.folder)
    office = opening.engine.office
    ministry = Ministry.enabled(office)
    other = Ministry.enabled(office, "Ministerio de Salud", "61979440-0")
    official = ministry.register("12345678-5")
    certificates = {each: ministry.approved(official, each) for each in (ATTENDED, UNATTENDED)}
    for each in certificates.values():
        assert certify(office, "mario", each) == ()
    people = (
        ministry.seat("ana", official), ministry.seat("eva", None), other.seat("zoe", None),
    )  # fmt: skip
    opening.close()
    return Prepared(founded, (ministry.id, other.id), people, certificates)


@pytest.fixture
def platform(prepared: Prepared, tmp_path: Path) -> Iterator[Platform]:
    folder, clock = tmp_path / "office", SetClock()
    shutil.copytree(prepared.founded.folder, folder)
    # The code of the log-in that prepared the office is used up.
    clock.pass_time(seconds=60)
    office = opened(folder, sources_at(clock))
    ministry, other = (Ministry(office.engine.office, each) for each in prepared.ministries)
    yield Platform(
        office.engine, clock, office.session, ministry, other, *prepared.people,
        prepared.certificates,
    )  # fmt: skip
    office.close()
    report = inspect_office(folder, prepared.founded.recovery_key, sources_at(clock))
    assert isinstance(report, VerificationReport)
    assert report.faults == ()
