"""A secret in memory: never printed, never serialised, compared in constant time."""

import hmac
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

# Terminals deliver lone surrogates; they are a wrong secret and no reason to stop.
_ENCODING = ("utf-8", "surrogatepass")


class Secret:
    """A code, password, PIN or link token.

    It stays outside canonical form, hash, log and store: `repr` and `str` hide it and a model
    holds it in a `SecretField`, which is left out of every dump.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text; call it only where the secret is used."""
        return self._text

    def matches(self, other: "Secret") -> bool:
        """Compare in constant time."""
        return hmac.compare_digest(
            self.reveal().encode(*_ENCODING), other.reveal().encode(*_ENCODING)
        )

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> Any:
        raise TypeError("a secret cannot be pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._accept)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        # Nothing that JSON can say is a secret here: it travels beside (`issuance.wire`).
        return {"not": {}}

    @classmethod
    def _accept(cls, value: object) -> "Secret":
        if isinstance(value, Secret):
            return value
        raise ValueError("not a secret")


SecretField = Annotated[Secret | None, Field(default=None, exclude=True, repr=False)]
