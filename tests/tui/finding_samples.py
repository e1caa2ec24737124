"""The longest parameters a finding is realistically told with, by name."""

import string
from collections.abc import Iterator, Mapping
from typing import Final

from issuance.findings import Finding, blocks
from tests.tui.test_words import every_code
from tui.sentences import all_sentences

_PATH: Final = "/media/operadora/KINGSTON/1710034065-2026-000123.p12"
_SUBJECT: Final = "CN=AC SUBORDINADA DE PRUEBA DE ICERT, O=ICERT, C=EC"
_SERIAL: Final = "5f3a9c0e7b1d24688ce1"

_TEXTS: Final[Mapping[str, str]] = {
    "act": "capture_evidence",
    "algorithm": "EC P-256",
    "allowed": "RSA-2048, EC P-256",
    "at": "22/11/2026 10:42",
    "cause": "TOKEN_AMBIGUOUS",
    "character": "Ñ",
    "code_point": "U+200B",
    "codes": "la luz es desigual; la cara es pequeña",
    "detail": "endstream",
    "domain": "gmial.com",
    "due": "22,77 USD",
    "effective": "2026-11-22",
    "engine": "tesseract",
    "error": "No space left on device",
    "expected": "digitalSignature, nonRepudiation",
    "file": "register.db",
    "folder": "/home/operadora/.local/share/ventanilla",
    "found": "digitalSignature, keyEncipherment",
    "given": "1.022,77 USD",
    "index": "certificates",
    "item": "Primer apellido",
    "label": "ICERT-CA",
    "name": "Representante legal",
    "number": "2026-000123",
    "office": "ICERT Pichincha",
    "oid": "1.3.6.1.4.1.43745.1.2.2.1",
    "part": "holder.surname",
    "path": _PATH,
    "place": "tbsCertificate",
    "placeholder": "{file}",
    "policy": "ec-icert",
    "program": "fswebcam",
    "question": "¿La cédula está junto a la cara y se lee su número?",
    "read": "GUAYASAMÍN DE LA TORRE",
    "reason": "No space left on device",
    "recipient": "age1qyqszqgp",
    "reply": "550 5.1.1 mailbox unavailable",
    "roles": "operador, aprobador",
    "rule": "e_subject_common_name",
    "serial": _SERIAL,
    "slot": "Nombramiento del representante legal",
    "status": "cancelled",
    "step": "Foto y documentos",
    "stream": "case/019a202d",
    "subject": _SUBJECT,
    "suggestion": "gmail.com",
    "typed": "1710034065",
    "user": "operadora.primera",
    "version": "ec-icert-2026.1",
    "what": "revocation list",
    "which": "authority",
}
"""Every other parameter is a number or a day."""
_FIGURE: Final = "2026-11-22"


def samples() -> Iterator[Finding]:
    """Return every finding with parameters as long as people meet them."""
    for code in every_code():
        text = all_sentences().get(code.value, "")
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        yield blocks(code, **{name: _TEXTS.get(name, _FIGURE) for name in names})
