"""Language, colours and pictures of this computer, the mail server, and what the program is."""

import asyncio
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Severity
from issuance.identity.choices import read_choice
from issuance.identity.verdict import Reading
from screens.counter_screen import CounterScreen
from tui.about import LICENCE, installed_version
from tui.actions import BACK, DO, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.graphics import OWN_PIXELS
from tui.theme import DARK, LIGHT
from tui.translation import LANGUAGES, N_
from tui.widgets.message_line import MessageLine

SAVE = DO.named(N_("Save"), N_("Keeps the settings."))
MAIL = Action("mail", "f6", N_("Mail server"), N_("Changes the office's mail server."))
PROVIDER = Action(
    "provider", "f2", N_("Provider"), N_("Sets the identity provider officials log in by.")
)
SOURCES = Action(
    "sources", "f9", N_("Folder, camera"), N_("Sets the watched folder and the camera command.")
)
TOKENS = Action("tokens", "f5", N_("Tokens"), N_("Sets how this station reaches tokens."))
STATIONS = Action(
    "stations", "f8", N_("Stations"), N_("Invites computers that also work without the server.")
)
_LANGUAGE_NAMES = {"es": "Español", "en": "English"}
_CHARACTERS, _PIXELS = "characters", "pixels"
_PICTURE_WORDS = {_CHARACTERS: N_("in characters"), _PIXELS: N_("in pixels (Kitty)")}
_THEME_WORDS = {DARK: N_("dark"), LIGHT: N_("light")}
_CHOICES = {
    "language": LANGUAGES,
    "theme": tuple(_THEME_WORDS),
    "pictures": tuple(_PICTURE_WORDS),
}


class SettingsScreen(CounterScreen[None]):
    """What this computer begins with; administrators reach mail server, camera and tokens."""

    CSS_PATH = "settings.tcss"
    ACTIONS = (BACK, SAVE, TOKENS, MAIL, STATIONS, SOURCES, PROVIDER)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_content(self) -> ComposeResult:
        """Build the fields and the about text."""
        with Vertical(id="settings"):
            yield Static(self.translate(N_("Settings")), classes="title", markup=False)
            yield Form(self._specs(), self._read)
            yield Static(
                self.translate(
                    N_("Ventanilla, version {version}. Free software under the licence {licence}."),
                    version=installed_version(),
                    licence=LICENCE,
                ),
                classes="muted about",
                markup=False,
            )

    def on_mount(self) -> None:
        """Begin with the language."""
        self.query_one(Form).focus_field("language")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to administrators what is theirs."""
        return self._offers(action) and super().check_action(action, parameters)

    def shown_actions(self) -> tuple[Action, ...]:
        """Leave out what is not offered."""
        return tuple(each for each in super().shown_actions() if self._offers(each.name))

    def _offers(self, action: str) -> bool:
        """Tell whether an action is offered: a demonstration has no mail server."""
        session = self.backend.session
        if action == MAIL.name and session.demonstration:
            return False
        if action == STATIONS.name and self.backend.link is None:
            # Only an office behind a server has stations elsewhere.
            return False
        if action == PROVIDER.name and self.backend.policy.policy.portable is None:
            # Only people of institutions are known by their RUN.
            return False
        theirs = (MAIL.name, SOURCES.name, TOKENS.name, STATIONS.name, PROVIDER.name)
        return action not in theirs or "administrator" in session.roles

    def on_form_completed(self, event: Form.Completed) -> None:
        """Keep the settings."""
        values = event.values
        self.save(values["language"], values["theme"], own_pixels=values["pictures"] == _PIXELS)

    @work(exclusive=True, group="save", exit_on_error=True, description="keep the settings")
    async def save(self, language: str, theme: str, *, own_pixels: bool) -> None:
        """Keep the settings for the next start, and go on with them now."""
        app = self.ventanilla
        with app.keys.held():
            finding = await app.remember(language, theme) or await asyncio.to_thread(
                self.backend.station.put_setting, OWN_PIXELS, own_pixels
            )
        if finding is not None:
            self.query_one("#message", MessageLine).show_findings((finding,))
            return
        app.theme = theme
        app.own_pixels = own_pixels
        await app.use_language(language)
        self.tell(self.translate(N_("The settings are kept.")), Severity.INFORMS)

    def action_do(self) -> None:
        """Keep the settings."""
        self.query_one(Form).complete()

    def action_mail(self) -> None:
        """Change the mail server."""
        self.ventanilla.open_screen("mail_server")

    def action_provider(self) -> None:
        """Change the identity provider."""
        self.ventanilla.open_screen("identity_provider")

    def action_sources(self) -> None:
        """Change the watched folder and the camera command."""
        self.ventanilla.open_screen("station_sources")

    def action_tokens(self) -> None:
        """Change how this station reaches tokens."""
        self.ventanilla.open_screen("token_settings")

    def action_stations(self) -> None:
        """Show the stations that also work without the server."""
        self.ventanilla.open_screen("stations")

    def _specs(self) -> tuple[FieldSpec, ...]:
        app = self.ventanilla
        themes = tuple((name, self.translate(word)) for name, word in _THEME_WORDS.items())
        return (
            FieldSpec(
                "language",
                "choice",
                self.translate(N_("Language")),
                choices=tuple((each, _LANGUAGE_NAMES[each]) for each in LANGUAGES),
                initial=app.translate.language,
            ),
            FieldSpec(
                "theme",
                "choice",
                self.translate(N_("Colours")),
                choices=themes,
                initial=app.theme,
            ),
            FieldSpec(
                "pictures",
                "choice",
                self.translate(N_("Pictures")),
                help=self.translate(
                    N_(
                        "Pixels need a terminal that knows Kitty's graphics (Kitty, Ghostty), "
                        "without tmux; another one shows nonsense in the picture's place."
                    )
                ),
                choices=tuple(
                    (name, self.translate(word)) for name, word in _PICTURE_WORDS.items()
                ),
                initial=_PIXELS if app.own_pixels else _CHARACTERS,
            ),
        )

    @staticmethod
    def _read(name: str, text: str) -> Reading:
        return read_choice(text, _CHOICES[name])
