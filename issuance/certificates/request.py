"""Certification requests (PKCS#10, RFC 2986): the proof that somebody holds a key."""

from collections.abc import Sequence
from math import gcd, isqrt, prod
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.certificates.keys import (
    PUBLIC_EXPONENT,
    PrivateKey,
    PublicKey,
    algorithm_of,
    hash_for,
    is_public_key,
)
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding

_LARGEST_REQUEST: Final = 16 * 1024
_SMALL_PRIMES: Final = tuple(n for n in range(3, 752) if all(n % d for d in range(2, isqrt(n) + 1)))
_SMALL_PRODUCT: Final = prod(_SMALL_PRIMES)
_FERMAT_ROUNDS: Final = 100
_INFINEON_PRIMES: Final = tuple(prime for prime in _SMALL_PRIMES if prime <= 167)


def make_request(private_key: PrivateKey) -> bytes:
    """Return a request in DER that names nobody: the profile, not the request, says who."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    request = builder.sign(private_key, hash_for(private_key.public_key()))
    return request.public_bytes(Encoding.DER)


def read_request(der: bytes, allowed: Sequence[str]) -> PublicKey | Finding:
    """Return the key of a request whose own signature verifies and whose key is fit for use."""
    if len(der) > _LARGEST_REQUEST:
        return blocks(CertificateFinding.REQUEST_UNREADABLE)
    try:
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
        if not is_public_key(key):
            return _not_allowed(type(key).__name__, allowed)
        signed = request.is_signature_valid
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm):
        return blocks(CertificateFinding.REQUEST_UNREADABLE)
    if not signed:
        return blocks(CertificateFinding.REQUEST_SIGNATURE_WRONG)
    return check_public_key(key, allowed) or key


def check_public_key(key: PublicKey, allowed: Sequence[str]) -> Finding | None:
    """Check a key's kind and size against the allowed ones, and an RSA key for known weaknesses."""
    if algorithm_of(key) not in allowed:
        return _not_allowed(algorithm_of(key), allowed)
    if not isinstance(key, rsa.RSAPublicKey):
        return None
    numbers = key.public_numbers()
    if numbers.e != PUBLIC_EXPONENT:
        return blocks(CertificateFinding.KEY_EXPONENT_WRONG)
    if is_weak_modulus(numbers.n):
        return blocks(CertificateFinding.KEY_WEAK)
    return None


def is_weak_modulus(modulus: int) -> bool:
    """Tell whether a modulus is even, has a small factor, close factors or the Infineon form."""
    return (
        modulus % 2 == 0
        or gcd(modulus, _SMALL_PRODUCT) > 1
        or _has_close_factors(modulus)
        or _has_infineon_form(modulus)
    )


def _has_close_factors(modulus: int) -> bool:
    """Try Fermat's factoring for a few rounds (CVE-2022-26320)."""
    middle = isqrt(modulus - 1) + 1
    return any(
        isqrt(rest) ** 2 == rest
        for rest in (each * each - modulus for each in range(middle, middle + _FERMAT_ROUNDS))
    )


def _has_infineon_form(modulus: int) -> bool:
    """Tell whether the modulus is a power of 65537 modulo each small prime (CVE-2017-15361)."""
    return all(
        modulus % prime in {pow(PUBLIC_EXPONENT, power, prime) for power in range(prime - 1)}
        for prime in _INFINEON_PRIMES
    )


def _not_allowed(algorithm: str, allowed: Sequence[str]) -> Finding:
    return blocks(
        CertificateFinding.KEY_NOT_ALLOWED, algorithm=algorithm, allowed=", ".join(allowed)
    )
