"""Certificate profiles put together from shared pieces, so that one more is a few lines of TOML."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

_FIELD_LISTS: Final = ("subject", "other_names", "issuer_other_names", "emails")


def composed_profiles(
    profiles: Sequence[Mapping[str, Any]], pieces: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return every profile with the pieces it names in `extends` put in.

    Pieces are laid over each other in the order named, the profile's own entries last. A later
    entry replaces an earlier one; in the lists of fields it replaces the field of the same OID
    where that stands and otherwise comes at the end. A piece may extend others.

    Raises ValueError when a piece is missing or extends itself.
    """
    return [_composed(profile, pieces, ()) for profile in profiles]


def _composed(
    part: Mapping[str, Any], pieces: Mapping[str, Mapping[str, Any]], inside: tuple[str, ...]
) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for layer in _layers(part, pieces, inside):
        for name, value in layer.items():
            if name in _FIELD_LISTS:
                if not isinstance(value, list):
                    raise ValueError(f"{part.get('id', inside)}: {name} is a list of fields")
                whole[name] = _overlaid(whole.get(name, []), cast("list[Any]", value))
            else:
                whole[name] = value
    return whole


def _layers(
    part: Mapping[str, Any], pieces: Mapping[str, Mapping[str, Any]], inside: tuple[str, ...]
) -> Iterator[Mapping[str, Any]]:
    for name in part.get("extends", ()):
        if name not in pieces or name in inside:
            raise ValueError(f"{part.get('id', inside)}: no piece {name} to extend")
        yield _composed(pieces[name], pieces, (*inside, name))
    yield {name: value for name, value in part.items() if name != "extends"}


def _overlaid(
    below: Sequence[Mapping[str, Any]], above: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the fields of both; whatever stands twice in one list is left for the check."""
    fields = list(below)
    for field in above:
        place = next(
            (n for n, each in enumerate(below) if each.get("oid") == field.get("oid")), None
        )
        if place is None:
            fields.append(field)
        else:
            fields[place] = field
    return fields
