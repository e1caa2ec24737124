import random
import resource
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_client.station import DraftHeldBy, DraftKey, SavedDraft, Station
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from tests.examples import examples

KEY = bytes(range(32))
CASE = UUID(int=42)
APPLICATION = DraftKey.of_case(CASE, "application")
one_file = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(15),
)


class SteppingClock:
    """A minute passes with every look."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(minutes=1)
        return self.moment


class SeededRandomness:
    def __init__(self) -> None:
        self._random = random.Random(1)

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.bin"


@pytest.fixture
def station(path: Path) -> Station:
    return Station(path, KEY, SteppingClock(), SeededRandomness())


def opened_anew(path: Path, key: bytes = KEY) -> Station:
    return Station(path, key, SteppingClock(), SeededRandomness())


def saved(result: object) -> SavedDraft:
    assert isinstance(result, SavedDraft)
    return result


def code_of(result: object) -> str:
    assert isinstance(result, Finding)
    return result.code


@pytest.mark.parametrize("value", ["oscuro", 5, True, ""])
def test_a_setting_is_kept(station: Station, path: Path, value: str | int | bool):
    assert station.setting("theme") is None
    assert station.put_setting("theme", "other") is None
    assert station.put_setting("theme", value) is None
    assert opened_anew(path).setting("theme") == value
    assert station.setting("language") is None


@one_file
@given(values=st.dictionaries(st.text(st.characters(exclude_categories=[])), st.text()))
def test_any_values_come_back_as_typed(station: Station, path: Path, values: dict[str, str]):
    saved(station.save_draft(APPLICATION, values, "maria"))
    draft = saved(opened_anew(path).load_draft(APPLICATION))
    assert draft.values == values


def test_a_draft_knows_since_when_and_when_last(station: Station):
    first = saved(station.save_draft(APPLICATION, {"name": "J"}, "maria"))
    second = saved(station.save_draft(APPLICATION, {"name": "José"}, "maria"))
    assert second.since == first.since == first.saved_at
    assert second.saved_at > first.saved_at
    assert station.load_draft(APPLICATION) == second


def test_a_second_writer_is_told_who_and_since_when(station: Station):
    first = saved(station.save_draft(APPLICATION, {"name": "José"}, "maria"))
    held = station.save_draft(APPLICATION, {"name": "Juan"}, "juan")
    assert held == DraftHeldBy("maria", first.since)
    assert station.load_draft(APPLICATION) == first


def test_taking_over_turns_the_holders_round(station: Station):
    first = saved(station.save_draft(APPLICATION, {"name": "José"}, "maria"))
    taken = saved(station.take_over(APPLICATION, "juan"))
    assert (taken.holder, taken.values) == ("juan", {"name": "José"})
    assert taken.since > first.since
    assert station.save_draft(APPLICATION, {}, "maria") == DraftHeldBy("juan", taken.since)
    assert saved(station.save_draft(APPLICATION, {"name": "Juan"}, "juan")).since == taken.since
    assert saved(station.take_over(APPLICATION, "juan")).since == taken.since


def test_taking_over_nothing_gives_nothing(station: Station):
    assert station.take_over(APPLICATION, "juan") is None


def test_drafts_without_a_case_are_each_operators_own(station: Station):
    for user in ("maria", "juan"):
        saved(station.save_draft(DraftKey.of_operator(user, "application"), {"by": user}, user))
    for user in ("maria", "juan"):
        draft = saved(station.load_draft(DraftKey.of_operator(user, "application")))
        assert draft.values == {"by": user}
    with pytest.raises(ValueError, match="stays"):
        station.take_over(DraftKey.of_operator("maria", "application"), "juan")


def test_a_key_has_either_a_case_or_an_operator():
    for case_id, operator in [(None, None), (CASE, "maria")]:
        with pytest.raises(ValueError, match="either"):
            DraftKey(case_id, "application", operator)


def test_steps_and_cases_do_not_mix(station: Station):
    keys = [APPLICATION, DraftKey.of_case(CASE, "payment"), DraftKey.of_case(UUID(int=1), "photo")]
    for number, key in enumerate(keys):
        saved(station.save_draft(key, {"number": str(number)}, "maria"))
    assert station.drop_draft(keys[0]) is None
    assert station.drop_draft(keys[0]) is None
    assert station.load_draft(keys[0]) is None
    assert [draft.key for draft in station.drafts_of("maria")] == [keys[2], keys[1]]
    assert station.drafts_of("juan") == ()


def test_nothing_is_readable_in_clear(station: Station, path: Path):
    saved(station.save_draft(APPLICATION, {"surname": "Chimborazo"}, "operatrix"))
    station.put_setting("nameofsetting", "valueofsetting")
    everything = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    for text in (b"Chimborazo", b"surname", b"operatrix", b"nameofsetting", b"drafts"):
        assert text not in everything
    assert "Chimborazo" not in repr(station.load_draft(APPLICATION))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "clear"])
def test_a_damaged_store_is_set_aside_and_told(station: Station, path: Path, damage: str):
    saved(station.save_draft(APPLICATION, {"name": "José"}, "maria"))
    sound = path.read_bytes()
    damaged = {
        "flipped": sound[:-5] + bytes([sound[-5] ^ 1]) + sound[-4:],
        "cut": sound[: len(sound) // 2],
        "empty": b"",
        "clear": b'{"drafts": {}}',
    }[damage]
    path.write_bytes(damaged)
    assert station.load_draft(APPLICATION) is None
    (finding,) = opened_anew(path).findings()
    assert finding.code == AccessCode.STATION_SET_ASIDE
    assert (path.parent / str(finding.parameters["file"])).read_bytes() == damaged
    saved(station.save_draft(APPLICATION, {"name": "Rosa"}, "juan"))
    assert saved(opened_anew(path).load_draft(APPLICATION)).values == {"name": "Rosa"}


def test_another_key_does_not_destroy_what_it_cannot_read(station: Station, path: Path):
    saved(station.save_draft(APPLICATION, {"name": "José"}, "maria"))
    other = opened_anew(path, bytes(32))
    assert other.put_setting("theme", "light") is None
    (finding,) = other.findings()
    (path.parent / str(finding.parameters["file"])).replace(path)
    assert saved(station.load_draft(APPLICATION)).values == {"name": "José"}


def test_a_sound_store_has_nothing_to_tell(station: Station):
    assert station.findings() == ()
    station.put_setting("theme", "dark")
    assert station.findings() == ()


def test_a_full_disk_leaves_the_last_saved_draft(station: Station, path: Path):
    first = saved(station.save_draft(APPLICATION, {"name": "José"}, "maria"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 50, hard))
    try:
        refused = station.save_draft(APPLICATION, {"name": "x" * 1000}, "maria")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code_of(refused) == AccessCode.STORE_FULL
    assert opened_anew(path).load_draft(APPLICATION) == first
    saved(station.save_draft(APPLICATION, {"name": "x" * 1000}, "maria"))


def test_a_missing_folder_is_said(tmp_path: Path):
    station = opened_anew(tmp_path / "gone" / "station.bin")
    assert code_of(station.put_setting("theme", "dark")) == AccessCode.STORE_FAILED
    assert station.setting("theme") is None


def test_threads_lose_nothing(station: Station, path: Path):
    def save(number: int) -> None:
        key = DraftKey.of_case(UUID(int=number), "photo")
        saved(station.save_draft(key, {"number": str(number)}, "maria"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, range(24)))
    assert len(opened_anew(path).drafts_of("maria")) == 24
