"""Reads printed text with the program `tesseract` (version 4 or later, with English)."""

import io
import re
import shutil
import subprocess
from typing import Final

from PIL import Image

from issuance.evidence.engines import Reading

_FOLDERS: Final = "/usr/local/bin:/usr/bin:/bin"
_SECONDS: Final = 10.0
_ENVIRONMENT: Final = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C"}
"""More than one thread makes it several times slower on few cores."""

_LETTERS: Final = {
    "number": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-./",
    "mrz": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<",
    "digit": "0123456789",
}
"""Letters stand beside a number too: without them in the list they would be read as digits."""

_LAYOUT: Final = {"number": "11", "mrz": "6", "digit": "10"}
"""Page segmentation: scattered text; one block of even lines; one character."""

_FIXED: Final = (
    "-l", "eng", "--dpi", "300", "-c", "load_system_dawg=0", "-c", "load_freq_dawg=0",
)  # fmt: skip


class TesseractReader:
    """Reads text through a process of its own, which inherits the limits of ours.

    A picture it cannot read, or not in time, yields no lines.
    """

    def __init__(self) -> None:
        """Look for the program; raises FileNotFoundError without it or its English data."""
        program = shutil.which("tesseract", path=_FOLDERS)
        if program is None:
            raise FileNotFoundError("tesseract")
        version = re.match(r"tesseract v?(\d[\w.]*)", _run(program, ("--version",)))
        languages = _run(program, ("--list-langs",)).split()
        if version is None or "eng" not in languages:
            raise FileNotFoundError("tesseract with English")
        self._program = program
        self.name: Final = f"tesseract {version[1]}"

    def read(self, picture: Image.Image, reading: Reading) -> tuple[str, ...]:
        """Return the lines of text in a grey picture, without empty ones."""
        file = io.BytesIO()
        picture.convert("L").save(file, "PPM")
        whitelist = f"tessedit_char_whitelist={_LETTERS[reading]}"
        arguments = ("stdin", "stdout", *_FIXED, "--psm", _LAYOUT[reading], "-c", whitelist)
        text = _run(self._program, arguments, file.getvalue())
        return tuple(line.strip() for line in text.splitlines() if line.strip())


def _run(program: str, arguments: tuple[str, ...], given: bytes = b"") -> str:
    """Return what the program printed; nothing when it failed or took too long."""
    try:
        finished = subprocess.run(  # noqa: S603 - an installed program, our own arguments
            [program, *arguments],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return finished.stdout.decode("utf-8", "replace") if finished.returncode == 0 else ""
