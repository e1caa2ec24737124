"""The authority of the time stamps of signed PDFs, set by an administrator and tried at once."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import work
from textual.widgets import Static

from issuance.findings import Finding
from issuance.identity.choices import read_choice
from issuance.identity.verdict import Reading, valid
from issuance.secret import Secret
from issuance.signing.commands import SetTimeStamping
from issuance.signing.queries import (
    TimeStampingAnswer,
    TimeStampingQuery,
    TimeStampTrialAnswer,
    TimeStampTrialQuery,
)
from issuance.signing.time_stamp_settings import LONGEST_ADDRESS, TimeStampSettings
from issuance.streams import StreamRef
from screens.station_settings import StationSettingsScreen
from tui.actions import CANCEL, REFRESH, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.message_line import MessageLine

TRY: Final = REFRESH.named(N_("Try"), N_("Asks the authority for a stamp with what is kept."))
OFF: Final = CANCEL.named(N_("Turn off"), N_("PDFs are signed without a time stamp."))

_WITHOUT: Final[Mapping[str, str]] = {
    "refuse": N_("nothing is signed"),
    "sign_without": N_("sign without a stamp"),
}
_LONGEST: Final = 200


class TimeStampingScreen(StationSettingsScreen):
    """Sets the authority; its password is not shown again, and an empty field keeps it."""

    HEADING = N_("Time stamps of signed PDFs")
    CSS_PATH: ClassVar = ["station_settings.tcss", "time_stamping.tcss"]
    ACTIONS = (*StationSettingsScreen.ACTIONS, TRY, OFF)
    BINDINGS: ClassVar = bindings(TRY, OFF)

    def specs(self) -> tuple[FieldSpec, ...]:
        """Return what the authority's papers say, and what is done without it."""
        ways = tuple((name, self.translate(word)) for name, word in _WITHOUT.items())
        return (
            FieldSpec(
                "address",
                "free_text",
                self.translate(N_("Address (RFC 3161)")),
                example="https://tsa.example.cl/tsa",
                maximum_length=LONGEST_ADDRESS,
            ),
            FieldSpec(
                "user",
                "free_text",
                self.translate(N_("User")),
                required=False,
                maximum_length=_LONGEST,
            ),
            FieldSpec(
                "password",
                "free_text",
                self.translate(N_("Password")),
                required=False,
                maximum_length=_LONGEST,
                secret=True,
            ),
            FieldSpec(
                "without",
                "choice",
                self.translate(N_("If it does not answer")),
                choices=ways,
                initial="refuse",
            ),
        )

    def explanation(self) -> Sequence[Static]:
        """Return what is stamped, and what becomes of what is not."""
        words = N_(
            "Every PDF signed with a certificate in custody gets a stamp from there, which proves "
            "when it was signed. Requests that get none are refused (503) and may come again, or "
            "their PDFs are signed without. Other documents get no stamp."
        )
        return (Static(self.translate(words), classes="muted", markup=False),)

    def read(self, name: str, text: str) -> Reading:
        """Take what is typed: what is wrong with it is for the office to say."""
        if name == "without":
            return read_choice(text, tuple(_WITHOUT))
        return valid(text if name == "password" else text.strip())

    async def kept(self) -> Mapping[str, str]:
        """Return what is kept."""
        told = await self.backend.ask(TimeStampingQuery())
        if isinstance(told, TimeStampingAnswer):
            return told.settings.model_dump() if told.settings else {}
        self.tell_findings(told if isinstance(told, tuple) else ())
        return {}

    async def keep(self, values: Mapping[str, str]) -> tuple[Finding, ...]:
        """Keep the authority, or say what is wrong."""
        texts = {name: text for name, text in values.items() if name != "password"}
        settings = TimeStampSettings.model_validate(texts)
        password = Secret(values["password"]) if values["password"] else None
        findings = await self._give(SetTimeStamping(settings=settings, password=password))
        if not findings and self.is_drawn:
            self.query_one(Form).restore({"password": ""})
        return findings

    def action_refresh(self) -> None:
        """Try the authority."""
        self.attempt()

    @work(exclusive=True, group="save", exit_on_error=True, description="try the time stamps")
    async def attempt(self) -> None:
        """Ask for a stamp, and tell what came of it."""
        with self.ventanilla.keys.held():
            self.tell(self.translate(N_("The authority is asked for a stamp.")))
            told = await self.backend.ask(TimeStampTrialQuery())
        if self.is_drawn:
            is_trial = isinstance(told, TimeStampTrialAnswer)
            self.tell_findings((told.finding,) if is_trial else ())

    def action_cancel(self) -> None:
        """Turn the stamps off, once that was confirmed."""
        question = self.translate(N_("Sign PDFs without time stamps?"))
        consequence = self.translate(N_("The authority's address and password are forgotten."))
        yes = self.translate(N_("Yes, turn them off"))
        self.ventanilla.push_screen(Confirm(question, consequence, yes), self._turn_off)

    def _turn_off(self, confirmed: bool | None) -> None:
        if confirmed:
            self.turn_off()

    @work(exclusive=True, group="save", exit_on_error=True, description="turn time stamps off")
    async def turn_off(self) -> None:
        """Forget the authority."""
        findings = await self._give(SetTimeStamping(password=None))
        if findings and self.is_drawn:
            self.query_one("#message", MessageLine).show_findings(findings)
        elif self.is_drawn:
            self.query_one(Form).restore({"address": "", "user": "", "password": ""})
            self.tell(self.translate(N_("PDFs get no time stamp any more.")))

    async def _give(self, body: SetTimeStamping) -> tuple[Finding, ...]:
        stream = StreamRef(kind="office", id=self.backend.session.office)
        return (await self.backend.execute(body, stream, 0)).findings
