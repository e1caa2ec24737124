import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from issuance.certificates.authority_keys import (
    AuthorityKeyFile,
    SealedAuthorityKey,
    add_slot,
    open_with_key,
    open_with_passphrase,
    read_key_file,
    seal_authority_key,
    share_slot,
    without_slot,
)
from issuance.certificates.keys import PrivateKey, private_key_bytes
from issuance.certificates.sealing import PassphraseParameters
from issuance.findings import Finding
from issuance.secret import Secret
from tests.issuance.certificates.certificate_samples import SeededRandomness

PASSPHRASE = Secret("café con leche")
OPERATOR, OTHER = bytes(range(32)), bytes(32)


@pytest.fixture
def sealed(
    curve_key: PrivateKey, cheap: PassphraseParameters, randomness: SeededRandomness
) -> SealedAuthorityKey:
    return seal_authority_key("issuing", curve_key, PASSPHRASE, cheap, randomness)


def same_key(opened: object, key: PrivateKey) -> bool:
    assert not isinstance(opened, Finding), opened
    return opened.public_key() == key.public_key()  # pyright: ignore[reportAttributeAccessIssue]


def code_of(result: object) -> str:
    assert isinstance(result, Finding), result
    return result.code


def test_the_passphrase_opens_a_key_however_it_is_typed(
    sealed: SealedAuthorityKey, curve_key: PrivateKey
):
    decomposed = Secret("cafe\u0301 con leche")
    assert same_key(open_with_passphrase(sealed, PASSPHRASE), curve_key)
    assert same_key(open_with_passphrase(sealed, decomposed), curve_key)
    assert code_of(open_with_passphrase(sealed, Secret("cafe con leche"))) == "PASSPHRASE_WRONG"
    assert code_of(open_with_passphrase(sealed, Secret("\ud800"))) == "PASSPHRASE_WRONG"


def test_people_get_and_lose_slots(
    sealed: SealedAuthorityKey, curve_key: PrivateKey, randomness: SeededRandomness
):
    assert code_of(open_with_key(sealed, "ana", OPERATOR)) == "KEY_SLOT_REFUSED"
    shared = add_slot(sealed, PASSPHRASE, "ana", OPERATOR, randomness)
    assert isinstance(shared, SealedAuthorityKey)
    assert same_key(open_with_key(shared, "ana", OPERATOR), curve_key)
    assert code_of(open_with_key(shared, "ana", OTHER)) == "KEY_SLOT_REFUSED"
    assert code_of(open_with_key(shared, "ana", b"short")) == "KEY_SLOT_REFUSED"
    passed_on = share_slot(shared, "ana", OPERATOR, "luis", OTHER, randomness)
    assert isinstance(passed_on, SealedAuthorityKey)
    assert same_key(open_with_key(passed_on, "luis", OTHER), curve_key)
    left = without_slot(passed_on, "ana")
    assert code_of(open_with_key(left, "ana", OPERATOR)) == "KEY_SLOT_REFUSED"
    assert same_key(open_with_key(left, "luis", OTHER), curve_key)
    assert same_key(open_with_passphrase(left, PASSPHRASE), curve_key)


def test_slots_are_given_only_by_who_can_open(
    sealed: SealedAuthorityKey, randomness: SeededRandomness
):
    wrong = add_slot(sealed, Secret("wrong"), "ana", OPERATOR, randomness)
    nobody = share_slot(sealed, "ana", OPERATOR, "luis", OTHER, randomness)
    assert code_of(wrong) == "PASSPHRASE_WRONG"
    assert code_of(nobody) == "KEY_SLOT_REFUSED"


def test_a_slot_cannot_be_moved_to_another_person_or_key(
    sealed: SealedAuthorityKey, randomness: SeededRandomness
):
    shared = add_slot(sealed, PASSPHRASE, "ana", OPERATOR, randomness)
    assert isinstance(shared, SealedAuthorityKey)
    moved = shared.model_copy(update={"slots": {"luis": shared.slots["ana"]}})
    renamed = shared.model_copy(update={"key_id": "root"})
    assert code_of(open_with_key(moved, "luis", OPERATOR)) == "KEY_SLOT_REFUSED"
    assert code_of(open_with_key(renamed, "ana", OPERATOR)) == "KEY_SLOT_REFUSED"
    assert code_of(open_with_passphrase(renamed, PASSPHRASE)) == "PASSPHRASE_WRONG"


def test_the_file_holds_nothing_in_clear_and_opens_again(
    sealed: SealedAuthorityKey, curve_key: PrivateKey
):
    file = AuthorityKeyFile(keys={"issuing": sealed})
    content = file.to_bytes()
    assert private_key_bytes(curve_key).hex().encode() not in content
    assert private_key_bytes(curve_key) not in content
    read = read_key_file(content)
    assert read == file
    assert isinstance(read, AuthorityKeyFile)
    assert same_key(open_with_passphrase(read.keys["issuing"], PASSPHRASE), curve_key)


@given(st.binary(max_size=200))
def test_a_damaged_file_is_a_finding(content: bytes):
    assert code_of(read_key_file(content)) == "AUTHORITY_KEYS_DAMAGED"


def test_a_newer_file_says_so(sealed: SealedAuthorityKey):
    content = json.loads(AuthorityKeyFile(keys={"issuing": sealed}).to_bytes())
    newer = json.dumps(content | {"version": 2, "more": True}).encode()
    assert code_of(read_key_file(newer)) == "AUTHORITY_KEYS_NEWER"


def test_a_hostile_file_cannot_ask_for_all_memory(sealed: SealedAuthorityKey):
    text = AuthorityKeyFile(keys={"issuing": sealed}).to_bytes().decode()
    hostile = text.replace('"memory_kib":8', '"memory_kib":999999999')
    assert hostile != text
    assert code_of(read_key_file(hostile.encode())) == "AUTHORITY_KEYS_DAMAGED"
    with pytest.raises(ValidationError):
        PassphraseParameters(memory_kib=8, lanes=4)


def test_a_changed_private_key_does_not_open(sealed: SealedAuthorityKey):
    box = sealed.private_key
    assert box is not None
    flipped = box.ciphertext[:-1] + bytes([box.ciphertext[-1] ^ 1])
    damaged = sealed.model_copy(
        update={"private_key": box.model_copy(update={"ciphertext": flipped})}
    )
    assert code_of(open_with_passphrase(damaged, PASSPHRASE)) == "AUTHORITY_KEYS_DAMAGED"


def test_the_default_cost_is_the_one_decided():
    assert PassphraseParameters().memory_kib == 64 * 1024
    assert PassphraseParameters().iterations == 3
