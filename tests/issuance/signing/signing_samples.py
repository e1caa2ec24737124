"""Holders, documents and requests as the clients of the signing API make them."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from fpdf import FPDF
from PIL import Image

from issuance.access.totp import accepted_step
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.secret import Secret
from issuance.signing.chilean_time import chilean_text
from issuance.signing.custody import KeyEncryptionKeys, SoftwareCustodyKey
from issuance.signing.documents import Holder
from issuance.signing.ticket_token import UNATTENDED
from tests.issuance.certificates.certificate_samples import (
    NOW,
    Office,
    icert_profile,
    make_office,
    resolved_for,
)

SANDBOX_ENTITY = "Subsecretaría General de la Presidencia"
SANDBOX_KEY = "sandbox"
SANDBOX_SECRET = Secret("27a216342c744f89b7b82fa290519ba0")
UNATTENDED_RUN, ATTENDED_RUN = "22222222", "11111111"
OTP_SECRET = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
KEYS = KeyEncryptionKeys(1, {1: bytes(range(32))})


class SettableClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass(frozen=True)
class Case:
    """A holder with a key of an algorithm, and the office that certified them."""

    office: Office
    private: PrivateKey
    holder: Holder


@cache
def case(algorithm: str = "p-256") -> Case:
    office = make_office(algorithm, make_private_key)
    private = make_private_key(algorithm)
    certificate = office.issue(resolved_for(icert_profile()), private)
    key = SoftwareCustodyKey(private, certificate)
    return Case(office, private, Holder(key, office.chain, NOW, ("Firmado por: Ñ 100%",)))


@cache
def pdf(pages: int = 2) -> bytes:
    document = FPDF()
    document.set_creation_date(NOW)
    for number in range(1, pages + 1):
        document.add_page()
        document.set_font("helvetica", size=20)
        document.cell(text=f"Oficio, hoja {number}")
    return bytes(document.output())


def picture(form: str = "PNG", size: tuple[int, int] = (120, 60), mode: str = "RGB") -> bytes:
    output = io.BytesIO()
    Image.new(mode, size, "navy").save(output, form)
    return output.getvalue()


def layout_xml(
    image: bytes = b"",
    page: str = "LAST",
    box: Sequence[int] = (250, 300, 350, 450),
    attributes: str = 'active="true" layer2="false" label="true" pos="1"',
) -> str:
    """Return the official sample's layout."""
    corners = "".join(
        f"<{name}>{value}</{name}>"
        for name, value in zip(("llx", "lly", "urx", "ury"), box, strict=True)
    )
    return (
        '<AgileSignerConfig><Application id="THIS-CONFIG"><pdfPassword/><Signature>\n'
        f"<Visible {attributes}>\n{corners}<page>{page}</page>\n"
        f"<image>BASE64</image><BASE64VALUE>{base64.b64encode(image).decode()}</BASE64VALUE>\n"
        "</Visible></Signature></Application></AgileSignerConfig>"
    )


def token(
    secret: Secret = SANDBOX_SECRET, at: datetime = NOW, minutes: float = 5, **changes: Any
) -> str:
    claims: dict[str, Any] = {
        "entity": SANDBOX_ENTITY,
        "run": UNATTENDED_RUN,
        "purpose": UNATTENDED,
        "expiration": chilean_text(at + timedelta(minutes=minutes)),
    }
    claims |= changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, secret.reveal(), algorithm="HS256")


def body(*files: Mapping[str, Any], variant: str = "files", **changes: Any) -> bytes:
    fields: dict[str, Any] = {"token": token(), "api_token_key": SANDBOX_KEY, variant: list(files)}
    return json.dumps(fields | changes, ensure_ascii=False).encode()


def file(content: bytes, content_type: str = "application/pdf", **more: Any) -> dict[str, Any]:
    return {"content-type": content_type, "content": base64.b64encode(content).decode(), **more}


def step_of(code: Secret, now: datetime, window: int = 1) -> int | None:
    """Compare a code as the engine does, after it was counted."""
    return accepted_step(OTP_SECRET, code, now, None, window)
