"""The first log-in of somebody new: an own password, and an authenticator enrolled."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.choosing import password_findings
from issuance.access.commands import ChangePassword
from issuance.findings import Finding, blocks
from issuance.findings.founding import FoundingCode
from issuance.identity.texts import read_text
from issuance.identity.verdict import Certainty, Reading
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from screens.enrolment_page import EnrolmentPage
from screens.log_in import begin_day, log_out
from tui.actions import BACK, CANCEL, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from issuance.access.totp import Enrolment

NEXT = DO.named(N_("Continue"), N_("Goes on to the next page."))
LOG_OUT = CANCEL.named(N_("Log out"), N_("Ends the session; drafts are kept."))
_LABELS: Final = {
    "current": N_("First password"),
    "password": N_("Own password"),
    "password_again": N_("Own password again"),
    "code": N_("Six digits"),
}
_PASSWORDS: Final = ("current", "password", "password_again")


class FirstPasswordScreen(CounterScreen[None]):
    """Two pages: the passwords, then the authenticator's QR and a code of it.

    Args:
        first: the first password, when the log-in just took it; without it, it is asked.
    """

    CSS_PATH = "first_password.tcss"
    ACTIONS = (BACK, NEXT, LOG_OUT)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, first: Secret | None = None) -> None:
        super().__init__()
        self._first = first
        self._typed: dict[str, str] = {}
        self._enrolment: Enrolment | None = None
        self._enrolling = False

    def compose_content(self) -> ComposeResult:
        """Build the page."""
        with Vertical(id="page"):
            if self._enrolling and self._enrolment is not None:
                with EnrolmentPage(self._enrolment):
                    yield from self._texts(
                        N_("Authenticator"),
                        N_(
                            "Scan the picture with an authenticator app on your telephone, or type"
                            " the key into it. Then type the six digits it shows."
                        ),
                    )
                    yield self._form("code")
            else:
                yield from self._texts(
                    N_("Your own password"),
                    N_(
                        "The first password works once. Choose one of your own, which nobody else"
                        " knows; then you set up the app for the one-time codes."
                    ),
                )
                yield self._form(*self._passwords)

    @property
    def _passwords(self) -> tuple[str, ...]:
        return _PASSWORDS[1:] if self._first else _PASSWORDS

    def _texts(self, title: str, text: str) -> ComposeResult:
        yield Static(self.translate(title), classes="title", markup=False)
        yield Static(self.translate(text), classes="muted text", markup=False)

    def _form(self, *names: str) -> Form:
        specs = [
            FieldSpec(
                name,
                "free_text",
                self.translate(_LABELS[name]),
                maximum_length=6 if name == "code" else 256,
                initial=self._typed.get(name, ""),
                secret=name != "code",
            )
            for name in names
        ]
        return Form(specs, self._read, id=f"form-{names[0]}")

    def _read(self, name: str, text: str) -> Reading:
        if name == "code":
            return read_text(text)
        findings: tuple[Finding, ...] = ()
        if text and name == "password":
            names = (self.backend.session.operator, self.ventanilla.station.office)
            findings = password_findings(text, names)
        if text and name == "password_again":
            own = self.query_one(Form).texts()["password"]
            findings = () if text == own else (blocks(FoundingCode.PASSWORDS_DIFFER),)
        certainty = Certainty.INCOMPLETE if findings or not text else Certainty.VALID
        return Reading(certainty, text, findings)

    def on_mount(self) -> None:
        """Read what enrols the authenticator."""
        self.load()

    @work(exclusive=True, group="load", exit_on_error=True, description="read the enrolment")
    async def load(self) -> None:
        """Read what enrols the authenticator."""
        enrolment = await self.backend.enrolment()
        if isinstance(enrolment, Finding):
            self.query_one("#message", MessageLine).show_findings((enrolment,))
        else:
            self._enrolment = enrolment

    async def recompose(self) -> None:
        """Build the page anew; what was typed stays."""
        for form in self.query(Form):
            self._typed.update(form.texts())
        await super().recompose()

    async def _show(self, *, enrolling: bool, findings: tuple[Finding, ...] = ()) -> None:
        self._enrolling = enrolling
        self.set_class(enrolling, "-enrolling")
        await self.recompose()
        form = self.query_one(Form)
        form.focus_field("code" if enrolling else self._passwords[0])
        form.show_findings(findings)
        if findings:
            self.query_one("#message", MessageLine).show_findings(findings)

    async def on_form_completed(self, event: Form.Completed) -> None:
        """Go on to the authenticator, or do everything at once."""
        self._typed.update(event.values)
        if not self._enrolling and self._enrolment is not None:
            await self._show(enrolling=True)
        elif self._enrolling:
            self.change(dict(self._typed))

    @work(exclusive=True, group="change", exit_on_error=True, description="change the password")
    async def change(self, typed: Mapping[str, str]) -> None:
        """Change the password; a refusal is shown where it belongs."""
        with self.ventanilla.keys.held():
            receipt = await self.backend.execute(
                ChangePassword(
                    current=self._first or Secret(typed["current"]),
                    new=Secret(typed["password"]),
                    code=Secret(typed["code"]),
                ),
                self.backend.new_stream("operator"),
                0,
            )
            if receipt.applied:
                self._typed.clear()
                self._first = None
                begin_day(self.ventanilla)
                return
            if any(each.field == "current" for each in receipt.findings):
                self._first = None
            only_code = all(each.field == "code" for each in receipt.findings)
            self.query_one(Form).restore({"code": ""})
            await self._show(enrolling=only_code, findings=receipt.findings)

    def action_do(self) -> None:
        """Go on."""
        self.query_one(Form).complete()

    def action_back(self) -> None:
        """Return to the passwords."""
        if self._enrolling:
            self.call_later(lambda: self._show(enrolling=False))

    def action_cancel(self) -> None:
        """Log out; the first password stays as it is."""
        log_out(self.ventanilla)
