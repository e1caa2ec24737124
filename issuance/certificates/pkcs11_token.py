"""A log-in to a PKCS#11 token (version 2.40): its keys and certificates by their CKA_ID.

Needs the optional package python-pkcs11: import this module where its absence is told. Everything
here is called inside `token_calls` and raises what that explains, or TokenFailure.
"""

from contextlib import suppress
from typing import Any, Final, Self

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.types import Object, SignMixin
from pkcs11.util.ec import encode_named_curve_parameters

from issuance.certificates.der import frame_of
from issuance.certificates.keys import PublicKey, certificate_der
from issuance.certificates.pkcs11_key import TokenKey, token_key
from issuance.certificates.pkcs11_log_in import SESSIONS, find_token, log_in, serial_of
from issuance.certificates.token_calls import TokenAddress, TokenFailure, token_calls
from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret

_CURVES: Final[dict[str, ec.EllipticCurve]] = {"p-256": ec.SECP256R1(), "p-384": ec.SECP384R1()}
_CURVE_OF: Final[dict[bytes, ec.EllipticCurve]] = {
    encode_named_curve_parameters(curve.name): curve for curve in _CURVES.values()
}
_UNSUPPORTED: Final = (
    pkcs11.MechanismInvalid,
    pkcs11.KeySizeRange,
    pkcs11.AttributeValueInvalid,
    pkcs11.DomainParamsInvalid,
)
_STAYS_INSIDE: Final[dict[Attribute, Any]] = {
    Attribute.PRIVATE: True,
    Attribute.SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
}


class TokenSession:
    """One log-in of a token's user; a module allows one at a time for each token."""

    def __init__(self, address: TokenAddress, pin: Secret, *, spare_last_try: bool = False) -> None:
        token = find_token(address)
        self.address = address.model_copy(update={"serial": serial_of(token)})
        self._session = log_in(token, pin, spare_last_try=spare_last_try)
        self._pin = pin
        SESSIONS[address.module].add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Log out; a token that is gone is logged out already."""
        SESSIONS[self.address.module].discard(self)
        with suppress(pkcs11.PKCS11Error):
            self._session.close()

    def find_key(self, key_id: bytes, public_key: PublicKey | None = None) -> TokenKey | None:
        """Return the signing key with this identifier, if the token has it whole.

        `public_key` serves where the token holds the private half alone.
        """
        found = self._objects(ObjectClass.PRIVATE_KEY, key_id)
        if len(found) > 1:
            raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_AMBIGUOUS, count=len(found)))
        public_key = public_key or self._public_key(key_id)
        if not found or public_key is None:
            return None
        private = found[0]
        if private[Attribute.EXTRACTABLE] or not private[Attribute.SENSITIVE]:
            raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_EXPORTABLE))
        return token_key(public_key, lambda data: self._sign(private, data))

    def signing_key_ids(self, label: str) -> list[bytes]:
        """Return the identifiers of the private keys with this label, or of all without one."""
        self._require_alive()
        wanted: dict[Attribute, Any] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
        if label:
            wanted[Attribute.LABEL] = label
        found = [bytes(each[Attribute.ID]) for each in self._session.get_objects(wanted)]
        return [each for each in found if each]

    def make_key(self, key_id: bytes, algorithm: str, label: str) -> TokenKey:
        """Make a key pair that never leaves the token; RSA in a card may take a minute."""
        if self._objects(ObjectClass.PRIVATE_KEY, key_id):
            raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_EXISTS))
        self.remove(key_id)
        try:
            self._generate(key_id, algorithm, label)
        except _UNSUPPORTED as error:
            raise TokenFailure(_unsupported(algorithm)) from error
        made = self.find_key(key_id)
        if made is None:
            raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_MISSING, label=self.address.label))
        return made

    def certificates(self, key_id: bytes) -> list[bytes]:
        """Return the certificates with this identifier in DER."""
        found = self._objects(ObjectClass.CERTIFICATE, key_id)
        return [bytes(each[Attribute.VALUE]) for each in found]

    def write_certificate(self, key_id: bytes, certificate: x509.Certificate, label: str) -> None:
        """Put a certificate beside its key (PKCS#11 2.40, 4.6.3)."""
        der = certificate_der(certificate)
        frame = frame_of(der)
        self._session.create_object(
            {
                Attribute.CLASS: ObjectClass.CERTIFICATE,
                Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                Attribute.TOKEN: True,
                Attribute.PRIVATE: False,
                Attribute.ID: key_id,
                Attribute.LABEL: label,
                Attribute.SUBJECT: frame.subject,
                Attribute.ISSUER: frame.issuer,
                Attribute.SERIAL_NUMBER: _integer_der(frame.serial),
                Attribute.VALUE: der,
            }
        )

    def remove(self, key_id: bytes) -> None:
        """Destroy the key pair and the certificates with this identifier."""
        kinds = (ObjectClass.CERTIFICATE, ObjectClass.PUBLIC_KEY, ObjectClass.PRIVATE_KEY)
        for each in [found for kind in kinds for found in self._objects(kind, key_id)]:
            each.destroy()

    def _generate(self, key_id: bytes, algorithm: str, label: str) -> None:
        options: dict[str, Any] = {
            "id": key_id,
            "label": label,
            "store": True,
            "capabilities": MechanismFlag.SIGN | MechanismFlag.VERIFY,
            "private_template": _STAYS_INSIDE,
        }
        if curve := _CURVES.get(algorithm):
            self._require_size(Mechanism.EC_KEY_PAIR_GEN, curve.key_size, algorithm)
            parameters = {Attribute.EC_PARAMS: encode_named_curve_parameters(curve.name)}
            domain = self._session.create_domain_parameters(KeyType.EC, parameters, local=True)
            domain.generate_keypair(**options)
        else:
            size = int(algorithm.removeprefix("rsa-"))
            self._require_size(Mechanism.RSA_PKCS_KEY_PAIR_GEN, size, algorithm)
            self._session.generate_keypair(KeyType.RSA, size, **options)

    def _require_size(self, mechanism: Mechanism, size: int, algorithm: str) -> None:
        """Ask first: some modules answer a size they cannot make with no more than an error."""
        info = self._session.token.slot.get_mechanism_info(mechanism)
        if size < (info.min_key_length or 0) or 0 < (info.max_key_length or 0) < size:
            raise TokenFailure(_unsupported(algorithm))

    def _objects(self, kind: ObjectClass, key_id: bytes) -> list[Object]:
        # An empty identifier would match every object.
        if not key_id:
            raise ValueError("a key is looked for by its identifier")
        self._require_alive()
        return list(self._session.get_objects({Attribute.CLASS: kind, Attribute.ID: key_id}))

    def _require_alive(self) -> None:
        """Fail where the token or the session is gone; a search would only find nothing there."""
        self._session.token.slot.get_token()
        with suppress(pkcs11.RandomNoRNG, pkcs11.FunctionNotSupported):
            self._session.generate_random(8)

    def _public_key(self, key_id: bytes) -> PublicKey | None:
        found = self._objects(ObjectClass.PUBLIC_KEY, key_id)
        return _public_key(found[0]) if len(found) == 1 else None

    def _sign(self, private: Object, data: bytes) -> bytes:
        with token_calls(self.address.module):
            if not isinstance(private, SignMixin):
                raise TokenFailure(blocks(TokenFinding.TOKEN_DOES_NOT_SIGN))
            is_rsa = private[Attribute.KEY_TYPE] == KeyType.RSA
            mechanism = Mechanism.RSA_PKCS if is_rsa else Mechanism.ECDSA
            pin = self._pin.reveal() if _asks_each_time(private) else None
            return private.sign(data, mechanism=mechanism, pin=pin)


def _unsupported(algorithm: str) -> Finding:
    return blocks(TokenFinding.TOKEN_ALGORITHM_UNSUPPORTED, algorithm=algorithm)


def _asks_each_time(private: Object) -> bool:
    try:
        return bool(private[Attribute.ALWAYS_AUTHENTICATE])
    except pkcs11.AttributeTypeInvalid:  # older than PKCS#11 2.20
        return False


def _public_key(found: Object) -> PublicKey | None:
    try:
        if found[Attribute.KEY_TYPE] == KeyType.RSA:
            exponent, modulus = found[Attribute.PUBLIC_EXPONENT], found[Attribute.MODULUS]
            numbers = rsa.RSAPublicNumbers(int.from_bytes(exponent), int.from_bytes(modulus))
            return numbers.public_key()
        curve = _CURVE_OF[bytes(found[Attribute.EC_PARAMS])]
        # Some modules give the point itself, others as the OCTET STRING that PKCS#11 asks for.
        length = 2 * (curve.key_size // 8) + 1
        point = bytes(found[Attribute.EC_POINT])[-length:]
        return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    except (ValueError, KeyError):
        return None


def _integer_der(number: int) -> bytes:
    content = number.to_bytes(number.bit_length() // 8 + 1)
    return bytes([2, len(content)]) + content
