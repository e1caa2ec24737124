import copy
import json
import resource
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.access.office import AttemptCounter, KeyDerivationParameters, OfficeFile
from issuance.access.office_file import create_office, read_office, update_office
from issuance.findings import Finding
from issuance.findings.access import AccessCode

one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def code_of(result: object) -> str | None:
    return result.code if isinstance(result, Finding) else None


def test_what_is_written_is_read(founded: Callable[[], Path], office: OfficeFile, now):
    folder = founded()
    assert read_office(folder) == office
    counted = office.with_attempts("maria", AttemptCounter(6, now)).with_attempts(
        "nobody", AttemptCounter(2, now)
    )
    assert update_office(folder, lambda _: counted) == counted
    assert read_office(folder) == counted


def test_the_file_is_private_and_nothing_else_is_left(founded: Callable[[], Path]):
    folder = founded()
    assert stat.S_IMODE((folder / "office.json").stat().st_mode) == 0o600
    visible = {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}
    assert visible == {"office.json"}


def test_no_office_is_said(tmp_path: Path):
    assert code_of(read_office(tmp_path)) == AccessCode.OFFICE_MISSING
    assert code_of(read_office(tmp_path / "nowhere")) == AccessCode.OFFICE_MISSING
    assert code_of(update_office(tmp_path, lambda office: office)) == AccessCode.OFFICE_MISSING
    assert isinstance(update_office(tmp_path / "nowhere", lambda office: office), Finding)
    assert not (tmp_path / "nowhere").exists()


def test_an_unreadable_office_is_said(tmp_path: Path):
    (tmp_path / "office.json").mkdir()
    assert code_of(read_office(tmp_path)) == AccessCode.OFFICE_UNREADABLE


def test_an_office_is_never_written_over(founded: Callable[[], Path], office: OfficeFile):
    folder = founded()
    other = replace(office, name="Another office")
    assert code_of(create_office(folder, other)) == AccessCode.OFFICE_EXISTS
    assert read_office(folder) == office


def test_a_newer_format_is_said_whatever_else_it_holds(tmp_path: Path):
    (tmp_path / "office.json").write_text('{"format": 2, "unheard_of": []}')
    finding = read_office(tmp_path)
    assert isinstance(finding, Finding)
    assert finding.code == AccessCode.OFFICE_NEWER
    assert finding.parameters == {"version": 2, "known": 1}


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": ' + b"9" * 5_000 + b"}",
        b'{"format": true}',
        b'{"format": 1}',
        b" " * (1 << 21),
    ],
    ids=["empty", "null", "list", "not-utf8", "deep", "huge-number", "true", "bare", "large"],
)
def test_what_is_no_office_is_damaged(tmp_path: Path, octets: bytes):
    (tmp_path / "office.json").write_bytes(octets)
    assert code_of(read_office(tmp_path)) == AccessCode.OFFICE_DAMAGED


@one_folder
@given(octets=st.binary(max_size=300))
def test_arbitrary_octets_never_raise(tmp_path: Path, octets: bytes):
    (tmp_path / "office.json").write_bytes(octets)
    assert isinstance(read_office(tmp_path), Finding)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    return [path, *(place for key, item in items for place in places(item, (*path, key)))]


@one_folder
@given(data=st.data())
def test_a_changed_value_is_read_exactly_or_refused(
    founded: Callable[[], Path], tmp_path: Path, data: st.DataObject
):
    path = tmp_path / "office.json"
    if not path.exists():
        founded()
        (tmp_path / "sound.json").write_bytes(path.read_bytes())
    document: Any = json.loads((tmp_path / "sound.json").read_bytes())
    place = data.draw(st.sampled_from(places(document)[1:]))
    changed = copy.deepcopy(document)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = data.draw(json_values)
    path.write_text(json.dumps(changed))
    result = read_office(tmp_path)
    if isinstance(result, Finding):
        assert result.code in (AccessCode.OFFICE_DAMAGED, AccessCode.OFFICE_NEWER)
    else:
        # What is taken as sound survives being written again.
        assert update_office(tmp_path, lambda office: office) == result


@one_folder
@given(position=st.integers(min_value=0), octet=st.integers(0, 255))
def test_a_changed_octet_never_raises(
    founded: Callable[[], Path], tmp_path: Path, position: int, octet: int
):
    path = tmp_path / "office.json"
    if not path.exists():
        founded()
        (tmp_path / "sound.json").write_bytes(path.read_bytes())
    octets = bytearray((tmp_path / "sound.json").read_bytes())
    octets[position % len(octets)] = octet
    path.write_bytes(octets)
    assert isinstance(read_office(tmp_path), OfficeFile | Finding)


@pytest.mark.parametrize(
    ("name", "value"),
    [("memory_kib", 1 << 30), ("time_cost", 10**9), ("lanes", 1000), ("memory_kib", 7)],
)
def test_a_hostile_file_cannot_ask_for_more_than_a_log_in_may_cost(
    founded: Callable[[], Path], name: str, value: int
):
    folder = founded()
    document = json.loads((folder / "office.json").read_bytes())
    document["slots"][1][name] = value
    (folder / "office.json").write_text(json.dumps(document))
    finding = read_office(folder)
    assert isinstance(finding, Finding)
    assert finding.code == AccessCode.OFFICE_DAMAGED
    assert finding.parameters == {"part": f"slots[1].{name}"}


def test_parameters_out_of_bounds_cannot_be_made():
    with pytest.raises(ValueError, match="bounds"):
        KeyDerivationParameters(memory_kib=2 * KeyDerivationParameters.MOST_MEMORY_KIB)


def test_one_user_has_one_slot(founded: Callable[[], Path], office: OfficeFile):
    folder = founded()
    document = json.loads((folder / "office.json").read_bytes())
    document["slots"].append(document["slots"][0])
    (folder / "office.json").write_text(json.dumps(document))
    assert code_of(read_office(folder)) == AccessCode.OFFICE_DAMAGED
    renewed = replace(office.slots[0], salt=bytes(16))
    assert office.with_slot(renewed).slot_of("maria") == renewed
    assert len(office.with_slot(renewed).slots) == 2


def test_a_removed_slot_takes_its_counter_with_it(office: OfficeFile, now):
    removed = office.with_attempts("juan", AttemptCounter(3, now)).without_slot("juan")
    assert removed.slot_of("juan") is None
    assert removed.attempts == {}


def test_what_could_not_be_read_back_is_not_written(
    founded: Callable[[], Path], office: OfficeFile
):
    folder = founded()
    finding = update_office(folder, lambda current: replace(current, name="two\nlines"))
    assert isinstance(finding, Finding)
    assert finding.code == AccessCode.OFFICE_FIELD_INVALID
    assert finding.parameters == {"part": "name"}
    assert read_office(folder) == office


def test_no_change_is_lost_between_writers(founded: Callable[[], Path], now):
    folder = founded()

    def count(_: int) -> None:
        def more(office: OfficeFile) -> OfficeFile:
            counter = office.attempts_of("maria")
            return office.with_attempts(
                "maria", AttemptCounter(counter.count + 1 if counter else 1, now)
            )

        assert isinstance(update_office(folder, more), OfficeFile)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(40)))
    office = read_office(folder)
    assert isinstance(office, OfficeFile)
    assert office.attempts_of("maria") == AttemptCounter(40, now)


def test_a_full_disk_leaves_the_old_office(founded: Callable[[], Path], office: OfficeFile):
    folder = founded()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        finding = update_office(folder, lambda current: replace(current, theme="light"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert code_of(finding) == AccessCode.STORE_FULL
    assert read_office(folder) == office
    assert not list(folder.glob("*.unfinished"))


def test_the_log_in_screen_needs_only_the_standard_library():
    program = """
import sys
import issuance.access.office_file, issuance.access.spool, issuance.access.attempts
known = set(sys.stdlib_module_names) | {"issuance"}
foreign = {name.split(".")[0] for name in sys.modules} - known
print(sorted(name for name in foreign if not name.startswith(("_", "sitecustomize"))))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout.strip() == b"[]"
