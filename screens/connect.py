"""The first start at a computer whose office is a server's: its address, and a station's code."""

import asyncio
from collections.abc import Mapping
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.backend import OfficeSign
from issuance.findings import Finding
from issuance.identity.verdict import Reading, incomplete, valid
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_
from tui.widgets.spinner import Spinner

CONNECT = DO.named(N_("Connect"), N_("Asks the server which office it has, and remembers it."))
_ADDRESS: Final = "address"
_CODE: Final = "code"
_FILES: Final = ("certificate", "key", "authority")
_LONGEST: Final = 400


class ConnectScreen(CounterScreen[None]):
    """Asks for what `ventanilla connect` and `ventanilla enrol` are given."""

    CSS_PATH = "connect.tcss"
    ACTIONS = (BACK, CONNECT)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def compose_content(self) -> ComposeResult:
        """Build the form."""
        with Vertical(id="connect"):
            title = N_("Work in an office that a server has")
            yield Static(self.translate(title), classes="title", markup=False)
            yield Form(self._specs(), _read)
            yield Spinner(id="progress")

    def on_mount(self) -> None:
        """Begin with the address."""
        self.query_one(Form).focus_field(_ADDRESS)

    def help_text(self) -> str:
        """Explain what the administrator tells."""
        return self.translate(
            N_(
                "The administrator tells the address and gives the certificate files, where the"
                " server wants them. With a code of the list of stations this computer also works"
                " while the server cannot be reached."
            )
        )

    def on_form_completed(self, event: Form.Completed) -> None:
        """Connect."""
        self.connect(event.values)

    def action_do(self) -> None:
        """Connect."""
        self.query_one(Form).complete()

    @work(exclusive=True, group="connect", exit_on_error=True, description="connect")
    async def connect(self, values: Mapping[str, str]) -> None:
        """Connect, and enrol where there is a code; then show the office's log-in."""
        app = self.ventanilla
        if app.offices is None:
            raise RuntimeError("this program was composed without offices")
        with app.keys.held():
            spinner = self.query_one(Spinner)
            spinner.start(self.translate(N_("Connecting …")))
            sign = await asyncio.to_thread(self._connected, values)
            spinner.stop()
            if isinstance(sign, Finding):
                self.query_one(Form).show_findings((sign,))
                self.tell_plainly(sign)
                return
            app.offices.chosen = sign
            app.start_over("log_in")

    def tell_plainly(self, finding: Finding) -> None:
        """Tell a finding without a policy: no office is open yet."""
        from tui.sentences import sentence

        self.tell(sentence(finding, self.translate), finding.severity)

    def _connected(self, values: Mapping[str, str]) -> OfficeSign | Finding:
        # Imports the engine: half a second, in this thread.
        from backend_client.at_the_station.places import path_typed
        from backend_client.enrolling import enrol
        from backend_client.offices import REMOTE
        from backend_client.remote_office import connect
        from issuance.secret import Secret

        offices = self.ventanilla.offices
        if offices is None:
            raise RuntimeError("this program was composed without offices")
        files = [path_typed(values[name]) if values.get(name) else None for name in _FILES]
        address, code = values[_ADDRESS], values.get(_CODE, "")
        if not code:
            return connect(offices, address, *files)
        enrolled = enrol(offices, address, Secret(code), *files)
        if isinstance(enrolled, Finding):
            return enrolled
        return offices.sign(REMOTE)

    def _specs(self) -> tuple[FieldSpec, ...]:
        words = {
            _ADDRESS: (N_("Address of the server"), "https://ventanilla.example"),
            _CODE: (N_("Code of the station"), ""),
            "certificate": (N_("File of the certificate"), "station.pem"),
            "key": (N_("File of its key"), "station.key"),
            "authority": (N_("File of the server's authority"), "server-ca.pem"),
        }
        return tuple(
            FieldSpec(
                name,
                "free_text",
                self.translate(label),
                example=example,
                required=name == _ADDRESS,
                maximum_length=_LONGEST,
            )
            for name, (label, example) in words.items()
        )


def _read(name: str, text: str) -> Reading:
    """Take a field as typed; whether it leads anywhere, the connection shows."""
    del name
    return valid(text.strip()) if text.strip() else incomplete(text)
