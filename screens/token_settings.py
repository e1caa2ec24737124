"""How this station reaches applicants' tokens: PKCS#11 module, and the PIN for blank ones."""

from collections.abc import Mapping, Sequence

from textual.widgets import Static

from backend_client.token_settings import OFFICER_PIN, TOKEN_MODULE, TokenSettings
from issuance.findings import Finding
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading, valid
from issuance.secret import Secret
from screens.station_settings import LONGEST_PATH, StationSettingsScreen
from tui.form_fields import FieldSpec
from tui.translation import N_

_LONGEST_PIN = 64


class TokenSettingsScreen(StationSettingsScreen):
    """Sets both; without a module the products in a token cannot be chosen here."""

    HEADING = N_("Tokens")

    def explanation(self) -> Sequence[Static]:
        """Return what becomes of module and PIN."""
        rules = self.translate(
            N_(
                "The module is a library of the token's maker. It is tried now, in a "
                "program of its own. Leave it empty to write no tokens here. The security "
                "officer's PIN is needed for tokens that come blank; it is not shown "
                "again, and an empty field forgets it."
            )
        )
        return (Static(rules, markup=False),)

    def specs(self) -> tuple[FieldSpec, ...]:
        """Return the module and the officer's PIN."""
        return (
            FieldSpec(
                TOKEN_MODULE,
                FieldKind.FREE_TEXT,
                self.translate(N_("PKCS#11 module")),
                help=self.translate(N_("The whole path of the library the token's maker gives.")),
                example="/usr/lib/opensc-pkcs11.so",
                required=False,
                maximum_length=LONGEST_PATH,
            ),
            FieldSpec(
                OFFICER_PIN,
                FieldKind.FREE_TEXT,
                self.translate(N_("Officer's PIN")),
                help=self.translate(
                    N_("With it the applicant sets the PIN of a blank or locked token.")
                ),
                required=False,
                maximum_length=_LONGEST_PIN,
                secret=True,
            ),
        )

    def read(self, name: str, text: str) -> Reading:
        """Read a path; a PIN is taken as it was typed."""
        return valid(text if name == OFFICER_PIN else text.strip())

    async def kept(self) -> Mapping[str, str]:
        """Return the module, but no PIN."""
        return {TOKEN_MODULE: (await self.backend.token_settings()).module}

    async def keep(self, values: Mapping[str, str]) -> tuple[Finding, ...]:
        """Keep both once the module was tried, or say what is wrong."""
        settings = TokenSettings(values[TOKEN_MODULE], Secret(values[OFFICER_PIN]))
        return await self.backend.set_token_settings(settings)
