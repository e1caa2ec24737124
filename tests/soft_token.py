"""Tokens of SoftHSM2: a PKCS#11 module whose tokens are folders, so that they can be taken out."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from issuance.certificates.token_calls import TokenAddress
from issuance.secret import Secret

PIN = Secret("246813")
OFFICER_PIN = Secret("13572468")
LABEL = "PRUEBA"

_PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
MODULE = next((each for each in _PLACES if Path(each).is_file()), "")

_INITIALISE = """
import sys
from ctypes import CDLL, byref, c_ulong
module, label, pin = sys.argv[1], sys.argv[2].encode(), sys.argv[3].encode()
library, count = CDLL(module), c_ulong()
assert library.C_Initialize(None) == 0
assert library.C_GetSlotList(0, None, byref(count)) == 0
slots = (c_ulong * count.value)()
assert library.C_GetSlotList(0, slots, byref(count)) == 0
# The last slot is the one without a token.
assert library.C_InitToken(c_ulong(slots[-1]), pin, c_ulong(len(pin)), label.ljust(32)) == 0
"""
"""C_InitToken alone (PKCS#11 2.40, 5.5): softhsm2-util sets the owner's PIN as well."""

needs_soft_token = pytest.mark.skipif(
    not (MODULE and shutil.which("softhsm2-util") and importlib.util.find_spec("pkcs11")),
    reason="no SoftHSM2 (package softhsm2) or no python-pkcs11 (extra hsm) here",
)


class SoftTokens:
    """A place for tokens, as a computer with its readers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tokens, self._drawer = folder / "tokens", folder / "drawer"
        self._tokens.mkdir(parents=True)
        settings = f"directories.tokendir = {self._tokens}\nlog.level = ERROR\n"
        (folder / "softhsm2.conf").write_text(settings)

    @property
    def settings(self) -> str:
        return str(self.folder / "softhsm2.conf")

    def make(self, label: str = LABEL) -> TokenAddress:
        """Make a token with both PINs."""
        pins = ["--pin", PIN.reveal(), "--so-pin", OFFICER_PIN.reveal()]
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, *pins]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        self.restart()
        return TokenAddress(module=MODULE, label=label)

    def make_blank(self, label: str) -> None:
        """Make a token that has no PIN of its owner yet, as tokens come from the factory."""
        command = [sys.executable, "-c", _INITIALISE, MODULE, label, OFFICER_PIN.reveal()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        self.restart()

    def restart(self) -> None:
        """Start the module anew, as after a start of the program; every session is lost."""
        import pkcs11

        pkcs11.lib(MODULE).reinitialize()

    def take_out(self) -> None:
        self._tokens.rename(self._drawer)

    def put_back(self) -> None:
        """Put the tokens back; SoftHSM sees them only after a new start of the module."""
        self._drawer.rename(self._tokens)


@contextmanager
def soft_tokens(folder: Path) -> Iterator[SoftTokens]:
    import pkcs11

    tokens = SoftTokens(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", tokens.settings)
        yield tokens
        # Tokens that were left outside cannot be ended.
        with suppress(pkcs11.GeneralError):
            pkcs11.lib(MODULE).finalize()
