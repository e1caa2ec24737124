"""Many who write a little at the same time share a commit, and none hinders another."""

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest

from issuance.engine.group_commit import GroupCommit
from issuance.register.register import Register, Writing
from tests.engine.conftest import FoundedOffice
from tests.engine.ministry import found_platform, opened


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> FoundedOffice:
    return found_platform(tmp_path_factory.mktemp("platform") / "office")


def claiming(value: str, *, fails: bool = False) -> Callable[[Writing], str]:
    def work(writing: Writing) -> str:
        writing.take_claim("prueba", value, UUID(int=1))
        if fails:
            raise ValueError(value)
        return value

    return work


def taken(register: Register) -> set[str]:
    with register.reading() as reading:
        return {each for each in "abcde" if reading.claim("prueba", each)}


def test_one_that_fails_hinders_no_other_of_its_commit(founded: FoundedOffice, tmp_path: Path):
    shutil.copytree(founded.folder, tmp_path / "office")
    platform = opened(tmp_path / "office")
    register = platform.engine.office.register
    group, begun, free = GroupCommit(register), threading.Event(), threading.Event()

    def first(writing: Writing) -> str:
        begun.set()
        free.wait(30)
        return claiming("a")(writing)

    with ThreadPoolExecutor(5) as threads:
        holding = threads.submit(group.write, first)
        begun.wait(30)
        others = [threads.submit(group.write, claiming(each)) for each in "bcd"]
        failing = threads.submit(group.write, claiming("e", fails=True))
        free.set()
        assert [each.result(30) for each in (holding, *others)] == ["a", "b", "c", "d"]
        with pytest.raises(ValueError, match="e"):
            failing.result(30)
    assert taken(register) == set("abcd")
    platform.close()
