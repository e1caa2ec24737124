"""One document signed with a key in custody, whatever its format."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from cryptography import x509

from issuance.certificates.keys import certificate_der
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.token_calls import TokenFailure
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.cms_signature import (
    TimeStamper,
    TimeStampFailure,
    detached_container,
    pades_container,
)
from issuance.signing.custody import CustodyKey
from issuance.signing.jws import plain_signature, sign_json
from issuance.signing.layout import Layout
from issuance.signing.preparation import (
    MOST_PARTS,
    SIGNATURE_ROOM,
    PdfSigningTask,
    Prepared,
    Preparer,
    XmlSigningTask,
    digest_around,
)

ContentType = Literal["application/pdf", "application/xml", "application/json"]
PDF: Final = "application/pdf"
XML: Final = "application/xml"
JSON: Final = "application/json"
_SHA256_OCTETS: Final = 32
_LONGEST_REFERENCE: Final = 200


@dataclass(frozen=True, slots=True)
class Holder:
    """Who signs and when: the key, and the chain from its issuer to the root.

    `text` are the lines of a signature that shows in words.
    """

    key: CustodyKey
    chain: Sequence[x509.Certificate]
    at: datetime
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """What is to be signed; `layout` is for a PDF, references and objects are for an XML."""

    content_type: ContentType
    content: bytes
    layout: Layout | None = None
    references: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


class Signing:
    """Signs the documents of a request; those that take reading are read by the preparer.

    `unstamped` counts the PDFs that were signed without the stamp they should have had.
    """

    def __init__(self, preparer: Preparer, time_stamper: TimeStamper | None = None) -> None:
        self._preparer, self._time_stamper = preparer, time_stamper
        self.unstamped = 0

    def sign(self, document: Document, holder: Holder, field: str) -> bytes | Finding:
        """Return the signed document; a PDF's signature field gets this name.

        Whatever the document is, the answer is one, or the finding of what is wrong with it.
        """
        try:
            match document.content_type:
                case "application/pdf":
                    return self._sign_pdf(document, holder, field)
                case "application/xml":
                    return self._sign_xml(document, holder)
                case "application/json":
                    return sign_json(document.content, holder.key, holder.chain)
        except (TokenFailure, TimeStampFailure) as failure:
            return failure.finding

    def sign_hash(self, digest: bytes, holder: Holder) -> bytes | Finding:
        """Return a detached PKCS#7 in DER over the SHA-256 of what its sender keeps."""
        if len(digest) != _SHA256_OCTETS:
            return blocks(SigningCode.HASH_LENGTH, length=len(digest))
        try:
            return detached_container(digest, holder.key, holder.chain, holder.at)
        except TokenFailure as failure:
            return failure.finding

    def _sign_pdf(self, document: Document, holder: Holder, field: str) -> bytes | Finding:
        layout = document.layout
        parts = (document.content, layout.picture if layout else b"")
        task = PdfSigningTask(
            parts=(len(parts[0]), len(parts[1])),
            field=field,
            at=holder.at,
            place=layout.place if layout else None,
            text=holder.text if layout and layout.has_text else (),
        )
        prepared = self._preparer.prepare_signing(parts, task)
        if isinstance(prepared, Finding):
            return prepared
        if not _is_sound(prepared, document.content):
            return blocks(SigningCode.PDF_NOT_SIGNABLE)
        stamper = self._stamp if self._time_stamper else None
        container = pades_container(prepared.digest, holder.key, holder.chain, stamper)
        if len(container) > SIGNATURE_ROOM:
            return blocks(SigningCode.SIGNATURE_TOO_LONG)
        room = prepared.end - prepared.start
        return prepared.filled(container.hex().encode().ljust(room, b"0"))

    def _stamp(self, digest: bytes) -> bytes | None:
        stamp = self._time_stamper(digest) if self._time_stamper else None
        self.unstamped += stamp is None
        return stamp

    def _sign_xml(self, document: Document, holder: Holder) -> bytes | Finding:
        too_many = max(len(document.references), len(document.objects)) >= MOST_PARTS
        if too_many or any(len(each) > _LONGEST_REFERENCE for each in document.references):
            return blocks(SigningCode.XML_REFERENCE)
        parts = (
            document.content,
            *(each.encode("utf-8", "surrogatepass") for each in document.objects),
        )
        certificates = (holder.key.certificate, *holder.chain[:-1])
        task = XmlSigningTask(
            parts=tuple(map(len, parts)),
            at=holder.at,
            references=document.references,
            certificates=tuple(
                base64.b64encode(certificate_der(each)).decode() for each in certificates
            ),
        )
        prepared = self._preparer.prepare_signing(parts, task)
        if isinstance(prepared, Finding):
            return prepared
        signature = holder.key.sign_digest(prepared.digest)
        plain = plain_signature(key_of(holder.key.certificate), signature)
        return prepared.filled(base64.b64encode(plain))


def _is_sound(prepared: Prepared, document: bytes) -> bool:
    """Tell whether what was there stayed, and the digest is of what is there now.

    Whoever took the child over by means of a document must not choose what is signed.
    """
    covered = digest_around(prepared.content, prepared.start, prepared.end)
    return prepared.content.startswith(document) and covered == prepared.digest


class PreparedHere:
    """Prepares in this process: for documents nobody sent, and to measure what the child costs."""

    def prepare_signing(
        self, parts: tuple[bytes, ...], task: PdfSigningTask | XmlSigningTask
    ) -> Prepared | Finding:
        """Return the prepared document, or what is wrong with it."""
        from issuance.signing.preparation import prepare_here

        return prepare_here(parts, task)
