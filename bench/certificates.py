"""How a look-up by serial grows with the register, as a ratio of the same run.

The limit is 1.5 times: a certificate and its line in the list are found among 100,000 as among
1,000. Times are processor seconds, the least of several rounds in one snapshot.
"""

import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert

from issuance.register.connection import writer_engine
from issuance.register.model import CertificateState, WorklistRow
from issuance.register.register import Register
from issuance.register.tables import certificate_lives, certificates
from ventanilla.compose import SystemRandomness

FEW, MANY = 1_000, 100_000
LIMIT = 1.5
LOOK_UPS, ROUNDS = 200, 5
OFFICE = UUID(int=7)
BEGIN = datetime(2026, 11, 22, tzinfo=UTC)
CERTIFICATE = os.urandom(1500)


def serial(number: int) -> str:
    """Return a serial; like real ones they come in no order."""
    return str((1 << 126) | (number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % (1 << 126))


def fill(path: Path, key: bytes, begin: int, end: int) -> None:
    """Add issued certificates, all at once: what is measured is how they are found."""
    issued = {"office": OFFICE, "state": CertificateState.ISSUED}
    numbers = range(begin, end)
    engine = writer_engine(path, key)
    with engine.begin() as connection:
        connection.execute(
            insert(certificates),
            [
                issued
                | {
                    "serial": serial(number),
                    "case_id": UUID(int=number % FEW),
                    "to_be_signed": CERTIFICATE,
                    "csr_sha256": "0" * 64,
                    "authority_key_id": "key",
                    "certificate": CERTIFICATE,
                    "at": BEGIN,
                }
                for number in numbers
            ],
        )
        connection.execute(
            insert(certificate_lives),
            [
                issued
                | {
                    "serial": serial(number),
                    "case_id": UUID(int=number % FEW),
                    "not_before": BEGIN,
                    "not_after": BEGIN + timedelta(days=730),
                }
                for number in numbers
            ],
        )
    engine.dispose()


def worklist_row(number: int, case: UUID) -> WorklistRow:
    """Return a case as the lists show it."""
    return WorklistRow(
        case_id=case, number=f"26-{number:06d}", person_name=f"Persona {number}",
        identification=f"{number:010d}", email=f"p{number}@example.ec",
        product="natural-pkcs12-2y", queue="closed", captured_by="ana", in_work_by=None,
        updated_at=BEGIN, step="activation", policy="ec-icert",
    )  # fmt: skip


def look_up(register: Register, count: int) -> float:
    """Return the seconds that finding one certificate and its line takes."""
    wanted = [serial(number * (count // LOOK_UPS)) for number in range(LOOK_UPS)]
    taken: list[float] = []
    with register.reading() as reading:
        for _ in range(ROUNDS):
            start = time.process_time()
            for each in wanted:
                if reading.certificate(each) is None or reading.certificate_line(each) is None:
                    raise LookupError(each)
            taken.append(time.process_time() - start)
    return min(taken) / LOOK_UPS


def main() -> int:
    """Measure, print, and return 1 when the limit is broken."""
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "register.db", os.urandom(32)
        register = Register.create(path, key, OFFICE, SystemRandomness())
        with register.writing() as writing:
            for number in range(FEW):
                writing.index_case(worklist_row(number, UUID(int=number)), [])
        fill(path, key, 0, FEW)
        few = look_up(register, FEW)
        fill(path, key, FEW, MANY)
        many = look_up(register, MANY)
        register.close()
    ratio = many / few
    sys.stdout.write(
        f"look-up by serial among {FEW}: {few * 1e6:.0f} µs, among {MANY}: {many * 1e6:.0f} µs\n"
        f"look-up {ratio:.2f} times, at most {LIMIT}\n"
    )
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
