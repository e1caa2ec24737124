"""The DER written and read by hand says what an independent reader and writer says."""

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509 as independent
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from issuance.certificates.der import (
    StringEncoding,
    assemble,
    encode_algorithm,
    encode_certificate_body,
    encode_name,
    frame_of,
    name_rows,
)
from issuance.certificates.keys import (
    certificate_der,
    hash_for,
    make_private_key,
    signature_algorithm,
)
from tests.issuance.certificates.certificate_samples import NOW

ARCS = st.integers(0, 2**40)
OIDS = st.builds(
    lambda first, second, rest: ".".join(map(str, (first, second, *rest))),
    st.integers(0, 1), st.integers(0, 39), st.lists(ARCS, max_size=6),
) | st.builds(lambda rest: ".".join(map(str, (2, *rest))), st.lists(ARCS, min_size=1))  # fmt: skip
TEXTS = st.text(st.characters(codec="utf-8"), max_size=300)
ENCODINGS: st.SearchStrategy[StringEncoding] = st.sampled_from(["utf8", "printable", "ia5"])
MOMENTS = st.integers(-631152000, 253402300799).map(lambda each: datetime.fromtimestamp(each, UTC))
"""From 1950 to 9999, to the second."""
ROWS = st.lists(
    st.tuples(OIDS, TEXTS, st.just("utf8"))
    | st.tuples(OIDS, st.text("AZaz09 -", max_size=300), ENCODINGS),
    max_size=8,
)


def signed(algorithm: str) -> x509.Certificate:
    key = make_private_key(algorithm)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Á" * 30)])
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name)
        .serial_number(1 << 126).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(x509.OCSPNoCheck(), critical=False)
    )  # fmt: skip
    return builder.sign(key, hash_for(key.public_key()))


CERTIFICATE = signed("p-256")


@given(ROWS)
def test_a_name_is_read_as_it_was_written(rows: list[tuple[str, str, StringEncoding]]):
    encoded = encode_name(rows)
    assert list(name_rows(encoded)) == rows
    theirs = independent.Name.load(encoded, strict=True).chosen
    found = [(pair["type"].dotted, pair["value"].native) for each in theirs for pair in each]
    assert found == [(oid, text) for oid, text, _ in rows]


@given(
    rows=ROWS,
    above=ROWS,
    serial=st.integers(1, 2**159 - 1),
    validity=st.tuples(MOMENTS, MOMENTS),
    extensions=st.lists(st.tuples(OIDS, st.booleans(), st.binary(max_size=300)), max_size=8),
)
def test_a_body_says_what_it_was_made_of(
    rows: list[tuple[str, str, StringEncoding]],
    above: list[tuple[str, str, StringEncoding]],
    serial: int,
    validity: tuple[datetime, datetime],
    extensions: list[tuple[str, bool, bytes]],
):
    subject, issuer = encode_name(rows), encode_name(above)
    key = frame_of(certificate_der(CERTIFICATE)).public_key
    body = encode_certificate_body(
        serial=serial, algorithm=encode_algorithm("1.2.840.10045.4.3.2", null=False), issuer=issuer,
        validity=validity, subject=subject, public_key=key, extensions=extensions,
    )  # fmt: skip
    content = assemble(body, CERTIFICATE.signature)
    told = tuple((oid, value) for oid, _, value in extensions)
    assert frame_of(content) == (serial, key, subject, issuer, told)
    theirs = independent.Certificate.load(content, strict=True)["tbs_certificate"]
    assert theirs["version"].native == "v3"
    assert tuple(theirs["validity"].native.values()) == validity
    # What the standard names it so, as 2050 and later years.
    names_of_time = ["utc_time" if each.year < 2050 else "general_time" for each in validity]
    assert [theirs["validity"][each].name for each in ("not_before", "not_after")] == names_of_time
    assert [each["critical"].native for each in theirs["extensions"]] == [
        critical for _, critical, _ in extensions
    ]


def test_a_body_is_what_the_library_writes():
    frame = frame_of(certificate_der(CERTIFICATE))
    body = encode_certificate_body(
        serial=CERTIFICATE.serial_number,
        algorithm=encode_algorithm(CERTIFICATE.signature_algorithm_oid.dotted_string, null=False),
        issuer=frame.issuer,
        validity=(CERTIFICATE.not_valid_before_utc, CERTIFICATE.not_valid_after_utc),
        subject=frame.subject,
        public_key=frame.public_key,
        extensions=(
            (each.oid.dotted_string, each.critical, each.value.public_bytes())
            for each in CERTIFICATE.extensions
        ),
    )
    assert assemble(body, CERTIFICATE.signature) == certificate_der(CERTIFICATE)


def test_a_frame_is_what_the_library_reads():
    frame = frame_of(certificate_der(CERTIFICATE))
    assert frame.serial == CERTIFICATE.serial_number
    assert frame.subject == CERTIFICATE.subject.public_bytes()
    found = [(each.oid.dotted_string, each.value.public_bytes()) for each in CERTIFICATE.extensions]
    assert list(frame.extensions) == found


@pytest.mark.parametrize("algorithm", ["rsa-2048", "p-256", "p-384"])
def test_an_algorithm_names_itself_as_a_real_signature_does(algorithm: str):
    certificate = signed(algorithm)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey) != algorithm.startswith("rsa")
    oid = signature_algorithm(key).dotted_string  # pyright: ignore[reportArgumentType]
    written = encode_algorithm(oid, null=algorithm.startswith("rsa"))
    assert written in certificate.tbs_certificate_bytes


@given(st.data())
def test_damaged_bytes_are_refused_and_nothing_worse(data: st.DataObject):
    whole = bytearray(certificate_der(CERTIFICATE))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    content = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for read in (frame_of, name_rows, lambda der: assemble(der, b"")):
        try:
            read(content)
        except ValueError:
            continue


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x30", b"\x30\x80\x00\x00", b"\x30\x81\x02\x31\x00", b"\x30\x00\x00",
        b"\x30\x82\x00\x80" + bytes(128), b"\x1f\x81\x00\x00", b"\x30\x85\x00\x00\x00\x00\x00",
        b"\x30\x04\x31\x02\x30\x00", b"\x30\x0b\x31\x09\x30\x07\x06\x03\x55\x04\x83\x0c\x00",
    ],
)  # fmt: skip
def test_what_is_not_der_is_no_name(content: bytes):
    with pytest.raises(ValueError):  # noqa: PT011
        name_rows(content)
