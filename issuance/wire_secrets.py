"""What comes from outside as JSON, and how secrets come back to where they belong in it."""

import re
from typing import Annotated, Any, Final, cast

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema, model_validator

from issuance.model import Frozen
from issuance.secret import Secret

_LONGEST_SECRET: Final = 1024
_LARGEST_NUMBER: Final = 2**53 - 1
_DEEPEST: Final = 24
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_SECRET:
        return Secret(value)
    raise ValueError("not a secret")


WireSecret = Annotated[
    Secret,
    BeforeValidator(_secret),
    PlainSerializer(Secret.reveal),
    WithJsonSchema({"type": "string", "maxLength": _LONGEST_SECRET, "format": "password"}),
]
"""A secret that travels, inside the channel and nowhere else."""


def _storable(value: object, depth: int = 0) -> None:
    """Refuse what no register stores: half characters, numbers past 2^53, bottomless nesting.

    RFC 8785 has no form for them, and PostgreSQL no place for a NUL.
    """
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    match value:
        case str() if _NO_TEXT.search(value):
            raise ValueError("no text holds a NUL or half a character pair")
        case int() if abs(value) > _LARGEST_NUMBER:
            raise ValueError("a number past 2^53")
        case dict():
            for name, each in cast("dict[object, object]", value).items():
                _storable(name, depth + 1)
                _storable(each, depth + 1)
        case list():
            for each in cast("list[object]", value):
                _storable(each, depth + 1)
        case _:
            pass


def _without_secrets(data: object) -> object:
    if not isinstance(data, dict):
        return data
    held = cast("dict[str, object]", data)
    return {name: each for name, each in held.items() if name != "secrets"}


class Sent(Frozen):
    """What comes from outside as JSON."""

    @model_validator(mode="before")
    @classmethod
    def _can_be_stored(cls, data: Any) -> Any:
        # A secret is never stored; a terminal delivers half characters, which are a wrong one.
        _storable(_without_secrets(data))
        return data


def put_back(data: object, *path: str) -> object:
    """Return the envelope with its secrets where they belong."""
    if not isinstance(data, dict):
        return data
    envelope = cast("dict[str, object]", data)
    secrets = envelope.get("secrets")
    if not isinstance(secrets, dict):
        return envelope
    return _with_secrets(envelope, cast("dict[str, object]", secrets), path)


def _with_secrets(
    holder: dict[str, object], secrets: dict[str, object], path: tuple[str, ...]
) -> dict[str, object]:
    if not path:
        if holder.keys() & secrets.keys():
            raise ValueError("a secret stands beside, not inside")
        return {**holder, **{name: _secret(value) for name, value in secrets.items()}}
    inner = holder.get(path[0])
    if not isinstance(inner, dict):
        return holder
    found = cast("dict[str, object]", inner)
    return {**holder, path[0]: _with_secrets(found, secrets, path[1:])}
