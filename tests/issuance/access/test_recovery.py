from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from issuance.access.recovery import (
    new_recovery_key,
    open_recovery_slot,
    read_recovery_key,
    recovery_key_text,
    seal_recovery_slot,
)
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.secret import Secret

OFFICE = UUID(int=7)
keys = st.binary(min_size=32, max_size=32)
places = st.integers(0, 64)


def wrong_group(typed: str) -> int:
    finding = read_recovery_key(Secret(typed))
    assert isinstance(finding, Finding)
    assert finding.code == AccessCode.RECOVERY_KEY_GROUP
    return int(finding.parameters["group"])


def plain(key: bytes) -> str:
    return recovery_key_text(key).reveal().replace(" ", "")


@given(key=keys)
def test_a_key_on_paper_is_read_back(key: bytes):
    text = recovery_key_text(key).reveal()
    assert [len(group) for group in text.split(" ")] == [5] * 13
    assert read_recovery_key(Secret(text)) == key
    assert read_recovery_key(Secret(f"  {text.lower().replace(' ', '-')}\n")) == key


@given(key=keys, place=places, wrong=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567018é"))
def test_every_wrong_character_names_its_group(key: bytes, place: int, wrong: str):
    text = plain(key)
    assume(text[place] != wrong.upper())
    typed = text[:place] + wrong + text[place + 1 :]
    assert wrong_group(typed) == place // 5 + 1


@given(key=keys, place=st.integers(0, 63))
def test_every_exchange_of_neighbours_shows(key: bytes, place: int):
    text = plain(key)
    assume(text[place] != text[place + 1])
    typed = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert wrong_group(typed) in {place // 5 + 1, (place + 1) // 5 + 1}


@given(key=keys, groups=st.lists(st.integers(0, 12), min_size=2, max_size=2, unique=True))
def test_every_exchange_of_groups_shows(key: bytes, groups: list[int]):
    one, other = groups
    parts = recovery_key_text(key).reveal().split()
    parts[one], parts[other] = parts[other], parts[one]
    assert wrong_group(" ".join(parts)) == min(one, other) + 1


@given(key=keys, spare=st.integers(1, 15))
def test_bits_that_no_key_has_are_refused(key: bytes, spare: int):
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    text = plain(key)
    last = alphabet[alphabet.index(text[63]) | spare]
    # One of the 32 check characters is the right one.
    assert {wrong_group(text[:63] + last + check) for check in alphabet} == {13}


@given(text=st.text(st.characters(exclude_categories=[]), max_size=80))
def test_other_text_is_refused(text: str):
    assert isinstance(read_recovery_key(Secret(text)), Finding)


def test_a_missing_group_is_counted():
    finding = read_recovery_key(Secret(plain(bytes(32))[:60]))
    assert isinstance(finding, Finding)
    assert finding.parameters == {"length": 60, "expected": 65}


def test_the_key_opens_the_data_key_of_its_own_office(randomness):
    key, data_key = new_recovery_key(randomness), randomness.octets(32)
    slot = seal_recovery_slot(OFFICE, key, data_key, randomness)
    assert open_recovery_slot(OFFICE, slot, key) == data_key
    for office, other in [(OFFICE, bytes(32)), (UUID(int=8), key)]:
        finding = open_recovery_slot(office, slot, other)
        assert isinstance(finding, Finding)
        assert finding.code == AccessCode.RECOVERY_KEY_WRONG
