"""Files that arrive whole or piece by piece, each named by its digest."""

import re
from typing import Annotated, Final

from fastapi import Path

from server.opened_office import ServedOffice
from server.problems import Refusal

Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the whole file")]
_RANGE: Final = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})")


def arrived(
    served: ServedOffice, sha256: str, content: bytes, content_range: str | None, largest: int
) -> bytes | int:
    """Return the whole file, or how many octets of it are there; raises `Refusal`, OSError."""
    if content_range is None:
        return content
    told = _RANGE.fullmatch(content_range)
    if told is None:
        raise Refusal(400, "The range cannot be read")
    first, last, total = map(int, told.groups())
    if last - first + 1 != len(content) or not 0 < last + 1 <= total <= largest:
        raise Refusal(416, "")
    there = served.uploads.add(sha256, first, content)
    return there if len(there) >= total else len(there)
