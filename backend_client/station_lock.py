"""Keeps a station for one program: two would give one number to two commands."""

from pathlib import Path

from filelock import FileLock, Timeout

from issuance.access.durable_file import write_finding
from issuance.findings import blocks
from issuance.findings.engine import EngineCode
from issuance.register.errors import RegisterUnavailable


def hold(folder: Path) -> FileLock:
    """Hold a station until `release`, or until the process is gone.

    Raises `RegisterUnavailable` while another program works there.
    """
    # Held in one thread, let go in another.
    lock = FileLock(folder / "station.lock", timeout=0, thread_local=False, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise RegisterUnavailable(blocks(EngineCode.OFFICE_IN_USE)) from error
    except OSError as error:
        raise RegisterUnavailable(write_finding(error, folder)) from error
    return lock
