"""The password of a service, as a credential store hands it over."""

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.translation import N_

if TYPE_CHECKING:
    from tui.translation import Translator

CREDENTIAL: Final = "ventanilla-password"
"""The name of the file that `LoadCredentialEncrypted=` of systemd gives (systemd.exec)."""

_UNREADABLE: Final = N_(
    "{file} cannot be read ({reason}). Please check the name, the permissions and the disk."
)


class NoLogInError(Exception):
    """There is nothing to log in with; the message says why."""


def read_credential(words: "Translator", file: Path | None = None) -> str:
    """Return the password in a file, by default systemd's.

    Raises `NoLogInError` where there is none or others can read it.
    """
    path = file or _handed_over(words)
    try:
        if mode := stat.S_IMODE(path.stat().st_mode) & 0o377:
            open_to_others = N_("{file}: mode {mode}, but only 0400 keeps it to its owner.")
            told = f"{mode | 0o400:04o}"
            raise NoLogInError(words(open_to_others, file=str(path), mode=told))
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise NoLogInError(words(_UNREADABLE, file=str(path), reason=_reason(error))) from error


def _handed_over(words: "Translator") -> Path:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        missing = N_("$CREDENTIALS_DIRECTORY is not set: systemd hands no credential over.")
        raise NoLogInError(words(missing))
    return Path(folder) / CREDENTIAL


def _reason(error: OSError | UnicodeDecodeError) -> str:
    from issuance.access.durable_file import errno_name

    return errno_name(error) if isinstance(error, OSError) else "UTF-8"
