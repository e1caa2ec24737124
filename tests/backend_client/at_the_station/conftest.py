import random
from datetime import UTC, datetime

import pytest

from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.certificates.sealing import PassphraseParameters


class SettableClock:
    """A clock that stands where the test puts it."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment


class SeededRandomness:
    """Repeatable randomness, for tests only."""

    def __init__(self) -> None:
        self._random = random.Random(7)

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def randomness() -> SeededRandomness:
    return SeededRandomness()


@pytest.fixture(scope="session")
def private_key() -> PrivateKey:
    return make_private_key("p-256")


@pytest.fixture(scope="session")
def cheap() -> PassphraseParameters:
    return PassphraseParameters(memory_kib=8, iterations=1)
