"""How long one photo is compared with those of 100,000 other applicants.

The limit is a ratio in the same run: at most five times as long as reading the same rows alone.
"""

import os
import random
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from issuance.evidence.fingerprint import find_alike
from issuance.register.connection import writer_engine
from issuance.register.register import Register
from issuance.register.tables import fingerprints

COUNT = 100_000
LIMIT = 5.0
BITS = 10
KEY = bytes(32)
OFFICE = UUID(int=7)
NOBODY = UUID(int=0)


class SystemRandomness:
    """The operating system's randomness."""

    def octets(self, count: int) -> bytes:
        """Return random bytes."""
        return os.urandom(count)

    def digits(self, count: int) -> str:
        """Return random digits."""
        return "".join(str(octet % 10) for octet in os.urandom(count))


def fill(path: Path, made: list[str]) -> None:
    """Put one fingerprint a person into a register."""
    rows = [
        {
            "office": OFFICE,
            "seq": seq,
            "case_id": UUID(int=seq),
            "slot": "photo",
            "person": UUID(int=seq),
            "fingerprint": fingerprint,
        }
        for seq, fingerprint in enumerate(made, 1)
    ]
    engine = writer_engine(path, KEY)
    with engine.begin() as connection:
        connection.execute(insert(fingerprints), rows)
    engine.dispose()


def main() -> int:
    """Measure, print, and return 1 when the limit is broken."""
    chance = random.Random(20261122)  # noqa: S311 - made-up fingerprints
    made = [f"{chance.getrandbits(128):032x}" for _ in range(COUNT)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.db"
        register = Register.create(path, KEY, OFFICE, SystemRandomness())
        fill(path, made)
        with register.reading() as reading:
            reading.fingerprints_of_others(NOBODY)
            began = time.perf_counter()
            others = reading.fingerprints_of_others(NOBODY)
            read = time.perf_counter() - began
            began = time.perf_counter()
            found = find_alike(made[COUNT // 2], others, BITS)
            compared = time.perf_counter() - began
        register.close()
    ratio = (read + compared) / read
    sys.stdout.write(
        f"{COUNT} photos: read {read * 1000:.0f} ms, compared {compared * 1000:.0f} ms\n"
        f"look-up {ratio:.2f} times reading alone, at most {LIMIT}\n"
    )
    return 0 if ratio <= LIMIT and found == (COUNT // 2 + 1,) else 1


if __name__ == "__main__":
    sys.exit(main())
