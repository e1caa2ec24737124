"""The few DER structures read and written by hand: strings, names, and a certificate's frame.

DER is X.690, 8 and 10. Only what RFC 5280 puts around a certificate is known here; reading is
strict and raises ValueError for everything else.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Literal, NamedTuple

StringEncoding = Literal["utf8", "printable", "ia5"]

COMMON_NAME_LENGTH: Final = 64
"""The most characters a common name has (RFC 5280, appendix A.1)."""
_COMMON_NAME: Final = "2.5.4.3"
_PARSED: Final = 16
"""How many parsed structures are kept: a draft is looked at by several checks in a row."""

_INTEGER, _BIT_STRING, _OCTET_STRING, _NULL, _OID = 0x02, 0x03, 0x04, 0x05, 0x06
_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_SEQUENCE, _SET, _VERSION, _EXTENSIONS = 0x30, 0x31, 0xA0, 0xA3
_LENGTH_OCTETS: Final = 4
"""The most octets in which a length is written."""
_VERSION_3: Final = bytes.fromhex("a003020102")
_TRUE: Final = bytes.fromhex("0101ff")

_STRINGS: Final[dict[StringEncoding, tuple[int, str]]] = {
    "utf8": (0x0C, "utf-8"),
    "printable": (0x13, "latin-1"),
    "ia5": (0x16, "ascii"),
}
"""The tag and Python's codec; what may stand in a PrintableString is checked elsewhere."""
_ENCODING_OF_TAG: Final[dict[int, StringEncoding]] = {
    tag: name for name, (tag, _) in _STRINGS.items()
}


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


class _Element(NamedTuple):
    tag: int
    content: bytes
    encoded: bytes


def encode_string(text: str, encoding: StringEncoding) -> bytes:
    """Write a text as a DER string; raises ValueError for characters the codec does not have."""
    tag, codec = _STRINGS[encoding]
    return _encoded(tag, text.encode(codec))


def decode_string(der: bytes) -> tuple[str, StringEncoding] | None:
    """Read a DER string of one of the three types; None for anything else."""
    try:
        return _decoded(_only(der))
    except ValueError:
        return None


def encode_name(attributes: Iterable[tuple[str, str, StringEncoding]]) -> bytes:
    """Write a name of single-valued attributes (oid, text, encoding), in the given order."""
    rows = (
        _encoded(_SEQUENCE, _encoded_oid(oid) + encode_string(text, encoding))
        for oid, text, encoding in attributes
    )
    return _encoded(_SEQUENCE, b"".join(_encoded(_SET, row) for row in rows))


def encode_algorithm(oid: str, *, null: bool) -> bytes:
    """Write an AlgorithmIdentifier; its parameters are NULL or absent."""
    return _encoded(_SEQUENCE, _encoded_oid(oid) + (_encoded(_NULL, b"") if null else b""))


def encode_certificate_body(
    *,
    serial: int,
    algorithm: bytes,
    issuer: bytes,
    validity: tuple[datetime, datetime],
    subject: bytes,
    public_key: bytes,
    extensions: Iterable[tuple[str, bool, bytes]],
) -> bytes:
    """Write a TBSCertificate (RFC 5280, 4.1) of parts in DER.

    Extensions are identifier, whether critical, and value; moments are written to the second.
    """
    listed = b"".join(
        _encoded(
            _SEQUENCE,
            _encoded_oid(oid) + (_TRUE if critical else b"") + _encoded(_OCTET_STRING, value),
        )
        for oid, critical, value in extensions
    )
    parts = (
        _VERSION_3,
        _encoded(_INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1)),
        algorithm,
        issuer,
        _encoded(_SEQUENCE, b"".join(map(_encoded_moment, validity))),
        subject,
        public_key,
        _encoded(_EXTENSIONS, _encoded(_SEQUENCE, listed)),
    )
    return _encoded(_SEQUENCE, b"".join(parts))


@lru_cache(maxsize=_PARSED)
def name_rows(der: bytes) -> tuple[NameRow, ...]:
    """Return a name's attributes in the order they are encoded.

    Raises ValueError when the bytes are no Name (RFC 5280, 4.1.2.4).
    """
    return tuple(
        _row(_inside(attribute, _SEQUENCE))
        for relative in _inside(_only(der), _SEQUENCE)
        for attribute in _inside(relative, _SET)
    )


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
    body, _algorithm, signature = _inside(_only(certificate), _SEQUENCE)
    _require(signature, _BIT_STRING)
    _version, parts = _parts(body)
    serial, _algorithm, issuer, _validity, subject, public_key, *optional = parts
    return Frame(
        serial=int.from_bytes(_require(serial, _INTEGER), signed=True),
        public_key=public_key.encoded,
        subject=subject.encoded,
        issuer=issuer.encoded,
        extensions=tuple(
            _extension(each)
            for wrapped in optional
            if wrapped.tag == _EXTENSIONS
            for each in _inside(_only(wrapped.content), _SEQUENCE)
        ),
    )


def assemble(to_be_signed: bytes, signature: bytes) -> bytes:
    """Put a signature to a TBSCertificate.

    The outer algorithm repeats the inner one, as RFC 5280, 4.1.1.2 demands.
    Raises ValueError when the bytes are no TBSCertificate.
    """
    _version, (serial, algorithm, *_rest) = _parts(_only(to_be_signed))
    _require(serial, _INTEGER)
    outer = algorithm.encoded + _encoded(_BIT_STRING, b"\0" + signature)
    return _encoded(_SEQUENCE, to_be_signed + outer)


def _parts(body: _Element) -> tuple[bytes, list[_Element]]:
    """Return the encoded version of a TBSCertificate, which the first one has not, and the rest."""
    parts = _inside(body, _SEQUENCE)
    if parts and parts[0].tag == _VERSION:
        return parts[0].encoded, parts[1:]
    return b"", parts


def _row(attribute: list[_Element]) -> NameRow:
    kind, value = attribute
    text, encoding = _decoded(value) or (value.encoded.hex(), "")
    return NameRow(_dotted(_require(kind, _OID)), text, encoding)


def _decoded(element: _Element) -> tuple[str, StringEncoding] | None:
    encoding = _ENCODING_OF_TAG.get(element.tag)
    if encoding is None:
        return None
    try:
        return element.content.decode(_STRINGS[encoding][1]), encoding
    except UnicodeDecodeError:
        return None


def _extension(element: _Element) -> tuple[str, bytes]:
    kind, *_critical, value = _inside(element, _SEQUENCE)
    return _dotted(_require(kind, _OID)), _require(value, _OCTET_STRING)


def _encoded(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + content


def _encoded_moment(moment: datetime) -> bytes:
    """Write a moment as RFC 5280, 4.1.2.5, wants it: with four digits of the year from 2050 on."""
    utc = moment.astimezone(UTC)
    if utc.year < 2050:
        return _encoded(_UTC_TIME, f"{utc:%y%m%d%H%M%SZ}".encode())
    return _encoded(_GENERALIZED_TIME, f"{utc:%Y%m%d%H%M%SZ}".encode())


def _elements(der: bytes) -> list[_Element]:
    """Split what stands one behind the other."""
    found: list[_Element] = []
    start, end = 0, len(der)
    while start < end:
        begin = start + 2
        if begin > end or der[start] & 0x1F == 0x1F:
            raise ValueError("not DER")
        length = der[start + 1]
        if length >= 0x80:
            octets = der[begin : begin + length - 0x80]
            length, begin = int.from_bytes(octets), begin + length - 0x80
            # Indefinite, longer than a certificate can be, or not the shortest form.
            if length < 0x80 or octets[0] == 0 or len(octets) > _LENGTH_OCTETS:
                raise ValueError("not DER")
        stop = begin + length
        if stop > end:
            raise ValueError("not DER")
        found.append(_Element(der[start], der[begin:stop], der[start:stop]))
        start = stop
    return found


def _only(der: bytes) -> _Element:
    (element,) = _elements(der)
    return element


def _require(element: _Element, tag: int) -> bytes:
    if element.tag != tag:
        raise ValueError("another structure")
    return element.content


def _inside(element: _Element, tag: int) -> list[_Element]:
    return _elements(_require(element, tag))


@lru_cache(maxsize=128)
def _encoded_oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    return _encoded(_OID, b"".join(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(0x80 | number & 0x7F)
    return bytes(reversed(octets))


@lru_cache(maxsize=128)
def _dotted(content: bytes) -> str:
    if not content or content[-1] & 0x80:
        raise ValueError("not an object identifier")
    arcs, arc = list[int](), 0
    for octet in content:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
