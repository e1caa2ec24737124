"""The hash chain: what an entry's bytes are, what commits to its personal part, how to read it.

hash(n) = SHA-256(hash(n-1) || bytes(n)), where bytes(n) is RFC 8785 and is stored as it is.
The personal part is committed to by SHA-256(32 random bytes || its RFC 8785 bytes), so that it can
be erased and a guess at its content cannot be confirmed.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from issuance.model import canonical_bytes, format_instant
from issuance.register.model import Entry, Origin, PreparedEvent
from issuance.streams import StreamRef


@dataclass(frozen=True, slots=True)
class PersonalPart:
    """An event's erasable part with the salt of its commitment."""

    salt: bytes
    body: bytes

    def commitment(self) -> str:
        """Return the hexadecimal value that stands in the chain."""
        return hashlib.sha256(self.salt + self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the tables hold it, its columns not yet compared with its bytes."""

    seq: int
    stream: StreamRef
    revision: int
    body: bytes
    hash: bytes
    personal: PersonalPart | None


def entry_bytes(
    office: UUID,
    seq: int,
    stream: StreamRef,
    revision: int,
    event: PreparedEvent,
    origin: Origin,
    personal: PersonalPart | None,
) -> bytes:
    """Return the canonical bytes of an entry."""
    return canonical_bytes(
        {
            "office": str(office),
            "seq": seq,
            "stream": {"kind": stream.kind, "id": str(stream.id)},
            "revision": revision,
            "kind": event.kind,
            "schema": event.schema,
            "at": format_instant(origin.at),
            "operator": origin.operator,
            "command": None if origin.command_id is None else str(origin.command_id),
            "policy": origin.policy,
            "public": event.public,
            "personal": None if personal is None else personal.commitment(),
        }
    )


def link(previous: bytes, body: bytes) -> bytes:
    """Return the hash of the entry that follows `previous`."""
    return hashlib.sha256(previous + body).digest()


def committed(entry: StoredEntry) -> str | None:
    """Return the commitment to the entry's personal part, None when it never had one."""
    return json.loads(entry.body)["personal"]


def without_personal(entry: StoredEntry) -> StoredEntry:
    """Return the chained part alone, which can be read whatever became of the other."""
    return replace(entry, personal=None)


def holds_octets(entry: StoredEntry) -> bool:
    """Tell whether bytes lie where bytes must: SQLite lets whoever has the key store anything."""
    octets: list[object] = [entry.body, entry.hash]
    if entry.personal is not None:
        octets += [entry.personal.salt, entry.personal.body]
    return all(isinstance(each, bytes) for each in octets)


def agrees_with_columns(entry: StoredEntry, office: UUID) -> bool:
    """Tell whether the entry's bytes are an entry's and it is filed where they say."""
    try:
        read_entry(without_personal(entry))
        document = json.loads(entry.body)
        return (
            document["office"] == str(office)
            and document["seq"] == entry.seq
            and document["stream"] == {"kind": entry.stream.kind, "id": str(entry.stream.id)}
            and document["revision"] == entry.revision
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def read_entry(stored: StoredEntry) -> Entry:
    """Read an entry from its stored bytes."""
    document: dict[str, Any] = json.loads(stored.body)
    command = document["command"]
    return Entry(
        seq=stored.seq,
        stream=stored.stream,
        revision=stored.revision,
        kind=document["kind"],
        schema=document["schema"],
        public=document["public"],
        personal=_personal(document, stored),
        at=datetime.fromisoformat(document["at"]),
        operator=document["operator"],
        command_id=None if command is None else UUID(command),
        policy=document["policy"],
        hash=stored.hash,
    )


def entry_of(stored: StoredEntry, event: PreparedEvent, origin: Origin) -> Entry:
    """Return an entry that was just made of an event, as `read_entry` reads it."""
    return Entry(
        seq=stored.seq,
        stream=stored.stream,
        revision=stored.revision,
        kind=event.kind,
        schema=event.schema,
        public=event.public,
        personal=event.personal,
        at=origin.at,
        operator=origin.operator,
        command_id=origin.command_id,
        policy=origin.policy,
        hash=stored.hash,
    )


def _personal(document: dict[str, Any], stored: StoredEntry) -> dict[str, Any] | None:
    if document["personal"] is None:
        return {}
    return None if stored.personal is None else json.loads(stored.personal.body)
