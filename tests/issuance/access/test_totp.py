import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.access.totp import (
    accepted_step,
    current_code,
    likely_clock_trouble,
    new_totp_secret,
    provisioning_uri,
)
from issuance.secret import Secret

SECRET = Secret(base64.b32encode(b"12345678901234567890").decode())
NOW = datetime(2026, 3, 2, 14, 30, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code_at(seconds: int) -> Secret:
    return current_code(SECRET, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_of_rfc_6238_appendix_b(seconds: int, code: str):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert current_code(SECRET, moment).reveal() == code
    assert accepted_step(SECRET, Secret(code), moment, None) == seconds // 30


@pytest.mark.parametrize("steps", range(-4, 5))
def test_one_step_each_way_is_accepted(steps: int):
    accepted = accepted_step(SECRET, code_at(30 * steps), NOW, None)
    assert accepted == (STEP + steps if abs(steps) <= 1 else None)


def test_no_code_works_twice_nor_an_older_one_after_it():
    step = accepted_step(SECRET, code_at(0), NOW, None)
    assert accepted_step(SECRET, code_at(0), NOW, step) is None
    assert accepted_step(SECRET, code_at(-30), NOW, step) is None
    assert accepted_step(SECRET, code_at(30), NOW, step) == STEP + 1


@given(
    offset=st.integers(-90, 90),
    last=st.none() | st.integers(STEP - 3, STEP + 3),
    window=st.integers(0, 2),
)
def test_an_accepted_step_is_new_and_near(offset: int, last: int | None, window: int):
    accepted = accepted_step(SECRET, code_at(offset), NOW, last, window)
    if accepted is not None:
        assert last is None or accepted > last
        assert abs(accepted - STEP) <= window


@pytest.mark.parametrize("form", ["", "12345", "1234567", "12 345", "abcdef", "\ud800"])
def test_another_form_is_a_wrong_code(form: str):
    assert accepted_step(SECRET, Secret(form), NOW, None) is None
    assert likely_clock_trouble(SECRET, Secret(form), NOW) is None


def test_digits_of_other_scripts_are_not_taken():
    wide = code_at(0).reveal().translate({48 + n: 0xFF10 + n for n in range(10)})
    arabic = code_at(0).reveal().translate({48 + n: 0x0660 + n for n in range(10)})
    assert accepted_step(SECRET, Secret(wide), NOW, None) is None
    assert accepted_step(SECRET, Secret(arabic), NOW, None) is None


@pytest.mark.parametrize("minutes", [-9, -3, 3, 9])
def test_a_clock_that_is_off_is_told_by_how_much_and_not_accepted(minutes: int):
    code = code_at(60 * minutes)
    assert accepted_step(SECRET, code, NOW, None) is None
    assert likely_clock_trouble(SECRET, code, NOW) == timedelta(minutes=minutes)


@pytest.mark.parametrize("seconds", [-660, -30, 0, 30, 660])
def test_near_and_far_codes_are_no_clock_trouble(seconds: int):
    assert likely_clock_trouble(SECRET, code_at(seconds), NOW) is None


def test_the_address_for_the_app_holds_secret_user_and_issuer():
    secret = provisioning_uri(SECRET, "maria", "Oficina Ñandú: Quito")
    address = urlsplit(secret.reveal())
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path).endswith("maria")
    assert parse_qs(address.query)["secret"] == [SECRET.reveal()]
    assert parse_qs(address.query)["issuer"] == ["Oficina Ñandú: Quito"]


def test_a_new_secret_has_160_bits(randomness):
    first, second = new_totp_secret(randomness), new_totp_secret(randomness)
    assert len(base64.b32decode(first.reveal())) == 20
    assert not first.matches(second)
