import time
import unicodedata
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from issuance.access.key_slots import (
    DEFAULT_PARAMETERS,
    SlotContents,
    dummy_open,
    open_slot,
    seal_slot,
)
from issuance.access.office import KeyDerivationParameters
from issuance.secret import Secret
from tests.examples import examples

OFFICE = UUID(int=7)
RIGHT = "correct horse battery"
CONTENTS = SlotContents(b"d" * 32, Secret("JBSWY3DPEHPK3PXP"), b"a" * 32)
passwords = st.text(st.characters(exclude_categories=[]), min_size=1, max_size=30)
fast = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(20),
)


def sealed(randomness, cheap, password=RIGHT, contents=CONTENTS, user="maria"):
    return seal_slot(OFFICE, user, Secret(password), contents, cheap, randomness)


@fast
@given(password=passwords, wrong=passwords)
def test_only_the_password_opens(randomness, cheap, password: str, wrong: str):
    slot = sealed(randomness, cheap, password)
    opened = open_slot(OFFICE, slot, Secret(password))
    assert opened is not None
    assert opened.data_key == CONTENTS.data_key
    assert opened.totp_secret.matches(CONTENTS.totp_secret)
    assert opened.authority_slot_key == CONTENTS.authority_slot_key
    assume(unicodedata.normalize("NFC", wrong) != unicodedata.normalize("NFC", password))
    assert open_slot(OFFICE, slot, Secret(wrong)) is None


def test_a_keyboard_that_composes_accents_otherwise_opens_too(randomness, cheap):
    slot = sealed(randomness, cheap, "contrasen\N{COMBINING TILDE}a segura")
    assert open_slot(OFFICE, slot, Secret("contraseña segura")) is not None


def test_a_slot_belongs_to_its_user_and_office(randomness, cheap):
    slot = sealed(randomness, cheap)
    password = Secret(RIGHT)
    assert open_slot(OFFICE, slot, password) is not None
    assert open_slot(OFFICE, replace(slot, user="juan"), password) is None
    assert open_slot(UUID(int=8), slot, password) is None


@fast
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_slot_does_not_open(randomness, cheap, place: int, bit: int):
    slot = sealed(randomness, cheap)
    octets = bytearray(slot.sealed)
    octets[place % len(octets)] ^= 1 << bit
    changed = replace(slot, sealed=bytes(octets))
    assert open_slot(OFFICE, changed, Secret(RIGHT)) is None


def test_other_parameters_do_not_open(randomness, cheap):
    slot = replace(sealed(randomness, cheap), parameters=KeyDerivationParameters(1, 16, 1))
    assert open_slot(OFFICE, slot, Secret(RIGHT)) is None


def test_the_length_does_not_tell_who_may_use_the_authority_key(randomness, cheap):
    without = SlotContents(b"d" * 32, Secret("JBSWY3DPEHPK3PXP"))
    other = sealed(randomness, cheap, contents=without)
    assert len(other.sealed) == len(sealed(randomness, cheap).sealed)
    opened = open_slot(OFFICE, other, Secret(RIGHT))
    assert opened is not None
    assert opened.authority_slot_key is None


def test_two_slots_of_one_password_have_nothing_in_common(randomness, cheap):
    first, second = sealed(randomness, cheap), sealed(randomness, cheap)
    assert first.salt != second.salt
    assert first.sealed != second.sealed


def test_contents_are_not_printed():
    shown = repr(CONTENTS) + str(CONTENTS)
    assert "JBSW" not in shown
    assert "dddd" not in shown


def test_an_unknown_user_costs_what_a_known_one_costs(randomness):
    parameters = KeyDerivationParameters(time_cost=4, memory_kib=8 * 1024, lanes=1)
    slot = sealed(randomness, parameters)

    def spent(work) -> float:
        costs: list[float] = []
        for _ in range(3):
            start = time.process_time()
            work()
            costs.append(time.process_time() - start)
        return min(costs)

    known = spent(lambda: open_slot(OFFICE, slot, Secret("wrong")))
    unknown = spent(lambda: dummy_open(parameters, Secret("wrong")))
    assert unknown > known / 2


@pytest.mark.parametrize("password", ["correct horse battery", "wrong"])
def test_the_defaults_are_what_was_decided_and_work(randomness, password: str):
    assert KeyDerivationParameters(3, 65_536, 1) == DEFAULT_PARAMETERS
    slot = sealed(randomness, DEFAULT_PARAMETERS)
    assert (open_slot(OFFICE, slot, Secret(password)) is None) == (password == "wrong")
