"""Builds the full-screen program on the offices of this computer."""

from typing import Any

from backend_client.backend import OfficeSign
from backend_client.offices import Offices
from tui.app import VentanillaApp
from tui.server_watch import keep_typed
from tui.theme import DARK
from tui.translation import DEFAULT_LANGUAGE
from ventanilla.compose import crash_log
from ventanilla.screens import SCREENS


def counter_app(
    offices: Offices,
    place: str = "",
    language: str = "",
    theme: str = "",
    first: tuple[Any, ...] = (),
) -> VentanillaApp:
    """Return the program, which begins with the log-in, or with the first start.

    Args:
        offices: the offices of this computer.
        place: the office to open; empty for the usual one.
        language: of the words; empty for the office's.
        theme: of the colours; empty for the office's.
        first: name and arguments of another screen to begin with.
    """
    sign = offices.sign(place) if place else offices.first_sign()
    known = isinstance(sign, OfficeSign)
    crashes = crash_log(offices.home)
    offices.report = crashes.record
    offices.chosen = sign if known else None
    name, *arguments = first or ("log_in" if known else "first_start", sign)
    app = VentanillaApp(
        SCREENS,
        crashes,
        offices=offices,
        language=language or (sign.language if known else DEFAULT_LANGUAGE),
        theme=theme or (sign.theme if known else DARK),
        first_screen=name,
        first_arguments=arguments,
    )

    async def close() -> None:
        if app.backend is not None:
            try:
                await keep_typed(app)
            finally:
                await app.backend.close()

    app.call_before_closing(close)
    return app
