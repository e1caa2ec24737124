"""Time stamps as a real authority gives them, and all that is none."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import tsp
from hypothesis import given
from hypothesis import strategies as st

from issuance.findings import Finding
from issuance.findings.time_stamps import TimeStampCode
from issuance.secret import Secret
from issuance.signing.time_stamp_authority import TimeStampAuthority
from issuance.signing.time_stamp_settings import TimeStampSettings, settings_findings
from issuance.signing.time_stamps import LARGEST_STAMP, NotGrantedError, Wish, read_stamp
from tests.issuance.certificates.certificate_samples import NOW
from tests.issuance.signing.signing_samples import SettableClock
from tests.time_stamp_authority import (
    PASSWORD,
    USER,
    Answer,
    RunningAuthority,
    rejected,
    time_stamp_authority,
    with_other_signature,
)
from ventanilla.compose import SystemRandomness

DIGEST = hashlib.sha256(b"signature").digest()
OTHER = hashlib.sha256(b"another").digest()


@pytest.fixture(scope="module")
def running() -> Iterator[RunningAuthority]:
    with time_stamp_authority(lambda: NOW) as authority:
        yield authority


@pytest.fixture
def authority(running: RunningAuthority) -> RunningAuthority:
    running.behaves()
    return running


def asked(address: str, user: str = "", password: str = "", patience: float = 5) -> bytes | Finding:
    settings = TimeStampSettings(address=address, user=user)
    secret = Secret(password) if password else None
    clock = SettableClock()
    return TimeStampAuthority(settings, secret, clock, SystemRandomness(), patience).stamp(DIGEST)


def code(outcome: bytes | Finding) -> str:
    assert isinstance(outcome, Finding)
    return outcome.code


def test_a_stamp_is_of_what_was_sent(authority: RunningAuthority):
    stamp = asked(authority.url)
    assert isinstance(stamp, bytes)
    told = tsp.ContentInfo.load(stamp)["content"]["encap_content_info"]["content"].parsed
    assert told["message_imprint"]["hashed_message"].native == DIGEST
    assert told["gen_time"].native == NOW


def test_user_and_password_are_shown_to_who_asks_for_them(authority: RunningAuthority):
    authority.login = f"{USER}:{PASSWORD}"
    assert isinstance(asked(authority.url, USER, PASSWORD), bytes)
    refused = asked(authority.url, USER, "another")
    assert code(refused) == TimeStampCode.TIME_STAMP_REFUSED
    assert code(asked(authority.url)) == TimeStampCode.TIME_STAMP_REFUSED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda _: (200, b"<html>maintenance</html>"), "TIME_STAMP_UNUSABLE"),
        (lambda _: (200, b""), "TIME_STAMP_UNUSABLE"),
        (lambda _: (200, bytes(100_000)), "TIME_STAMP_UNUSABLE"),
        (lambda right: (500, right.dump()), "TIME_STAMP_UNUSABLE"),
        (lambda right: (302, right.dump()), "TIME_STAMP_UNUSABLE"),
        (lambda right: (200, right.dump() + bytes(1)), "TIME_STAMP_UNUSABLE"),
        (with_other_signature, "TIME_STAMP_UNUSABLE"),
        (rejected, "TIME_STAMP_REFUSED"),
    ],
)
def test_no_other_answer_is_a_stamp(
    authority: RunningAuthority, answer: Callable[[tsp.TimeStampResp], Answer], expected: str
):
    authority.answer = answer
    assert code(asked(authority.url)) == expected


def test_a_stamp_of_something_else_is_none(authority: RunningAuthority):
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": OTHER}
    for changed in ({"message_imprint": imprint}, {"nonce": 1}):
        authority.changed = changed
        assert code(asked(authority.url)) == TimeStampCode.TIME_STAMP_UNUSABLE


def test_a_slow_authority_and_none_at_all_are_told_apart(authority: RunningAuthority):
    authority.waits = threading.Event()
    slow = asked(authority.url, patience=0.2)
    authority.waits.set()
    assert code(slow) == TimeStampCode.TIME_STAMP_TOO_SLOW
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    assert code(asked(nowhere)) == TimeStampCode.TIME_STAMP_UNREACHABLE


def test_a_stamp_of_another_day_or_too_long_is_none(
    authority: RunningAuthority, monkeypatch: pytest.MonkeyPatch
):
    wish = Wish(DIGEST, 7)
    answer = authority.stamped(wish.encoded()).dump()
    assert read_stamp(answer, wish, NOW + timedelta(minutes=9))
    assert read_stamp(answer, wish, NOW + timedelta(minutes=11)) is None
    assert len(answer) < LARGEST_STAMP
    monkeypatch.setattr("issuance.signing.time_stamps.LARGEST_STAMP", 500)
    assert read_stamp(answer, wish, NOW) is None


def content_of(stamp: bytes) -> bytes:
    signed: Any = tsp.ContentInfo.load(stamp)["content"]
    return signed["encap_content_info"]["content"].dump()


@pytest.fixture(scope="module")
def right_answer(running: RunningAuthority) -> bytes:
    return running.stamped(Wish(DIGEST, 7).encoded()).dump()


@given(st.data())
def test_a_stamp_with_an_octet_changed_is_none_or_the_same(right_answer: bytes, data):
    wish, answer = Wish(DIGEST, 7), bytearray(right_answer)
    right = read_stamp(right_answer, wish, NOW)
    place = data.draw(st.integers(0, len(answer) - 1))
    answer[place] ^= data.draw(st.integers(1, 255))
    with suppress(NotGrantedError):
        read = read_stamp(bytes(answer), wish, NOW)
        assert right
        assert read is None or content_of(read) == content_of(right)


@given(st.binary(max_size=200))
def test_no_octets_are_a_stamp(octets: bytes):
    assert read_stamp(octets, Wish(DIGEST, 7), NOW) is None


@pytest.mark.parametrize(
    ("address", "user", "password", "expected"),
    [
        ("https://tsa.example.cl/tsa?profile=1", "", "", None),
        ("http://tsa.example.cl/", "", "", None),
        ("https://tsa.example.cl/", "oficina", "x:y z", None),
        ("http://127.0.0.1:318/", "oficina", "x", None),
        ("", "", "", ("TIME_STAMP_ADDRESS_INVALID", "address")),
        ("tsa.example.cl", "", "", ("TIME_STAMP_ADDRESS_INVALID", "address")),
        ("ftp://tsa.example.cl", "", "", ("TIME_STAMP_ADDRESS_INVALID", "address")),
        ("https://u:p@tsa.example.cl", "", "", ("TIME_STAMP_ADDRESS_INVALID", "address")),
        ("https://tsa.example.cl:99999", "", "", ("TIME_STAMP_ADDRESS_INVALID", "address")),
        ("https://[::1", "", "", ("TIME_STAMP_ADDRESS_INVALID", "address")),
        ("https://tsa.example.cl/", "oficina", "", ("TIME_STAMP_USER_INVALID", "user")),
        ("https://tsa.example.cl/", "", "x", ("TIME_STAMP_USER_INVALID", "user")),
        ("https://tsa.example.cl/", "a:b", "x", ("TIME_STAMP_USER_INVALID", "user")),
        ("https://tsa.example.cl/", "oficina", "ñ", ("TIME_STAMP_USER_INVALID", "user")),
        ("http://tsa.example.cl/", "oficina", "x", ("TIME_STAMP_NOT_ENCRYPTED", "address")),
    ],
)
def test_what_settings_may_say(
    address: str, user: str, password: str, expected: tuple[str, str] | None
):
    settings = TimeStampSettings(address=address, user=user)
    findings = settings_findings(settings, Secret(password) if password else None)
    assert [(each.code, each.field) for each in findings] == ([expected] if expected else [])
