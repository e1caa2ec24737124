"""The file that holds an authority's private keys, sealed.

Each key lies under a random key of its own. Slots wrap that one: a passphrase, and for the issuing
key the people (or the service) who may issue. So a person is added or removed without touching the
private key, and who opens the issuing key does not open the root.
"""

from collections.abc import Mapping
from typing import Final, Literal, Self

from pydantic import ValidationError, model_validator

from issuance.certificates.keys import PrivateKey, private_key_bytes, read_private_key
from issuance.certificates.pkcs11_signer import AuthorityToken, TokenPin
from issuance.certificates.sealing import (
    KEY_LENGTH,
    PassphraseParameters,
    PassphraseSealed,
    Sealed,
    seal,
    seal_with_passphrase,
    unseal,
    unseal_with_passphrase,
)
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.model import Frozen, canonical_bytes
from issuance.secret import Secret
from issuance.sources import Randomness

_VERSION: Final = 1


class SealedAuthorityKey(Frozen):
    """One private key, and the slots that open it.

    Of a key that stays in a token its PIN is sealed instead, and `token` says where the key is.
    """

    key_id: str
    private_key: Sealed | None = None
    token: AuthorityToken | None = None
    pin: Sealed | None = None
    passphrase: PassphraseSealed
    slots: Mapping[str, Sealed] = {}

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.token is None) != (self.pin is None) or (self.private_key is None) == (
            self.token is None
        ):
            raise ValueError("a private key, or a token and its PIN")
        return self


class AuthorityKeyFile(Frozen):
    """The keys of an authority by their names, `root` and `issuing`.

    `companions` are keys, by their identifiers, that whoever opens the issuing key opens too: the
    office's seal. They need no slots of their own, so nobody has one and lacks the other.
    """

    version: Literal[1] = _VERSION
    keys: Mapping[str, SealedAuthorityKey]
    companions: Mapping[str, Sealed] = {}

    def to_bytes(self) -> bytes:
        """Return the file's contents."""
        return canonical_bytes(self)


class _VersionOnly(Frozen, extra="ignore"):
    version: int


def read_key_file(content: bytes) -> AuthorityKeyFile | Finding:
    """Read a file of keys; nothing in it is opened."""
    try:
        version = _VersionOnly.model_validate_json(content).version
        if version > _VERSION:
            return blocks(CertificateFinding.AUTHORITY_KEYS_NEWER, version=version)
        return AuthorityKeyFile.model_validate_json(content)
    except ValidationError:
        return blocks(CertificateFinding.AUTHORITY_KEYS_DAMAGED)


def seal_authority_key(
    key_id: str,
    private_key: PrivateKey | TokenPin,
    passphrase: Secret,
    parameters: PassphraseParameters,
    randomness: Randomness,
) -> SealedAuthorityKey:
    """Seal a private key, or the PIN of its token; at first only the passphrase opens it."""
    wrapping_key = randomness.octets(KEY_LENGTH)
    slot = seal_with_passphrase(
        passphrase, wrapping_key, _passphrase_label(key_id), parameters, randomness
    )
    if isinstance(private_key, TokenPin):
        pin = _seal_pin(wrapping_key, key_id, private_key.pin, randomness)
        return SealedAuthorityKey(key_id=key_id, token=private_key.place, pin=pin, passphrase=slot)
    octets = private_key_bytes(private_key)
    return SealedAuthorityKey(
        key_id=key_id,
        private_key=seal(wrapping_key, octets, _key_label(key_id), randomness),
        passphrase=slot,
    )


def with_pin(
    sealed: SealedAuthorityKey, passphrase: Secret, pin: Secret, randomness: Randomness
) -> SealedAuthorityKey | Finding:
    """Seal another PIN of the key's token; everybody's slots stay as they are."""
    wrapping_key = _wrapping_key(sealed, passphrase)
    if wrapping_key is None:
        return blocks(CertificateFinding.PASSPHRASE_WRONG)
    renewed = _seal_pin(wrapping_key, sealed.key_id, pin, randomness)
    return sealed.model_copy(update={"pin": renewed})


def open_with_passphrase(
    sealed: SealedAuthorityKey, passphrase: Secret
) -> PrivateKey | TokenPin | Finding:
    """Return the private key, or the finding that the passphrase is wrong."""
    wrapping_key = _wrapping_key(sealed, passphrase)
    if wrapping_key is None:
        return blocks(CertificateFinding.PASSPHRASE_WRONG)
    return _private_key(sealed, wrapping_key)


def open_with_key(
    sealed: SealedAuthorityKey, label: str, slot_key: bytes
) -> PrivateKey | TokenPin | Finding:
    """Return the private key through a person's slot, or the finding that it does not open."""
    wrapping_key = _slot_wrapping_key(sealed, label, slot_key)
    if wrapping_key is None:
        return blocks(CertificateFinding.KEY_SLOT_REFUSED, label=label)
    return _private_key(sealed, wrapping_key)


def is_altered(sealed: SealedAuthorityKey, label: str, slot_key: bytes) -> bool:
    """Tell whether a person's slot opens and what lies behind it is damaged; no key is read."""
    wrapping_key = _slot_wrapping_key(sealed, label, slot_key)
    return wrapping_key is not None and _unsealed(sealed, wrapping_key) is None


def seal_companion(
    sealed: SealedAuthorityKey,
    label: str,
    slot_key: bytes,
    companion_id: str,
    private_key: PrivateKey,
    randomness: Randomness,
) -> Sealed | Finding:
    """Seal another private key for everybody who opens this one, by means of a person's slot."""
    wrapping_key = _slot_wrapping_key(sealed, label, slot_key)
    if wrapping_key is None:
        return blocks(CertificateFinding.KEY_SLOT_REFUSED, label=label)
    return seal(
        wrapping_key, private_key_bytes(private_key), _companion_label(companion_id), randomness
    )


def open_companion(
    sealed: SealedAuthorityKey, label: str, slot_key: bytes, companion_id: str, companion: Sealed
) -> PrivateKey | Finding:
    """Return a companion key through a person's slot, or the finding that it does not open."""
    wrapping_key = _slot_wrapping_key(sealed, label, slot_key)
    if wrapping_key is None:
        return blocks(CertificateFinding.KEY_SLOT_REFUSED, label=label)
    der = unseal(wrapping_key, companion, _companion_label(companion_id))
    if der is None:
        return blocks(CertificateFinding.AUTHORITY_KEYS_DAMAGED)
    return read_private_key(der)


def add_slot(
    sealed: SealedAuthorityKey,
    passphrase: Secret,
    label: str,
    slot_key: bytes,
    randomness: Randomness,
) -> SealedAuthorityKey | Finding:
    """Give a person (label) a slot under a key of 32 octets; an older one is replaced."""
    wrapping_key = _wrapping_key(sealed, passphrase)
    if wrapping_key is None:
        return blocks(CertificateFinding.PASSPHRASE_WRONG)
    return _with_slot(sealed, wrapping_key, label, slot_key, randomness)


def share_slot(
    sealed: SealedAuthorityKey,
    opened_by: str,
    opening_key: bytes,
    label: str,
    slot_key: bytes,
    randomness: Randomness,
) -> SealedAuthorityKey | Finding:
    """Give a person a slot by means of another person's, without the passphrase."""
    wrapping_key = _slot_wrapping_key(sealed, opened_by, opening_key)
    if wrapping_key is None:
        return blocks(CertificateFinding.KEY_SLOT_REFUSED, label=opened_by)
    return _with_slot(sealed, wrapping_key, label, slot_key, randomness)


def without_slot(sealed: SealedAuthorityKey, label: str) -> SealedAuthorityKey:
    """Take a person's slot away; the passphrase always remains."""
    slots = {each: slot for each, slot in sealed.slots.items() if each != label}
    return sealed.model_copy(update={"slots": slots})


def _with_slot(
    sealed: SealedAuthorityKey,
    wrapping_key: bytes,
    label: str,
    slot_key: bytes,
    randomness: Randomness,
) -> SealedAuthorityKey:
    slot = seal(slot_key, wrapping_key, _slot_label(sealed.key_id, label), randomness)
    return sealed.model_copy(update={"slots": {**sealed.slots, label: slot}})


def _wrapping_key(sealed: SealedAuthorityKey, passphrase: Secret) -> bytes | None:
    return unseal_with_passphrase(passphrase, sealed.passphrase, _passphrase_label(sealed.key_id))


def _slot_wrapping_key(sealed: SealedAuthorityKey, label: str, slot_key: bytes) -> bytes | None:
    slot = sealed.slots.get(label)
    return unseal(slot_key, slot, _slot_label(sealed.key_id, label)) if slot else None


def _private_key(
    sealed: SealedAuthorityKey, wrapping_key: bytes
) -> PrivateKey | TokenPin | Finding:
    secret = _unsealed(sealed, wrapping_key)
    if secret is None:
        return _damaged()
    if sealed.token is not None:
        return TokenPin(sealed.token, Secret(secret.decode("ascii")))
    return read_private_key(secret)


def _unsealed(sealed: SealedAuthorityKey, wrapping_key: bytes) -> bytes | None:
    if sealed.pin is not None:
        return unseal(wrapping_key, sealed.pin, _pin_label(sealed.key_id))
    private_key = sealed.private_key
    return private_key and unseal(wrapping_key, private_key, _key_label(sealed.key_id))


def _seal_pin(wrapping_key: bytes, key_id: str, pin: Secret, randomness: Randomness) -> Sealed:
    return seal(wrapping_key, pin.reveal().encode("ascii"), _pin_label(key_id), randomness)


def _damaged() -> Finding:
    return blocks(CertificateFinding.AUTHORITY_KEYS_DAMAGED)


def _key_label(key_id: str) -> str:
    return f"authority key:{key_id}"


def _pin_label(key_id: str) -> str:
    return f"authority token's PIN:{key_id}"


def _companion_label(companion_id: str) -> str:
    return f"companion key:{companion_id}"


def _passphrase_label(key_id: str) -> str:
    return f"passphrase slot:{key_id}"


def _slot_label(key_id: str, label: str) -> str:
    return f"slot:{key_id}:{label}"
