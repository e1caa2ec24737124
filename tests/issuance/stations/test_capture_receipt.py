"""The receipt of a station as a code: short, scanned on any keyboard, and only its station's."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.stations.capture_receipt import LONGEST_CODE, CaptureReceipt, PresentedReceipt

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
ALPHABET = set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

receipts = st.builds(
    CaptureReceipt,
    station=st.uuids(),
    epoch=st.uuids(),
    seq=st.integers(0, 2**53 - 1),
    command_hash=st.binary(min_size=32, max_size=32).map(bytes.hex),
    case=st.uuids(),
    number=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    at=st.integers(0, 2**57).map(
        lambda count: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=count)
    ),
)


@given(receipts)
def test_a_code_is_read_back_however_it_was_typed(receipt: CaptureReceipt):
    code = receipt.code(KEY)
    assert set(code) <= ALPHABET
    assert len(code) <= LONGEST_CODE
    spaced = " ".join(code[at : at + 4] for at in range(0, len(code), 4)).lower()
    for typed in (code, spaced, f" {code}\n"):
        presented = PresentedReceipt.read(typed)
        assert isinstance(presented, PresentedReceipt)
        assert presented.opened(PUBLIC) == receipt


@given(receipts, st.data())
def test_a_changed_code_is_found_out(receipt: CaptureReceipt, data: st.DataObject):
    code = receipt.code(KEY)
    # The last letter may hold bits that belong to no octet.
    at = data.draw(st.integers(0, len(code) - 2))
    letter = data.draw(st.sampled_from(sorted(ALPHABET - {code[at]})))
    presented = PresentedReceipt.read(code[:at] + letter + code[at + 1 :])
    opened = presented if isinstance(presented, Finding) else presented.opened(PUBLIC)
    assert isinstance(opened, Finding)


@pytest.mark.parametrize("text", ["", "26-123456-7", "A" * 50, "Ñ" * 300, "A" * 400, "1" * 280])
def test_what_is_no_code_is_told(text: str):
    refused = PresentedReceipt.read(text)
    assert isinstance(refused, Finding)
    assert refused.code == SyncCode.RECEIPT_UNREADABLE


def test_another_stations_key_does_not_open_it():
    receipt = CaptureReceipt(
        station=UUID(int=1), epoch=UUID(int=2), seq=3, command_hash="ab" * 32, case=UUID(int=4),
        number="26-123456-7", at=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip
    presented = PresentedReceipt.read(receipt.code(KEY))
    assert isinstance(presented, PresentedReceipt)
    refused = presented.opened(bytes(32))
    assert isinstance(refused, Finding)
    assert refused.code == SyncCode.SIGNATURE_WRONG
