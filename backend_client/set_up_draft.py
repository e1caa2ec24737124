"""What was typed to set up an office, kept until the office exists: a stop loses little.

There is no data key yet, so the file lies clear, readable for its owner only. It holds nothing but
what every screen, certificate or mail of the office will say: no person, no user name, no password,
no secret of an authenticator.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from issuance.access.durable_file import exclusive, replace_file, write_finding
from issuance.access.strict_json import UnexpectedJsonError, parse
from issuance.findings import Finding

KEPT: Final = ("rules", "name", "province", "authority", "host", "port", "security", "sender")
_LARGEST_FILE: Final = 8 * 1024


def load_set_up(home: Path) -> dict[str, str]:
    """Return what is kept; a file that is damaged or not ours counts as none."""
    try:
        known = parse(_path(home).read_bytes(), _LARGEST_FILE)
    except (OSError, UnexpectedJsonError):
        return {}
    texts = cast("dict[str, object]", known) if isinstance(known, dict) else {}
    return {name: text for name in KEPT if isinstance(text := texts.get(name), str)}


def save_set_up(home: Path, typed: Mapping[str, str]) -> Finding | None:
    """Keep what may be kept of what was typed; a finding says why it could not be."""
    kept = {name: typed[name] for name in KEPT if typed.get(name)}
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with exclusive(_path(home)):
            replace_file(_path(home), json.dumps(kept).encode())
    except OSError as error:
        return write_finding(error, _path(home))
    return None


def drop_set_up(home: Path) -> None:
    """Forget it: the office exists, or was given up."""
    _path(home).unlink(missing_ok=True)


def _path(home: Path) -> Path:
    return home / "set-up.json"
