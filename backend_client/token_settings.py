"""How a station reaches applicants' tokens: its PKCS#11 module, and who sets a blank one's PIN."""

from dataclasses import dataclass
from typing import Final

from backend_client.at_the_station.token_probe import module_finding
from backend_client.station import Station
from issuance.certificates.token_calls import is_typable
from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret

TOKEN_MODULE: Final = "token_module"  # noqa: S105
OFFICER_PIN: Final = "token_officer_pin"
"""The names of the station's settings, and of the fields that set them."""

_NO_PIN: Final = Secret("")


@dataclass(frozen=True, slots=True)
class TokenSettings:
    """The settings as somebody typed them.

    Attributes:
        module: the path of the PKCS#11 module; empty where the station writes no tokens.
        officer_pin: the security officer's PIN of blank tokens; empty where tokens come with a PIN
            that the applicant changes.
    """

    module: str = ""
    officer_pin: Secret = _NO_PIN


def read_token_settings(station: Station) -> TokenSettings:
    """Read a station's settings; blocking."""
    return TokenSettings(
        str(station.setting(TOKEN_MODULE) or ""), Secret(str(station.setting(OFFICER_PIN) or ""))
    )


def keep_token_settings(station: Station, settings: TokenSettings) -> tuple[Finding, ...]:
    """Keep the settings unless the module is of no use here; blocking."""
    finding = module_finding(settings.module) if settings.module else None
    if finding is not None:
        return (Finding(finding.code, finding.severity, TOKEN_MODULE, finding.parameters),)
    if not is_typable(settings.officer_pin):
        return (blocks(TokenFinding.TOKEN_PIN_CHARACTER, OFFICER_PIN),)
    kept = (
        station.put_setting(TOKEN_MODULE, settings.module),
        station.put_setting(OFFICER_PIN, settings.officer_pin.reveal()),
    )
    return tuple(finding for finding in kept if finding)


def lacking(station: Station) -> frozenset[str]:
    """Name what a station has not of all that a container may need; blocking."""
    return frozenset() if station.setting(TOKEN_MODULE) else frozenset({TOKEN_MODULE})
