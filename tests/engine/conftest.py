"""A demonstration office founded once a session and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.policies.loader import load_policy
from issuance.secret import Secret
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal


@dataclass(frozen=True)
class FoundedOffice:
    """An office's folder and the recovery key that opens it."""

    folder: Path
    recovery_key: Secret


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> FoundedOffice:
    folder = tmp_path_factory.mktemp("pristine") / "office"
    founded = found_office(folder, demonstration_plan(), system_sources(), make_private_key)
    assert isinstance(founded, Founded)
    return FoundedOffice(folder, founded.recovery_key)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> FoundedOffice:
    """The demonstration of institutions, with its ministry at work."""
    from issuance.engine.institutional_demonstration import furnish, institutional_plan

    folder = tmp_path_factory.mktemp("furnished") / "office"
    founded = found_office(folder, institutional_plan(), system_sources(), make_private_key)
    assert isinstance(founded, Founded)
    assert furnish(folder, system_sources(), make_private_key) == ()
    return FoundedOffice(folder, founded.recovery_key)


@pytest.fixture
def platform(furnished: FoundedOffice, tmp_path: Path) -> Iterator["Platform"]:
    """A copy of the demonstration of institutions, verified at the end."""
    from tests.engine.platform import Platform

    folder = tmp_path / "platform"
    shutil.copytree(furnished.folder, folder)
    with Platform(FoundedOffice(folder, furnished.recovery_key)).open() as platform:
        yield platform


@pytest.fixture
def office(pristine: FoundedOffice, tmp_path: Path) -> FoundedOffice:
    folder = tmp_path / "office"
    shutil.copytree(pristine.folder, folder)
    return FoundedOffice(folder, pristine.recovery_key)


if TYPE_CHECKING:
    from tests.engine.desk import Desk
    from tests.engine.issued_office import IssuedCase, IssuedOffice
    from tests.engine.platform import Platform


@pytest.fixture(scope="session")
def played(pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> "IssuedCase":
    """An office with one certificate handed over; tests take copies."""
    from tests.engine.desk import SetClock
    from tests.engine.issued_office import IssuedCase, rehearsal_at

    folder, clock = tmp_path_factory.mktemp("played") / "office", SetClock()
    shutil.copytree(pristine.folder, folder)
    rehearsal = rehearsal_at(folder, clock, folder.parent / "0.p12")
    rehearsal.play()
    rehearsal.close()
    return IssuedCase(folder, rehearsal.case, clock)


@pytest.fixture
def issued(
    played: "IssuedCase", pristine: FoundedOffice, tmp_path: Path
) -> Iterator["IssuedOffice"]:
    """A copy of the played office; at the end its register is verified."""
    from issuance.engine.inspection import inspect_office
    from issuance.register.fault import VerificationReport
    from tests.engine.issued_office import IssuedOffice

    office = IssuedOffice(played, tmp_path)
    yield office
    sources = office.rehearsal.sources
    office.rehearsal.close()
    report = inspect_office(office.folder, pristine.recovery_key, sources)
    assert isinstance(report, VerificationReport), report
    assert report.ok, report.faults


MakeRehearsal = Callable[..., Rehearsal]


@pytest.fixture
def rehearse(office: FoundedOffice, tmp_path: Path) -> Iterator[MakeRehearsal]:
    """Make rehearsals on the office, and log everybody out at the end."""
    made: list[Rehearsal] = []

    def make(product: str = "natural-pkcs12-2y", number: int = 0) -> Rehearsal:
        found = load_policy("ec-icert").policy.product(product)
        assert found is not None
        target = tmp_path / f"{number}.p12"
        rehearsal = Rehearsal(
            office.folder, system_sources(), make_private_key, found, target, number
        )
        made.append(rehearsal)
        return rehearsal

    yield make
    for rehearsal in made:
        rehearsal.close()


@pytest.fixture
def desk(office: FoundedOffice) -> Iterator["Desk"]:
    """An office with nobody logged in yet; whoever is, leaves at the end and all is verified."""
    from tests.engine.desk import Desk

    desk = Desk(office)
    yield desk
    desk.verify()


@pytest.fixture
def applied(rehearse: MakeRehearsal) -> Rehearsal:
    rehearsal = rehearse()
    rehearsal.apply()
    return rehearsal


@pytest.fixture
def approved(applied: Rehearsal) -> Rehearsal:
    applied.approve()
    return applied
