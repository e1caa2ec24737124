"""What the signing API answers: the documented fields and no others, and one status per refusal.

The texts are the protocol's: its clients are Chilean programs, which show them as they come.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from issuance.findings import Finding
from issuance.findings.signing import SigningCode
from issuance.findings.time_stamps import TimeStampCode
from issuance.signing.ticket_request import Item, TicketRequest

_BAD, _NOT_FOUND, _REFUSED, _LOCKED = 400, 404, 412, 429
_OTHER_METHOD, _FAULT, _UNAVAILABLE = 405, 500, 503

_ANSWERS: Final[dict[str, tuple[int, str]]] = {
    SigningCode.REQUEST_TOO_LARGE: (_BAD, "Solicitud excede el tamaño máximo que son 5 MB"),
    SigningCode.SIGNING_REQUEST_UNREADABLE: (_BAD, "La solicitud no es JSON válido"),
    SigningCode.REQUEST_FIELD: (_BAD, "Falta el campo {part} o su formato no es válido"),
    SigningCode.CONTENT_TYPE: (_BAD, "El campo {part} no es un tipo de contenido permitido"),
    SigningCode.TOO_MANY_ITEMS: (_BAD, "La solicitud tiene demasiados archivos"),
    SigningCode.TOKEN_INVALID: (_BAD, "Token inválido"),
    SigningCode.TOKEN_CLAIM: (_BAD, "Token inválido: falta {part}"),
    SigningCode.EXPIRATION_UNREADABLE: (_BAD, "Token inválido: formato de expiration"),
    SigningCode.TOKEN_EXPIRED: (_BAD, "Token inválido: expirado"),
    SigningCode.TOKEN_TOO_LONG: (_BAD, "Token inválido: expiration supera los 30 minutos"),
    SigningCode.OTP_MISSING: (_BAD, "OTP vacío"),
    SigningCode.OTP_NOT_WANTED: (_BAD, "El propósito Desatendido no lleva OTP"),
    SigningCode.CLAIM_SPELLING: (_NOT_FOUND, "Certificado no encontrado"),
    SigningCode.CLAIM_SPACES: (_NOT_FOUND, "Certificado no encontrado"),
    SigningCode.CLAIM_NOT_REGISTERED: (_NOT_FOUND, "Certificado no encontrado"),
    SigningCode.CERTIFICATE_UNKNOWN: (_NOT_FOUND, "Certificado no encontrado"),
    SigningCode.CERTIFICATE_INACTIVE: (_NOT_FOUND, "Certificado no encontrado"),
    SigningCode.OTP_NOT_SET_UP: (_NOT_FOUND, "Certificado no encontrado"),
    SigningCode.OTP_WRONG: (_REFUSED, "OTP inválido"),
    SigningCode.OTP_USED: (_REFUSED, "OTP inválido"),
    SigningCode.OTP_LOCKS: (_REFUSED, "OTP inválido"),
    SigningCode.APPLICATION_NOT_ENABLED: (_REFUSED, "Aplicación sin permiso del titular"),
    SigningCode.OTP_LOCKED: (_LOCKED, "Demasiados OTP erróneos: espere e intente de nuevo"),
    SigningCode.SIGNING_UNAVAILABLE: (_UNAVAILABLE, "Servicio no disponible"),
    **dict.fromkeys(TimeStampCode, (_UNAVAILABLE, "Sellado de tiempo no disponible")),
}
_FAULT_TEXT: Final = "Error interno"
_OTHER_METHOD_TEXT: Final = "Método no permitido: use POST"
_SIGNED: Final = "SIGNED"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status with the object of its JSON body; `retry_after` is in seconds."""

    status: int
    body: dict[str, Any] = field(repr=False)
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an item: its signed octets, or why there are none.

    `unstamped` where it was signed without the time stamp it should have had.
    """

    item: Item
    outcome: bytes | Finding = field(repr=False)
    unstamped: bool = False

    @property
    def is_signed(self) -> bool:
        """Tell whether the item was signed."""
        return not isinstance(self.outcome, Finding)


def refuse(finding: Finding) -> Answer:
    """Answer a request that is refused as a whole."""
    status, text = _ANSWERS.get(finding.code, (_FAULT, _FAULT_TEXT))
    seconds = finding.parameters.get("seconds")
    return Answer(
        status,
        {"error": text.format(part=finding.parameters.get("part", ""))},
        int(seconds) if isinstance(seconds, int) else None,
    )


def fault() -> Answer:
    """Answer a request that met a fault of ours."""
    return Answer(_FAULT, {"error": _FAULT_TEXT})


def other_method() -> Answer:
    """Answer what was not sent by POST."""
    return Answer(_OTHER_METHOD, {"error": _OTHER_METHOD_TEXT})


def answer(request: TicketRequest, results: Sequence[Result], number: int) -> Answer:
    """Answer a request that was worked on; some, or all, of its items may have failed."""
    signed = sum(each.is_signed for each in results)
    failed, received = len(results) - signed, len(results)
    if request.variant == "files":
        counts = {"filesSigned": signed, "signedFailed": failed, "objectsReceived": received}
        items = [_file(each) for each in results]
    else:
        counts = {"hashesSigned": signed, "signedFailed": failed, "hashesReceived": received}
        items = [_hash(each) for each in results]
    metadata = {"otpExpired": False, **counts}
    return Answer(200, {request.variant: items, "metadata": metadata, "idSolicitud": number})


def _file(result: Result) -> dict[str, Any]:
    signed = None if isinstance(result.outcome, Finding) else result.outcome
    return {
        **_common(result),
        "description": result.item.description,
        "checksum_original": result.item.checksum,
        "checksum_signed": signed and hashlib.sha256(signed).hexdigest(),
    }


def _hash(result: Result) -> dict[str, Any]:
    return {**_common(result), "hashOriginal": result.item.content}


def _common(result: Result) -> dict[str, Any]:
    outcome = result.outcome
    failed = isinstance(outcome, Finding)
    return {
        "content": None if failed else base64.b64encode(outcome).decode("ascii"),
        "status": "error" if failed else "OK",
        "contentType": result.item.content_type,
        "documentStatus": outcome.code if failed else _SIGNED,
    }
