"""Looks at a file by keyboard: its pages or parts one after the other, closer, and turned."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from textual import work
from textual.app import ComposeResult
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from issuance.identity.cleaning import printable
from tui.application import VentanillaWidget
from tui.drawing import Pixels
from tui.translation import N_
from tui.widgets.picture import Picture

if TYPE_CHECKING:  # Pydantic would come with it
    from issuance.evidence.protocol import Turn

_CLOSEST: Final = 8
_TURNS: "tuple[Turn, ...]" = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is asked to be drawn: which of the views, how large at most, turned by how much.

    Attributes:
        view: the place among the views.
        width: in pixels.
        height: in pixels.
        turn: degrees clockwise.
    """

    view: int
    width: int
    height: int
    turn: "Turn"


Ask = Callable[[Sight], Awaitable[Pixels | None]]


class Viewer(VentanillaWidget, Widget):
    """A picture with a line that says what it is; the screen's keys lead to its methods."""

    DEFAULT_CSS = """
    Viewer {
        layout: vertical;
    }
    Viewer Picture {
        height: 1fr;
        width: 100%;
    }
    Viewer .caption {
        height: 1;
        width: 100%;
        text-align: center;
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    @dataclass
    class Looked(Message):
        """A view was painted as a whole.

        Attributes:
            viewer: where.
            of: what tells the file apart.
            view: the place among its views.
        """

        viewer: "Viewer"
        of: object
        view: int

        @property
        def control(self) -> "Viewer":
            """The viewer, for `@on`."""
            return self.viewer

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's own name
        super().__init__(id=id)
        self._views: Sequence[str] = ()
        self._ask: Ask | None = None
        self.of: object = None
        self.at = 0
        self._begin()

    def compose(self) -> ComposeResult:
        """Build picture and caption."""
        yield Picture()
        yield Static(classes="caption", markup=False)

    def look_at(self, of: object, views: Sequence[str], ask: Ask) -> None:
        """Look at a file; the same one again stays as it is looked at.

        Args:
            of: what tells files apart.
            views: the captions of its pages and parts; the first is shown.
            ask: draws one of them, or returns None where that cannot be done.
        """
        changed = of != self.of
        self.of, self._views, self._ask = of, views, ask
        if changed:
            self.at = 0
            self._begin()
            self.query_one(Picture).clear()
        self.at = min(self.at, len(views) - 1)
        self.paint_soon()

    def look_away(self) -> None:
        """Show nothing."""
        self.workers.cancel_group(self, "paint")
        self.of, self._views, self._ask = None, (), None
        self.query_one(Picture).clear()
        self.query_one(".caption", Static).update("")

    @property
    def painted(self) -> bool:
        """Whether what is to be seen is on the screen."""
        return not self.query_one(Picture).is_empty and not any(
            worker.node is self and not worker.is_finished for worker in self.workers
        )

    @property
    def is_last(self) -> bool:
        """Whether no further page or part follows."""
        return self.at >= len(self._views) - 1

    def go(self, views: int) -> None:
        """Go to another page or part, and to the first after the last."""
        if self._views:
            self.go_to((self.at + views) % len(self._views))

    def go_to(self, view: int) -> None:
        """Go to one page or part."""
        self.at = view
        self._begin()
        self.paint()

    def closer(self, times: float) -> None:
        """Go closer or farther."""
        self._times = min(max(int(self._times * times), 1), _CLOSEST)
        self.paint()

    def move(self, across: float, down: float) -> None:
        """Look at another part: shares of what is seen, to the right and down."""
        self._across = min(max(self._across + across / self._times, 0.0), 1.0)
        self._down = min(max(self._down + down / self._times, 0.0), 1.0)
        self.paint()

    def turn(self) -> None:
        """Turn the picture by a quarter, clockwise."""
        self._turns = (self._turns + 1) % len(_TURNS)
        self.paint()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.paint_soon()

    def paint_soon(self) -> None:
        """Paint after everything that needs no waiting."""
        self.call_after_refresh(self.paint)

    @work(exclusive=True, group="paint", description="draw a picture")
    async def paint(self) -> None:
        """Ask for the picture and show it."""
        picture, ask = next(iter(self.query(Picture)), None), self._ask
        # A page that was left before this began has no picture any more.
        if picture is None or ask is None or not picture.size.area:
            return
        view, times = self.at, self._times
        width, height = picture.resolution(times)
        pixels = await ask(Sight(view, width, height, _TURNS[self._turns]))
        if ask is not self._ask or not picture.is_attached:
            return
        if pixels is None:
            picture.clear()
        else:
            picture.show(pixels.part(self._across, self._down, width // times, height // times))
        self.query_one(".caption", Static).update(self._caption(drawn=pixels is not None))
        if pixels is not None:
            self.post_message(self.Looked(self, self.of, view))

    def _begin(self) -> None:
        self._times, self._turns = 1, 0
        self._across = self._down = 0.5

    def _caption(self, *, drawn: bool) -> str:
        name = printable(self._views[self.at])
        if not drawn:
            return self.translate(N_("{view}: cannot be drawn here"), view=name)
        return f"{name} · {self._times}x" if self._times > 1 else name
