"""A station whose disk breaks or is full: told in words, and nothing acknowledged is lost."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from issuance.commands import Outcome
from issuance.engine.streams import read_case
from issuance.findings.register import RegisterCode
from issuance.register.errors import RegisterFailure
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from tests.engine.offline_station import OfflineStation
from tests.engine.pushed_station import PushedStation
from tests.engine.test_pushing import opening

SHIM = Path(__file__).parents[1] / "failing_disk.c"
FAULTS = {"sync": errno.EIO, "write": errno.ENOSPC}


@pytest.mark.soak
@pytest.mark.skipif(not shutil.which("cc"), reason="no compiler for the disk that fails")
def test_what_was_acknowledged_outlives_a_disk_that_fails(office: FoundedOffice, tmp_path: Path):
    library, folder = tmp_path / "failing_disk.so", tmp_path / "station"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SHIM], check=True)
    failing = {"FAILING_FOLDER": str(folder), "FAILING_ERROR": str(tmp_path / "error")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", __spec__.name, str(office.folder), str(folder)],
        env={**os.environ, **failing, "LD_PRELOAD": str(library)},
        cwd=Path(__file__).parents[2], check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        RegisterCode.REGISTER_DISK_FAILS, RegisterCode.REGISTER_DISK_FULL,
    ]  # fmt: skip


def main(office: Path, folder: Path) -> None:
    """Capture, fail, capture on, start again and send: in a process whose disk may fail."""
    desk = Desk(FoundedOffice(office, Secret("")))
    desk.log_in("jefa")
    known = PushedStation.enrol(desk)
    station = OfflineStation(
        folder, desk.here.engine, known.enrolled, known.key, desk.sources.randomness
    )
    assert station.exchange() is None
    error, acknowledged = Path(os.environ["FAILING_ERROR"]), list[int]()
    for number, (call, code) in enumerate(FAULTS.items()):
        first, failed, last = 3 * number, 3 * number + 1, 3 * number + 2
        capture(station, first, acknowledged)
        error.write_text(f"{call} {code}")
        with pytest.raises(RegisterFailure) as told:
            capture(station, failed, acknowledged)
        print(told.value.finding.code)  # noqa: T201 -- how a child process tells
        error.unlink()
        station.close()
        station.open()
        capture(station, last, acknowledged)
    assert acknowledged == [0, 2, 3, 5]
    assert station.exchange() is None
    with desk.here.engine.office.register.reading() as reading:
        assert all(read_case(reading, UUID(int=900 + each))[0] for each in acknowledged)
    station.close()
    desk.leave()


def capture(station: OfflineStation, number: int, acknowledged: list[int]) -> None:
    receipt = station.capture(opening(number), UUID(int=900 + number))
    assert receipt.outcome is Outcome.APPLIED, receipt.findings
    acknowledged.append(number)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
