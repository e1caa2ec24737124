"""What the terminal sends, turned into text for Textual's key parser, whatever the client is."""

import codecs
from typing import Final

from issuance.identity.cleaning import REPLACEMENT

_FUNCTION_KEYS: Final = {
    "1": "OP", "2": "OQ", "3": "OR", "4": "OS", "5": "[15~", "6": "[17~",
    "7": "[18~", "8": "[19~", "9": "[20~", "0": "[21~", "-": "[23~", "=": "[24~",
}  # fmt: skip
"""What follows Esc in a terminal's sequence for F1 to F12 (xterm's control sequences)."""

_ESC: Final = "\x1b"
_PASTE_START: Final = "\x1b[200~"
_PASTE_END: Final = "\x1b[201~"


def _as_latin_1(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("ventanilla.as_latin_1", _as_latin_1)


class KeyboardDecoder:
    """Decodes UTF-8, reads what is not UTF-8 as Latin-1, and turns Esc and a digit into an F key.

    An old client sends `ñ` as one Latin-1 byte, which would end a Textual program; and some
    terminals keep the function keys for themselves, so Esc then 1-9, 0, -, = stands for F1-F12.
    An Esc inside a bracketed paste becomes U+FFFD: Textual would take what follows for keys, and
    a pasted text could press Enter.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("ventanilla.as_latin_1")
        self._after_escape = False
        self._recent = ""
        self._pasting = False

    def decode(self, data: bytes) -> str:
        """Return the text of `data`; the start of an unfinished character is kept back."""
        return self._keys_and_pastes(self._decoder.decode(data))

    def flush(self) -> str:
        """Return what was kept back, as Latin-1: nothing came that would finish it."""
        return self._keys_and_pastes(self._decoder.decode(b"", final=True))

    def forget_escape(self) -> None:
        """Take an Esc read before as a key of its own."""
        self._after_escape = False

    def _keys_and_pastes(self, text: str) -> str:
        result: list[str] = []
        while text:
            take = self._paste if self._pasting else self._keys
            text = take(text, result)
        return "".join(result)

    def _keys(self, text: str, result: list[str]) -> str:
        """Take keys up to the start of a paste; return what is left."""
        known = self._recent + text
        start = known.find(_PASTE_START)
        end = start + len(_PASTE_START) - len(self._recent) if start >= 0 else len(text)
        result.append(self._with_function_keys(text[:end]))
        self._pasting = start >= 0
        self._recent = "" if self._pasting else known[1 - len(_PASTE_START) :]
        return text[end:]

    def _paste(self, text: str, result: list[str]) -> str:
        """Take a paste up to its end; return what is left. The start of an end is kept back."""
        inside, end, rest = (self._recent + text).partition(_PASTE_END)
        self._recent = ""
        if end:
            self._pasting = False
        else:
            kept = next(
                size for size in range(len(_PASTE_END) - 1, -1, -1)
                if inside.endswith(_PASTE_END[:size])
            )  # fmt: skip
            self._recent = inside[len(inside) - kept :]
            inside = inside[: len(inside) - kept]
        result.append(inside.replace(_ESC, REPLACEMENT) + end)
        return rest

    def _with_function_keys(self, text: str) -> str:
        translated: list[str] = []
        for character in text:
            follows = _FUNCTION_KEYS.get(character) if self._after_escape else None
            translated.append(follows or character)
            self._after_escape = character == _ESC
        return "".join(translated)
