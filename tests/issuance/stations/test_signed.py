import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuance.access.roles import Role
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.model import format_instant
from issuance.stations.lease import Lease, LeasedOperator
from issuance.stations.signed import SignedText

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def lease(**changed: object):
    return Lease(
        office=UUID(int=1), station=UUID(int=2), epoch=UUID(int=3),
        operators=(LeasedOperator(user="maria", roles=(Role.OPERATOR,)),),
        policy="ec-icert 1", recipient="age1", cases=2, hours=72,
        issued_at=NOW, expires_at=NOW + timedelta(hours=72),
    ).model_copy(update=changed)  # fmt: skip


class Impostor(Lease):
    SIGNED_AS = "another document 1"


def code(opened):
    assert isinstance(opened, Finding)
    return opened.code


def test_what_was_signed_is_read_back():
    assert SignedText.of(lease(), KEY).opened(Lease, PUBLIC) == lease()


def test_a_changed_letter_shows():
    signed = SignedText.of(lease(), KEY)
    for changed in (
        signed.model_copy(update={"text": signed.text.replace("maria", "marta")}),
        signed.model_copy(update={"signature": "A" + signed.signature[1:]}),
        signed.model_copy(update={"signature": "no Base64"}),
    ):
        assert code(changed.opened(Lease, PUBLIC)) == SyncCode.SIGNATURE_WRONG


def test_another_key_did_not_sign_it():
    other = Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\1").public_key()
    opened = SignedText.of(lease(), KEY).opened(Lease, other.public_bytes_raw())
    assert code(opened) == SyncCode.SIGNATURE_WRONG


def test_a_signature_serves_for_one_kind_of_document():
    signed = SignedText.of(Impostor(**dict(lease())), KEY)
    assert code(signed.opened(Lease, PUBLIC)) == SyncCode.SIGNATURE_WRONG


@pytest.mark.parametrize(
    "rewrite", [lambda text: " " + text, lambda text: text.replace(":72,", ":7.2e1,")]
)
def test_only_the_canonical_form_is_taken(rewrite):
    text = rewrite(SignedText.of(lease(), KEY).text)
    forged = KEY.sign(b"ventanilla lease 1\0" + text.encode())
    signed = SignedText(text=text, signature=base64.b64encode(forged).decode())
    assert code(signed.opened(Lease, PUBLIC)) == SyncCode.NOT_CANONICAL


@pytest.mark.parametrize(
    ("user", "new_cases", "after", "expected"),
    [
        ("maria", 0, timedelta(0), None),
        ("maria", 1, timedelta(hours=71), None),
        ("maria", 0, timedelta(hours=72), SyncCode.LEASE_ENDED),
        ("maria", 0, timedelta(hours=-1), SyncCode.STATION_CLOCK_WRONG),
        ("maria", 2, timedelta(0), SyncCode.LEASE_FULL),
        ("pedro", 0, timedelta(0), SyncCode.OPERATOR_NOT_LEASED),
    ],
)
def test_what_a_lease_allows(user, new_cases, after, expected):
    finding = lease().finding(user, new_cases, NOW + after)
    assert (finding.code if finding else None) == expected


def test_the_end_of_a_lease_is_told_as_screens_read_moments():
    finding = lease().finding("maria", 0, NOW + timedelta(hours=72))
    assert finding is not None
    assert finding.parameters == {"ended": format_instant(NOW + timedelta(hours=72))}
