"""A screen that holds the widgets under test and notes what they tell."""

from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from tests.tui.sample import sample_app
from tui.app import VentanillaApp
from tui.widgets.code_field import CodeField


class Bench(Screen[None]):
    """Holds the widgets under test and what they told."""

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        self.widgets = widgets
        self.told: list[Any] = []

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_code_field_completed(self, event: CodeField.Completed) -> None:
        self.told.append(event)


def bench(tmp_path: Path, *widgets: Widget) -> tuple[VentanillaApp, Bench]:
    screen = Bench(*widgets)
    app = sample_app("bench", tmp_path / "crash.log")
    app._screen_makers = {"bench": lambda: lambda: screen}  # type: ignore[assignment]
    return app, screen


def shown(widget: Widget, kind: type[Static] = Static) -> str:
    return str(widget.query(kind).first().content)
