"""What an identity provider says of a person, once everything about it holds.

OpenID Connect Core 1.0, sections 3.1.3.7 (the ID token) and 5.3.2 (userinfo). The times are judged
by the clock handed in.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from issuance.access.oidc_settings import ProviderSettings
from issuance.findings import Finding, blocks
from issuance.findings.oidc import ProviderCode
from issuance.identity.run import read_run
from issuance.identity.verdict import Certainty

ALGORITHMS: Final = frozenset({
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
})  # fmt: skip
"""Signatures that need a private key: neither `none`, nor a public key taken for a password."""
_KEY_TYPES: Final = frozenset({"RSA", "EC", "OKP"})
_LEEWAY: Final = timedelta(seconds=60)
_OLDEST: Final = timedelta(minutes=10)
_LONGEST_SUBJECT: Final = 255
_FARTHEST: Final = 2**40
"""Seconds that every calendar still holds."""


@dataclass(frozen=True, slots=True)
class ProvedIdentity:
    """Who logged in at the provider: its own name for the person, and the level of assurance."""

    issuer: str
    subject: str
    level: str


def read_id_token(
    token: str,
    keys: Mapping[str, Any],
    settings: ProviderSettings,
    nonce: str,
    now: datetime,
) -> ProvedIdentity | Finding:
    """Return who an ID token speaks of, or what of it does not hold.

    Args:
        token: as the token address gave it.
        keys: the provider's key set (RFC 7517) as JSON.
        settings: whose token it must be, and for whom.
        nonce: of the log-in that asked for it.
        now: the moment it is judged at.
    """
    claims = _verified(token, keys)
    if claims is None:
        return _invalid("signature")
    wrong = next(_wrong_claims(claims, settings, nonce, now), None)
    if wrong is not None:
        return _invalid(wrong)
    level = claims.get("acr")
    said = level if isinstance(level, str) else ""
    if settings.levels and said not in settings.levels.split():
        return blocks(ProviderCode.PROVIDER_LEVEL_TOO_LOW, level=said[:100])
    return ProvedIdentity(settings.issuer, claims["sub"], said[:100])


def run_of(userinfo: Mapping[str, Any], identity: ProvedIdentity) -> str | Finding:
    """Return the RUN (`12345678-5`) of the person an ID token spoke of.

    ClaveÚnica says it as `RolUnico`: `{"numero": 12345678, "DV": "5", "tipo": "RUN"}`.
    """
    if userinfo.get("sub") != identity.subject:
        # Another person's answer (Core 5.3.2).
        return _invalid("sub")
    told = userinfo.get("RolUnico")
    if not isinstance(told, dict):
        return blocks(ProviderCode.PROVIDER_RUN_MISSING)
    role = cast("dict[str, object]", told)
    number, check = role.get("numero"), role.get("DV")
    if role.get("tipo") != "RUN" or isinstance(number, bool):
        return blocks(ProviderCode.PROVIDER_RUN_MISSING)
    if not isinstance(number, int | str) or not isinstance(check, int | str):
        return blocks(ProviderCode.PROVIDER_RUN_MISSING)
    reading = read_run(f"{number}-{check}")
    if reading.certainty is not Certainty.VALID:
        return blocks(ProviderCode.PROVIDER_RUN_MISSING)
    return reading.value


def _verified(token: str, keys: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the claims of a token that one of the provider's keys signed."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            return None
        key = _only_key(keys.get("keys"), algorithm, header.get("kid"))
        if key is None:
            return None
        unchecked = ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
        options: Any = {f"verify_{name}": False for name in unchecked}
        options["enforce_minimum_key_length"] = True
        known = jwt.PyJWK(key, algorithm)
        return jwt.decode(token, known, algorithms=[algorithm], options=options)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        return None


def _only_key(keys: object, algorithm: str, kid: object) -> dict[str, Any] | None:
    """Return the key that signs so: the one of that name, or the only one there is (Core 10.1)."""
    fitting = [
        key
        for key in _objects(keys)
        if key.get("kty") in _KEY_TYPES
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _objects(value: object) -> Iterable[dict[str, Any]]:
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return (cast("dict[str, Any]", each) for each in listed if isinstance(each, dict))


def _wrong_claims(
    claims: Mapping[str, Any], settings: ProviderSettings, nonce: str, now: datetime
) -> Iterator[str]:
    """Yield the names of claims that do not hold."""
    if claims.get("iss") != settings.issuer:
        yield "iss"
    audience = claims.get("aud")
    named = cast("list[object]", audience) if isinstance(audience, list) else [audience]
    if settings.client not in named:
        yield "aud"
    # Several recipients, or another one it was made for: it must be ours in the end.
    if (len(named) > 1 or "azp" in claims) and claims.get("azp") != settings.client:
        yield "azp"
    yield from _wrong_times(claims, now)
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        yield "nonce"
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        yield "sub"


def _wrong_times(claims: Mapping[str, Any], now: datetime) -> Iterator[str]:
    present, leeway = now.timestamp(), _LEEWAY.total_seconds()
    ends, issued = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    begins = _seconds(claims["nbf"]) if "nbf" in claims else issued
    if ends is None or present >= ends + leeway:
        yield "exp"
    oldest = present - _OLDEST.total_seconds()
    if issued is None or not oldest <= issued <= present + leeway:
        yield "iat"
    if begins is None or begins > present + leeway:
        yield "nbf"


def _seconds(value: object) -> float | None:
    """Return a NumericDate (RFC 7519 section 2)."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < _FARTHEST else None


def _invalid(part: str) -> Finding:
    return blocks(ProviderCode.PROVIDER_TOKEN_INVALID, part=part)
