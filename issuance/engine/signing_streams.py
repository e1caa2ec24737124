"""The streams of keys in custody, of applications and of what is signed: read and continued."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

from issuance.engine.folds import FOLDS
from issuance.engine.streams import append, every_entry, read_state
from issuance.events import Event
from issuance.model import Frozen
from issuance.register.model import Entry, Origin
from issuance.register.register import Reading, Writing
from issuance.signing import application_stream, key_stream, sandbox_stream, signature_log
from issuance.signing.application_stream import ApplicationState, PermissionState
from issuance.signing.key_stream import KeyKept, OtpOffered, SigningKeyState
from issuance.signing.sandbox_stream import SandboxState
from issuance.signing.signature_log import SignatureLogState
from issuance.streams import StreamRef

StateT = TypeVar("StateT", bound=Frozen)

APPLICATION_CLAIM: Final = "application_key"
"""The key by which an application names itself is one application's."""

_SECRET: Final = (KeyKept.KIND, OtpOffered.KIND)

_EVOLVE: Final[Mapping[str, Callable[[Any, Any], Frozen]]] = {
    key_stream.STREAM_KIND: key_stream.evolve_signing_key,
    application_stream.APPLICATION_KIND: application_stream.evolve_application,
    application_stream.PERMISSION_KIND: application_stream.evolve_permission,
    signature_log.STREAM_KIND: signature_log.evolve_signature_log,
    sandbox_stream.STREAM_KIND: sandbox_stream.evolve_sandbox,
}


def read_key(reading: Reading, certificate: UUID) -> tuple[SigningKeyState | None, int]:
    """Return the key of a portable certificate and its revision."""
    return read_state(reading, key_ref(certificate), SigningKeyState)


def read_application(reading: Reading, application: UUID) -> tuple[ApplicationState | None, int]:
    """Return an application and its revision."""
    return read_state(reading, application_ref(application), ApplicationState)


def read_permission(
    reading: Reading, certificate: UUID, application: UUID
) -> tuple[PermissionState | None, int]:
    """Return whether an application signs with a certificate, and the revision."""
    return read_state(reading, permission_ref(certificate, application), PermissionState)


def read_log(reading: Reading, certificate: UUID) -> tuple[SignatureLogState | None, int]:
    """Return the totals of what was signed with a certificate, and the revision."""
    return read_state(reading, log_ref(certificate), SignatureLogState)


def read_sandbox(reading: Reading, office: UUID) -> tuple[SandboxState | None, int]:
    """Return what stands of the sandbox, and the revision."""
    return read_state(reading, sandbox_ref(office), SandboxState)


def key_ref(certificate: UUID) -> StreamRef:
    """Return the stream of a portable certificate's key."""
    return StreamRef(kind=key_stream.STREAM_KIND, id=certificate)


def application_ref(application: UUID) -> StreamRef:
    """Return the stream of an application."""
    return StreamRef(kind=application_stream.APPLICATION_KIND, id=application)


def permission_ref(certificate: UUID, application: UUID) -> StreamRef:
    """Return the stream of what an application may do with a certificate."""
    name = uuid5(certificate, application.hex)
    return StreamRef(kind=application_stream.PERMISSION_KIND, id=name)


def log_ref(certificate: UUID) -> StreamRef:
    """Return the stream of what is signed with a certificate."""
    return StreamRef(kind=signature_log.STREAM_KIND, id=certificate)


def sandbox_ref(office: UUID) -> StreamRef:
    """Return the stream of the office's sandbox."""
    return StreamRef(kind=sandbox_stream.STREAM_KIND, id=uuid5(office, "sandbox"))


def end_key(
    writing: Writing,
    certificate: UUID,
    state: SigningKeyState,
    revision: int,
    events: Sequence[Event],
    origin: Origin,
    institution: UUID,
) -> None:
    """Append the end of a key, and erase it and its one-time codes from the chain."""
    ref, fold = key_ref(certificate), FOLDS[key_stream.STREAM_KIND]
    before = every_entry(writing, ref)
    _, added = continue_signing(writing, ref, state, revision, events, origin, institution)
    secret = {each.seq for each in before if each.kind in _SECRET and each.personal is not None}
    left = [
        replace(each, personal=None) if each.seq in secret else each for each in (*before, *added)
    ]
    revision += len(added)
    writing.purge(ref, revision, sorted(secret), origin, fold.replay(left), fold.version)


def continue_signing(
    writing: Writing,
    ref: StreamRef,
    state: StateT | None,
    revision: int,
    events: Sequence[Event],
    origin: Origin,
    institution: UUID | None,
) -> tuple[StateT, list[Entry]]:
    """Append events to a stream of signing and note them under their institution, if any.

    Raises `RevisionConflict`.
    """
    evolve: Callable[[StateT | None, Event], StateT] = _EVOLVE[ref.kind]  # pyright: ignore[reportAssignmentType]
    for event in events:
        state = evolve(state, event)
    if state is None:
        raise ValueError("a stream begins with an event")
    entries = append(writing, ref, revision, events, origin, state) if events else []
    if institution is not None and entries:
        writing.note_entries(institution, [entry.seq for entry in entries])
    return state, entries
