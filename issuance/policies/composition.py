"""Certificate profiles put together from shared pieces, so that one more is a few lines of TOML."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

_FIELD_LISTS: Final = ("subject", "other_names", "issuer_other_names", "emails")


def composed_profiles(
    profiles: Sequence[object], pieces: Mapping[str, object]
) -> list[dict[str, Any]]:
    """Return every profile with the pieces it names in `extends` put in.

    Pieces are laid over each other in the order named, the profile's own entries last. A later
    entry replaces an earlier one; in the lists of fields it replaces the field of the same OID
    where that stands and otherwise comes at the end. A piece may extend others.

    Raises ValueError when a piece is missing or extends itself, or where a table should stand.
    """
    return [_composed(profile, pieces, ()) for profile in profiles]


def _composed(
    part: object, pieces: Mapping[str, object], inside: tuple[str, ...]
) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    table = _table(part, _where({}, inside))
    where = _where(table, inside)
    for layer in _layers(table, pieces, inside):
        for name, value in layer.items():
            if name in _FIELD_LISTS:
                if not isinstance(value, list):
                    raise ValueError(f"{where}: {name} is a list of fields")
                fields = [_table(each, f"{where}: {name}") for each in cast("list[object]", value)]
                whole[name] = _overlaid(whole.get(name, []), fields)
            else:
                whole[name] = value
    return whole


def _where(part: Mapping[str, Any], inside: tuple[str, ...]) -> str:
    return f"profile_pieces.{inside[-1]}" if inside else f'profiles "{part.get("id", "")}"'


def _table(part: object, where: str) -> Mapping[str, Any]:
    if not isinstance(part, Mapping):
        raise ValueError(f"{where}: {part!r} is no table")
    return cast("Mapping[str, Any]", part)


def _layers(
    part: Mapping[str, Any], pieces: Mapping[str, object], inside: tuple[str, ...]
) -> Iterator[Mapping[str, Any]]:
    extended = part.get("extends", [])
    if not isinstance(extended, list):
        raise ValueError(f"{_where(part, inside)}: extends is a list of pieces")
    for name in cast("list[str]", extended):
        if name not in pieces or name in inside:
            raise ValueError(f"{_where(part, inside)}: no piece {name} to extend")
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
