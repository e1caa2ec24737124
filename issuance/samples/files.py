"""A folder of invented people's files to practise with, and of files a counter must refuse."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageEnhance, ImageFilter

from issuance.samples.canvas import resized
from issuance.samples.documents import sample_document, sample_proof
from issuance.samples.faces import person_without_card
from issuance.samples.people import SamplePerson, sample_payment, sample_person, without_accents
from issuance.samples.photo import sample_photo

PHOTO: Final = "photo.jpg"
PROOF: Final = "comprobante.pdf"
WRONG_FILES: Final = "con-errores"

DOCUMENT_FILES: Final[Mapping[str, str]] = {
    "identity_card": "cedula.pdf",
    "utility_bill": "planilla.pdf",
    "ruc_document": "ruc.pdf",
    "organization_ruc_document": "ruc-organizacion.pdf",
    "entity_ruc_document": "ruc-titular.pdf",
    "appointment": "nombramiento.pdf",
    "authorisation": "autorizacion.pdf",
    "representative_identity_card": "cedula-representante.pdf",
    "representative_appointment": "nombramiento-representante.pdf",
    "voting_certificate": "certificado-votacion.pdf",
}
"""File names by the document's name in the policy."""

_OF_REPRESENTATIVE: Final = ("identity_card", "organization_ruc_document", "appointment")
_OF_ORGANISATION: Final = ("identity_card", "entity_ruc_document", "appointment")
_DOCUMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "natural": ("identity_card", "utility_bill"),
    "juridica-privada": _OF_REPRESENTATIVE,
    "juridica-publica": _OF_REPRESENTATIVE,
    "empresa": _OF_ORGANISATION,
    "departamento": _OF_ORGANISATION,
    "miembro-empresa": (
        "identity_card", "organization_ruc_document", "authorisation",
        "representative_identity_card", "representative_appointment", "voting_certificate",
    ),
}  # fmt: skip

SAMPLES: Final = (
    ("natural", 0), ("natural", 1), ("juridica-privada", 2), ("juridica-publica", 3),
    ("miembro-empresa", 4), ("miembro-empresa", 5), ("departamento", 6),
)  # fmt: skip
"""Certificate type and number of the people whose files are written."""

_TINY: Final = (320, 400)
_BLUR: Final = 8
_LEFT_OF_THE_LIGHT: Final = 0.12

_PDF_WITH_SCRIPT: Final = (
    b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
    b"<</Length 24>>stream\n0.9 g 60 60 475 722 re f\nendstream",
    b"<</S/JavaScript/JS(app.alert\\('ESPECIMEN'\\))>>",
)


def write_sample_files(folder: Path, today: date) -> None:
    """Write one folder for each of seven people, and `con-errores` with files to be refused.

    The same day gives the same bytes. What lies there already under these names is replaced;
    raises OSError where it cannot be written.
    """
    for certificate_type, number in SAMPLES:
        person = sample_person(certificate_type, number)
        _write_all(folder / folder_name(person), _files_of(person, today))
    _write_all(folder / WRONG_FILES, _wrong_files(today))


def folder_name(person: SamplePerson) -> str:
    """Return the name of a person's folder, for example `1-natural-inigo-canizares`."""
    names = (person.values["given_names"].split()[0], person.values["first_surname"])
    words = without_accents(" ".join(names)).lower().replace(" ", "-")
    return f"{person.number}-{person.certificate_type}-{words}"


def document_kinds(person: SamplePerson) -> tuple[str, ...]:
    """Name the documents this person's application with a PKCS#12 asks for."""
    kinds = _DOCUMENTS[person.certificate_type]
    return (*kinds, "ruc_document") if "ruc" in person.values else kinds


def _files_of(person: SamplePerson, today: date) -> dict[str, bytes]:
    return {
        PHOTO: sample_photo(person, person.number),
        PROOF: sample_proof(person, sample_payment(person.number, today)),
    } | {
        DOCUMENT_FILES[kind]: sample_document(kind, person, today)
        for kind in document_kinds(person)
    }


def _wrong_files(today: date) -> dict[str, bytes]:
    person = sample_person("natural", 0)
    photo = sample_photo(person)
    card = sample_document("identity_card", person, today)
    picture = Image.open(BytesIO(photo))
    small = resized(picture, _TINY)
    blurred = picture.filter(ImageFilter.GaussianBlur(_BLUR))
    dark = ImageEnhance.Brightness(picture).enhance(_LEFT_OF_THE_LIGHT)
    return {
        "foto-sin-cedula.jpg": person_without_card(),
        "foto-borrosa.jpg": _encoded(blurred, "JPEG"),
        "foto-oscura.jpg": _encoded(dark, "JPEG"),
        "foto-png-renombrada.jpg": _encoded(small, "PNG"),
        "foto-demasiado-pequena.jpg": _encoded(small, "JPEG"),
        "foto-cortada-a-la-mitad.jpg": photo[: len(photo) // 2],
        "documento-con-javascript.pdf": _assemble(_PDF_WITH_SCRIPT),
        "documento-incompleto.pdf": card[: len(card) // 2],
        "texto-renombrado.pdf": "Espécimen: esto no es un PDF.\n".encode(),
    }


def _encoded(image: Image.Image, kind: str) -> bytes:
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()


def _assemble(objects: tuple[bytes, ...]) -> bytes:
    """Return a PDF of these objects, the first one its catalogue."""
    content = b"%PDF-1.7\n"
    rows = [b"0000000000 65535 f \n"]
    for number, body in enumerate(objects, start=1):
        rows.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(rows),
        len(content),
    )
    return content + b"xref\n0 %d\n%b%b" % (len(rows), b"".join(rows), trailer)


def _write_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
