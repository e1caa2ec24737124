"""Tokens of SoftHSM2 for rehearsals: a PKCS#11 module of software, in a folder of its own."""

import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from backend_client.at_the_station.token import set_first_pin
from issuance.certificates.token_calls import TokenAddress
from issuance.secret import Secret
from issuance.sources import Randomness

_PLACES: Final = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
_PROGRAM: Final = "softhsm2-util"
_SETTINGS: Final = "SOFTHSM2_CONF"


def soft_token_module() -> str:
    """Return the path of SoftHSM2's module; empty where it, or what calls it, is missing."""
    if find_spec("pkcs11") is None or shutil.which(_PROGRAM) is None:
        return ""
    return next((each for each in _PLACES if Path(each).is_file()), "")


@dataclass(frozen=True, slots=True)
class SoftTokens:
    """A folder of tokens, seen by this process as long as it is in use."""

    module: str
    randomness: Randomness

    def make(self, label: str, pin: Secret) -> TokenAddress:
        """Make a token; its owner sets the PIN, as with a token from the shop.

        Raises RuntimeError when SoftHSM2 does not do what was asked.
        """
        officer = Secret(self.randomness.digits(8))
        # A program's arguments can be read by others: these PINs are for the moment only.
        pins = ("--pin", self.randomness.digits(8), "--so-pin", officer.reveal())
        command = (_PROGRAM, "--init-token", "--free", "--label", label, *pins)
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own arguments
        _start_anew(self.module)
        address = TokenAddress(module=self.module, label=label)
        refused = set_first_pin(address, officer, pin)
        if refused is not None:
            raise RuntimeError(refused.code)
        return address


@contextmanager
def soft_tokens(folder: Path, randomness: Randomness) -> Generator[SoftTokens | None]:
    """Have tokens in a new folder until the block ends; None where SoftHSM2 is missing."""
    module, before = soft_token_module(), os.environ.get(_SETTINGS)
    if not module:
        yield None
        return
    (folder / "tokens").mkdir(parents=True, mode=0o700)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ[_SETTINGS] = str(settings)
    try:
        yield SoftTokens(module, randomness)
    finally:
        _end(module)
        if before is None:
            del os.environ[_SETTINGS]
        else:
            os.environ[_SETTINGS] = before


def _start_anew(module: str) -> None:
    """Let SoftHSM2 look at its folder: it does so when it starts."""
    import pkcs11

    pkcs11.lib(module).reinitialize()


def _end(module: str) -> None:
    import pkcs11

    pkcs11.lib(module).finalize()
