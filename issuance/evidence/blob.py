"""What stands for a stored file in commands and events."""

import hashlib
from typing import Annotated, Self

from pydantic import Field

from issuance.model import Frozen


class BlobRef(Frozen):
    """A file by its content: lower-case hexadecimal SHA-256, length in bytes, media type.

    The SHA-256 identifies the person's file to anyone who has it too: in an event the reference
    belongs to the personal side.
    """

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    length: Annotated[int, Field(ge=0)]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$", max_length=100)]

    @classmethod
    def of(cls, content: bytes, media_type: str) -> Self:
        """Return what would stand for this content."""
        digest = hashlib.sha256(content).hexdigest()
        return cls(sha256=digest, length=len(content), media_type=media_type)
