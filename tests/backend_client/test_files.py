"""Files through the backend: checked as they stream, watched, photographed, sorted, done with."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from backend_client.backend import Arrival, Kept
from backend_client.embedded import EmbeddedBackend
from backend_client.sources.station_sources import StationSources
from issuance.access.roles import Session
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.evidence.blob import BlobRef
from issuance.evidence.report import verdict
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.findings.evidence import EvidenceCode
from issuance.findings.institutions import InstitutionCode
from issuance.findings.sources import SourceCode
from issuance.policies.loader import load_policy
from issuance.samples.documents import sample_document
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from issuance.secret import Secret
from tests.keys import wait_until
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, UUID]:
    """Found an office with a case whose photo and documents are due."""
    folder = tmp_path_factory.mktemp("pristine") / "office"
    founded = found_office(folder, demonstration_plan(), system_sources(), make_private_key)
    assert isinstance(founded, Founded)
    product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
    assert product is not None
    target = folder.parent / "key.p12"
    rehearsal = Rehearsal(folder, system_sources(), make_private_key, product, target)
    rehearsal.apply()
    rehearsal.approve()
    rehearsal.close()
    return folder, rehearsal.case


@pytest.fixture
def case(pristine: tuple[Path, UUID]) -> UUID:
    return pristine[1]


@pytest.fixture
async def backend(pristine: tuple[Path, UUID], tmp_path: Path) -> AsyncIterator[EmbeddedBackend]:
    folder = tmp_path / "office"
    shutil.copytree(pristine[0], folder)
    backend = EmbeddedBackend(folder, system_sources(), make_private_key, print)
    await log_in(backend, "olga")
    yield backend
    await backend.close()


async def log_in(backend: EmbeddedBackend, user: str) -> None:
    person = next(each for each in await backend.known_people() if each.user == user)
    session = await backend.log_in(user, Secret(person.password), Secret(person.code))
    assert isinstance(session, Session), session


async def set_sources(backend: EmbeddedBackend, folder: Path | str = "", command: str = "") -> None:
    await log_in(backend, "jefa")
    assert await backend.set_sources(StationSources(str(folder), command)) == ()
    await log_in(backend, "olga")


async def checked(
    backend: EmbeddedBackend, slot: str, path: Path, case: UUID
) -> tuple[list[Finding], Kept | None]:
    findings: list[Finding] = []
    kept = None
    async for each in backend.check(slot, path, case):
        if isinstance(each, Kept):
            kept = each
        else:
            findings.append(each)
    return findings, kept


def photo() -> bytes:
    return sample_photo(sample_person("natural", 0), 0)


async def test_a_kept_file_says_what_its_check_came_to(backend, case, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo())
    findings, kept = await checked(backend, "photo", path, case)
    assert kept is not None
    assert tuple(findings) == kept.findings
    assert kept.verdict == verdict(kept.findings)
    assert any(name.startswith("pillow") for name in kept.engines)
    assert kept.boxes is not None
    assert kept.read is None
    assert path.exists()


async def test_only_administrators_say_which_program_runs(backend, tmp_path):
    wanted = StationSources("", f"{sys.executable} {{file}}")
    (refused,) = await backend.set_sources(wanted)
    assert refused.code == AccessCode.ADMINISTRATOR_ONLY
    assert await backend.sources() == StationSources()
    await set_sources(backend, tmp_path, "cam {file}")
    assert await backend.sources() == StationSources(str(tmp_path), "cam {file}")


async def test_wrong_sources_are_not_kept(backend):
    await log_in(backend, "jefa")
    findings = await backend.set_sources(StationSources("nowhere", "cam"))
    assert {each.code for each in findings} == {
        SourceCode.DROP_FOLDER_UNUSABLE, SourceCode.CAMERA_COMMAND_WRONG,
    }  # fmt: skip
    assert await backend.sources() == StationSources()


async def test_a_photo_is_taken_checked_and_removed(backend, case, tmp_path):
    original = tmp_path / "as the camera sees it.jpg"
    original.write_bytes(photo())
    await set_sources(backend, command=f"cp '{original}' {{file}}")
    taken = await backend.take_photo()
    assert isinstance(taken, Path), taken
    findings, kept = await checked(backend, "photo", taken, case)
    assert kept is not None, findings
    assert not taken.parent.exists()
    assert await backend.read_file(kept.blob) == original.read_bytes()


async def test_a_photo_nobody_kept_is_gone_after_the_log_out(backend, tmp_path):
    (tmp_path / "x").write_bytes(b"\xff\xd8\xff")
    await set_sources(backend, command=f"cp {tmp_path / 'x'} {{file}}")
    taken = await backend.take_photo()
    assert isinstance(taken, Path)
    assert taken.exists()
    await backend.log_out()
    assert not taken.parent.exists()


async def test_no_camera_is_told(backend):
    finding = await backend.take_photo()
    assert isinstance(finding, Finding)
    assert finding.code == SourceCode.NO_CAMERA


async def test_a_link_a_camera_leaves_is_not_followed(backend, case, tmp_path):
    """What lies there was looked at once; when it is read it may be something else."""
    (tmp_path / "x").write_bytes(b"\xff\xd8\xff")
    await set_sources(backend, command=f"cp {tmp_path / 'x'} {{file}}")
    taken = await backend.take_photo()
    assert isinstance(taken, Path)
    taken.unlink()
    taken.symlink_to(tmp_path / "x")
    findings, kept = await checked(backend, "photo", taken, case)
    assert kept is None
    assert [each.code for each in findings] == [EvidenceCode.FILE_UNREADABLE]


# -- the watched folder ---------------------------------------------------------------------------


class Watching:
    """What came into the folder, while somebody listens."""

    def __init__(self, backend: EmbeddedBackend) -> None:
        self.arrived: list[Arrival] = []
        self._task = asyncio.create_task(self._listen(backend))

    async def _listen(self, backend: EmbeddedBackend) -> None:
        async for arrival in backend.arrivals():
            self.arrived.append(arrival)

    @property
    def names(self) -> list[str]:
        return sorted(arrival.name for arrival in self.arrived)

    async def end(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def ends_by_itself(self) -> None:
        await asyncio.wait_for(self._task, 10)


@pytest.fixture
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("backend_client.counter_backend._BETWEEN_LOOKS", 0.01)
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


async def test_without_a_folder_nobody_listens(backend):
    await Watching(backend).ends_by_itself()


async def test_what_was_brought_is_not_offered_again(backend, case, drop):
    await set_sources(backend, drop)
    (drop / "photo.jpg").write_bytes(photo())
    watching = Watching(backend)
    await wait_until(lambda: watching.names == ["photo.jpg"])
    (drop / "other.jpg").write_bytes(b"\xff\xd8\xff")
    await wait_until(lambda: watching.names == ["other.jpg", "photo.jpg"])
    await watching.end()
    _, kept = await checked(backend, "photo", drop / "photo.jpg", case)
    assert kept is not None
    await log_in(backend, "olga")
    watching = Watching(backend)
    await wait_until(lambda: watching.names == ["other.jpg"])
    await watching.end()
    assert (drop / "photo.jpg").exists()


@pytest.mark.soak
async def test_several_files_are_sorted_and_their_checks_remembered(backend, case, drop, tmp_path):
    applicant, today = sample_person("natural", 0), backend._door.opened.engine.office.today()
    picture, bill, text = tmp_path / "1", tmp_path / "2", tmp_path / "3"
    picture.write_bytes(photo())
    bill.write_bytes(sample_document("utility_bill", applicant, today))
    text.write_text("nothing")
    found = await backend.sort_files([bill, text, picture, picture], case)
    assert found.slots["photo"] == picture
    assert text in found.left
    assert {*found.slots.values(), *found.left} == {picture, bill, text}
    nowhere = await backend.sort_files([picture], UUID(int=1))
    assert nowhere.left == (picture,)


async def test_what_is_no_pdf_or_jpeg_is_not_attached(backend: EmbeddedBackend, tmp_path: Path):
    named = tmp_path / "resolución.pdf"
    named.write_bytes(b"\x7fELF")
    refused = await backend.keep_attachment(named)
    assert isinstance(refused, Finding)
    # The words are about what is attached, not about a proof of payment.
    assert refused.code == InstitutionCode.ATTACHMENT_NOT_PDF_OR_JPEG


async def test_what_nobody_could_open_is_not_attached(backend: EmbeddedBackend, tmp_path: Path):
    person, today = sample_person("natural", 0), system_sources().clock.now().date()
    whole = sample_document("utility_bill", person, today)
    for name, octets in (("act", whole), ("scan", photo())):
        cut, kept = tmp_path / f"cut-{name}", tmp_path / name
        cut.write_bytes(octets[:300])
        kept.write_bytes(octets)
        refused = await backend.keep_attachment(cut)
        assert isinstance(refused, Finding), name
        assert refused.code == InstitutionCode.ATTACHMENT_UNREADABLE
        assert isinstance(await backend.keep_attachment(kept), BlobRef)
