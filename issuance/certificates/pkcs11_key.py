"""Private keys that stay in a token, usable wherever `cryptography` takes a private key.

So requests, authority certificates and signatures are made by the same code for keys in memory and
keys in a token.
"""

from collections.abc import Callable
from typing import Final, NoReturn, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 in a PKCS#1 v1.5 signature (RFC 8017, 9.2, note 1)."""

SignRaw = Callable[[bytes], bytes]
"""Lets the token sign a DigestInfo (CKM_RSA_PKCS) or a hash (CKM_ECDSA); every token can."""


class _StaysInside:
    """What a key in a token does not do."""

    def private_numbers(self) -> NoReturn:
        raise UnsupportedAlgorithm("the key never leaves its token")

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        raise UnsupportedAlgorithm("the key never leaves its token")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self


class TokenRsaKey(_StaysInside, rsa.RSAPrivateKey):
    """An RSA key in a token; signs messages, or hashes of them, with PKCS#1 v1.5 and SHA-256."""

    def __init__(self, public_key: rsa.RSAPublicKey, sign_raw: SignRaw) -> None:
        self._public_key = public_key
        self._sign_raw = sign_raw

    @property
    def key_size(self) -> int:
        """Return the length of the modulus in bits."""
        return self._public_key.key_size

    def public_key(self) -> rsa.RSAPublicKey:
        """Return the public half."""
        return self._public_key

    def sign(
        self,
        data: bytes | bytearray | memoryview,
        padding: padding.AsymmetricPadding,
        algorithm: utils.Prehashed | hashes.HashAlgorithm | utils.NoDigestInfo,
    ) -> bytes:
        """Let the token sign; raises TokenFailure when it does not."""
        if padding.name != "EMSA-PKCS1-v1_5" or not _is_sha256(algorithm):
            raise UnsupportedAlgorithm("the token signs with PKCS#1 v1.5 and SHA-256")
        return self._sign_raw(_DIGEST_INFO + _digest(data, algorithm))

    def decrypt(self, ciphertext: bytes, padding: padding.AsymmetricPadding) -> NoReturn:
        """Refuse: the key signs only."""
        raise UnsupportedAlgorithm("the key signs only")


class TokenCurveKey(_StaysInside, ec.EllipticCurvePrivateKey):
    """An elliptic curve key in a token; signs with ECDSA."""

    def __init__(self, public_key: ec.EllipticCurvePublicKey, sign_raw: SignRaw) -> None:
        self._public_key = public_key
        self._sign_raw = sign_raw

    @property
    def curve(self) -> ec.EllipticCurve:
        """Return the curve."""
        return self._public_key.curve

    @property
    def key_size(self) -> int:
        """Return the length of the curve's order in bits."""
        return self._public_key.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """Return the public half."""
        return self._public_key

    def sign(
        self,
        data: bytes | bytearray | memoryview,
        signature_algorithm: ec.EllipticCurveSignatureAlgorithm,
    ) -> bytes:
        """Let the token sign; raises TokenFailure when it does not."""
        # The token answers r and s side by side; X.509 wants them as a sequence (RFC 3279, 2.2.3).
        signature = self._sign_raw(_digest(data, signature_algorithm.algorithm))
        middle = len(signature) // 2
        return utils.encode_dss_signature(
            int.from_bytes(signature[:middle]), int.from_bytes(signature[middle:])
        )

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        """Refuse: the key signs only."""
        raise UnsupportedAlgorithm("the key signs only")


TokenKey = TokenRsaKey | TokenCurveKey


def token_key(public_key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, sign: SignRaw) -> TokenKey:
    """Return the private key whose public half this is, signing by the given call."""
    if isinstance(public_key, rsa.RSAPublicKey):
        return TokenRsaKey(public_key, sign)
    return TokenCurveKey(public_key, sign)


def _is_sha256(algorithm: utils.Prehashed | hashes.HashAlgorithm | utils.NoDigestInfo) -> bool:
    if isinstance(algorithm, utils.Prehashed):
        return algorithm.digest_size == hashes.SHA256().digest_size
    return isinstance(algorithm, hashes.SHA256)


def _digest(
    data: bytes | bytearray | memoryview,
    algorithm: utils.Prehashed | hashes.HashAlgorithm | utils.NoDigestInfo,
) -> bytes:
    if isinstance(algorithm, utils.Prehashed):
        return bytes(data)
    if isinstance(algorithm, utils.NoDigestInfo):
        raise UnsupportedAlgorithm("the token signs hashes")
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()
