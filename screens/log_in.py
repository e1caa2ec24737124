"""The log-in: user, password, one-time code. Painted before anything heavy is imported."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.events import ScreenResume
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from backend_client.backend import KnownPerson, OfficeSign
from backend_client.offices import OFFICE, REMOTE, Offices
from issuance.findings import Finding
from issuance.findings.access import AccessCode
from issuance.identity.cleaning import printable
from issuance.identity.verdict import Certainty, Reading
from screens.counter_screen import CounterScreen
from tui.actions import CANCEL, DO, HELP, Action, bindings
from tui.app import VentanillaApp
from tui.case_words import roles_said
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.key_bar import KeyBar
from tui.station import Station
from tui.translation import N_, Translator
from tui.widgets.message_line import MessageLine

if TYPE_CHECKING:  # 140 ms
    from issuance.access.roles import Session
    from issuance.secret import Secret

IDLE_SECONDS: Final = 300.0
"""After five minutes without a key the lock covers the work."""
_CODE_SECONDS: Final = 5.0
_LONGEST_LABEL: Final = 16

LOG_IN = DO.named(N_("Log in"), N_("Logs in with what is typed."))
SET_UP = Action(
    "set_up",
    "f6",
    N_("Set up an office"),
    N_("Sets up a real office; the demonstration stays what it is."),
)
PROVIDER = Action(
    "provider",
    "f8",
    N_("Provider"),
    N_("Logs in without a password, by the identity provider the office has set up."),
)
EXIT = CANCEL.named(N_("Exit"), N_("Leaves the program."))


def log_out(app: VentanillaApp) -> None:
    """Leave the work and show the log-in, which closes the office."""
    app.start_over("log_in")


class LogInScreen(CounterScreen[None]):
    """Takes credentials; the demonstration lists its people, whose credentials are public.

    Args:
        sign: the office; without it the one whose log-in was shown last.
        user: one of the demonstration's people, to be logged in at once.
        findings: why the session before has ended, if it did not end by a log-out.
    """

    CSS_PATH = "log_in.tcss"
    ACTIONS = (LOG_IN, SET_UP, PROVIDER, EXIT)
    BINDINGS: ClassVar = [
        *bindings(*ACTIONS),
        *(Binding(str(digit), f"pick({digit - 1})", show=False) for digit in range(1, 10)),
    ]

    def __init__(
        self,
        sign: OfficeSign | None = None,
        user: str = "",
        findings: tuple[Finding, ...] = (),
    ) -> None:
        super().__init__()
        self._ended = findings
        self._sign = sign
        self._user = user
        self._people: tuple[KnownPerson, ...] = ()
        self._may_set_up = False
        self._provider = ""
        self._ready = asyncio.Event()

    @property
    def sign(self) -> OfficeSign:
        """Return the office; raises RuntimeError when none was ever chosen."""
        offices = self.ventanilla.offices
        sign = self._sign or (offices.chosen if offices else None)
        if sign is None:
            raise RuntimeError("a log-in needs an office")
        return sign

    def compose_content(self) -> ComposeResult:
        """Build title, people of the demonstration, and the fields."""
        with Vertical(id="doors"):
            yield Static(self.translate(N_("Log in")), classes="title", markup=False)
            if self.sign.demonstration:
                yield Static(id="pick", classes="muted", markup=False)
                yield OptionList(id="people", markup=False)
            yield Form(self._specs(), _read)

    def on_mount(self) -> None:
        """Close what was open before, and get ready while the operator types."""
        app, sign = self.ventanilla, self.sign
        app.idle_lock.stop()
        self.name_office()
        if app.offices is not None:
            app.offices.chosen = sign
        if not sign.demonstration:
            self.query_one(Form).focus_field("user")
        if self._ended:
            self.query_one("#message", MessageLine).show_findings(self._ended)
        self.call_after_refresh(self.get_ready)

    @on(ScreenResume)
    def name_office(self) -> None:
        """Say whose log-in this is, again after a set-up that was left."""
        sign = self.sign
        self.ventanilla.station = Station(sign.name, demonstration=sign.demonstration)

    def fill(self) -> None:
        """Draw the people again."""
        self._show_people()

    @work(exclusive=True, group="ready", exit_on_error=True, description="open the office's door")
    async def get_ready(self) -> None:
        """Import the engine in a thread, the first time only; then know the people."""
        app = self.ventanilla
        if app.offices is None:
            raise RuntimeError("this program was composed without offices")
        before, app.backend = app.backend, None
        if before is not None:
            await before.close()
        app.backend = await asyncio.to_thread(app.offices.backend, self.sign.place)
        app.server_watch.follow(app.backend)
        self._people = await self.backend.known_people()
        real = await asyncio.to_thread(app.offices.sign, OFFICE)
        missing = isinstance(real, Finding) and real.code == AccessCode.OFFICE_MISSING
        self._may_set_up = missing and self.sign.place != REMOTE
        self._ready.set()
        if self.sign.demonstration:
            # The app's own work: when its thread begins, this screen may be gone.
            app.run_worker(partial(_write_samples, app.offices), group="samples", thread=True)
        self._show_keys()
        self._show_people()
        if self._people:
            self.set_interval(_CODE_SECONDS, self.refresh_code)
        for person in self._people:
            if person.user == self._user:
                self.log_in(person.user, person.password, person.code)
        if provider := self.backend.provider_log_in:
            self._provider = printable(await provider.name())[:_LONGEST_LABEL]
            self._show_keys()
        await asyncio.to_thread(app.import_screen, "worklist")

    def _show_keys(self) -> None:
        # The program may have ended meanwhile, and its widgets with it.
        for bar in self.query(KeyBar):
            bar.show(HELP, *self.shown_actions())

    @work(exclusive=True, group="code", exit_on_error=True, description="read the present code")
    async def refresh_code(self) -> None:
        """Show the code of the moment below its box."""
        self._people = await self.backend.known_people()
        self._show_code()

    # -- keys ------------------------------------------------------------------------------------

    async def action_pick(self, number: int) -> None:
        """Fill the fields with a person of the demonstration."""
        if not self.sign.demonstration:
            return
        with self.ventanilla.keys.held():
            await self._ready.wait()
        if number < len(self._people):
            self._fill_in(self._people[number])

    async def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Fill the fields with the person marked."""
        await self.action_pick(event.option_index)

    def on_form_changed(self, event: Form.Changed) -> None:
        """Show the code of the person whose user name was typed, where codes are public."""
        if event.name == "user":
            self._user = event.value
            self._show_code()

    def on_form_completed(self, event: Form.Completed) -> None:
        """Log in."""
        self.log_in(event.values["user"], event.values["password"], event.values["code"])

    def action_do(self) -> None:
        """Log in with what is typed."""
        self.query_one(Form).complete()

    async def action_set_up(self) -> None:
        """Set up a real office."""
        with self.ventanilla.keys.held():
            await asyncio.to_thread(self.ventanilla.import_screen, "set_up")
            self.ventanilla.open_screen("set_up")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a set-up where there is no real office yet, a provider where one is set up."""
        if action == SET_UP.name:
            return self._may_set_up
        if action == PROVIDER.name:
            return bool(self._provider)
        return super().check_action(action, parameters)

    def shown_actions(self) -> Sequence[Action]:
        """Leave out what is not offered."""
        shown = [LOG_IN]
        if self._may_set_up:
            shown.append(SET_UP)
        if self._provider:
            shown.append(PROVIDER.named(self._provider))
        return (*shown, EXIT)

    async def action_provider(self) -> None:
        """Log in by the identity provider."""
        with self.ventanilla.keys.held():
            await asyncio.to_thread(self.ventanilla.import_screen, "provider_log_in")
            self.ventanilla.open_screen("provider_log_in", self._provider)

    def action_cancel(self) -> None:
        """Leave the program."""
        self.ventanilla.close_down()

    def help_text(self) -> str:
        """Explain the log-in."""
        return self.translate(
            N_(
                "Type your user name, your password, and the six digits your authenticator app"
                " shows now. With the first password an administrator gave you, leave the code"
                " empty: you will choose your own password and set up the app."
            )
        )

    # -- inside ----------------------------------------------------------------------------------

    @work(exclusive=True, group="log in", exit_on_error=True, description="log in")
    async def log_in(self, user: str, password: str, code: str) -> None:
        """Ask for the session; keys typed meanwhile go to the screen that follows."""
        from issuance.secret import Secret

        with self.ventanilla.keys.held():
            await self._ready.wait()
            self.tell(self.translate(N_("One moment: the office is being opened.")))
            session = await self.backend.log_in(user, Secret(password), Secret(code))
            if isinstance(session, tuple):
                self._refuse(session)
            else:
                await enter_work(self.ventanilla, session, Secret(password))

    def _refuse(self, findings: tuple[Finding, ...]) -> None:
        form = self.query_one(Form)
        self.query_one("#message", MessageLine).show_findings(findings)
        # A code works once, and a wrong password is typed anew.
        wrong = next((each.field for each in findings if each.field == "code"), "password")
        form.restore({"code": "", wrong: ""})
        self._show_code()
        form.focus_field(wrong)

    def _fill_in(self, person: KnownPerson) -> None:
        form = self.query_one(Form)
        self._user = person.user
        form.restore({"user": person.user, "password": person.password, "code": person.code})
        self._show_code()
        form.focus_field("code")
        self.tell(
            self.translate(N_("Press Enter to log in as {name}."), name=printable(person.name))
        )

    def _show_people(self) -> None:
        if not self._people:
            return
        for listed in self.query(OptionList):
            listed.set_options(
                Option(f"{at}  {person.name} · {roles_said(person.roles, self.translate)}")
                for at, person in enumerate(self._people, 1)
            )
            listed.highlighted = 0
        # Not all of them fit: how far the numbers go is told.
        words = N_("People of the demonstration: 1 to {last}, or Enter, fills the fields.")
        for line in self.query("#pick").results(Static):
            line.update(self.translate(words, last=str(len(self._people))))
        self._show_code()

    def _show_code(self) -> None:
        """Show a person's present code below its box: only the demonstration may."""
        code = next((each.code for each in self._people if each.user == self._user), "")
        words = self.translate(N_("The code now: {code}"), code=code) if code else ""
        for form in self.query(Form):
            form.note("code", words)

    def _specs(self) -> tuple[FieldSpec, ...]:
        return (
            FieldSpec("user", "free_text", self.translate(N_("User")), maximum_length=31),
            FieldSpec(
                "password",
                "free_text",
                self.translate(N_("Password")),
                maximum_length=256,
                secret=True,
            ),
            FieldSpec(
                "code",
                "free_text",
                self.translate(N_("One-time code")),
                help=self.help_text(),
                required=False,
                maximum_length=6,
            ),
        )


async def enter_work(app: VentanillaApp, session: "Session", password: "Secret") -> None:
    """Show who works, start the idle lock, and open the first screen."""
    from tui.graphics import OWN_PIXELS

    backend, sign = app.backend, app.offices and app.offices.chosen
    if backend is None or sign is None:
        raise RuntimeError("nobody is logged in")
    # Pictures are drawn from now on as this station's people want them.
    app.own_pixels = bool(await asyncio.to_thread(backend.station.setting, OWN_PIXELS))
    app.translate = Translator(app.translate.language, backend.policy.policy.zone)
    app.station = Station(
        sign.name,
        demonstration=session.demonstration,
        operator=session.name,
        roles=tuple(role.value for role in session.roles),
        link=backend.link,
    )
    app.idle_lock.start(IDLE_SECONDS)
    if session.enrolling:
        app.start_over("first_password", password)
    else:
        begin_day(app)


def begin_day(app: VentanillaApp) -> None:
    """Open what a day begins with: the cases, or the institutions of an office that has some."""
    if app.backend is None:
        raise RuntimeError("nobody is logged in")
    has_institutions = app.backend.policy.policy.portable is not None
    app.start_over("institutions_home" if has_institutions else "worklist")


def _write_samples(offices: Offices) -> None:
    """Draw what a new demonstration still lacks, in a thread of its own."""
    if not offices.samples_due():
        return
    # Imports the engine, and a library that draws.
    from backend_client.founding import write_samples

    write_samples(offices)


def _read(name: str, text: str) -> Reading:
    """Take anything: what is right is for the office to say."""
    del name
    return Reading(Certainty.VALID if text else Certainty.INCOMPLETE, text)
