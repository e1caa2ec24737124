"""Keys and their one-time codes: their rules, and their replay."""

import random
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.access.totp import current_code
from issuance.events import read_event
from issuance.findings.signing import SigningCode
from issuance.model import format_instant
from issuance.secret import Secret
from issuance.signing.key_decisions import (
    LOCKED_FOR,
    MOST_TRIES,
    decide_certify,
    decide_clear,
    decide_code,
    decide_end,
    decide_intend,
    decide_keep,
    decide_offer,
    decide_spend,
    decide_try,
)
from issuance.signing.key_stream import evolve_signing_key
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.examples import examples
from tests.issuance.certificates.certificate_samples import NOW
from tests.issuance.signing.signing_key import KEPT, STEP, WRAPPED, Key, codes
from tests.issuance.signing.signing_samples import OTP_SECRET, step_of

WRONG = Secret("000000")


def test_two_codes_in_a_row_set_the_codes_up_and_the_next_one_signs():
    key = Key()
    assert key.sign() == [SigningCode.OTP_NOT_SET_UP]
    key.set_up()
    assert key.sign() == [SigningCode.OTP_USED], "the code that confirmed signs nothing"
    key.clock.pass_time(seconds=30)
    assert key.sign() == []
    assert key.now.tries == 0


def test_codes_that_do_not_follow_one_another_set_nothing_up():
    key = Key()
    key.take(decide_offer(key.now, WRAPPED, "ana", key.at))
    same = current_code(OTP_SECRET, key.at)
    assert key.confirm(same, same) == [SigningCode.OTP_NOT_IN_A_ROW]
    assert key.confirm(same, WRONG) == [SigningCode.OTP_WRONG]
    assert key.sign() == [SigningCode.OTP_NOT_SET_UP]


def test_a_code_signs_once_and_none_before_it_after_it():
    key = Key().set_up()
    key.clock.pass_time(seconds=60)
    code, earlier = (current_code(OTP_SECRET, key.at - each) for each in (0 * STEP, STEP))
    assert key.sign(code) == []
    assert key.sign(code) == [SigningCode.OTP_USED]
    assert key.sign(earlier) == [SigningCode.OTP_USED]


def test_of_two_requests_with_one_code_one_is_refused_whatever_their_order():
    key = Key().set_up()
    key.clock.pass_time(seconds=60)
    code = current_code(OTP_SECRET, key.at)
    for _ in range(2):
        assert key.take(decide_try(key.now, key.at)) == []
    answers = [key.take(decide_code(key.now, step_of(code, key.at))) for _ in range(2)]
    assert answers == [[], [SigningCode.OTP_USED]]


def test_five_wrong_codes_lock_even_the_right_one_for_a_while():
    key = Key().set_up()
    key.clock.pass_time(seconds=60)
    told: list[tuple[str, object]] = []
    ends = key.at + LOCKED_FOR
    assert ends.second, "told is the whole minute after it"
    until = format_instant(ends.replace(second=0, microsecond=0) + timedelta(minutes=1))
    for _ in range(MOST_TRIES):
        key.take(decide_try(key.now, key.at))
        decision = decide_code(key.now, None)
        key.take(decision)
        (said,) = decision.findings
        told.append((said.code, said.parameters))
    wrong = [(SigningCode.OTP_WRONG, {"left": left}) for left in (4, 3, 2, 1)]
    assert told == [*wrong, (SigningCode.OTP_LOCKS, {"until": until})]
    (locked,) = decide_try(key.now, key.at).findings
    assert (locked.code, locked.parameters) == (
        SigningCode.OTP_LOCKED,
        {"seconds": 900, "until": until},
    )
    key.clock.pass_time(seconds=LOCKED_FOR.total_seconds() - 1)
    assert key.sign() == [SigningCode.OTP_LOCKED]
    key.clock.pass_time(seconds=1)
    assert key.sign(WRONG) == [SigningCode.OTP_WRONG]
    assert key.sign() == []
    assert key.now.tries == 0


def test_tries_count_before_anything_is_compared():
    key = Key().set_up()
    for _ in range(MOST_TRIES):
        assert key.take(decide_try(key.now, key.at)) == []
    assert key.take(decide_try(key.now, key.at)) == [SigningCode.OTP_LOCKED]


def test_who_lost_the_codes_is_identified_and_the_old_ones_end_at_once():
    key = Key().set_up()
    again = decide_offer(key.now, WRAPPED, "ana", key.at)
    assert codes(again) == [SigningCode.OTP_ALREADY_SET_UP]
    nobody = decide_clear(key.now, " ", "eva", key.at)
    assert codes(nobody) == [SigningCode.IDENTIFICATION_MISSING]
    key.take(decide_clear(key.now, "cédula, 22-11-2026", "eva", key.at))
    key.clock.pass_time(seconds=60)
    assert key.sign() == [SigningCode.OTP_NOT_SET_UP]
    key.set_up()
    key.clock.pass_time(seconds=30)
    assert key.sign() == []


def test_a_new_offer_does_not_undo_a_lock():
    key = Key()
    key.take(decide_offer(key.now, WRAPPED, "ana", key.at))
    for _ in range(MOST_TRIES):
        key.confirm(WRONG, WRONG)
    assert codes(decide_offer(key.now, WRAPPED, "ana", key.at)) == [SigningCode.OTP_LOCKED]


def test_a_key_is_certified_with_what_was_intended_and_once():
    key = Key()
    again = decide_intend(key.now, "1", "authority", b"other", NOW, NOW + STEP)
    assert codes(again) == [SigningCode.KEY_NOT_POSSIBLE]
    assert codes(decide_certify(key.now, b"other")) == [SigningCode.KEY_NOT_POSSIBLE]


def test_an_unattended_certificate_has_no_codes():
    key = Key(UNATTENDED)
    offered = decide_offer(key.now, WRAPPED, "ana", key.at)
    assert codes(offered) == [SigningCode.OTP_NOT_WANTED]


@pytest.mark.parametrize("seconds", [-31, 365 * 86400])
def test_out_of_its_time_a_certificate_signs_nothing(seconds: int):
    key = Key().set_up()
    key.clock.moment = NOW + timedelta(seconds=seconds)
    assert key.sign() == [SigningCode.CERTIFICATE_INACTIVE]


def test_an_ended_key_is_gone_for_good():
    key = Key().set_up()
    key.take(decide_end(key.now, "revoked", "eva"))
    assert key.now.kept is key.now.otp is None
    assert key.sign() == [SigningCode.CERTIFICATE_INACTIVE]
    for decision in (
        decide_end(key.now, "again", "eva"),
        decide_certify(key.now, b"certificate"),
        decide_keep(key.now, KEPT, "M", ATTENDED, "1"),
        decide_offer(key.now, WRAPPED, "ana", key.at),
        decide_clear(key.now, "cédula", "eva", key.at),
        decide_spend(key.now, UUID(int=1), NOW + STEP, NOW),
    ):
        assert decision.findings
        assert not decision.events


def test_an_authorisation_is_used_once_and_forgotten_when_it_is_over():
    key = Key()
    first, until = UUID(int=1), key.at + timedelta(minutes=5)
    assert key.take(decide_spend(key.now, first, until, key.at)) == []
    assert key.take(decide_spend(key.now, first, until, key.at)) == [
        SigningCode.AUTHORISATION_SPENT
    ]
    key.clock.pass_time(minutes=6)
    later = key.at + timedelta(minutes=5)
    assert key.take(decide_spend(key.now, UUID(int=2), later, key.at)) == []
    assert [each.id for each in key.now.spent] == [UUID(int=2)]


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_a_random_history_is_replayed_to_the_same_state(seed: int, length: int):
    chance, key = random.Random(seed), Key().set_up()
    for _ in range(length):
        key.clock.pass_time(seconds=chance.choice([0, 30, 60, 1000]))
        act = chance.randrange(5)
        if act < 3:
            key.sign(chance.choice([None, WRONG]))
        elif act == 3:
            until = key.at + timedelta(minutes=5)
            key.take(decide_spend(key.now, UUID(int=chance.randrange(9)), until, key.at))
        else:
            key.take(decide_clear(key.now, "cédula", "eva", key.at))
            key.take(decide_offer(key.now, WRAPPED, "ana", key.at))
    replayed = None
    for event in key.happened:
        public, personal = event.parts()
        known = {event.KIND: type(event)}
        replayed = evolve_signing_key(
            replayed,
            read_event(known, event.KIND, event.SCHEMA, public, personal),  # pyright: ignore
        )
    assert replayed == key.now
    steps = [event.step for event in key.happened if hasattr(event, "step")]  # pyright: ignore
    assert all(earlier < later for earlier, later in pairwise(steps)), "no code works twice"


def test_purged_events_hold_neither_key_nor_run():
    key = Key().set_up()
    for event in key.happened:
        public, _ = event.parts()
        assert "11111111" not in str(public)
        assert WRAPPED.sealed.ciphertext.hex() not in str(public)
        read_event({event.KIND: type(event)}, event.KIND, event.SCHEMA, public, None)
