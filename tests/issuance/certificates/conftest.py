import pytest

from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.certificates.sealing import PassphraseParameters
from tests.issuance.certificates.certificate_samples import Office, SeededRandomness, make_office


@pytest.fixture(scope="session")
def rsa_keys() -> list[PrivateKey]:
    return [make_private_key("rsa-2048") for _ in range(3)]


@pytest.fixture(scope="session")
def office(rsa_keys: list[PrivateKey]) -> Office:
    remaining = iter(rsa_keys[:2])
    return make_office("rsa-2048", lambda _: next(remaining))


@pytest.fixture(scope="session")
def curve_office() -> Office:
    return make_office("p-384", make_private_key)


@pytest.fixture(scope="session")
def holder_key(rsa_keys: list[PrivateKey]) -> PrivateKey:
    return rsa_keys[2]


@pytest.fixture(scope="session")
def curve_key() -> PrivateKey:
    return make_private_key("p-256")


@pytest.fixture
def randomness() -> SeededRandomness:
    return SeededRandomness()


@pytest.fixture(scope="session")
def cheap() -> PassphraseParameters:
    return PassphraseParameters(memory_kib=8, iterations=1)
