"""The room a station keeps for its server's answers."""

from pathlib import Path

import pytest

from backend_client.disk_reserve import RESERVE, DiskReserve, with_room
from issuance.findings import blocks, warns
from issuance.findings.register import RegisterCode
from issuance.findings.sync import SyncCode
from issuance.register.errors import RegisterUnavailable

MIB = 1 << 20


def test_the_room_is_taken_once_and_given_back(tmp_path: Path):
    reserve, file = DiskReserve(tmp_path, lambda _: 900 * MIB), tmp_path / RESERVE
    reserve.keep()
    reserve.keep()
    assert file.stat().st_blocks * 512 >= 16 * MIB
    assert reserve.release()
    assert not file.exists()
    assert not reserve.release()


def test_where_there_is_little_none_is_taken(tmp_path: Path):
    DiskReserve(tmp_path, lambda _: 215 * MIB).keep()
    assert not (tmp_path / RESERVE).exists()


@pytest.mark.parametrize(("free", "told"), [(1024, False), (1023, True), (150, True)])
def test_it_is_told_before_nothing_more_is_recorded(tmp_path: Path, free: int, told: bool):
    finding = warns(SyncCode.DISK_FILLING, free=free, least=200)
    reserve = DiskReserve(tmp_path, lambda _: free * MIB)
    assert reserve.finding == (finding if told else None)


def test_a_full_disk_gets_the_room_and_the_work_is_done(tmp_path: Path):
    reserve = DiskReserve(tmp_path, lambda _: 900 * MIB)
    attempts: list[bool] = []

    def work() -> str:
        attempts.append((tmp_path / RESERVE).exists())
        if attempts[-1]:
            raise RegisterUnavailable(blocks(RegisterCode.REGISTER_DISK_FULL))
        return "done"

    reserve.keep()
    assert with_room(reserve, work) == "done"
    assert attempts == [True, False]


@pytest.mark.parametrize("code", [RegisterCode.REGISTER_DISK_FULL, RegisterCode.REGISTER_BUSY])
def test_what_the_room_does_not_mend_is_told(tmp_path: Path, code: RegisterCode):
    reserve = DiskReserve(tmp_path, lambda _: 900 * MIB)
    attempts: list[int] = []

    def work() -> None:
        attempts.append(1)
        raise RegisterUnavailable(blocks(code))

    reserve.keep()
    with pytest.raises(RegisterUnavailable):
        with_room(reserve, work)
    assert len(attempts) == (2 if code is RegisterCode.REGISTER_DISK_FULL else 1)
