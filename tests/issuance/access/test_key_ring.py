import hashlib
import hmac

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.sealing import Sealing

DATA_KEY = bytes(range(32))
any_example = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_keys_follow_hkdf_and_differ_by_purpose(randomness):
    ring = KeyRing(DATA_KEY, randomness)
    extracted = hmac.digest(bytes(32), DATA_KEY, hashlib.sha256)
    for purpose in Purpose:
        info = f"ventanilla office key 1: {purpose}".encode()
        assert ring.key(purpose) == hmac.digest(extracted, info + b"\x01", hashlib.sha256)
    assert len({ring.key(purpose) for purpose in Purpose}) == len(Purpose)


def test_another_data_key_gives_other_keys(randomness):
    other = KeyRing(bytes(32), randomness)
    assert other.key(Purpose.BLOBS) != KeyRing(DATA_KEY, randomness).key(Purpose.BLOBS)


@any_example
@given(plaintext=st.binary(max_size=200), associated=st.binary(max_size=20))
def test_what_is_sealed_opens_for_the_same_purpose(randomness, plaintext, associated):
    ring = KeyRing(DATA_KEY, randomness)
    sealed = ring.seal(Purpose.NOTICES, plaintext, associated)
    assert ring.open(Purpose.NOTICES, sealed, associated) == plaintext
    assert ring.open(Purpose.STATION, sealed, associated) is None
    assert ring.open(Purpose.NOTICES, sealed, associated + b"x") is None


@any_example
@given(octets=st.binary(max_size=60))
def test_other_octets_do_not_open(octets: bytes):
    assert Sealing(DATA_KEY).open(octets, b"") is None


def test_sealing_twice_shows_nothing_in_common(randomness):
    ring = KeyRing(DATA_KEY, randomness)
    assert len({ring.seal(Purpose.BLOBS, b"same", b"") for _ in range(10)}) == 10


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_a_fault_of_the_program(randomness, length: int):
    with pytest.raises(ValueError, match="32"):
        KeyRing(bytes(length), randomness)
    with pytest.raises(ValueError, match="32"):
        Sealing(bytes(length))


def test_the_data_key_is_not_shown(randomness):
    ring = KeyRing(b"KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYKE", randomness)
    assert "KEY" not in repr(ring)
