"""The few DER structures read and written by hand: strings, names, and a certificate's frame."""

# asn1crypto ships no types; what it returns is checked or converted in this module alone.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar, Final, Literal, NamedTuple

from asn1crypto import core, x509

StringEncoding = Literal["utf8", "printable", "ia5"]

COMMON_NAME_LENGTH: Final = 64
"""The most characters a common name has (RFC 5280, appendix A.1)."""
_COMMON_NAME: Final = "2.5.4.3"
_PARSED: Final = 16
"""How many parsed structures are kept: a draft is looked at by several checks in a row."""

_STRINGS: Final[dict[StringEncoding, type[Any]]] = {
    "utf8": core.UTF8String,
    "printable": core.PrintableString,
    "ia5": core.IA5String,
}
_ENCODING_OF_TAG: Final[dict[int, StringEncoding]] = {
    kind.tag: name for name, kind in _STRINGS.items()
}


class _Attribute(core.Sequence):
    _fields: ClassVar = [("type", core.ObjectIdentifier), ("value", core.Any)]


class _RelativeName(core.SetOf):
    _child_spec = _Attribute


class _Name(core.SequenceOf):
    _child_spec = _RelativeName


class NameRow(NamedTuple):
    """One attribute of a distinguished name.

    The encoding is empty for another type than the three; the value is then hexadecimal digits.
    """

    oid: str
    value: str
    encoding: StringEncoding | Literal[""]


class Frame(NamedTuple):
    """Parts of a certificate in DER; the extensions' values with their identifiers, in order."""

    serial: int
    public_key: bytes
    subject: bytes
    issuer: bytes
    extensions: tuple[tuple[str, bytes], ...]


def encode_string(text: str, encoding: StringEncoding) -> bytes:
    """Write a text as a DER string."""
    return _STRINGS[encoding](text).dump()


def decode_string(der: bytes) -> tuple[str, StringEncoding] | None:
    """Read a DER string of one of the three types; None for anything else."""
    # asn1crypto looks at the tag's number only; the whole first octet must be that number.
    encoding = _ENCODING_OF_TAG.get(der[0]) if der else None
    if encoding is None:
        return None
    try:
        return str(_STRINGS[encoding].load(der, strict=True).native), encoding
    except ValueError:
        return None


def encode_name(attributes: Iterable[tuple[str, str, StringEncoding]]) -> bytes:
    """Write a name of single-valued attributes (oid, text, encoding), in the given order."""
    return _Name(
        _RelativeName([_Attribute({"type": oid, "value": _STRINGS[encoding](text)})])
        for oid, text, encoding in attributes
    ).dump()


@lru_cache(maxsize=_PARSED)
def name_rows(der: bytes) -> tuple[NameRow, ...]:
    """Return a name's attributes in the order they are encoded.

    Raises ValueError when the bytes are no Name (RFC 5280, 4.1.2.4).
    """
    try:
        name = _Name.load(der, strict=True)
        return tuple(_row(attribute) for relative in name for attribute in relative)
    except TypeError as error:
        raise ValueError("not a name") from error


def with_common_name(name: bytes, common_name: str) -> bytes:
    """Return a name that is another's except for its common name, of 1 to 64 characters.

    Raises ValueError for a common name of another length.
    """
    if not 1 <= len(common_name) <= COMMON_NAME_LENGTH:
        raise ValueError("a common name has 1 to 64 characters")
    # Values of other string types, which only authorities of long ago have, cannot be repeated.
    kept: list[tuple[str, str, StringEncoding]] = [
        (row.oid, row.value, row.encoding)
        for row in name_rows(name)
        if row.encoding and row.oid != _COMMON_NAME
    ]
    return encode_name([*kept, (_COMMON_NAME, common_name, "utf8")])


@lru_cache(maxsize=_PARSED)
def frame_of(certificate: bytes) -> Frame:
    """Return the parts of a certificate exactly as they are encoded.

    Raises ValueError when the bytes are no certificate.
    """
    body = x509.Certificate.load(certificate, strict=True)["tbs_certificate"]
    return Frame(
        serial=body["serial_number"].native,
        public_key=body["subject_public_key_info"].dump(),
        subject=body["subject"].dump(),
        issuer=body["issuer"].dump(),
        extensions=tuple(
            (each["extn_id"].dotted, each["extn_value"].contents) for each in body["extensions"]
        ),
    )


def with_names(to_be_signed: bytes, *, subject: bytes, issuer: bytes) -> bytes:
    """Return the TBSCertificate with its names replaced."""
    body = x509.TbsCertificate.load(to_be_signed, strict=True)
    body["subject"] = x509.Name.load(subject, strict=True)
    body["issuer"] = x509.Name.load(issuer, strict=True)
    return body.dump()


def assemble(to_be_signed: bytes, signature: bytes) -> bytes:
    """Put a signature to a TBSCertificate.

    The outer algorithm repeats the inner one, as RFC 5280, 4.1.1.2 demands.
    Raises ValueError when the bytes are no TBSCertificate.
    """
    body = x509.TbsCertificate.load(to_be_signed, strict=True)
    frame = {
        "tbs_certificate": body,
        "signature_algorithm": body["signature"],
        "signature_value": signature,
    }
    return x509.Certificate(frame).dump()


def _row(attribute: Any) -> NameRow:
    oid, value = attribute["type"].dotted, attribute["value"].dump()
    text, encoding = decode_string(value) or (value.hex(), "")
    return NameRow(oid, text, encoding)
