"""Types at the counter and takes pictures of what is shown there."""

import asyncio
import os
import re
from typing import Any, Final

# Textual reads them once: whatever terminal this runs in, photos are shown in colours.
os.environ |= {"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "truecolor"}
os.environ.pop("NO_COLOR", None)

import tui  # sets the rest of Textual's environment

# isort: split
from screenshot_office import POLICY, WorkingDay
from textual import events
from textual.pilot import Pilot

from backend_client.backend import Backend
from issuance.policies.loader import load_policy
from issuance.queries import MailboxAnswer, MailboxQuery
from screens.paged_text import PagedText
from tui.app import VentanillaApp
from tui.widgets.checklist import Checklist

assert tui  # noqa: S101 -- it is used by being imported

NARROW: Final = (80, 24)
WIDE: Final = (120, 40)
YES: Final = "s"
"""In English too: the questions take S and Y."""
_SECONDS: Final = 60
_NAMED: Final = {"enter": "\r", "up": None, "down": None, "pagedown": None}
_WEB_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


class Camera:
    """Types at the counter and takes pictures of what is shown.

    Attributes:
        pictures: the SVG by the picture's name.
        home: name and class of the screen a day begins with.
    """

    def __init__(self, pilot: Pilot[int], day: WorkingDay, pictures: dict[str, str]) -> None:
        self._pilot = pilot
        self._day = day
        self.pictures = pictures
        self.home: tuple[str, str] = ("worklist", "WorklistScreen")

    @property
    def app(self) -> VentanillaApp:
        """Return the program."""
        if not isinstance(self._pilot.app, VentanillaApp):
            raise TypeError("the counter is a VentanillaApp")
        return self._pilot.app

    @property
    def screen(self) -> Any:
        """Return the screen on top, whatever it is."""
        return self.app.screen

    @property
    def backend(self) -> Backend:
        """Return what the screens ask."""
        if self.app.backend is None:
            raise RuntimeError("nobody is logged in")
        return self.app.backend

    async def take(self, name: str) -> None:
        """Take a picture once nothing moves any more."""
        await self.settle()
        svg = self.app.export_screenshot(title="Ventanilla")
        # What is read offline must not fetch a font from the network.
        self.pictures[name] = _WEB_FONTS.sub("", svg)

    async def take_narrow(self, name: str) -> None:
        """Take a picture as a terminal of 80 by 24 shows it."""
        await self._pilot.resize_terminal(*NARROW)
        await self.take(name)
        await self._pilot.resize_terminal(*WIDE)
        await self.settle()

    async def press(self, *keys: str) -> None:
        """Type keys by name, or texts letter by letter."""
        for key in keys:
            is_named = key in _NAMED or re.fullmatch(r"f\d+", key)
            for each in [key] if is_named else key:
                character = _NAMED.get(key) if is_named else each
                self.app.post_message(events.Key(each, character))
        await self.settle()

    async def arrive(self, screen: str, *keys: str) -> None:
        """Type keys and wait for the screen they lead to."""
        await self.press(*keys)
        async with asyncio.timeout(_SECONDS):
            while type(self.screen).__name__ != screen or not self.screen.is_mounted:
                await self._pilot.pause()
        await self.settle()

    async def open(self, name: str, *arguments: Any, screen: str) -> None:
        """Show a screen over the one a day begins with."""
        await self.arrive(self.home[1])
        self.app.open_screen(name, *arguments)
        await self.arrive(screen)

    async def leave(self) -> None:
        """Go back to the screen a day begins with, whatever was open."""
        self.app.start_over(self.home[0])
        await self.arrive(self.home[1])

    async def become(self, user: str) -> None:
        """Log somebody of the demonstration in."""
        self._day.go_on()
        self.app.start_over("log_in", None, user)
        await self.arrive(self.home[1])

    async def read_to_the_end(self) -> None:
        """Turn the pages of a text until its end."""
        text = self.screen.query_one(PagedText)
        while not text.at_end:
            await self.press("pagedown")

    async def answer_yes(self) -> None:
        """Answer every question of a checklist with yes."""
        questions = self.screen.query_one(Checklist)
        while not questions.complete:
            await self.press(YES)

    async def code_from_mail(self) -> str:
        """Return the newest code in the mailbox, as the applicant reads it."""
        digits = load_policy(POLICY).policy.code.digits
        async with asyncio.timeout(_SECONDS):
            while True:
                answer = await self.backend.ask(MailboxQuery())
                mails = answer.messages[:1] if isinstance(answer, MailboxAnswer) else ()
                for word in " ".join(mail.body for mail in mails).split():
                    if word.isdigit() and len(word) == digits:
                        return word

    async def settle(self) -> None:
        """Wait until every key has acted and nothing is read, drawn or saved any more."""
        quiet = 0
        async with asyncio.timeout(_SECONDS):
            while quiet < 2:
                await self._pilot.pause()
                quiet = 0 if self._is_busy() else quiet + 1

    def _is_busy(self) -> bool:
        keys = self.app.keys
        # Work that asks something waits for its dialog.
        works = not self.screen.is_modal and any(not each.is_finished for each in self.app.workers)
        return works or not keys.idle or keys.is_held or keys.is_deaf()
