"""The token an issuing key is made in, or is found in when an authority is taken over."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509

from issuance.certificates.keys import is_public_key, sign, verifies
from issuance.certificates.pkcs11_signer import AuthorityToken, with_new_authority_key
from issuance.certificates.token_calls import TokenAddress, TokenFailure, answered
from issuance.findings import Finding, blocks
from issuance.findings.authority_import import AuthorityImportFinding
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret

if TYPE_CHECKING:
    from issuance.certificates.pkcs11_key import TokenKey
    from issuance.certificates.pkcs11_token import TokenSession

_TEST_MESSAGE = b"a message signed to find the authority's key"


@dataclass(frozen=True, slots=True)
class TokenPlan:
    """Where an authority's key is to be made, or is: token, PIN, and the key's own label."""

    address: TokenAddress
    pin: Secret
    key_label: str


class IssuingToken:
    """Makes or finds an issuing key; `place` is where it is.

    `key_id` is the CKA_ID a new key gets, in hexadecimal digits; one that is found has its own.
    """

    def __init__(self, plan: TokenPlan, key_id: str) -> None:
        self.plan = plan
        self.place = AuthorityToken(address=plan.address, key_id=key_id, key_label=plan.key_label)

    def make(self, algorithm: str) -> "TokenKey":
        """Make the key pair in the token.

        Raises:
            TokenFailure: with what the token refused.
        """
        made = with_new_authority_key(self.place, self.plan.pin, algorithm, lambda key: key)
        if isinstance(made, Finding):
            raise TokenFailure(made)
        return made

    def find(self, certificates: Sequence[x509.Certificate]) -> "TokenKey | Finding":
        """Return the key of that label, which must be the key of one of the certificates."""

        def act() -> "TokenKey":
            from issuance.certificates.pkcs11_token import TokenSession

            with TokenSession(self.plan.address, self.plan.pin) as session:
                key_id, key = _key_in(session, self.plan.key_label, certificates)
                self.place = self.place.model_copy(update={"key_id": key_id.hex()})
                return key

        return answered(self.plan.address.module, act)

    def remove(self) -> None:
        """Destroy the key that was made, because no office came of it; a failure is not told."""

        def act() -> None:
            from issuance.certificates.pkcs11_token import TokenSession

            with TokenSession(self.plan.address, self.plan.pin) as session:
                session.remove(bytes.fromhex(self.place.key_id))

        answered(self.plan.address.module, act)


def _key_in(
    session: "TokenSession", label: str, certificates: Sequence[x509.Certificate]
) -> "tuple[bytes, TokenKey]":
    """Try the keys of this label against the certificates; a token may hold no public half."""
    found = session.signing_key_ids(label)
    if not found:
        missing = AuthorityImportFinding.IMPORT_KEY_LABEL_UNKNOWN
        raise TokenFailure(blocks(missing, label=session.address.label, key=label))
    for key_id in found:
        for certificate in certificates:
            public_key = certificate.public_key()
            if not is_public_key(public_key):
                continue
            key = session.find_key(key_id, public_key)
            if key and verifies(public_key, sign(key, _TEST_MESSAGE), _TEST_MESSAGE):
                return key_id, key
    raise TokenFailure(blocks(TokenFinding.TOKEN_KEY_DIFFERS))
