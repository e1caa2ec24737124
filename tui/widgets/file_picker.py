"""Choose a file or a folder by keyboard: a typed or pasted path, or the folder's list."""

import asyncio
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import unquote, urlsplit

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from issuance.findings import Severity
from issuance.identity.cleaning import printable
from tui.actions import BACK, DO, HELP, VALUES, Action, bindings
from tui.translation import N_
from tui.widgets.dialog import Dialog
from tui.widgets.line_input import LineInput
from tui.widgets.message_line import MessageLine
from tui.widgets.value_list import fold

_MOST_ENTRIES: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder."""

    path: Path
    is_folder: bool

    @property
    def label(self) -> str:
        """The name as it may be shown: whatever bytes the name has."""
        name = self.path.name.encode("utf-8", "replace").decode()
        return printable(name) + ("/" if self.is_folder else "")


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder's real path and what is in it."""

    folder: Path
    entries: list[Entry]


def pasted_path(text: str) -> str:
    """Return the path in what file managers paste: quoted, with backslashes, or a file URL."""
    text = text.strip()
    if text.startswith("file://"):
        return unquote(urlsplit(text).path)
    if text[:1] in {"'", '"'} or "\\ " in text:
        try:
            return " ".join(shlex.split(text))
        except ValueError:
            return text
    return text


def pasted_paths(text: str) -> list[str]:
    """Return the paths in what a file manager pastes for several files; one path stays whole."""
    if not any(sign in text for sign in ("'", '"', "\n", "\\", "file://", " /")):
        return [text]
    try:
        parts = shlex.split(text)
    except ValueError:
        return [text]
    absolute = [each for each in parts if each.startswith(("/", "~", "file://"))]
    return [pasted_path(each) for each in parts] if len(absolute) == len(parts) else [text]


def list_folder(folder: Path, suffixes: tuple[str, ...], *, folders_only: bool) -> list[Entry]:
    """Return folders first, then the files with one of the suffixes; hidden names are left out.

    Raises:
        OSError: when the folder cannot be read.
    """
    entries: list[Entry] = []
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        is_folder = path.is_dir()
        wanted = not suffixes or path.suffix.lower() in suffixes
        if is_folder or (wanted and not folders_only):
            entries.append(Entry(path, is_folder))
    entries.sort(key=lambda entry: (not entry.is_folder, entry.label.casefold()))
    return entries


class FilePicker(Dialog[Path]):
    """Returns the path chosen: Enter opens what is marked or typed.

    F10 takes the folder typed, or else the one shown. Part of a name typed leaves the names that
    fit; a single one, or the very name, is marked.

    Args:
        title: what is to be chosen.
        start: the folder shown first.
        suffixes: lower-case endings such as `.jpg` to which the list is limited.
        root: a folder that may not be left, links followed; None allows every folder.
        folders_only: choose a folder to save in instead of a file.
        several: allow more files than one: F4 marks each, or several paths are pasted; `chosen`
            has all of them.
    """

    BINDINGS: ClassVar = [
        Binding("up", "mark(-1)", show=False),
        Binding("down", "mark(1)", show=False),
        *bindings(HELP, DO, VALUES),
    ]

    DEFAULT_CSS = """
    FilePicker OptionList {
        height: 12;
    }
    FilePicker LineInput {
        width: 100%;
    }
    """

    def __init__(
        self,
        title: str,
        start: Path,
        *,
        suffixes: tuple[str, ...] = (),
        root: Path | None = None,
        folders_only: bool = False,
        several: bool = False,
    ) -> None:
        super().__init__()
        self._several = several
        self.chosen: tuple[Path, ...] = ()
        self._title = title
        self._folder = start
        self._suffixes = suffixes
        self._root = root
        self._folders_only = folders_only
        self._entries: list[Entry] = []
        self._listed: list[Entry] = []
        self._sought = ""
        self._marked_by_key = False

    def compose_box(self) -> ComposeResult:
        """Build the box."""
        with Vertical(classes="box"):
            yield Static(printable(self._title), markup=False, classes="title")
            yield LineInput(
                id="path", placeholder=self.translate(N_("part of the name, or a path"))
            )
            yield Static(id="folder", markup=False, classes="muted")
            names = OptionList(markup=False)
            names.can_focus = False
            yield names
            yield MessageLine()

    def shown_actions(self) -> list[Action]:
        """Return what the key bar shows."""
        keys = [HELP, BACK]
        if self._several:
            keys.append(VALUES.named(N_("Mark")))
        if self._folders_only:
            keys.append(DO.named(N_("Take it")))
        return keys

    async def on_mount(self) -> None:
        """Show the first folder."""
        await self._open(self._folder)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open what is marked, unless a path was typed since."""
        if self._several and len(pasted := pasted_paths(event.value)) > 1:
            await self._return_pasted(pasted)
            return
        if self.chosen and not event.value.strip():
            self.dismiss(self.chosen[-1])
            return
        meant = self._meant(event.value)
        if meant is not None:
            await self._open(meant)

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what fits; what is typed counts again."""
        self._list(pasted_path(event.value))

    def action_mark(self, rows: int) -> None:
        """Mark the next or the previous name."""
        names = self.query_one(OptionList)
        if names.option_count:
            before = (-1 if rows > 0 else 0) if names.highlighted is None else names.highlighted
            names.highlighted = (before + rows) % names.option_count
            self._marked_by_key = True

    def action_values(self) -> None:
        """Choose the marked file and go on choosing, or leave it out again."""
        at = self.query_one(OptionList).highlighted
        if not self._several or at is None or self._listed[at].is_folder:
            return
        path = self._listed[at].path
        if path in self.chosen:
            self.chosen = tuple(each for each in self.chosen if each != path)
        else:
            self.chosen = (*self.chosen, path)
        self._draw_names()
        if at + 1 < len(self._listed):
            self.action_mark(1)

    def action_help(self) -> None:
        """Explain how to choose."""
        parts = [
            self._title,
            "",
            self.translate(
                N_(
                    "Type part of a name: the list shows what fits, and Enter takes it when only"
                    " one is left. The arrow keys mark a name; Enter opens the folder or takes the"
                    " file that is marked. “../” is the folder above. A whole path may be typed or"
                    " pasted too. Esc leaves without choosing."
                )
            ),
        ]
        if self._folders_only:
            parts.append(self.translate(N_("F10 takes the folder typed, or else the one shown.")))
        if self._several:
            parts.append(self.translate(N_("F4 marks several files; Enter takes them together.")))
        self.ventanilla.show_help("\n".join(parts))

    async def action_do(self) -> None:
        """Take the folder typed, or else the one shown, where a folder is asked for."""
        if not self._folders_only:
            return
        typed = self.query_one("#path", LineInput).value
        meant = self._meant(typed) if typed.strip() else self._folder
        if meant is not None and await self._open(meant):
            self.dismiss(self._folder)

    def _meant(self, text: str) -> Path | None:
        """Return what is marked, or the path typed since."""
        typed, marked = pasted_path(text), self.query_one(OptionList).highlighted
        if marked is not None and (self._marked_by_key or self._sought or not typed):
            return self._listed[marked].path
        return Path(typed) if typed else None

    async def _open(self, path: Path) -> bool:
        """Go into a folder, or return a file; the disk is read in a thread.

        Returns whether the folder is shown now.
        """
        with self.ventanilla.keys.held():
            try:
                found = await asyncio.to_thread(self._look, path)
            except (OSError, ValueError, RuntimeError) as error:
                found = error
        if not self.query("#path"):
            return False  # the disk answered while the program was closing
        if isinstance(found, Exception):
            self._complain(
                self.translate(N_("Several names fit: mark one with the arrow keys."))
                if self._sought and len(self._listed) > 1 and not self._marked_by_key
                else self.translate(N_("It cannot be read: check the path or the stick."))
            )
        elif found is None:
            self._complain(self.translate(N_("That folder is not allowed here.")))
        elif isinstance(found, Path):
            self._return_file(found)
        else:
            self._show(found)
        return isinstance(found, Listing)

    def _look(self, path: Path) -> "Path | Listing | None":
        """Return a file's real path, a folder's listing, or None outside the root."""
        real = (self._folder / path.expanduser()).resolve(strict=True)
        if self._root is not None and not real.is_relative_to(self._root.resolve()):
            return None
        if real.is_dir():
            entries = list_folder(real, self._suffixes, folders_only=self._folders_only)
            return Listing(real, entries)
        return real

    def _return_file(self, path: Path) -> None:
        if self._folders_only:
            self._complain(self.translate(N_("Choose a folder, not a file.")))
        else:
            self.chosen = (*self.chosen, path)
            self.dismiss(path)

    async def _return_pasted(self, pasted: list[str]) -> None:
        """Return several paths at once, as long as each is a file that may be taken."""
        try:
            found = [await asyncio.to_thread(self._look, Path(each)) for each in pasted]
        except (OSError, ValueError, RuntimeError):
            found = []
        files = tuple(each for each in found if isinstance(each, Path))
        if len(files) == len(pasted):
            self.chosen = files
            self.dismiss(files[-1])
        else:
            self._complain(self.translate(N_("It cannot be read: check the path or the stick.")))

    def _show(self, listing: Listing) -> None:
        self._folder = listing.folder
        self._entries = [Entry(listing.folder / "..", is_folder=True), *listing.entries]
        box = self.query_one("#path", LineInput)
        with box.prevent(Input.Changed):
            box.value = ""
        shown = printable(str(listing.folder).encode("utf-8", "replace").decode())
        self.query_one("#folder", Static).update(shown)
        self._list("")

    def _list(self, typed: str) -> None:
        """List the names that hold what is typed; all of them when it is a path."""
        self._marked_by_key = False
        self._sought = "" if "/" in typed or typed.startswith("~") else fold(typed)
        fitting = [each for each in self._entries if self._sought in _sought_name(each)]
        self._listed = fitting[:_MOST_ENTRIES]
        self._draw_names()
        self.query_one(OptionList).highlighted = self._first_marked()
        if len(fitting) > _MOST_ENTRIES:
            self.query_one(MessageLine).show(
                self.translate(N_("The folder holds more: type part of the name."))
            )
        elif not fitting:
            words = N_("Nothing in the list fits “{typed}”. Type less of it.")
            self.query_one(MessageLine).show(self.translate(words, typed=typed))
        else:
            self.query_one(MessageLine).clear()

    def _draw_names(self) -> None:
        names = self.query_one(OptionList)
        at = names.highlighted
        names.set_options(
            [
                Option(f"√ {entry.label}" if entry.path in self.chosen else entry.label)
                for entry in self._listed
            ]
        )
        if at is not None and at < names.option_count:
            names.highlighted = at

    def _first_marked(self) -> int | None:
        """Return the place of the name Enter takes; None while several fit what is typed."""
        if not self._sought:
            # Below the folder above.
            return min(1, len(self._listed) - 1)
        found = [_sought_name(each) for each in self._listed]
        if found.count(self._sought) == 1:
            return found.index(self._sought)
        return 0 if len(found) == 1 else None

    def _complain(self, words: str) -> None:
        self.query_one(MessageLine).show(words, Severity.BLOCKS)
        if not self._sought:
            # Another path typed or pasted would make one with it.
            self.query_one("#path", LineInput).mark_for_replacement()


def _sought_name(entry: Entry) -> str:
    return fold(entry.label.removesuffix("/"))
