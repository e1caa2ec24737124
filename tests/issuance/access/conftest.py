"""An office with two people, whose slots cost as little as argon2id allows."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from issuance.access.key_slots import SlotContents, seal_slot
from issuance.access.office import KeyDerivationParameters, OfficeFile
from issuance.access.office_file import create_office
from issuance.access.totp import new_totp_secret
from issuance.secret import Secret

CHEAP = KeyDerivationParameters(time_cost=1, memory_kib=8, lanes=1)
NOW = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
OFFICE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


class SeededRandomness:
    """Repeatable randomness: for tests only."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))


@pytest.fixture
def randomness() -> SeededRandomness:
    return SeededRandomness()


@pytest.fixture
def cheap() -> KeyDerivationParameters:
    return CHEAP


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def office(randomness: SeededRandomness) -> OfficeFile:
    data_key = randomness.octets(32)

    def slot(user: str, authority_slot_key: bytes | None = None):
        contents = SlotContents(data_key, new_totp_secret(randomness), authority_slot_key)
        return seal_slot(OFFICE, user, Secret(f"password of {user}"), contents, CHEAP, randomness)

    return OfficeFile(
        office=OFFICE,
        name="Oficina Ñandú",
        province="Pichincha",
        language="es",
        theme="dark",
        demonstration=False,
        created_at=NOW,
        slots=(slot("maria", randomness.octets(32)), slot("juan")),
        recovery_slot=randomness.octets(60),
    )


@pytest.fixture
def founded(tmp_path: Path, office: OfficeFile) -> Callable[[], Path]:
    """Write the office and return its folder."""

    def found() -> Path:
        assert create_office(tmp_path, office) is None
        return tmp_path

    return found
