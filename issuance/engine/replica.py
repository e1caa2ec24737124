"""A station's copy of the office: what was pulled, with states, work-lists and claims beside it."""

from collections.abc import Sequence

from issuance.cases.decision import WHILE_OPEN
from issuance.cases.decisions.application import (
    holds_open_case,
    open_case_claim,
    renewal_claim,
)
from issuance.cases.state import CaseState
from issuance.engine.folds import FOLDS
from issuance.engine.projection import search_terms, worklist_row
from issuance.engine.streams import every_entry
from issuance.policies.model import Policy
from issuance.register.chain import PersonalPart, StoredEntry
from issuance.register.reading import Writing
from issuance.streams import StreamRef
from issuance.sync.pull import PulledEntry


def adopt(writing: Writing, policy: Policy, pulled: Sequence[PulledEntry]) -> None:
    """Take over pulled entries, and fold anew every stream they touch.

    Raises `RegisterUnreadable` when they are not the next ones of this very chain.
    """
    writing.adopt([_stored(entry) for entry in pulled])
    touched = {(entry.stream.kind, entry.stream.id): entry.stream for entry in pulled}
    for ref in touched.values():
        _fold(writing, policy, ref)


def _fold(writing: Writing, policy: Policy, ref: StreamRef) -> None:
    fold, entries = FOLDS[ref.kind], every_entry(writing, ref)
    state = fold.replay(entries)
    writing.keep_replica_state(ref, entries[-1].revision, state, fold.version)
    if ref.kind == "case":
        _index(writing, policy, CaseState.model_validate_json(state))


def _index(writing: Writing, policy: Policy, state: CaseState) -> None:
    row = worklist_row(state, policy, state.updated_at)
    writing.index_case(row, search_terms(row))
    writing.release_claims(state.id, *WHILE_OPEN, "case_number")
    writing.take_claim("case_number", state.number, state.id)
    if holds_open_case(state):
        claims = [open_case_claim(state.person, state.product)]
        if state.renews:
            claims.append(renewal_claim(state.renews))
        for claim in claims:
            writing.take_claim(claim.kind, claim.value, state.id)


def _stored(entry: PulledEntry) -> StoredEntry:
    personal = None
    if entry.personal is not None:
        personal = PersonalPart(bytes.fromhex(entry.salt), entry.personal.encode())
    return StoredEntry(
        seq=entry.seq,
        stream=entry.stream,
        revision=entry.revision,
        body=entry.body.encode(),
        hash=bytes.fromhex(entry.hash),
        personal=personal,
    )
