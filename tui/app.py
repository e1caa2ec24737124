"""The full-screen program around the screens: keys in order, lock, language, orderly ending."""

import asyncio
import itertools
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.text import Text
from textual import constants, events
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.driver import Driver
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import WorkerCancelled, WorkerFailed

from issuance.findings import Finding
from tui.actions import HELP, LANGUAGE, bindings
from tui.crash import EXIT_SOFTWARE, CrashLog, apology
from tui.idle_lock import IdleLock
from tui.ordered_keys import OrderedKeys
from tui.server_watch import ServerWatch
from tui.station import Station
from tui.terminal import draws_ascii_only
from tui.theme import DARK, THEMES
from tui.translation import DEFAULT_LANGUAGE, LANGUAGES, N_, Translator
from tui.widgets.message_line import MessageLine

if TYPE_CHECKING:
    from backend_client.backend import Backend
    from backend_client.offices import Offices

ScreenMaker = Callable[[], type[Screen[Any]]]

LOCK: Final = "lock"
"""Name of the screen that covers the work, and of the mode it lives in."""
_KEY_SECONDS: Final = 1.5
_WORK_SECONDS: Final = 1.0
_HOOK_SECONDS: Final = 3.0
_HANG_UP_SECONDS: Final = 6.0


class VentanillaApp(App[int], inherit_bindings=False):
    """The program at the counter. It knows screens by name only.

    Args:
        screens: from a screen's name to a function that imports and returns its class.
        crashes: where internal errors are recorded.
        backend: what the screens call; the app only carries it.
        offices: the offices of this computer, from which the log-in takes its backend.
        language: of the operator.
        theme: `dark` or `light`.
        first_screen: the name of the screen shown at the start.
        first_arguments: what that screen is made with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(HELP, LANGUAGE)]
    CSS_PATH = "base.tcss"
    DEFAULT_MODE = "work 0"
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]

    station: var[Station] = var(Station())
    """What the station line shows; assign a new one to change it."""

    def __init__(
        self,
        screens: Mapping[str, ScreenMaker],
        crashes: CrashLog,
        backend: "Backend | None" = None,
        offices: "Offices | None" = None,
        *,
        language: str = DEFAULT_LANGUAGE,
        theme: str = DARK,
        first_screen: str = "log_in",
        first_arguments: Sequence[Any] = (),
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.set_class(draws_ascii_only(), "-ascii")
        self.backend = backend
        self.offices = offices
        self.translate = Translator(language)
        self.keys = OrderedKeys(self, super().on_event)
        self.idle_lock = IdleLock(self.lock, lambda: self.keys.is_held)
        self._screen_makers = screens
        self._crashes = crashes
        self.own_pixels = False
        """Whether pictures are drawn in the terminal's own pixels: its user turned that on."""
        self._work = self.DEFAULT_MODE
        self._work_numbers = itertools.count(1)
        # The first screen begins the mode of the work, so that nothing lies below it.
        self.add_mode(self.DEFAULT_MODE, lambda: self.make_screen(first_screen, *first_arguments))
        self._remembering = asyncio.Lock()
        self.server_watch = ServerWatch(self)
        self._before_closing: list[Callable[[], Awaitable[None]]] = []
        self._ending: asyncio.Task[None] | None = None
        self._after_unlock: list[Callable[[], object]] = []

    # -- keys ------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Queue what is typed; everything else goes Textual's way."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self.idle_lock.key_typed()
            await self.keys.put(event)
        else:
            await super().on_event(event)

    def copy_to_clipboard(self, text: str) -> None:
        """Keep it: personal data and passwords do not leave by the terminal's clipboard."""

    def write_to_terminal(self, data: str) -> None:
        """Write what is no text, such as pixels, after what was drawn before."""
        if self._driver is not None:
            self._driver.write(data)

    # -- screens ---------------------------------------------------------------------------------

    def make_screen(self, name: str, *arguments: Any) -> Screen[Any]:
        """Import a screen and make it.

        Raises:
            KeyError: when no screen has that name.
        """
        return self.import_screen(name)(*arguments)

    def import_screen(self, name: str) -> type[Screen[Any]]:
        """Import a screen, ahead of need in a thread or when it is made."""
        return self._screen_makers[name]()

    def open_screen(
        self, name: str, *arguments: Any, callback: Callable[[Any], object] | None = None
    ) -> None:
        """Show a screen over the present one; `callback` gets its result."""
        self.push_screen(self.make_screen(name, *arguments), callback)

    def start_over(self, name: str, *arguments: Any) -> None:
        """Leave every screen, the lock among them, and show this one (log-out, log-in)."""
        self._after_unlock.clear()
        self._begin_work(self.make_screen(name, *arguments))

    def _begin_work(self, screen: Screen[Any]) -> AwaitComplete:
        """Put a screen in the place of a whole stack, which a mode of its own makes possible."""
        # Work begun for a screen must not come back to it when its widgets are gone.
        for worker in list(self.workers):
            if worker.node is not self:
                worker.cancel()
        left, was_locked = self._work, self.locked
        self._work = f"work {next(self._work_numbers)}"
        self.add_mode(self._work, lambda: screen)
        self.switch_mode(self._work)
        if was_locked:
            self.remove_mode(LOCK)
        return self.remove_mode(left)

    def action_help(self) -> None:
        """Show what the present screen says of itself in `help_text`, and what its keys do."""
        help_text: Callable[[], str] | None = getattr(self.screen, "help_text", None)
        parts = [help_text(), ""] if help_text is not None else []
        parts.append(self.translate(N_("Keys")))
        # An action's main key comes before the others that do the same.
        shown: set[str] = set()
        for binding in (active.binding for active in self.screen.active_bindings.values()):
            if binding.id and binding.tooltip and binding.action not in shown:
                shown.add(binding.action)
                parts.append(f"{binding.key.upper():>4}  {self.translate(binding.tooltip)}")
        self.show_help("\n".join(parts))

    def show_help(self, text: str) -> None:
        """Show a page of plain text, below the whole of a message that is cut."""
        # Read only when asked for.
        from tui.widgets.help import HelpScreen

        cut = [line.cut_words for line in self.screen.query(MessageLine)]
        parts = [each for each in (*cut, text) if each]
        self.push_screen(HelpScreen("\n\n".join(parts)), mode=self.current_mode)

    # -- lock ------------------------------------------------------------------------------------

    @property
    def locked(self) -> bool:
        """Whether the lock covers the work."""
        return self.current_mode == LOCK

    def lock(self) -> None:
        """Cover the work with the screen named `lock`; keys go there until `unlock`."""
        # The timer may outlive the app, which has nothing to cover then.
        if self.is_running and not self.locked:
            self.idle_lock.stop()
            self.add_mode(LOCK, lambda: self.make_screen(LOCK))
            self.switch_mode(LOCK)

    def unlock(self) -> None:
        """Return to the work as it was."""
        if self.locked:
            self.switch_mode(self._work)
            self.remove_mode(LOCK)
            self.idle_lock.resume()
            waiting, self._after_unlock = self._after_unlock, []
            for change in waiting:
                change()

    def push_screen(self, screen: Any, *rest: Any, mode: str | None = None, **named: Any) -> Any:
        """Show a screen; what opens by itself while locked opens under the lock."""
        if mode is None and self.locked:
            mode = self._work
        return super().push_screen(screen, *rest, mode=mode, **named)

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen; work that ends by itself while locked must not take the lock away."""
        if self.locked and len(self.screen_stack) == 1:
            self._after_unlock.append(self.pop_screen)
            return AwaitComplete.nothing()
        self.workers.cancel_node(self.screen)
        return super().pop_screen()

    def switch_screen(self, screen: Screen[Any] | str) -> AwaitComplete:
        """Replace a screen; while locked this waits for the unlocking."""
        if self.locked:
            self._after_unlock.append(lambda: self.switch_screen(screen))
            return AwaitComplete.nothing()
        if len(self.screen_stack) == 1 and isinstance(screen, Screen):
            # Textual cannot replace the lowest screen of a mode.
            return self._begin_work(screen)
        return super().switch_screen(screen)

    # -- language --------------------------------------------------------------------------------

    async def action_switch_language(self) -> None:
        """Go on in the next language."""
        if self.locked:
            return
        after = LANGUAGES.index(self.translate.language) + 1
        await self.use_language(LANGUAGES[after % len(LANGUAGES)])
        self.run_worker(self._remember_language(), group="language", exit_on_error=True)

    async def _remember_language(self) -> None:
        async with self._remembering:
            # Read only now: keys outrun the disk, and the last one pressed is to be kept last.
            finding = await self._keep(self.translate.language, self.theme)
        if finding is not None:
            for line in self.screen.query(MessageLine):
                line.show_findings((finding,))

    async def remember(self, language: str, theme: str) -> Finding | None:
        """Let the office begin in a language and theme from now on, even after a power cut."""
        async with self._remembering:
            return await self._keep(language, theme)

    async def _keep(self, language: str, theme: str) -> Finding | None:
        offices = self.offices
        if offices is None or offices.chosen is None:
            return None
        kept = await asyncio.to_thread(offices.remember, offices.chosen.place, language, theme)
        if isinstance(kept, Finding):
            return kept
        offices.chosen = kept
        return None

    async def use_language(self, language: str) -> None:
        """Redraw every screen in a language; what was typed stays."""
        if self.locked:
            return
        self.translate = Translator(language, self.translate.zone)
        for screen in self.screen_stack:
            await _recompose_keeping_text(screen)

    # -- beginning and ending --------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Return the driver that reads any bytes and survives a lost terminal."""
        from tui.driver import CounterDriver

        return CounterDriver

    def on_load(self) -> None:
        """Restore the terminal and save the work whichever way the program is told to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.close_down, 128 + number)
        loop.add_signal_handler(signal.SIGHUP, self.hang_up)

    def call_before_closing(self, hook: Callable[[], Awaitable[None]]) -> None:
        """Await this before the program ends in an orderly way (save drafts, close stores)."""
        self._before_closing.append(hook)

    def hang_up(self) -> None:
        """Close down after the terminal went away."""
        # Writing to a lost terminal can block for ever; the process must not outlive it.
        last_resort = threading.Timer(_HANG_UP_SECONDS, os._exit, (128 + signal.SIGHUP,))
        last_resort.daemon = True
        last_resort.start()
        self.close_down(128 + signal.SIGHUP)

    def close_down(self, return_code: int = 0) -> None:
        """Run what is to be done before closing, then end with this exit code."""
        if self._ending is None:
            self._ending = asyncio.get_running_loop().create_task(self._close_down(return_code))

    async def _close_down(self, return_code: int) -> None:
        await self.keys.done(_KEY_SECONDS)
        # A key that acted from now on would find what it needs closed.
        with self.keys.held():
            await self._finish_work()
            hooks = [asyncio.ensure_future(hook()) for hook in self._before_closing]
            if hooks:
                done, _ = await asyncio.wait(hooks, timeout=_HOOK_SECONDS)
                for hook in done:
                    if error := hook.exception():
                        self._crashes.record(error)
            self.exit(return_code=return_code)

    async def _finish_work(self) -> None:
        """Let work under way end, such as a draft being saved, before what it asks is closed."""
        with suppress(TimeoutError, WorkerFailed, WorkerCancelled):
            async with asyncio.timeout(_WORK_SECONDS):
                await self.workers.wait_for_complete()
        self.workers.cancel_all()

    def _handle_exception(self, error: Exception) -> None:
        """End as after any internal error; one that comes of closing changes nothing any more.

        Work may begin, or get its answer, when what it asks is closed already: that is no error to
        look into.
        """
        if self._ending is None:
            super()._handle_exception(error)
        elif not isinstance(error, WorkerFailed):
            self._crashes.record(error)

    def panic(self, *renderables: object) -> None:
        """End as after any internal error; what is to be rendered may quote what was typed."""
        self._fatal_error()

    def _fatal_error(self) -> None:
        """End the program; Textual's own method prints local variables, codes among them."""
        reference = self._crashes.record(sys.exc_info()[1])
        self._return_code = EXIT_SOFTWARE
        self._exit_renderables.append(Text(apology(reference, self.translate)))
        self._close_messages_no_wait()

    def run_full_screen(self) -> int:
        """Run to the end and return the exit code; 70 after an internal error.

        Raises:
            RuntimeError: when Textual was imported before this package set its environment.
        """
        if not constants.DISABLE_KITTY_KEY:
            raise RuntimeError("import tui before textual")
        try:
            self.run(mouse=False)
        except Exception as error:  # noqa: BLE001 -- the last place to keep locals off the terminal
            reference = self._crashes.record(error)
            sys.stderr.write(apology(reference, self.translate) + "\n")
            return EXIT_SOFTWARE
        return self.return_code or 0


async def _recompose_keeping_text(screen: Screen[Any]) -> None:
    # Imported here: the first screen is painted without tables.
    from textual.widgets import DataTable, OptionList

    from tui.form import Form

    drafts = {form.id: form.texts() for form in screen.query(Form)}
    entered = {form.id: form.focused_field for form in screen.query(Form)}
    texts = {field.id: field.value for field in screen.query(Input) if field.id}
    marked = [each.highlighted for each in screen.query(OptionList)]
    rows = [each.cursor_row for each in screen.query(DataTable)]
    chain = screen.focus_chain
    place = chain.index(screen.focused) if screen.focused in chain else None
    await screen.recompose()
    for field in screen.query(Input):
        if field.id in texts:
            field.value = texts[field.id]
    # After the boxes: a value from a list has another label in another language.
    for form in screen.query(Form):
        form.restore(drafts.get(form.id, {}))
        if name := entered.get(form.id):
            form.focus_field(name)
    for options, highlighted in zip(screen.query(OptionList), marked, strict=False):
        options.highlighted = highlighted
    for table, row in zip(screen.query(DataTable), rows, strict=False):
        table.move_cursor(row=row)
    # By its place: what is asked of a widget here is only that it stands where it stood.
    if place is not None and not any(entered.values()):
        screen.set_focus(screen.focus_chain[min(place, len(screen.focus_chain) - 1)])
