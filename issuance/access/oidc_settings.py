"""Where an office's identity provider is and who we are there (OpenID Connect Core 1.0)."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field

from issuance.findings import Finding, blocks
from issuance.findings.oidc import ProviderCode
from issuance.model import Frozen, Text
from issuance.secret import Secret, SecretField

RETURN_PATH: Final = "/oidc/callback"
"""Where a server takes people back from the provider."""
LONGEST_ADDRESS: Final = 300
_ADDRESSES: Final = ("issuer", "authorization", "token", "userinfo", "keys", "redirect")

_Line = Annotated[Text, Field(max_length=LONGEST_ADDRESS)]
ClientAuthentication = Literal["client_secret_post", "client_secret_basic"]
"""How the client's secret travels (Core 9): as a field of the form, or as the password of HTTP."""


class ProviderSettings(Frozen):
    """An identity provider as its administrators tell; the client's secret is kept beside.

    `name` is what people call it. `redirect` is the address of this office's server that the
    provider returns to. `levels` are the levels of assurance (`acr`) that suffice, with spaces
    between; empty takes any.
    """

    name: _Line
    issuer: _Line
    authorization: _Line
    token: _Line
    userinfo: _Line
    keys: _Line
    client: _Line
    redirect: _Line
    scope: _Line = "openid run name email"
    authentication: ClientAuthentication = "client_secret_post"
    levels: _Line = ""

    @property
    def base(self) -> str:
        """Return the address of this office's server as browsers know it."""
        return self.redirect.removesuffix(RETURN_PATH)


class SetIdentityProvider(Frozen):
    """Set the identity provider up, or without settings turn it off; for administrators.

    Without a secret the former one stays, if client and token address do.
    """

    kind: Literal["set_identity_provider"] = "set_identity_provider"
    settings: ProviderSettings | None = None
    client_secret: SecretField


def settings_findings(settings: ProviderSettings) -> tuple[Finding, ...]:
    """Return what is wrong with typed settings; each finding names its field."""
    return tuple(_wrong(settings))


def has_secret(secret: Secret | None) -> bool:
    """Tell whether a secret was typed that HTTP can carry."""
    return secret is not None and bool(secret.reveal()) and _is_plain(secret.reveal())


def _wrong(settings: ProviderSettings) -> Iterator[Finding]:
    if not settings.name or not settings.name.isprintable():
        yield blocks(ProviderCode.PROVIDER_FIELD_INVALID, "name")
    for field in _ADDRESSES:
        if not _is_address(getattr(settings, field)):
            yield blocks(ProviderCode.PROVIDER_ADDRESS_INVALID, field)
    if urlsplit(settings.redirect).path != RETURN_PATH:
        yield blocks(ProviderCode.PROVIDER_RETURN_INVALID, "redirect", path=RETURN_PATH)
    if not settings.client or not _is_plain(settings.client):
        yield blocks(ProviderCode.PROVIDER_FIELD_INVALID, "client")
    if "openid" not in settings.scope.split() or not _is_plain(settings.scope):
        yield blocks(ProviderCode.PROVIDER_FIELD_INVALID, "scope")
    if not _is_plain(settings.levels):
        yield blocks(ProviderCode.PROVIDER_FIELD_INVALID, "levels")


def _is_address(text: str) -> bool:
    """Tell whether this is an encrypted address, or one of this very computer."""
    if not _is_plain(text) or " " in text:
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.query or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_plain(text: str) -> bool:
    return text.isascii() and (not text or text.isprintable())
