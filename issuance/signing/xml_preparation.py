"""Makes an XML document ready for an enveloped XAdES signature (ETSI EN 319 132-1, B-B).

lxml and signxml parse the document: what comes from outside, in the limited child.
"""

# signxml and lxml are typed in parts; what they return is converted in this module alone.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportMissingTypeStubs=false
# pyright: reportUnknownParameterType=false, reportMissingParameterType=false
# pyright: reportAttributeAccessIssue=false

import base64
import hashlib
from datetime import datetime
from typing import Any, Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, utils
from lxml import etree
from signxml.algorithms import SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.util import ds_tag, xades_tag
from signxml.xades.xades import XAdESDataObjectFormat, XAdESSigner

from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.preparation import Prepared, XmlSigningTask

_ID_ATTRIBUTES: Final = ("Id", "ID", "id")


class _RefusedError(Exception):
    def __init__(self, code: SigningCode) -> None:
        super().__init__(code)
        self.code = code


def prepare_xml(
    document: bytes, objects: tuple[bytes, ...], task: XmlSigningTask
) -> Prepared | Finding:
    """Return the XML with an empty signature at its end, and the SHA-256 of its SignedInfo.

    A document with a type declaration is refused, so no entity is ever resolved. The objects go
    into the signature, which covers them. Whatever the octets are, the answer is a document or a
    finding.
    """
    try:
        return _prepare(document, objects, task)
    except MemoryError:
        raise
    except _RefusedError as refused:
        return blocks(refused.code)
    except SignXMLException:
        return blocks(SigningCode.XML_REFERENCE)
    except Exception:  # noqa: BLE001 - a reader fails in many ways on hostile data
        return blocks(SigningCode.XML_UNREADABLE)


def _prepare(document: bytes, objects: tuple[bytes, ...], task: XmlSigningTask) -> Prepared:
    root = _read(document)
    if root.getprevious() is not None or root.getnext() is not None:
        # Signatures of the whole document cover these, too, and lxml's tree does not hold them.
        raise _RefusedError(SigningCode.XML_BESIDE_ROOT)
    chain = [x509.load_der_x509_certificate(base64.b64decode(each)) for each in task.certificates]
    recorder = _Recorder(chain[0])
    signer = _Signer(task.at, [_read(each) for each in objects], recorder.method)
    signed = signer.sign(
        root,
        key=cast("Any", recorder),
        cert=chain,
        reference_uri=[_reference(each) for each in task.references] or None,
        always_add_key_value=False,
    )
    content = bytes(etree.tostring(signed, xml_declaration=True, encoding="UTF-8"))
    hole = base64.b64encode(recorder.placeholder)
    start = content.index(hole)
    return Prepared(content, recorder.digest, start, start + len(hole))


def _read(octets: bytes) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(octets, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _RefusedError(SigningCode.XML_DOCTYPE)
    return root


def _reference(text: str) -> str:
    if not text.startswith("#") or len(text) == 1:
        raise _RefusedError(SigningCode.XML_REFERENCE)
    return text


class _Signer(XAdESSigner):
    """Signs at a given time, with objects of the caller's in the signature."""

    id_attributes = _ID_ATTRIBUTES

    def __init__(self, at: datetime, objects: list[Any], method: SignatureMethod) -> None:
        form = XAdESDataObjectFormat(Description="", MimeType="text/xml")
        super().__init__(signature_algorithm=method, data_object_format=form)
        self._at, self._objects = at, objects
        self.signature_annotators.append(self._add_objects)

    def add_signing_time(self, signed_signature_properties, sig_root, signing_settings) -> None:  # noqa: ANN001
        """State the time handed in."""
        element = etree.SubElement(
            signed_signature_properties, xades_tag("SigningTime"), nsmap=self.namespaces
        )
        element.text = self._at.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _add_objects(self, sig_root, signing_settings) -> None:  # noqa: ANN001
        for number, each in enumerate(self._objects, 1):
            name = f"{sig_root.get('Id')}-Object{number}"
            holder = etree.SubElement(sig_root, ds_tag("Object"), nsmap=self.namespaces, Id=name)
            holder.append(each)
            self._add_reference_to_signed_info(sig_root, holder)


class _Recorder:
    """Stands for the private key: keeps what is to be signed, and answers a placeholder.

    The placeholder follows from the whole document, so the document cannot contain it.
    """

    def __init__(self, certificate: x509.Certificate) -> None:
        public = certificate.public_key()
        self._is_curve = isinstance(public, ec.EllipticCurvePublicKey)
        self.key_size = public.key_size  # pyright: ignore[reportUnknownMemberType]
        self.method = SignatureMethod.ECDSA_SHA256 if self._is_curve else SignatureMethod.RSA_SHA256
        self.digest = self.placeholder = b""

    def sign(self, data: bytes, **_: object) -> bytes:
        """Keep the digest of the SignedInfo."""
        self.digest = hashlib.sha256(data).digest()
        halves = 2 if self._is_curve else 1
        filler = self.digest * (self.key_size // 8 * halves // len(self.digest))
        self.placeholder = filler
        if not self._is_curve:
            return filler
        middle = len(filler) // 2
        return utils.encode_dss_signature(
            int.from_bytes(filler[:middle]), int.from_bytes(filler[middle:])
        )
