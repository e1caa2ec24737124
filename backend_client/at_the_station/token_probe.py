"""Whether a PKCS#11 module is of use, found out in a child process that may come to grief."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from issuance.findings import Finding, blocks
from issuance.findings.tokens import TokenFinding

_SECONDS: Final = 20.0
_ASK: Final = "import sys, pkcs11; pkcs11.lib(sys.argv[1]).get_slots()"


def module_finding(module: str, seconds: float = _SECONDS) -> Finding | None:
    """Say why a module (a whole path) is of no use here; it blocks for `seconds` at most.

    A module is foreign machine code: one that crashes or hangs would take this program with it.
    """
    if find_spec("pkcs11") is None:
        return blocks(TokenFinding.TOKEN_SOFTWARE_MISSING)
    if "\0" in module or not Path(module).is_absolute() or not Path(module).is_file():
        return blocks(TokenFinding.TOKEN_MODULE_MISSING, path=module)
    try:
        finished = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-B", "-c", _ASK, module],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return blocks(TokenFinding.TOKEN_MODULE_UNUSABLE, path=module)
    return blocks(TokenFinding.TOKEN_MODULE_UNUSABLE, path=module) if finished.returncode else None
