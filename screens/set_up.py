"""Sets up a real office, page by page; nothing exists before the last."""

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.choosing import code_findings, new_enrolment
from backend_client.founding import (
    POLICY,
    NewOffice,
    old_authority_findings,
    prepare_office,
    provinces,
    rules_findings,
    rules_to_choose,
)
from backend_client.mail_form import mail_settings
from backend_client.offices import OFFICE, Offices
from backend_client.security_module import TokenPlan
from backend_client.set_up_draft import KEPT, drop_set_up, load_set_up, save_set_up
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.findings.founding import FoundingCode
from issuance.identity.texts import read_text
from issuance.identity.verdict import Reading
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from screens.enrolment_page import EnrolmentPage
from screens.founding_words import FOUNDING_STEPS
from screens.security_module import KeyPlace, SecurityModuleScreen, place_words
from screens.set_up_pages import (
    FIELDS,
    PAGES,
    Choices,
    Lists,
    Page,
    beside_old_authority,
    field_specs,
    group_specs,
    numbered,
    page_text,
    read_field,
    rules_named,
)
from screens.set_up_summary import summary_lines
from screens.set_up_wishes import office_wishes
from tui.actions import BACK, CANCEL, DO, Action, bindings
from tui.form import Form
from tui.station import Station
from tui.translation import N_
from tui.widgets.confirm import Confirm
from tui.widgets.message_line import MessageLine
from tui.widgets.spinner import Spinner

if TYPE_CHECKING:
    from issuance.access.totp import Enrolment

NEXT = DO.named(N_("Continue"), N_("Goes on to the next page."))
MODULE = Action(
    "module", "f6", N_("Security module"), N_("Puts the signing key into a PKCS#11 token.")
)
_NAMES = tuple(page.name for page in PAGES)


class SetUpScreen(CounterScreen[None]):
    """Asks what an office needs and makes it.

    Args:
        typed: what was typed before, by field; kept up to date, so that going back loses nothing.
    """

    CSS_PATH = "set_up.tcss"
    ACTIONS = (BACK, MODULE, NEXT, CANCEL)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, typed: dict[str, str] | None = None) -> None:
        super().__init__()
        self._typed = {} if typed is None else typed
        self._at = 0
        self._rules: tuple[str, ...] = ()
        self._provinces: Choices = ()
        self._enrolment: Enrolment | None = None
        self._enrolled_user = ""
        self._new: NewOffice | None = None
        self._token: TokenPlan | None = None
        self._asked = (0, 0)
        self._keeping = asyncio.Lock()

    @property
    def page(self) -> Page:
        """The page shown."""
        return PAGES[self._at]

    @property
    def _lists(self) -> Lists:
        return {"rules": rules_named(self._rules, self.translate), "province": self._provinces}

    @property
    def offices(self) -> Offices:
        """The offices of this computer; raises RuntimeError where the app has none."""
        if self.ventanilla.offices is None:
            raise RuntimeError("this program was composed without offices")
        return self.ventanilla.offices

    def shown_actions(self) -> tuple[Action, ...]:
        """Offer the security module where the authority is asked for."""
        at_authority = self.page.name == "authority"
        return tuple(each for each in self.ACTIONS if each is not MODULE or at_authority)

    # -- drawing ---------------------------------------------------------------------------------

    def compose_content(self) -> ComposeResult:
        """Build the page."""
        with Vertical(id="page", classes=self.page.name):
            if self.page.name == "authenticator" and self._enrolment is not None:
                with EnrolmentPage(self._enrolment):
                    yield from self._compose_texts()
                    yield self._form()
            else:
                yield from self._compose_texts()
                yield from self._compose_body()

    def _compose_texts(self) -> ComposeResult:
        count = self.translate(N_("{page} of {pages}"), page=self._at + 1, pages=len(PAGES))
        title = f"{self.translate(self.page.title)}  ({count})"
        yield Static(title, classes="title", markup=False)
        text = page_text(self.page, has_counter=bool(self._provinces))
        yield Static(self.translate(text), classes="muted text", markup=False)

    def _compose_body(self) -> ComposeResult:
        if self.page.name == "summary":
            lines = summary_lines(self._typed, self._token, dict(self._provinces), self.translate)
            yield Static("\n".join(lines), id="summary", markup=False)
            yield Spinner()
        elif self.page.name == "recovery" and self._new is not None:
            yield Static(numbered(self._new.recovery_key), id="key", markup=False)
        else:
            yield self._form()

    def _form(self) -> Form:
        if self.page.name == "check":
            specs = group_specs(self._asked, self.translate)
            return Form(specs, lambda name, text: read_text(text), id="form-check")
        specs = [
            replace(spec, initial=self._typed.get(spec.name, ""))
            for spec in field_specs(self.page.name, self.translate, self._lists)
        ]
        return Form(specs, self._read, id=f"form-{self.page.name}")

    def _read(self, name: str, text: str) -> Reading:
        forms = self.query(Form)
        typed = forms.first().texts() if forms else {}
        return read_field(name, text, {**self._typed, **typed}, self._lists)

    # -- moving between pages --------------------------------------------------------------------

    def on_mount(self) -> None:
        """Read what the first page needs."""
        self.ventanilla.station = Station(self.translate(N_("New office")))
        self.get_ready()

    @work(exclusive=True, group="ready", exit_on_error=True, description="read the kinds of office")
    async def get_ready(self) -> None:
        """Read what an office can be, which begins the first page."""
        with self.ventanilla.keys.held():
            self._rules = await asyncio.to_thread(rules_to_choose)
            kept = await asyncio.to_thread(load_set_up, self.offices.home)
            is_back = bool(kept) and not self._typed
            self._typed.update({"rules": POLICY, **kept, **self._typed})
            if not self.is_drawn:
                return
            # The page is built anew from what stands in its fields.
            self.query_one(Form).restore(self._typed)
            await self._show(0)
            if is_back:
                self.tell(
                    self.translate(
                        N_("What was typed before is back; people and passwords are typed again.")
                    )
                )

    async def recompose(self) -> None:
        """Build the page anew; what was typed stays."""
        self._remember()
        await super().recompose()

    async def _show(self, at: int, *findings: Finding) -> None:
        self._remember()
        self._at = at
        if self.page.name == "authenticator" and self._enrolled_user != self._typed["user"]:
            self._enrolled_user = self._typed["user"]
            randomness = self.offices.sources().randomness
            self._enrolment = new_enrolment(self._enrolled_user, randomness)
        self.set_class(self.page.name == "authenticator", "-enrolling")
        await self.recompose()
        for form in self.query(Form):
            form.focus_field(FIELDS[self.page.name][0])
        self._show_findings(findings)

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Show each beside its field, and below the page what belongs to none."""
        for form in self.query(Form):
            form.show_findings(findings)
        elsewhere = [each for each in findings if each.field not in FIELDS.get(self.page.name, ())]
        if elsewhere:
            self.query_one("#message", MessageLine).show_findings(elsewhere)

    def _remember(self) -> None:
        for form in self.query(Form):
            self._typed.update(form.texts())

    def on_form_changed(self, event: Form.Changed) -> None:
        """Keep what was typed, as far as it may lie clear."""
        self._typed[event.name] = event.value
        if event.name in KEPT:
            self.keep_answers()

    @work(group="keep", exit_on_error=True, description="keep what was typed")
    async def keep_answers(self) -> None:
        """Keep the latest of what was typed."""
        async with self._keeping:
            finding = await asyncio.to_thread(save_set_up, self.offices.home, dict(self._typed))
        if finding is not None:
            self.query_one("#message", MessageLine).show_findings((finding,))

    def action_back(self) -> None:
        """Go back a page; from the first, leave with everything kept."""
        if self._at == 0:
            self._remember()
            self.dismiss()
        elif self.page.name == "recovery":
            self.tell(self.translate(N_("The office is made. Please write the key down.")))
        else:
            self.call_later(self._show, self._at - 1)

    async def action_do(self) -> None:
        """Go on."""
        match self.page.name:
            case "summary":
                self.make_office()
            case "recovery":
                await self._show(self._at + 1)
            case _:
                self.query_one(Form).complete()

    async def key_enter(self) -> None:
        """Go on from a page without fields."""
        if self.page.name in ("summary", "recovery"):
            await self.action_do()

    async def on_form_completed(self, event: Form.Completed) -> None:
        """Judge the page as a whole, then go on."""
        self._typed.update(event.values)
        if self.page.name == "check":
            self.begin()
            return
        with self.ventanilla.keys.held():
            findings = self._page_findings() or await self._engine_findings()
        if findings:
            self._show_findings(findings)
        else:
            if self.page.name == "rules":
                rules, language = self._typed["rules"], self.translate.language
                self._provinces = await asyncio.to_thread(provinces, language, rules)
            await self._show(self._at + 1)

    def _page_findings(self) -> tuple[Finding, ...]:
        if self.page.name == "authenticator" and self._enrolment is not None:
            now = self.offices.sources().clock.now()
            return code_findings(self._enrolment, self._typed["code"], now)
        if self.page.name == "authority":
            named = self._typed.get("authority") or self._typed.get("old_authority")
            return () if named else (blocks(CaseFinding.FIELD_REQUIRED, "authority"),)
        if self.page.name == "mail" and self._typed.get("host"):
            settings = mail_settings(self._typed, Secret(self._typed["mail_password"]))
            return (settings,) if isinstance(settings, Finding) else ()
        return ()

    async def _engine_findings(self) -> tuple[Finding, ...]:
        """Judge rules and an existing authority on the page where they are given."""
        if self.page.name == "rules":
            return await asyncio.to_thread(rules_findings, self._typed["rules"])
        folder = self._typed.get("old_authority", "")
        if self.page.name != "authority" or not folder:
            return ()
        passphrase = Secret(self._typed.get("old_passphrase", ""))
        rules, token = self._typed["rules"], self._token
        found = await asyncio.to_thread(
            old_authority_findings, self.offices, rules, folder, passphrase, token
        )
        return tuple(map(beside_old_authority, found))

    def action_module(self) -> None:
        """Ask for the token the signing key is to be in."""
        if self.page.name != "authority":
            return

        def chosen(place: KeyPlace | None) -> None:
            if place is not None:
                self._token = place.token
                self.tell(place_words(place, self.translate))

        self.ventanilla.push_screen(SecurityModuleScreen(self._token), chosen)

    def action_cancel(self) -> None:
        """Ask, then give the set-up up."""

        def answered(yes: bool | None) -> None:
            if yes:
                self._typed.clear()
                self.abandon()

        self.ventanilla.push_screen(
            Confirm(
                self.translate(N_("Give the set-up up?")),
                self.translate(N_("What you typed is forgotten; no office is made.")),
                self.translate(N_("Yes, give it up")),
            ),
            answered,
        )

    # -- making the office -----------------------------------------------------------------------

    @work(exclusive=True, group="found", exit_on_error=True, description="make the office")
    async def make_office(self) -> None:
        """Make everything; the office exists once the recovery key was written down."""
        with self.ventanilla.keys.held():
            self.query_one(Spinner).start(self.translate(N_("Loading …")))
            new = await asyncio.to_thread(self._prepare)
            if isinstance(new, NewOffice):
                self._new = new
                self.ventanilla.call_before_closing(lambda: asyncio.to_thread(new.abandon))
                randomness = self.offices.sources().randomness
                # One group of the first seven, one of the last six: never the same.
                self._asked = (int(randomness.digits(6)) % 7, 7 + int(randomness.digits(6)) % 6)
                await self._show(_NAMES.index("recovery"))
            else:
                # The authority's name, an existing one or its token only the making can judge.
                old = self._typed.get("old_authority") or self._token
                judged = old or new[0].field == "common_name"
                at = "authority" if judged else "summary"
                await self._show(_NAMES.index(at), *new)

    def _prepare(self) -> "NewOffice | tuple[Finding, ...]":
        app = self.ventanilla
        if self._enrolment is None:
            raise RuntimeError("the authenticator was enrolled on an earlier page")
        typed = self._typed if self._provinces else {**self._typed, "province": ""}
        return prepare_office(
            self.offices,
            office_wishes(typed, self._enrolment, self._token, self.translate.language),
            lambda step: app.call_from_thread(self._show_progress, step),
        )

    def _show_progress(self, step: str) -> None:
        self.query_one(Spinner).start(self.translate(FOUNDING_STEPS[step]))

    @work(exclusive=True, group="found", exit_on_error=True, description="begin the office")
    async def begin(self) -> None:
        """Put the office in its place when the two groups are right."""
        if self._new is None:
            return
        groups = self._new.recovery_key.reveal().split()
        asked = [groups[number] for number in self._asked]
        typed = [self._typed[name].strip().upper() for name in FIELDS["check"]]
        if not Secret(" ".join(asked)).matches(Secret(" ".join(typed))):
            wrong = blocks(FoundingCode.RECOVERY_GROUPS_WRONG)
            self.query_one("#message", MessageLine).show_findings((wrong,))
            return
        with self.ventanilla.keys.held():
            failed = await asyncio.to_thread(self._new.keep)
            sign = await asyncio.to_thread(self.offices.sign, OFFICE)
            if failed or isinstance(sign, Finding):
                self.query_one("#message", MessageLine).show_findings(
                    tuple(each for each in (failed, sign) if isinstance(each, Finding))
                )
                return
            self._typed.clear()
            await asyncio.to_thread(drop_set_up, self.offices.home)
            self.ventanilla.start_over("log_in", sign)

    @work(exclusive=True, group="found", exit_on_error=True, description="give the set-up up")
    async def abandon(self) -> None:
        """Leave nothing behind."""
        if self._new is not None:
            await asyncio.to_thread(self._new.abandon)
        async with self._keeping:
            await asyncio.to_thread(drop_set_up, self.offices.home)
        self.dismiss()
