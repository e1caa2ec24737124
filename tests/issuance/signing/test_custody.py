"""Keys in custody: sealed at rest, bound to their holder, opened for a while, in a token or not."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from pydantic import ValidationError

from issuance.certificates.keys import PrivateKey, make_private_key, private_key_bytes, verifies
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.token_calls import TokenFailure
from issuance.findings import Finding
from issuance.findings.signing import SigningCode
from issuance.findings.tokens import TokenFinding
from issuance.model import canonical_bytes
from issuance.secret import Secret
from issuance.signing.custody import (
    CustodyKey,
    KeptKey,
    KeyEncryptionKeys,
    OpenKeys,
    key_label,
    make_sealed_key,
    unwrap,
    wrap,
)
from issuance.signing.token_custody import TokenCustody
from tests.issuance.certificates.certificate_samples import (
    SeededRandomness,
    icert_profile,
    resolved_for,
)
from tests.issuance.signing.signing_samples import KEYS, SettableClock, case
from tests.soft_token import PIN, SoftTokens, needs_soft_token, soft_tokens

KEY_ID, OTHER_ID = "00" * 16, "11" * 16
DIGEST = hashlib.sha256(b"what is signed").digest()


def certified(private: PrivateKey) -> x509.Certificate:
    return case().office.issue(resolved_for(icert_profile()), private)


def kept_key(key_id: str = KEY_ID, algorithm: str = "p-256") -> tuple[KeptKey, PrivateKey]:
    return make_sealed_key(key_id, algorithm, KEYS, make_private_key, SeededRandomness())


def signs(key: CustodyKey | Finding) -> bool:
    assert not isinstance(key, Finding), key
    return verifies(key_of(key.certificate), key.sign_digest(DIGEST), b"what is signed")


@pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256"])
def test_a_sealed_key_signs_and_nothing_of_it_lies_open(algorithm: str):
    kept, private = kept_key(algorithm=algorithm)
    record = canonical_bytes(kept)
    assert KeptKey.model_validate_json(record) == kept
    assert private_key_bytes(private).hex()[60:] not in record.decode()
    assert signs(OpenKeys(KEYS, SettableClock()).open(kept, certified(private)))


def test_only_the_algorithms_of_custody_are_made():
    with pytest.raises(ValueError, match="p-384"):
        kept_key(algorithm="p-384")


def test_a_key_of_another_holder_under_this_name_does_not_open():
    kept, _ = kept_key()
    other, private = kept_key(OTHER_ID)
    swapped = kept.model_copy(update={"wrapped": other.wrapped})
    opened = OpenKeys(KEYS, SettableClock()).open(swapped, certified(private))
    assert isinstance(opened, Finding)
    assert opened.code == SigningCode.CUSTODY_KEY_DAMAGED


def test_a_key_that_is_not_the_certificates_does_not_sign():
    kept, _ = kept_key()
    opened = OpenKeys(KEYS, SettableClock()).open(kept, case().holder.key.certificate)
    assert isinstance(opened, Finding)
    assert opened.code == SigningCode.CUSTODY_KEY_DIFFERS


def test_another_key_seals_what_comes_new_and_the_older_one_still_opens():
    kept, private = kept_key()
    assert kept.wrapped is not None
    both = KeyEncryptionKeys(2, {**KEYS.keys, 2: bytes(32)})
    newer = wrap(both, b"new", key_label(KEY_ID), SeededRandomness())
    assert (kept.wrapped.version, newer.version) == (1, 2)
    assert unwrap(both, kept.wrapped, key_label(KEY_ID)) == private_key_bytes(private)
    only_new = KeyEncryptionKeys(2, {2: bytes(32)})
    assert unwrap(only_new, newer, key_label(KEY_ID)) == b"new"
    assert unwrap(only_new, kept.wrapped, key_label(KEY_ID)) is None
    assert "keys" not in repr(both)
    with pytest.raises(ValueError, match="32 octets"):
        KeyEncryptionKeys(3, {2: bytes(32)})


def test_a_key_is_sealed_or_in_a_token():
    with pytest.raises(ValidationError):
        KeptKey(key_id=KEY_ID, algorithm="p-256")


def test_opened_keys_are_kept_for_a_while_and_not_without_end():
    clock = SettableClock()
    opened = OpenKeys(KEYS, clock, seconds=300, most=2)
    kept = [(key, certified(private)) for key, private in map(kept_key, ("aa", "bb", "cc"))]
    first = [opened.open(*each) for each in kept]
    assert len(opened) == 2
    assert opened.open(*kept[2]) is first[2]
    assert opened.open(*kept[0]) is not first[0], "the oldest made room"
    opened.forget("cc")
    assert opened.open(*kept[2]) is not first[2]
    again = opened.open(*kept[2])
    clock.pass_time(seconds=299)
    assert opened.open(*kept[2]) is again
    clock.pass_time(seconds=2)
    assert opened.open(*kept[2]) is not again
    opened.close()
    assert len(opened) == 0


def test_a_certificate_renewed_under_the_same_key_is_the_one_that_signs():
    kept, private = kept_key()
    opened = OpenKeys(KEYS, SettableClock())
    older, newer = certified(private), certified(private)
    assert older != newer
    assert not isinstance(opened.open(kept, older), Finding)
    key = opened.open(kept, newer)
    assert not isinstance(key, Finding)
    assert key.certificate == newer


@pytest.fixture
def tokens(tmp_path: Path) -> Iterator[SoftTokens]:
    pytest.importorskip("pkcs11", reason="python-pkcs11 (extra hsm) is not installed")
    with soft_tokens(tmp_path / "softhsm") as made:
        yield made


@pytest.fixture
def custody(tokens: SoftTokens) -> Iterator[TokenCustody]:
    custody = TokenCustody(tokens.make(), PIN)
    yield custody
    custody.close()


@needs_soft_token
@pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256"])
def test_keys_of_several_holders_in_a_token_sign_side_by_side(
    custody: TokenCustody, algorithm: str
):
    opened = OpenKeys(KEYS, SettableClock(), token=custody)
    keys: list[CustodyKey | Finding] = []
    for key_id in (KEY_ID, OTHER_ID):
        made = custody.make(key_id, algorithm, certified)
        assert not isinstance(made, Finding), made
        kept, certificate = made
        assert kept.wrapped is None
        keys.append(opened.open(kept, certificate))
    assert [signs(key) for key in (*keys, keys[0])] == [True] * 3


@needs_soft_token
def test_a_key_in_a_token_that_is_not_open_or_gone_is_told(
    custody: TokenCustody, tokens: SoftTokens
):
    made = custody.make(KEY_ID, "p-256", certified)
    assert not isinstance(made, Finding)
    kept, certificate = made
    closed = OpenKeys(KEYS, SettableClock()).open(kept, certificate)
    assert isinstance(closed, Finding)
    assert closed.code == SigningCode.CUSTODY_TOKEN_CLOSED
    differs = custody.open(KEY_ID, case().holder.key.certificate)
    assert isinstance(differs, Finding)
    assert differs.code == TokenFinding.TOKEN_KEY_DIFFERS
    key = custody.open(KEY_ID, certificate)
    assert signs(key)
    custody.destroy(KEY_ID)
    assert not isinstance(key, Finding)
    with pytest.raises(TokenFailure) as failed:
        key.sign_digest(DIGEST)
    assert failed.value.finding.code == TokenFinding.TOKEN_KEY_MISSING


@needs_soft_token
def test_a_wrong_pin_is_tried_once(tokens: SoftTokens):
    custody = TokenCustody(tokens.make(), Secret("000000"))
    codes = [custody.open(KEY_ID, case().holder.key.certificate) for _ in range(20)]
    assert {each.code for each in codes if isinstance(each, Finding)} == {
        TokenFinding.TOKEN_PIN_WRONG
    }
    right = TokenCustody(tokens.make("OTRO"), PIN)
    assert isinstance(right.open(KEY_ID, case().holder.key.certificate), Finding)
    right.close()


@needs_soft_token
def test_a_key_whose_request_fails_is_not_left_behind(custody: TokenCustody):
    with pytest.raises(ZeroDivisionError):
        custody.make(KEY_ID, "p-256", lambda _: 1 // 0)
    assert not isinstance(custody.make(KEY_ID, "p-256", certified), Finding)
