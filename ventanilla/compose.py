"""Puts the program together: real clock, identifiers, randomness and keys, backend and app."""

import os
import secrets
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from backend_client.offices import Offices
from tui.crash import CrashLog

if TYPE_CHECKING:
    from issuance.certificates.keys import PrivateKey
    from issuance.engine.office import Sources
    from issuance.sources import SteadyMoment


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)


class SystemSteadyClock:
    """The time since the computer was started, asleep or awake; elsewhere since the program was."""

    def __init__(self) -> None:
        try:
            self._run = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
            self._source = time.CLOCK_BOOTTIME
        except (OSError, AttributeError):
            self._run = secrets.token_hex(16)
            self._source = time.CLOCK_MONOTONIC

    def moment(self) -> "SteadyMoment":
        """Return the present moment."""
        from issuance.sources import SteadyMoment

        return SteadyMoment(self._run, time.clock_gettime_ns(self._source) // 1_000_000)


class TimeOrderedIdentifiers:
    """UUIDv7 (RFC 9562): identifiers in the order of time."""

    def new(self) -> UUID:
        """Return a new identifier."""
        import uuid6

        return UUID(int=uuid6.uuid7().int)


class SystemRandomness:
    """The operating system's random source."""

    def octets(self, count: int) -> bytes:
        """Return random octets."""
        return secrets.token_bytes(count)

    def digits(self, count: int) -> str:
        """Return random decimal digits."""
        return f"{secrets.randbelow(10**count):0{count}d}"


def system_sources() -> "Sources":
    """Return the real sources of time, identifiers and randomness."""
    from issuance.engine.office import Sources

    return Sources(SystemClock(), TimeOrderedIdentifiers(), SystemRandomness(), SystemSteadyClock())


def make_key(algorithm: str) -> "PrivateKey":
    """Make a private key from the system's randomness."""
    from issuance.certificates.keys import make_private_key

    return make_private_key(algorithm)


def system_offices() -> Offices:
    """Return the offices of this computer."""
    return Offices(home(), system_sources, make_key)


def crash_log(folder: Path | None = None) -> CrashLog:
    """Return where internal errors are recorded; a folder that cannot be made costs the entry."""
    where = folder or home()
    with suppress(OSError):
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Short, since it is read over the telephone.
    return CrashLog(where / "crash.log", SystemClock().now, lambda: secrets.token_hex(4).upper())


def home() -> Path:
    """Return where everything is stored: `VENTANILLA_HOME`, else the user's data folder."""
    if chosen := os.environ.get("VENTANILLA_HOME"):
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("ventanilla", appauthor=False)


def office_folder() -> Path:
    """Return the office of this computer, or its demonstration where there is no office."""
    real = real_office_folder()
    return real if (real / "office.json").exists() else home() / "demonstration"


def real_office_folder() -> Path:
    """Return where the office of this computer lies, or would lie."""
    return home() / "office"
