from math import gcd, prod

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import example, given, settings
from hypothesis import strategies as st

from issuance.certificates.keys import PrivateKey
from issuance.certificates.request import (
    check_public_key,
    is_weak_modulus,
    make_request,
    read_request,
)
from issuance.findings import Finding

ALLOWED = ("rsa-2048", "p-256")
SMALL_PRIMES = [n for n in range(3, 752) if all(n % d for d in range(2, n))]


def code_of(result: object) -> str:
    assert isinstance(result, Finding), result
    return result.code


def test_a_request_gives_back_its_key_and_names_nobody(
    holder_key: PrivateKey, curve_key: PrivateKey
):
    for key in (holder_key, curve_key):
        request = make_request(key)
        assert read_request(request, ALLOWED) == key.public_key()
        assert list(x509.load_der_x509_csr(request).subject) == []


def test_a_key_outside_the_profile_is_refused(holder_key: PrivateKey):
    finding = read_request(make_request(holder_key), ["p-256"])
    assert isinstance(finding, Finding)
    assert finding.code == "KEY_NOT_ALLOWED"
    assert finding.parameters == {"algorithm": "rsa-2048", "allowed": "p-256"}


def test_other_kinds_of_keys_are_refused():
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    edwards = builder.sign(ed25519.Ed25519PrivateKey.generate(), None)
    assert code_of(read_request(edwards.public_bytes(Encoding.DER), ALLOWED)) == "KEY_NOT_ALLOWED"
    koblitz = builder.sign(ec.generate_private_key(ec.SECP256K1()), hashes.SHA256())
    assert code_of(read_request(koblitz.public_bytes(Encoding.DER), ALLOWED)) == "KEY_NOT_ALLOWED"


def test_a_request_signed_by_another_key_is_refused(curve_key: PrivateKey):
    request = make_request(curve_key)
    other = make_request(ec.generate_private_key(ec.SECP256R1()))
    body = x509.load_der_x509_csr(request).tbs_certrequest_bytes
    theirs = x509.load_der_x509_csr(other).tbs_certrequest_bytes
    assert code_of(read_request(other.replace(theirs, body), ALLOWED)) == "REQUEST_SIGNATURE_WRONG"


@settings(deadline=None)
@given(data=st.data())
def test_no_changed_request_is_accepted_or_makes_reading_fail(
    curve_key: PrivateKey, data: st.DataObject
):
    request = bytearray(make_request(curve_key))
    body = len(x509.load_der_x509_csr(bytes(request)).tbs_certrequest_bytes)
    position = data.draw(st.integers(0, body - 1))
    request[position] ^= data.draw(st.integers(1, 255))
    assert isinstance(read_request(bytes(request), ALLOWED), Finding)


@given(st.binary(max_size=300))
@example(b"\x30" * 100_000)
def test_no_bytes_make_reading_fail(content: bytes):
    assert code_of(read_request(content, ALLOWED)) == "REQUEST_UNREADABLE"


def test_another_exponent_is_refused(holder_key: PrivateKey):
    public = holder_key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    other = rsa.RSAPublicNumbers(3, public.public_numbers().n).public_key()
    finding = check_public_key(other, ALLOWED)
    assert finding is not None
    assert finding.code == "KEY_EXPONENT_WRONG"


def without_small_factors(start: int, step: int) -> int:
    number = start
    while gcd(number, prod(SMALL_PRIMES)) > 1:
        number += step
    return number


def test_weak_moduli_are_known(rsa_keys: list[PrivateKey]):
    for key in rsa_keys:
        public = key.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        assert not is_weak_modulus(public.public_numbers().n)
    infineon = prod(prime for prime in SMALL_PRIMES if prime <= 167) * 2
    marked = pow(65537, 123_457, infineon) + infineon * (1 << 1800)
    near = without_small_factors(2**1023 + 1, 2)
    after = without_small_factors(near + 2, 2)
    assert is_weak_modulus(without_small_factors(marked, infineon))
    assert is_weak_modulus(near * after)
    assert is_weak_modulus(743 * (2**2047 + 1))


def test_a_weak_key_is_a_finding(curve_key: PrivateKey):
    near = without_small_factors(2**1023 + 2**1022 + 1, 2)
    weak = rsa.RSAPublicNumbers(65537, near * without_small_factors(near + 2, 2)).public_key()
    finding = check_public_key(weak, ALLOWED)
    assert finding is not None
    assert finding.code == "KEY_WEAK"


@pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256"])
def test_a_good_key_has_no_finding(algorithm: str, holder_key: PrivateKey, curve_key: PrivateKey):
    key = holder_key if algorithm == "rsa-2048" else curve_key
    assert check_public_key(key.public_key(), [algorithm]) is None
