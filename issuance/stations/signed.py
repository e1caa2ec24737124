"""A document under an Ed25519 signature (RFC 8032), which travels as the text that was signed."""

import base64
from typing import Annotated, ClassVar, Final, Self, TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pydantic import Field, ValidationError

from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.model import Frozen, canonical_bytes

LARGEST_DOCUMENT: Final = 1 << 20
"""Characters a signed document may have."""


class Signable(Frozen):
    """A document that is signed; `SIGNED_AS` keeps a signature from serving for another kind."""

    SIGNED_AS: ClassVar[str]


DocumentT = TypeVar("DocumentT", bound=Signable)


class SignedText(Frozen):
    """Canonical text (RFC 8785) and its signature in Base64; the text is never written anew."""

    text: Annotated[str, Field(max_length=LARGEST_DOCUMENT)]
    signature: Annotated[str, Field(max_length=100)]

    @classmethod
    def of(cls, document: Signable, key: Ed25519PrivateKey) -> Self:
        """Sign a document."""
        text = canonical_bytes(document)
        signature = key.sign(_message(type(document), text))
        return cls(text=text.decode(), signature=base64.b64encode(signature).decode("ascii"))

    def opened(self, model: type[DocumentT], public_key: bytes) -> DocumentT | Finding:
        """Return the document, once signature and form are right.

        `SIGNATURE_WRONG` when this key did not sign it, `NOT_CANONICAL` when it is no document of
        this kind, or not in the one form that is hashed and signed.
        """
        try:
            text = self.text.encode()
            signature = base64.b64decode(self.signature, validate=True)
            key = Ed25519PublicKey.from_public_bytes(public_key)
            key.verify(signature, _message(model, text))
        except (InvalidSignature, ValueError):
            return blocks(SyncCode.SIGNATURE_WRONG)
        try:
            document = model.model_validate_json(text)
        except ValidationError:
            return blocks(SyncCode.NOT_CANONICAL)
        return document if canonical_bytes(document) == text else blocks(SyncCode.NOT_CANONICAL)


def _message(model: type[Signable], text: bytes) -> bytes:
    return f"ventanilla {model.SIGNED_AS}\0".encode() + text
