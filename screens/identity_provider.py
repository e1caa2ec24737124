"""The provider people of institutions may log in by, set by an administrator and tried at once."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import work
from textual.widgets import Static

from issuance.access.oidc_settings import LONGEST_ADDRESS, ProviderSettings, SetIdentityProvider
from issuance.findings import Finding
from issuance.identity.choices import read_choice
from issuance.identity.verdict import Reading, valid
from issuance.queries import IdentityProviderAnswer, IdentityProviderQuery
from issuance.secret import Secret
from issuance.streams import StreamRef
from screens.station_settings import StationSettingsScreen
from tui.actions import CANCEL, REFRESH, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.message_line import MessageLine

TRY: Final = REFRESH.named(
    N_("Try"), N_("Lets the server ask the provider with the settings that are kept.")
)
OFF: Final = CANCEL.named(N_("Turn off"), N_("Nobody logs in by the provider any more."))

_LABELS: Final[Mapping[str, str]] = {
    "name": N_("Name"),
    "issuer": N_("Issuer"),
    "authorization": N_("Authorization address"),
    "token": N_("Token address"),
    "userinfo": N_("Userinfo address"),
    "keys": N_("Keys address (JWKS)"),
    "client": N_("Client"),
    "client_secret": N_("Client's secret"),
    "authentication": N_("Secret sent as"),
    "redirect": N_("Return address"),
    "scope": N_("Scope"),
    "levels": N_("Levels (acr)"),
}
_EXAMPLES: Final[Mapping[str, str]] = {
    "name": "ClaveÚnica",
    "issuer": "https://accounts.claveunica.gob.cl/openid",
    "authorization": "https://accounts.claveunica.gob.cl/openid/authorize",
    "token": "https://accounts.claveunica.gob.cl/openid/token",
    "userinfo": "https://accounts.claveunica.gob.cl/openid/userinfo",
    "keys": "https://accounts.claveunica.gob.cl/openid/jwks",
    "redirect": "https://ventanilla.example.cl/oidc/callback",
}
_WAYS: Final = (
    ("client_secret_post", "client_secret_post"),
    ("client_secret_basic", "client_secret_basic"),
)
_OPTIONAL: Final = frozenset({"client_secret", "levels"})


class IdentityProviderScreen(StationSettingsScreen):
    """Sets the provider; its secret is not shown again, and an empty field keeps it."""

    HEADING = N_("Identity provider")
    CSS_PATH: ClassVar = ["station_settings.tcss", "identity_provider.tcss"]
    BINDINGS: ClassVar = bindings(TRY, OFF)

    def specs(self) -> tuple[FieldSpec, ...]:
        """Return what the provider's papers say."""
        return tuple(
            FieldSpec(
                name,
                "choice" if name == "authentication" else "free_text",
                self.translate(label),
                example=_EXAMPLES.get(name, ""),
                required=name not in _OPTIONAL,
                choices=_WAYS if name == "authentication" else (),
                maximum_length=LONGEST_ADDRESS,
                secret=name == "client_secret",
            )
            for name, label in _LABELS.items()
        )

    def explanation(self) -> Sequence[Static]:
        """Return where this way of logging in is open."""
        words = (
            N_(
                "Officials log in by it at terminals of this server (“ventanilla connect”). The "
                "return address must be registered with the provider, and browsers must reach it."
            )
            if self.backend.provider_log_in
            else N_(
                "This office is opened here by a password, and no provider can do that: people log "
                "in by it once “ventanilla serve” has the office open, at terminals of that server."
            )
        )
        return (Static(self.translate(words), classes="muted", markup=False),)

    def actions_now(self) -> Sequence[Action]:
        """Offer a trial only where a server can make it."""
        offered = (*self.ACTIONS[:1], TRY) if self.backend.provider_log_in else self.ACTIONS[:1]
        return (*offered, *self.ACTIONS[1:], OFF)

    def read(self, name: str, text: str) -> Reading:
        """Take what is typed: what is wrong with it is for the office to say."""
        if name == "authentication":
            return read_choice(text, tuple(way for way, _ in _WAYS))
        return valid(text if name == "client_secret" else text.strip())

    async def kept(self) -> Mapping[str, str]:
        """Return what is kept, or what every client of the provider has in common."""
        told = await self.backend.ask(IdentityProviderQuery())
        if isinstance(told, IdentityProviderAnswer) and told.settings:
            return told.settings.model_dump()
        usual = ("scope", "authentication")
        return {name: ProviderSettings.model_fields[name].default for name in usual}

    async def keep(self, values: Mapping[str, str]) -> tuple[Finding, ...]:
        """Keep the provider, or say what is wrong."""
        texts = {name: text for name, text in values.items() if name != "client_secret"}
        settings = ProviderSettings.model_validate(texts)
        secret = Secret(values["client_secret"]) if values["client_secret"] else None
        findings = await self._give(SetIdentityProvider(settings=settings, client_secret=secret))
        if not findings and self.is_drawn:
            self.query_one(Form).restore({"client_secret": ""})
        return findings

    def action_refresh(self) -> None:
        """Try the provider."""
        self.attempt()

    @work(exclusive=True, group="save", exit_on_error=True, description="try the provider")
    async def attempt(self) -> None:
        """Let the server ask the provider, and tell what came of it."""
        log_in = self.backend.provider_log_in
        if log_in is None:
            return
        with self.ventanilla.keys.held():
            self.tell(self.translate(N_("The server asks the provider.")))
            self.tell_findings(await log_in.trial())

    def action_cancel(self) -> None:
        """Turn the provider off, once that was confirmed."""
        question = self.translate(N_("Turn the identity provider off?"))
        consequence = self.translate(
            N_("Its settings and secret are forgotten. Everybody logs in with a password.")
        )
        yes = self.translate(N_("Yes, turn it off"))
        self.ventanilla.push_screen(Confirm(question, consequence, yes), self._turn_off)

    def _turn_off(self, confirmed: bool | None) -> None:
        if confirmed:
            self.turn_off()

    @work(exclusive=True, group="save", exit_on_error=True, description="turn the provider off")
    async def turn_off(self) -> None:
        """Forget the provider."""
        findings = await self._give(SetIdentityProvider(client_secret=None))
        if findings and self.is_drawn:
            self.query_one("#message", MessageLine).show_findings(findings)
        elif self.is_drawn:
            self.tell(self.translate(N_("Nobody logs in by a provider any more.")))

    async def _give(self, body: SetIdentityProvider) -> tuple[Finding, ...]:
        stream = StreamRef(kind="office", id=self.backend.session.office)
        return (await self.backend.execute(body, stream, 0)).findings
