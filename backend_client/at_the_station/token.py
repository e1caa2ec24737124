"""An applicant's token at the counter: its PIN, the key pair made in it, the certificate in it.

A case's key pair carries the case's identifier as its CKA_ID. So what was cut short is gone on with
where it stopped, by the key that is in the token already, and no second certificate is asked for.
Cards are slow: call nothing here on the event loop.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

from cryptography import x509

from issuance.certificates.chain import check_chain
from issuance.certificates.comparison import compare_with_profile
from issuance.certificates.keys import certificate_der, sign, verifies
from issuance.certificates.profile import ResolvedProfile
from issuance.certificates.read_back import ReadBack
from issuance.certificates.request import make_request
from issuance.certificates.token_calls import (
    TokenAddress,
    TokenDescription,
    TokenFailure,
    answered,
    is_typable,
)
from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret

if TYPE_CHECKING:
    from issuance.certificates.pkcs11_key import TokenKey
    from issuance.certificates.pkcs11_token import TokenSession

T = TypeVar("T")

_SHORTEST_PIN: Final = 6
_TEST_MESSAGE: Final = b"a message signed to try a new key"


class ApplicantToken:
    """A token its owner has logged in to; close it before the owner leaves.

    What the token refuses comes back as a finding; nothing is undone by it, and the same call goes
    on later.
    """

    def __init__(self, session: "TokenSession") -> None:
        self._session = session
        self._module = session.address.module

    @property
    def address(self) -> TokenAddress:
        """Return where the token is, with its serial number."""
        return self._session.address

    def request(self, case: UUID, algorithm: str) -> bytes | Finding:
        """Return a request in DER signed in the token, by the case's key or by one made now.

        Only for a case without a certificate: one with a certificate has its key in a token, and
        `has_key` tells whether it is this one.
        """
        return answered(self._module, lambda: make_request(self._key_or_new(case, algorithm)))

    def has_key(self, case: UUID) -> bool | Finding:
        """Tell whether the key pair of this case is in this token."""
        return answered(self._module, lambda: self._session.find_key(case.bytes) is not None)

    def write_certificate(
        self, case: UUID, certificate: x509.Certificate, label: str
    ) -> Finding | None:
        """Put the certificate beside its key; done before, nothing changes."""
        return answered(self._module, lambda: self._write(case, certificate, label))

    def use_key(self, case: UUID, use: "Callable[[TokenKey], T]") -> T | Finding:
        """Let a function sign with the case's key, for the contract.

        The module is free meanwhile: what is used may wait for another thread that signs in it.
        """
        key = answered(self._module, lambda: _key(self._session, case))
        if isinstance(key, Finding):
            return key
        try:
            return use(key)
        except TokenFailure as failure:
            return failure.finding

    def read_back(
        self,
        case: UUID,
        resolved: ResolvedProfile,
        issued: x509.Certificate,
        chain: Sequence[x509.Certificate],
        at: datetime,
    ) -> ReadBack | Finding:
        """Read the certificate from the token, check it against what was issued, let it sign.

        `chain` leads from the issuing authority to the trusted root, both included.
        """
        return answered(
            self._module, lambda: _read_back(self._session, case, resolved, issued, chain, at)
        )

    def give_up(self, case: UUID) -> Finding | None:
        """Destroy the case's key pair and certificate in the token."""
        return answered(self._module, lambda: self._session.remove(case.bytes))

    def close(self) -> None:
        """Log out."""
        answered(self._module, self._session.close)

    def _key_or_new(self, case: UUID, algorithm: str) -> "TokenKey":
        key = self._session.find_key(case.bytes)
        return key or self._session.make_key(case.bytes, algorithm, str(case))

    def _write(self, case: UUID, certificate: x509.Certificate, label: str) -> None:
        key = _key(self._session, case)
        if key.public_key() != certificate.public_key():
            raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_DIFFERS))
        there = self._session.certificates(case.bytes)
        if there == [certificate_der(certificate)]:
            return
        if there:
            raise TokenFailure(blocks(TokenFinding.TOKEN_CERTIFICATES, count=len(there)))
        self._session.write_certificate(case.bytes, certificate, label)


def tokens_present(module: str) -> tuple[TokenDescription, ...] | Finding:
    """Describe the tokens that a PKCS#11 module (a path) sees, or say why it is of no use."""

    def act() -> tuple[TokenDescription, ...]:
        from issuance.certificates import pkcs11_log_in

        return pkcs11_log_in.tokens_present(module)

    return answered(module, act)


def open_token(address: TokenAddress, pin: Secret) -> ApplicantToken | Finding:
    """Log in with the applicant's PIN."""

    def act() -> ApplicantToken:
        from issuance.certificates.pkcs11_token import TokenSession

        return ApplicantToken(TokenSession(address, pin))

    return answered(address.module, act)


def change_pin(address: TokenAddress, old: Secret, new: Secret) -> Finding | None:
    """Let the applicant replace the token's PIN by an own one."""

    def act() -> None:
        from issuance.certificates import pkcs11_log_in

        pkcs11_log_in.change_pin(address, old, new)

    return check_new_pin(new) or answered(address.module, act)


def set_first_pin(address: TokenAddress, officer_pin: Secret, new: Secret) -> Finding | None:
    """Let the applicant choose the PIN of a token that has none, or whose PIN is locked.

    `officer_pin` is the security officer's, where the station is set up with it.
    """

    def act() -> None:
        from issuance.certificates import pkcs11_log_in

        pkcs11_log_in.set_first_pin(address, officer_pin, new)

    return check_new_pin(new) or answered(address.module, act)


def check_new_pin(pin: Secret) -> Finding | None:
    """Check what every token asks of a PIN; the token itself may ask for more."""
    if not is_typable(pin):
        return blocks(TokenFinding.TOKEN_PIN_CHARACTER)
    if len(pin.reveal()) < _SHORTEST_PIN:
        return blocks(TokenFinding.TOKEN_PIN_SHORT, minimum=_SHORTEST_PIN)
    return None


def _key(session: "TokenSession", case: UUID) -> "TokenKey":
    key = session.find_key(case.bytes)
    if key is None:
        raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_MISSING, label=session.address.label))
    return key


def _read_back(
    session: "TokenSession",
    case: UUID,
    resolved: ResolvedProfile,
    issued: x509.Certificate,
    chain: Sequence[x509.Certificate],
    at: datetime,
) -> ReadBack:
    there = session.certificates(case.bytes)
    if there != [certificate_der(issued)]:
        failure = blocks(TokenFinding.TOKEN_CERTIFICATES, count=len(there))
        return ReadBack(opens=True, file_findings=(failure,))
    key = _key(session, case)
    matches = key.public_key() == issued.public_key()
    signs = verifies(key.public_key(), sign(key, _TEST_MESSAGE), _TEST_MESSAGE)
    return ReadBack(
        opens=True,
        one_signing_certificate=True,
        key_matches=matches,
        signs=signs,
        file_findings=tuple(_key_findings(matches=matches, signs=signs)),
        profile_findings=tuple(compare_with_profile(issued, resolved)),
        chain_findings=tuple(check_chain(issued, chain, chain[-1], at)),
    )


def _key_findings(*, matches: bool, signs: bool) -> Iterator[Finding]:
    if not matches:
        yield blocks(TokenFinding.TOKEN_KEY_DIFFERS)
    if not signs:
        yield blocks(TokenFinding.TOKEN_DOES_NOT_SIGN)
