"""The tokens in a station's readers, and their owners' PINs."""

from dataclasses import dataclass

from backend_client.at_the_station.token import change_pin, set_first_pin, tokens_present
from backend_client.token_settings import TOKEN_MODULE, TokenSettings
from issuance.certificates.token_calls import TokenAddress, TokenDescription
from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding
from issuance.secret import Secret


@dataclass(frozen=True, slots=True)
class TokenDesk:
    """Where applicants' tokens are put in; every call may wait for a slow card.

    The authority's own token, named by its serial, is nobody's to choose.
    """

    settings: TokenSettings
    authority: str = ""

    def present(self) -> tuple[TokenDescription, ...] | Finding:
        """Return the tokens that are here, or why none can be seen."""
        if not self.settings.module:
            return blocks(TokenFinding.TOKEN_NOT_SET_UP, TOKEN_MODULE)
        found = tokens_present(self.settings.module)
        if isinstance(found, Finding):
            return found
        # Some modules show an empty place for one token more.
        own = {"", self.authority}
        return tuple(each for each in found if each.serial not in own)

    def set_pin(
        self, token: TokenDescription, current: Secret | None, new: Secret
    ) -> tuple[Finding, ...]:
        """Replace a PIN by the one its owner chose.

        Without the current one the station's right as security officer is used: for a token that
        is blank or locked.
        """
        address, officer = self.address(token), self.settings.officer_pin
        if current is not None:
            finding = change_pin(address, current, new)
        elif officer.reveal():
            finding = set_first_pin(address, officer, new)
        else:
            code = TokenFinding.TOKEN_PIN_LOCKED if token.locked else TokenFinding.TOKEN_PIN_NOT_SET
            finding = blocks(code)
        return (finding,) if finding else ()

    def address(self, token: TokenDescription) -> TokenAddress:
        """Return where a token is."""
        return TokenAddress(module=self.settings.module, label=token.label, serial=token.serial)
