"""Lists and status answers over HTTP: where a request stands, how long an answer is kept."""

from base64 import b64decode
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from cryptography.x509 import load_der_x509_crl

from issuance.certificates.ocsp import read_request
from issuance.certificates.validity import Validity

LARGEST_REQUEST: Final = 4096
_LONGEST_PATH: Final = LARGEST_REQUEST * 4 // 3
"""Each slash may be where a request begins: trying them all takes the square of the length."""
_LONGEST_KEPT: Final = 3600


def request_in(path: str) -> bytes:
    """Return the status request at the end of a path, whose base64 may itself hold slashes."""
    if len(path) > _LONGEST_PATH:
        return b""
    parts = path.split("/")
    for start in range(1, len(parts)):
        try:
            found = b64decode("/".join(parts[start:]), validate=True)
        except ValueError:
            continue
        if found and read_request(found):
            return found
    return b""


def list_window(content: bytes) -> Validity | None:
    """Return from when until when a revocation list holds; None for what is no such list."""
    try:
        found = load_der_x509_crl(content)
    except ValueError:
        return None
    ends = found.next_update_utc
    return Validity(found.last_update_utc, ends) if ends else None


def caching(window: Validity | None, now: datetime) -> dict[str, str]:
    """Return how long others may keep a file (RFC 5019, 6.2); refusals not at all."""
    if window is None:
        return {"Cache-Control": "no-store"}
    left = int((window.not_after - now).total_seconds())
    return {
        "Last-Modified": _http_date(window.not_before),
        "Expires": _http_date(window.not_after),
        # A revocation must not hide behind an older answer for days.
        "Cache-Control": f"max-age={max(0, min(left, _LONGEST_KEPT))}, public, no-transform, "
        "must-revalidate",
    }


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
