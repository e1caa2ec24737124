"""Language and colours of this computer, the mail server, and what the program is."""

import asyncio
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.findings import Finding, Severity
from issuance.identity.choices import read_choice
from issuance.identity.verdict import Reading
from screens.counter_screen import CounterScreen
from tui.about import LICENCE, installed_version
from tui.actions import BACK, DO, Action, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.theme import DARK, LIGHT
from tui.translation import LANGUAGES, N_
from tui.widgets.message_line import MessageLine

SAVE = DO.named(N_("Save"), N_("Keeps the settings."))
MAIL = Action("mail", "f6", N_("Mail server"), N_("Changes the office's mail server."))
_LANGUAGE_NAMES = {"es": "Español", "en": "English"}
_THEME_WORDS = {DARK: N_("dark"), LIGHT: N_("light")}


class SettingsScreen(CounterScreen[None]):
    """What this computer begins with; administrators reach the mail server from here."""

    CSS_PATH = "settings.tcss"
    ACTIONS = (BACK, SAVE, MAIL)
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
        """Offer the mail server to administrators of a real office."""
        if action == MAIL.name:
            return self._may_set_mail()
        return super().check_action(action, parameters)

    def shown_actions(self) -> tuple[Action, ...]:
        """Leave out what is not offered."""
        offered = super().shown_actions()
        return tuple(each for each in offered if each is not MAIL or self._may_set_mail())

    def on_form_completed(self, event: Form.Completed) -> None:
        """Keep the settings."""
        self.save(event.values["language"], event.values["theme"])

    @work(exclusive=True, group="save", exit_on_error=True, description="keep the settings")
    async def save(self, language: str, theme: str) -> None:
        """Keep the settings for the next start, and go on with them now."""
        app = self.ventanilla
        offices = app.offices
        if offices is None or offices.chosen is None:
            raise RuntimeError("settings belong to the office that is open")
        kept = await asyncio.to_thread(offices.remember, offices.chosen.place, language, theme)
        if isinstance(kept, Finding):
            self.query_one("#message", MessageLine).show_findings((kept,))
            return
        offices.chosen = kept
        app.theme = theme
        await app.use_language(language)
        self.tell(self.translate(N_("The settings are kept.")), Severity.INFORMS)

    def action_do(self) -> None:
        """Keep the settings."""
        self.query_one(Form).complete()

    def action_mail(self) -> None:
        """Change the mail server."""
        self.ventanilla.open_screen("mail_server")

    def _may_set_mail(self) -> bool:
        session = self.backend.session
        return not session.demonstration and "administrator" in session.roles

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
        )

    @staticmethod
    def _read(name: str, text: str) -> Reading:
        return read_choice(text, LANGUAGES if name == "language" else tuple(_THEME_WORDS))
