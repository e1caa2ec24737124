"""What the checks of a file answer for a person, who agrees with it or not."""

from collections.abc import Collection
from typing import Literal, Self

from pydantic import model_validator

from issuance.model import Frozen


class PreAnswer(Frozen):
    """When the checks of a file answer a question about it with yes, for a person to agree to.

    All of `seen` were found in the photo, every code of `found` was told and none of `unless`. A
    missing engine sees and finds nothing, so it answers nothing.
    """

    seen: tuple[Literal["person", "portrait", "card"], ...] = ()
    found: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _needs_evidence(self) -> Self:
        if not self.seen and not self.found:
            raise ValueError("nothing seen or found answers no question")
        return self

    def holds(self, codes: Collection[str], seen: Collection[str]) -> bool:
        """Tell whether these findings and sights answer the question with yes."""
        proven = set(self.seen) <= set(seen) and set(self.found) <= set(codes)
        return proven and not set(self.unless) & set(codes)
