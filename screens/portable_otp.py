"""The one-time codes a certificate signs with: a QR for the telephone, and two codes in a row."""

from typing import TYPE_CHECKING, ClassVar, Final
from uuid import UUID

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.identity.cleaning import printable
from issuance.identity.texts import read_text
from issuance.identity.verdict import Reading
from issuance.secret import Secret
from issuance.signing.commands import ConfirmOtp, OfferOtp
from issuance.signing.queries import SigningKeyAnswer, SigningKeyQuery
from issuance.streams import StreamRef
from screens.counter_screen import CounterScreen
from screens.enrolment_page import EnrolmentPage
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

if TYPE_CHECKING:
    from issuance.access.totp import Enrolment
    from issuance.commands import Receipt

CONFIRM: Final = DO.named(N_("Confirm"), N_("Checks the two codes; they are in use from then on."))
_LABELS: Final = {"first": N_("The six digits now"), "second": N_("The six that follow")}
_DIGITS: Final = 6


class PortableOtpScreen(CounterScreen[bool]):
    """Offers a new secret, shows it this once, and takes the two codes it makes.

    Leaving before that changes nothing: the next visit shows another secret.

    Args:
        certificate: whose codes.
        run: of its holder, which names the codes on the telephone.
    """

    CSS_PATH = "portable_otp.tcss"
    ACTIONS = (BACK, CONFIRM)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, certificate: UUID, run: str) -> None:
        super().__init__()
        self._stream = StreamRef(kind="signing_key", id=certificate)
        self._run = run
        self._enrolment: Enrolment | None = None

    def compose_content(self) -> ComposeResult:
        """Build the page, once there is a secret to show."""
        with Vertical(id="page"):
            if self._enrolment is None:
                return
            with EnrolmentPage(self._enrolment):
                yield Static(
                    self.translate(N_("Codes to sign with")), classes="title", markup=False
                )
                yield Static(self.translate(_WHAT_TO_DO), classes="muted text", markup=False)
                yield Static(id="problem", markup=False)
                yield Form([self._spec(name) for name in _LABELS], _read)

    def help_text(self) -> str:
        """Explain why these are not the codes of the log-in."""
        return self.words.text("help/signing_codes")

    def on_mount(self) -> None:
        """Offer a secret."""
        self.offer()

    @work(exclusive=True, group="command", exit_on_error=True, description="offer new codes")
    async def offer(self) -> None:
        """Have a new secret taken, then show it."""
        label = self.translate(N_("signature {run}"), run=self._run)
        enrolment = self.backend.portable.new_codes(label)
        with self.ventanilla.keys.held():
            receipt = await self._give(OfferOtp(secret=enrolment.secret))
            if receipt is None or not receipt.applied:
                return
            self._enrolment = enrolment
            self.add_class("-enrolling")
            await self.recompose()
            self.query_one(Form).focus_field("first")

    def on_form_completed(self, event: Form.Completed) -> None:
        """Confirm with the two codes."""
        self.confirm(event.values["first"], event.values["second"])

    def action_do(self) -> None:
        """Confirm with the two codes."""
        for form in self.query(Form):
            form.complete()

    @work(exclusive=True, group="command", exit_on_error=True, description="confirm the codes")
    async def confirm(self, first: str, second: str) -> None:
        """Take the codes into use; a refusal is said, and two other codes may be typed."""
        with self.ventanilla.keys.held():
            receipt = await self._give(ConfirmOtp(first=Secret(first), second=Secret(second)))
            if receipt is None:
                return
            if receipt.applied:
                self.dismiss(True)
                return
            form = self.query_one(Form)
            form.restore(dict.fromkeys(_LABELS, ""))
            form.focus_field("first")
            # The QR has the lines of the message: what is wrong stands beside it.
            self.query_one("#problem", Static).update(
                "\n".join(printable(self.finding_text(each)) for each in receipt.findings)
            )

    async def _give(self, body: OfferOtp | ConfirmOtp) -> "Receipt | None":
        """Give a command about the codes as they stand now; tell why it is refused."""
        known = await self.backend.ask(SigningKeyQuery(certificate=self._stream.id))
        if not isinstance(known, SigningKeyAnswer):
            if isinstance(known, tuple):
                self.tell_findings(known)
            return None
        receipt = await self.backend.execute(body, self._stream, known.revision)
        if not receipt.applied:
            self.tell_findings(receipt.findings)
        return receipt

    def _spec(self, name: str) -> FieldSpec:
        return FieldSpec(name, "free_text", self.translate(_LABELS[name]), maximum_length=_DIGITS)


_WHAT_TO_DO: Final = N_(
    "Scan the picture with the app on your telephone, or type the key below into it. Type the six "
    "digits it shows; wait until they change, and type those too."
)


def _read(name: str, text: str) -> Reading:
    del name
    return read_text(text)
