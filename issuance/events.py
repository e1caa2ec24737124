"""What every recorded event has in common, whatever its stream."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar, TypeVar

from issuance.model import Frozen, personal_fields, plain

Parts = Mapping[str, Any]
"""Fields of an event as JSON-able data."""


class Event(Frozen):
    """Something that happened.

    `PURGED` stands in for the personal fields after they were erased.
    """

    KIND: ClassVar[str]
    SCHEMA: ClassVar[int] = 1
    PURGED: ClassVar[Mapping[str, Any]] = {}

    def parts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Split into the public part and the personal, erasable part."""
        personal = personal_fields(type(self))
        everything = plain(self)
        return (
            {name: value for name, value in everything.items() if name not in personal},
            {name: value for name, value in everything.items() if name in personal},
        )

    @classmethod
    def upgraded(cls, schema: int, public: Parts, personal: Parts | None) -> Parts:
        """Return the fields of an event that `schema` recorded as this version names them.

        Raises ValueError for a version this program does not know.
        """
        if not 1 <= schema <= cls.SCHEMA:
            raise ValueError(f"{cls.KIND} of version {schema}")
        return {**public, **(cls.PURGED if personal is None else personal)}


EventT = TypeVar("EventT", bound=Event)


def catalogue(base: type[EventT], *topics: ModuleType) -> dict[str, type[EventT]]:
    """Return the events of a stream's modules by their kind."""
    return {
        event.KIND: event
        for topic in topics
        for event in vars(topic).values()
        if isinstance(event, type) and issubclass(event, base) and event is not base
    }


def read_event(
    known: Mapping[str, type[EventT]],
    kind: str,
    schema: int,
    public: Parts,
    personal: Parts | None,
) -> EventT:
    """Read an event back from its two parts; a purged personal part reads as empty fields.

    Raises KeyError for an unknown kind, ValueError for an unknown version and
    `pydantic.ValidationError` for damaged data.
    """
    model = known[kind]
    return model.model_validate(model.upgraded(schema, public, personal))
