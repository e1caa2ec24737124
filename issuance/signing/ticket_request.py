"""What a client asks of `POST /firma/v2/files/tickets`, read from the body of its request.

Names and habits are those of the published API and of the clients seen in the wild.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeGuard, cast

from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.secret import Secret

MOST_OCTETS: Final = 5 * 1024 * 1024
"""The whole request may have 5 MB."""
MOST_ITEMS: Final = 200
CONTENT_TYPES: Final = ("application/pdf", "application/xml", "application/json")

Variant = Literal["files", "hashes"]


@dataclass(frozen=True, slots=True)
class Item:
    """A file, or a hash, as it was sent; `content` is still base64.

    `checksum` is whatever text the client takes for one: it is only ever echoed.
    """

    content_type: str
    content: str = field(repr=False)
    description: str | None = None
    checksum: str | None = None
    layout: str | None = field(default=None, repr=False)
    references: tuple[str, ...] = ()
    objects: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class TicketRequest:
    """A request to sign files, or hashes of files."""

    token: Secret
    api_token_key: str
    variant: Variant
    items: tuple[Item, ...]
    octets: int


class _RefusedError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def read_request(body: bytes) -> TicketRequest | Finding:
    """Read a request's body; unknown fields are passed over, as the published API does."""
    if len(body) > MOST_OCTETS:
        return blocks(SigningCode.REQUEST_TOO_LARGE, octets=len(body), maximum=MOST_OCTETS)
    try:
        fields = _object(json.loads(body.decode("utf-8-sig")), "token")
        token, key = _text(fields, "token"), _text(fields, "api_token_key")
        variant = _variant(fields)
        return TicketRequest(Secret(token), key, variant, _items(fields, variant), len(body))
    except _RefusedError as refused:
        return refused.finding
    except (ValueError, RecursionError):
        return blocks(SigningCode.SIGNING_REQUEST_UNREADABLE)


def named_key(body: bytes) -> str:
    """Return the application's key in a request that `read_request` refuses; empty for none."""
    if len(body) > MOST_OCTETS:
        return ""
    try:
        return _text(_object(json.loads(body.decode("utf-8-sig")), ""), "api_token_key")
    except (_RefusedError, ValueError, RecursionError):
        return ""


def decoded(content: str) -> bytes | None:
    """Return what base64 says, line breaks or not; None where it is none, or empty."""
    try:
        return base64.b64decode("".join(content.split()), validate=True) or None
    except (binascii.Error, ValueError):
        return None


def _variant(fields: dict[str, Any]) -> Variant:
    given = [name for name in ("files", "hashes") if fields.get(name)]
    if len(given) != 1:
        raise _malformed("files")
    return "files" if given == ["files"] else "hashes"


def _items(fields: dict[str, Any], variant: Variant) -> tuple[Item, ...]:
    listed = _list(fields[variant], variant)
    if len(listed) > MOST_ITEMS:
        raise _RefusedError(blocks(SigningCode.TOO_MANY_ITEMS, maximum=MOST_ITEMS))
    return tuple(_item(_object(each, variant)) for each in listed)


def _item(fields: dict[str, Any]) -> Item:
    name = "contentType" if "contentType" in fields else "content-type"
    content_type = _text(fields, name).strip().lower()
    if content_type not in CONTENT_TYPES:
        raise _RefusedError(blocks(SigningCode.CONTENT_TYPE, part=name))
    return Item(
        content_type=content_type,
        content=_text(fields, "content"),
        description=_optional(fields, "description"),
        checksum=_optional(fields, "checksum"),
        layout=_optional(fields, "layout"),
        references=_texts(fields, "references"),
        objects=_texts(fields, "xmlObjects"),
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not _is_text(value) or not value:
        raise _malformed(name)
    return value


def _optional(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not _is_text(value):
        raise _malformed(name)
    return value or None


def _texts(fields: dict[str, Any], name: str) -> tuple[str, ...]:
    value = fields.get(name)
    listed: list[object] = [] if value is None else _list(value, name)
    texts = [each for each in listed if _is_text(each)]
    if len(texts) != len(listed):
        raise _malformed(name)
    return tuple(texts)


def _is_text(value: object) -> TypeGuard[str]:
    """Tell whether it is a text that can be written again: without halves of character pairs."""
    return isinstance(value, str) and not any("\ud800" <= each <= "\udfff" for each in value)


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _malformed(name)
    return cast("dict[str, Any]", value)


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise _malformed(name)
    return cast("list[Any]", value)


def _malformed(name: str) -> _RefusedError:
    return _RefusedError(blocks(SigningCode.REQUEST_FIELD, part=name))
