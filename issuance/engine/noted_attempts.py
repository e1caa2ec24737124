"""Chains in what was noted of refused log-ins while the register was closed."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

from issuance.access.office_stream import OfficeState, StrangerRefused, evolve_office
from issuance.access.operators import LogInRefused, OperatorEvent, OperatorState
from issuance.access.operators import evolve as evolve_operator
from issuance.access.spool import Spool, SpooledAttempt
from issuance.engine.office import Sources, named_stream
from issuance.engine.streams import append, read_state
from issuance.register.model import Origin
from issuance.register.register import Register, Writing

_CLAIM = "spool"


def chain_noted_attempts(folder: Path, register: Register, sources: Sources) -> None:
    """Chain every batch of the spool once, whatever was cut short before.

    A batch and its claim are one transaction, so a batch that is still there with its claim taken
    only has to be removed. Raises OSError when the spool cannot be read or a batch not removed.
    """
    spool = Spool(folder)
    while batch := spool.set_aside(sources.identifiers.new()):
        chain = partial(_chain_batch, batch, spool.attempts(batch), register.office, sources)
        # Alone: two processes may have come upon the same batch.
        register.write(chain, alone=True)
        spool.forget(batch)


def append_to_operator(
    writing: Writing, office: UUID, user: str, events: tuple[OperatorEvent, ...], origin: Origin
) -> bool:
    """Append to a person's stream; False when the register knows nobody of that name."""
    stream = named_stream(office, "operator", user)
    state, revision = read_state(writing, stream, OperatorState)
    if state is None:
        return False
    for event in events:
        state = evolve_operator(state, event)
    append(writing, stream, revision, events, origin, state)
    return True


def append_stranger(writing: Writing, office: UUID, event: StrangerRefused, origin: Origin) -> None:
    """Append to the office's stream that somebody it does not know was refused."""
    stream = named_stream(office, "office")
    state, revision = read_state(writing, stream, OfficeState)
    append(writing, stream, revision, [event], origin, evolve_office(state, event))


def _chain_batch(
    batch: UUID,
    attempts: Sequence[SpooledAttempt],
    office: UUID,
    sources: Sources,
    writing: Writing,
) -> None:
    if writing.claim(_CLAIM, str(batch)) is None:
        writing.take_claim(_CLAIM, str(batch), office)
        origin = Origin(sources.clock.now(), "", batch, None)
        for attempt in attempts:
            _chain(writing, office, attempt, origin)


def _chain(writing: Writing, office: UUID, attempt: SpooledAttempt, origin: Origin) -> None:
    if attempt.user is not None:
        refused = LogInRefused(cause=attempt.cause, attempted_at=attempt.at)
        theirs = Origin(origin.at, attempt.user, origin.command_id, None)
        if append_to_operator(writing, office, attempt.user, (refused,), theirs):
            return
    tried = StrangerRefused(cause=attempt.cause.value, attempted_at=attempt.at)
    append_stranger(writing, office, tried, origin)
