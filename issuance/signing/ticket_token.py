"""The token of a signing request: who asks, for whom, for what purpose, and until when.

A JWT (RFC 7519) with HS256, by the secret of an application. Within its time a token may come
again: clients make one a second, and two requests of the same second carry the same.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.secret import Secret
from issuance.signing.chilean_time import check_expiration

ATTENDED: Final = "Propósito General"
UNATTENDED: Final = "Desatendido"
PURPOSES: Final = (ATTENDED, UNATTENDED)

_LONGEST_TOKEN: Final = 8192
_UNKNOWN: Final = Secret("0" * 64)
"""Checked for applications nobody registered, so that they are answered no sooner."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says, character by character."""

    entity: str
    run: str
    purpose: str
    expiration: str


def read_token(token: Secret, secrets: Collection[Secret], now: datetime) -> Claims | Finding:
    """Return what a token says that one of these secrets signed and that still is good.

    Without secrets, the application being unknown, the answer is that of a wrong signature.
    """
    payload = None
    for secret in secrets or (_UNKNOWN,):
        payload = payload or _payload(token.reveal(), secret)
    if payload is None or not secrets:
        return blocks(SigningCode.TOKEN_INVALID)
    run = payload.get("run")
    if isinstance(run, int) and not isinstance(run, bool):
        payload["run"] = str(run)
    for name in ("entity", "run", "purpose", "expiration"):
        if not isinstance(payload.get(name), str) or not payload[name]:
            return blocks(SigningCode.TOKEN_CLAIM, part=name)
    claims = Claims(payload["entity"], payload["run"], payload["purpose"], payload["expiration"])
    refused = check_expiration(claims.expiration, now)
    return blocks(refused) if refused else claims


def check_claims(
    claims: Claims, entity: str, grants: Collection[tuple[str, str]]
) -> Finding | None:
    """Return what differs from how the application is registered; None where all is the same.

    Args:
        claims: what the token says.
        entity: the institution's name as registered.
        grants: the purposes and RUNs (digits alone) the application may sign for.
    """
    if claims.entity != entity:
        return _differs("entity", claims.entity, entity)
    if claims.purpose not in PURPOSES:
        nearest = next((p for p in PURPOSES if _folded(p) == _folded(claims.purpose)), "")
        return _differs("purpose", claims.purpose, nearest)
    if (claims.purpose, claims.run) in grants:
        return None
    other = any(run == claims.run for _, run in grants)
    return blocks(SigningCode.CLAIM_NOT_REGISTERED, part="purpose" if other else "run")


def check_code_header(claims: Claims, code: str | None) -> Secret | Finding | None:
    """Return the code of the `OTP` header: there must be one to sign attended, and none else."""
    given = (code or "").strip()
    if claims.purpose == UNATTENDED:
        return blocks(SigningCode.OTP_NOT_WANTED) if given else None
    return Secret(given) if given else blocks(SigningCode.OTP_MISSING)


def _payload(token: str, secret: Secret) -> dict[str, Any] | None:
    """Return the claims of a token with this secret's signature; its times are judged apart."""
    import jwt

    if len(token) > _LONGEST_TOKEN:
        return None
    unchecked = ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
    options: Any = {f"verify_{name}": False for name in unchecked}
    try:
        return jwt.decode(token, secret.reveal().encode(), algorithms=["HS256"], options=options)
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return None


def _differs(name: str, said: str, registered: str) -> Finding:
    """Name the difference without telling either text."""
    if _regular(said) == _regular(registered):
        return blocks(SigningCode.CLAIM_SPACES, part=name)
    alike = _folded(said) == _folded(registered)
    code = SigningCode.CLAIM_SPELLING if alike else SigningCode.CLAIM_NOT_REGISTERED
    return blocks(code, part=name)


def _regular(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFD", _regular(text))
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold()
