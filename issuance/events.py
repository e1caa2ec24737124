"""What every recorded event has in common, whatever its stream."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any, ClassVar, TypeVar

from issuance.model import Frozen, personal_fields, plain


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
    public: dict[str, Any],
    personal: dict[str, Any] | None,
) -> EventT:
    """Read an event back from its two parts; a purged personal part reads as empty fields.

    Raises KeyError for an unknown kind and `pydantic.ValidationError` for damaged data.
    """
    model = known[kind]
    return model.model_validate({**public, **(model.PURGED if personal is None else personal)})
