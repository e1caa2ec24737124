"""Where an office's time stamps come from, as its administrators tell."""

from ipaddress import ip_address
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field

from issuance.findings import Finding, blocks
from issuance.findings.time_stamps import TimeStampCode
from issuance.model import Frozen, Text
from issuance.secret import Secret

LONGEST_ADDRESS: Final = 300
WithoutStamp = Literal["refuse", "sign_without"]
"""What becomes of a PDF that gets no stamp."""


class TimeStampSettings(Frozen):
    """A time-stamp authority as administrators tell; the password is kept beside."""

    address: Annotated[Text, Field(max_length=LONGEST_ADDRESS)]
    user: Annotated[Text, Field(max_length=200)] = ""
    without: WithoutStamp = "refuse"

    @property
    def host(self) -> str:
        """Return the authority's name, as sentences say it."""
        return urlsplit(self.address).hostname or ""


def settings_findings(settings: TimeStampSettings, password: Secret | None) -> tuple[Finding, ...]:
    """Return what is wrong with typed settings; each finding names its field."""
    if not _is_address(settings.address):
        return (blocks(TimeStampCode.TIME_STAMP_ADDRESS_INVALID, "address"),)
    typed = password.reveal() if password else ""
    fits = _is_plain(settings.user) and ":" not in settings.user and _is_plain(typed)
    if not fits or bool(settings.user) != bool(typed):
        return (blocks(TimeStampCode.TIME_STAMP_USER_INVALID, "user"),)
    if typed and not _is_protected(settings.address):
        return (blocks(TimeStampCode.TIME_STAMP_NOT_ENCRYPTED, "address"),)
    return ()


def _is_address(text: str) -> bool:
    if not text or not _is_plain(text) or " " in text:
        return False
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and parts.username is None and parts.scheme in ("http", "https")


def _is_protected(address: str) -> bool:
    """Tell whether a password may travel there: encrypted, or within this very computer."""
    parts = urlsplit(address)
    try:
        return parts.scheme == "https" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _is_plain(text: str) -> bool:
    return text.isascii() and (not text or text.isprintable())
