"""What is looked for in the signature log: days, a person, an application, a result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Final, Literal, cast
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from issuance.identity.kinds import FieldKind
from issuance.identity.run import digits_of
from issuance.identity.verdict import Reading
from screens.counter_screen import CounterScreen
from screens.field_reading import read_field
from tui.actions import BACK, CANCEL, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_

LogResult = Literal["signed", "failed"]

_LOOK: Final = DO.named(N_("Look"), N_("Shows what fits."))
_ALL: Final = CANCEL.named(N_("All"), N_("Takes every condition away."))
_RESULTS: Final = (("signed", N_("everything signed")), ("failed", N_("something not signed")))
_LONGEST_KEY: Final = 64


@dataclass(frozen=True, slots=True)
class LogFilter:
    """The form's values: days at the office (both included), RUN, an application, result."""

    values: Mapping[str, str]
    zone: str

    @property
    def since(self) -> datetime | None:
        """Return the moment from which on."""
        return self._begin_of("since", 0)

    @property
    def until(self) -> datetime | None:
        """Return the moment before which."""
        return self._begin_of("until", 1)

    @property
    def run(self) -> str:
        """Return the RUN in digits alone, without its check digit."""
        return digits_of(self.values.get("run", ""))

    @property
    def application(self) -> str:
        """Return the key of an application, or its name."""
        return self.values.get("application", "")

    @property
    def result(self) -> LogResult | None:
        """Return what became of it."""
        return cast("LogResult | None", self.values.get("result") or None)

    def _begin_of(self, name: str, days: int) -> datetime | None:
        if not (text := self.values.get(name, "")):
            return None
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


class PortableLogFilterScreen(CounterScreen[LogFilter]):
    """Asks for the conditions; none of them is needed.

    Args:
        known: the conditions of the list one comes from.
        applications: pairs of key and name.
    """

    CSS_PATH = "portable_form.tcss"
    ACTIONS = (BACK, _LOOK, _ALL)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, known: LogFilter, applications: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._known = known
        self._applications = tuple(applications)

    def compose_content(self) -> ComposeResult:
        """Build the form."""
        with Vertical(id="entry"):
            title = self.translate(N_("Look in the signature log"))
            yield Static(title, classes="title", markup=False)
            yield Form(self._specs(), self._read)

    def on_mount(self) -> None:
        """Begin with the first day."""
        self.query_one(Form).focus_field("since")

    def on_form_completed(self, event: Form.Completed) -> None:
        """Look for what was typed."""
        self.dismiss(LogFilter(event.values, self.words.zone))

    def action_do(self) -> None:
        """Look for what was typed."""
        self.query_one(Form).complete()

    def action_cancel(self) -> None:
        """Look for everything."""
        self.dismiss(LogFilter({}, self.words.zone))

    def _specs(self) -> list[FieldSpec]:
        results = tuple((value, self.translate(label)) for value, label in _RESULTS)
        return [
            self._spec("since", FieldKind.DATE, N_("From the day"), example="01/10/2026"),
            self._spec("until", FieldKind.DATE, N_("To the day"), example="31/10/2026"),
            self._spec("run", FieldKind.RUN, N_("RUN of the holder"), example="12.345.678-5"),
            self._spec(
                "application",
                FieldKind.CHOICE if self._applications else FieldKind.FREE_TEXT,
                N_("Application"),
                choices=self._applications,
            ),
            self._spec("result", FieldKind.CHOICE, N_("Result"), choices=results),
        ]

    def _spec(
        self,
        name: str,
        kind: FieldKind,
        label: str,
        *,
        example: str = "",
        choices: tuple[tuple[str, str], ...] = (),
    ) -> FieldSpec:
        return FieldSpec(
            name,
            kind,
            self.translate(label),
            example=example,
            required=False,
            choices=choices,
            maximum_length=_LONGEST_KEY,
            initial=self._known.values.get(name, ""),
        )

    def _read(self, name: str, text: str) -> Reading:
        spec = next(each for each in self._specs() if each.name == name)
        return read_field(spec, text, self.today, self.words.country)
