"""The start screen among institutions: one box, and the lists that one's seats give."""

from collections.abc import Sequence
from typing import ClassVar, Final

from issuance.access.roles import Role
from issuance.findings import Severity
from issuance.institution_queries import InstitutionCountsAnswer, InstitutionCountsQuery
from issuance.institutions.actors import SeatRole
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.signing.queries import SandboxAnswer, SandboxQuery
from screens.institution_lists import (
    ISSUED,
    OPEN_TICKETS,
    PENDING,
    CampaignList,
    InstitutionList,
    OfficialList,
    PortableList,
    TicketList,
)
from screens.listing import Listing
from screens.listing_screen import ListingScreen
from screens.log_in import log_out
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, DO, REFRESH, RESUME, RETAKE, SEARCH, VALUES, Action, bindings
from tui.translation import N_
from tui.widgets.value_list import ValueList

OFFICE = VALUES.named(N_("Office"), N_("Opens the other screens."))
QUEUE = RETAKE.named(N_("Requests"), N_("Opens the requests that wait for the certifier."))
LIST = RESUME.named(N_("CSV list"), N_("Registers officials from a list."))
MAILBOX = Action("mailbox", "f9", N_("Mails"), N_("Shows the mails of the demonstration."))
NEW = DO.named(N_("New"), N_("Begins what the list shown is of."))
LOG_OUT = Action("log_out", "f12", N_("Log out"), N_("Closes your session."))

_HISTORY: Final = "institution_history"
_NEW_HERE: Final = {
    "institutions": ("ask_institution", "institution_entry"),
    "institutions_asked": ("ask_institution", "institution_entry"),
    "officials": ("register_official", "official_entry"),
    "tickets": ("open_ticket", "ticket_entry"),
    "tickets_waiting": ("open_ticket", "ticket_entry"),
    "campaigns_running": ("open_campaign", "campaign_entry"),
    "own_certificates": ("request_portable", "portable_request"),
}
"""What F10 begins on a list: the act and its screen."""


class InstitutionsHomeScreen(ListingScreen[None], SeatedScreen[None]):
    """Offers to each person the lists and keys that their seats give, and no others."""

    prompt = N_("Type a RUN, a name, an institution or a subject:")
    ACTIONS = (OFFICE, QUEUE, LIST, MAILBOX, NEW, LOG_OUT)
    BINDINGS: ClassVar = bindings(SEARCH, BACK.named(N_("Clear")), REFRESH, *ACTIONS)

    def __init__(self, told: str = "") -> None:
        super().__init__()
        self._told = told

    def on_mount(self) -> None:
        """Tell what was done before."""
        if self._told:
            self.tell(self._told)

    def help_text(self) -> str:
        """Explain the box and the lists."""
        keys = self.translate(
            N_(
                "What you type is searched in the list shown. Left and right, or a digit and "
                "Enter, show another list; PageDown and PageUp turn its pages; Enter opens the "
                "marked line. F10 begins a new one."
            )
        )
        return f"{keys}\n\n{self.words.text('help/institutions')}"

    async def read_surroundings(self) -> None:
        """Read seats and counts; with other seats come other lists."""
        await self.read_seats()
        counts = await self.backend.ask(InstitutionCountsQuery())
        if isinstance(counts, InstitutionCountsAnswer):
            self.counts, self.ceiling = counts.counts, counts.ceiling
        listings = self._own_listings()
        if [each.name for each in listings] != [each.name for each in self.listings]:
            self.listings = listings
            self.show_first_list()
        if self.is_drawn:
            self.show_actions()
        if self.scope.everything and not self._told:
            await self._tell_of_sandbox()
        if isinstance(counts, InstitutionCountsAnswer):
            self.tell_findings(counts.troubles)
        if not listings:
            self.tell(self.translate(N_("You have no seat in an institution now.")), Severity.WARNS)

    async def _tell_of_sandbox(self) -> None:
        """Remind the centre of a sandbox that is on; whoever switches it sees no harm elsewhere."""
        sandbox = await self.backend.ask(SandboxQuery())
        if isinstance(sandbox, SandboxAnswer) and sandbox.on:
            words = N_("The sandbox is on: the published test identities sign (F4, Sandbox).")
            self.tell(self.translate(words), Severity.WARNS)

    def _own_listings(self) -> tuple[Listing, ...]:
        roles = {each.role for each in self.seats}
        central = self.scope.everything
        lists: list[Listing] = []
        if central:
            asked = (InstitutionStatus.ASKED.value,)
            lists += [
                InstitutionList("institutions_asked", N_("To enable"), asked),
                InstitutionList("institutions", N_("Institutions")),
            ]
        if SeatRole.CERTIFIER in roles:
            lists.append(PortableList("requests_pending", N_("Requests"), PENDING))
        if self.scope.institutions and roles & {SeatRole.OPERATOR, SeatRole.AUDITOR}:
            lists.append(OfficialList())
            if SeatRole.CERTIFIER not in roles:
                lists.append(PortableList("requests_pending", N_("Requests"), PENDING))
            lists.append(PortableList("certificates", N_("Issued"), ISSUED))
        if central or roles & {SeatRole.OPERATOR, SeatRole.AUDITOR}:
            if central:
                lists.append(TicketList("tickets_waiting", N_("For me"), ("centre",)))
            lists.append(TicketList("tickets", N_("Tickets"), OPEN_TICKETS))
            lists.append(CampaignList())
        if SeatRole.HOLDER in roles:
            lists.append(PortableList("own_certificates", N_("Mine"), own=True))
        return tuple(lists)

    # -- keys ------------------------------------------------------------------------------------

    def actions_now(self) -> Sequence[Action]:
        """Offer what one's seats let one do, and F10 where the list has something new."""
        hidden = {NEW} if self._new() is None else set()
        return [e for e in self.ACTIONS if e not in hidden and self.check_action(e.name, ())]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take keys only where they have a use."""
        if action == MAILBOX.name:
            return self.backend.session.demonstration
        if action == QUEUE.name:
            acts = ("approve_portable", "nudge_certifiers")
            return any(self.may(act, each) for each, _ in self.own_institutions for act in acts)
        if action == LIST.name:
            return any(self.may("register_official", each) for each, _ in self.own_institutions)
        return super().check_action(action, parameters)

    def _new(self) -> tuple[str, str] | None:
        """Return act and screen of what is new on the list shown, if one may begin it."""
        act, screen = _NEW_HERE.get(self.listing.name, ("", "")) if self.listings else ("", "")
        places = [(each.institution, each.official) for each in self.seats]
        may = any(self.may(act, institution, official) for institution, official in places)
        return (act, screen) if may else None

    def leave(self) -> None:
        """Stay: nothing lies below."""

    def action_do(self) -> None:
        """Begin what the list shown is of."""
        new = self._new()
        if new is None:
            return
        act, screen = new
        names = [(each, name) for each, name in self.own_institutions if self.may(act, each)]
        if screen in ("official_entry", "ticket_entry") and names:
            self.in_institution(screen, names)
        else:
            self.ventanilla.open_screen(screen)

    def in_institution(self, screen: str, names: Sequence[tuple[object, str]]) -> None:
        """Open a screen of one's institution; of several, one is chosen."""
        if len(names) == 1:
            self.ventanilla.open_screen(screen, names[0][0])
            return
        choices = [(str(at), name) for at, (_, name) in enumerate(names)]

        def chosen(at: str | None) -> None:
            if at is not None:
                self.ventanilla.open_screen(screen, names[int(at)][0])

        title = self.translate(N_("Of which institution?"))
        self.ventanilla.push_screen(ValueList(title, choices), chosen)

    def action_resume(self) -> None:
        """Register officials from a list."""
        act = "register_official"
        names = [(each, name) for each, name in self.own_institutions if self.may(act, each)]
        self.in_institution("officials_import", names)

    def action_retake(self) -> None:
        """Show the requests that wait for the certifier."""
        self.ventanilla.open_screen("requests")

    def action_mailbox(self) -> None:
        """Show the demonstration's mails."""
        self.ventanilla.open_screen("mailbox")

    def action_values(self) -> None:
        """Offer the other screens."""
        choices = [(name, self.translate(label)) for name, label in self._offices()]

        def chosen(name: str | None) -> None:
            if name == _HISTORY:
                self.open_history()
            elif name is not None:
                self.ventanilla.open_screen(name)

        self.ventanilla.push_screen(ValueList(self.translate(N_("Office")), choices), chosen)

    def open_history(self) -> None:
        """Show what happened in one's institution; of several, one is chosen."""
        seats = {SeatRole.OPERATOR, SeatRole.AUDITOR}
        mine = {each.institution for each in self.seats if each.role in seats}
        names = [(each, name) for each, name in self.own_institutions if each in mine]

        def chosen(at: str | None) -> None:
            if at is not None:
                self.ventanilla.open_screen(_HISTORY, *names[int(at)])

        if len(names) == 1:
            chosen("0")
            return
        choices = [(str(at), name) for at, (_, name) in enumerate(names)]
        title = self.translate(N_("Of which institution?"))
        self.ventanilla.push_screen(ValueList(title, choices), chosen)

    @property
    def _registers_applications(self) -> bool:
        return any(self.may("register_application", each.institution) for each in self.seats)

    def _offices(self) -> list[tuple[str, str]]:
        roles = {each.role for each in self.seats}
        offered: list[tuple[str, str]] = []
        if SeatRole.HOLDER in roles:
            offered.append(("portable_signing", N_("Sign documents")))
        if self._registers_applications:
            offered.append(("portable_applications", N_("Applications that sign")))
        if self._registers_applications or self.scope.everything:
            offered.append(("portable_refusals", N_("Refused requests")))
        if self.seats:
            offered.append(("portable_log", N_("Signature log")))
        if roles & {SeatRole.OPERATOR, SeatRole.AUDITOR}:
            offered.append((_HISTORY, N_("History of the institution")))
        if self.scope.everything:
            offered.append(("portable_sandbox", N_("Sandbox: test identities")))
        if Role.ADMINISTRATOR in self.backend.session.roles:
            offered.append(("time_stamping", N_("Time stamps of signed PDFs")))
            offered.append(("operators", N_("People of the centre")))
            offered.append(("policy", N_("Rules of the office")))
        return [*offered, ("settings", N_("Language and colours"))]

    def action_log_out(self) -> None:
        """Close the session; the log-in comes again."""
        log_out(self.ventanilla)
