"""The key algorithms certificates are made with, and plain signatures by them."""

from typing import Final, Literal, TypeGuard, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.x509 import Certificate, ObjectIdentifier
from cryptography.x509.oid import SignatureAlgorithmOID

KeyAlgorithm = Literal["rsa-2048", "rsa-3072", "rsa-4096", "p-256", "p-384"]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

KEY_ALGORITHMS: Final[tuple[str, ...]] = get_args(KeyAlgorithm)
PUBLIC_EXPONENT: Final = 65537
_CURVES: Final[dict[str, ec.EllipticCurve]] = {"p-256": ec.SECP256R1(), "p-384": ec.SECP384R1()}
_ALGORITHM_OF_CURVE: Final = {curve.name: algorithm for algorithm, curve in _CURVES.items()}


def make_private_key(algorithm: str) -> PrivateKey:
    """Make a key from the system's randomness; RSA takes from 50 ms to some seconds.

    Raises ValueError for an algorithm that is not in `KEY_ALGORITHMS`.
    """
    if algorithm not in KEY_ALGORITHMS:
        raise ValueError(f"unknown key algorithm {algorithm!r}")
    if algorithm in _CURVES:
        return ec.generate_private_key(_CURVES[algorithm])
    return rsa.generate_private_key(PUBLIC_EXPONENT, int(algorithm.removeprefix("rsa-")))


def is_public_key(key: object) -> TypeGuard[PublicKey]:
    """Tell whether the key is of a family that certificates are made with."""
    return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)


def is_private_key(key: object) -> TypeGuard[PrivateKey]:
    """Tell whether the key is of a family that certificates are made with."""
    return isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)


def algorithm_of(key: PublicKey) -> str:
    """Name a key's algorithm and size, for example `rsa-2048`; it need not be an allowed one."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"rsa-{key.key_size}"
    curve = key.curve.name
    return _ALGORITHM_OF_CURVE.get(curve, curve)


def hash_for(key: PublicKey) -> hashes.SHA256 | hashes.SHA384:
    """Return the hash an authority with this key signs with: SHA-384 for P-384, else SHA-256."""
    return hashes.SHA384() if algorithm_of(key) == "p-384" else hashes.SHA256()


def signature_algorithm(key: PublicKey) -> ObjectIdentifier:
    """Return the identifier of the signatures `sign` makes with this key's private half."""
    if isinstance(key, rsa.RSAPublicKey):
        return SignatureAlgorithmOID.RSA_WITH_SHA256
    if algorithm_of(key) == "p-384":
        return SignatureAlgorithmOID.ECDSA_WITH_SHA384
    return SignatureAlgorithmOID.ECDSA_WITH_SHA256


def sign(key: PrivateKey, message: bytes) -> bytes:
    """Sign with PKCS#1 v1.5 or ECDSA, as `signature_algorithm` says."""
    chosen = hash_for(key.public_key())
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), chosen)
    return key.sign(message, ec.ECDSA(chosen))


def sign_digest(key: PrivateKey, digest: bytes) -> bytes:
    """Sign the hash of a message as `sign` signs the message; it is of the hash `hash_for` names.

    Raises ValueError for a digest of another length.
    """
    made_with = hash_for(key.public_key())
    if len(digest) != made_with.digest_size:
        raise ValueError("not a hash of the right length")
    chosen = utils.Prehashed(made_with)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), chosen)
    return key.sign(digest, ec.ECDSA(chosen))


def verifies(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Tell whether `sign` made this signature of the message with the key's private half."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), hash_for(key))
        else:
            key.verify(signature, message, ec.ECDSA(hash_for(key)))
    except InvalidSignature:
        return False
    return True


def verifies_digest(key: PublicKey, signature: bytes, digest: bytes) -> bool:
    """Tell whether `sign_digest` made this signature of the hash with the key's private half."""
    chosen = utils.Prehashed(hash_for(key))
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), chosen)
        else:
            key.verify(signature, digest, ec.ECDSA(chosen))
    except (InvalidSignature, ValueError):
        return False
    return True


def private_key_bytes(key: PrivateKey) -> bytes:
    """Return the key as PKCS#8 DER in clear; seal it before it leaves memory."""
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def read_private_key(der: bytes) -> PrivateKey:
    """Read PKCS#8 DER; raises ValueError for another kind of key."""
    key = serialization.load_der_private_key(der, password=None)
    if not is_private_key(key):
        raise ValueError("not an RSA or elliptic curve key")
    return key


def public_key_der(key: PublicKey) -> bytes:
    """Return a public key as SubjectPublicKeyInfo in DER."""
    return key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def certificate_der(certificate: Certificate) -> bytes:
    """Return a certificate's DER."""
    return certificate.public_bytes(serialization.Encoding.DER)
