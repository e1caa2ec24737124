"""What stands for a stored file in commands and events."""

from typing import Annotated

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
