"""Opens an office: password, key slot, register, one-time code; and closes it again."""

import base64
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography import x509
from filelock import FileLock, Timeout

from issuance.access.durable_file import write_finding
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.key_slots import SlotContents
from issuance.access.log_in import OpenedSlot, log_in_completed, open_with_password
from issuance.access.office_file import read_office
from issuance.access.office_stream import (
    OfficeEvent,
    OfficeState,
    StrangerRefused,
    evolve_office,
)
from issuance.access.operator_decisions import decide_log_in, decide_log_out
from issuance.access.operators import LogInRefused, OperatorEvent, OperatorState
from issuance.access.operators import evolve as evolve_operator
from issuance.access.roles import Session
from issuance.access.spool import Spool
from issuance.certificates.authority_keys import open_with_key
from issuance.certificates.keys import PrivateKey
from issuance.certificates.signer import AuthoritySigner, SoftwareSigner
from issuance.certificates.stream import AuthorityState
from issuance.certificates.to_be_signed import ThrowAwayKeys
from issuance.engine.authority import Authority
from issuance.engine.authority_file import read_authority_keys
from issuance.engine.engine import Engine
from issuance.engine.mail import mail_route
from issuance.engine.office import Office, Sources, named_stream
from issuance.engine.operators import OperatorDesk
from issuance.engine.paths import checkpoint_signer, register_path
from issuance.engine.streams import append, read_state
from issuance.evidence.blob_store import BlobStore
from issuance.evidence.checker import LimitedChecker
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.policies.loader import load_policy
from issuance.register.errors import RegisterFailure
from issuance.register.model import Origin
from issuance.register.register import Reading, Register
from issuance.secret import Secret

Findings = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OpenedOffice:
    """An office somebody has logged in to."""

    engine: Engine
    session: Session
    keys: KeyRing
    lock: FileLock

    def close(self) -> None:
        """Record the log-out, close everything and let another process have the office."""
        office, user = self.engine.office, self.session.operator
        left = decide_log_out(self.session).events
        try:
            # A full disk must not keep anybody from leaving.
            with suppress(RegisterFailure):
                _append_to_operator(office.register, office.id, user, office.sources, left)
                self.engine.close()
        finally:
            self.lock.release()


def open_office(
    folder: Path,
    user: str,
    password: Secret,
    code: Secret,
    sources: Sources,
    make_key: Callable[[str], PrivateKey],
) -> OpenedOffice | Findings:
    """Log a person in: the password opens the slot, the register checks the one-time code.

    One process at a time may have an embedded office open.
    """
    sign = read_office(folder)
    if isinstance(sign, Finding):
        return (sign,)
    # Opened in one thread, closed in another.
    lock = FileLock(folder / "office.lock", timeout=0, thread_local=False, mode=0o600)
    opened: OpenedOffice | Findings = ()
    try:
        lock.acquire()
        opened = _open_locked(folder, user, password, code, sources, make_key, lock)
    except Timeout:
        return (blocks(EngineCode.OFFICE_IN_USE),)
    except RegisterFailure as failure:
        opened = (failure.finding,)
    except OSError as error:
        opened = (write_finding(error, folder),)
    finally:
        if not isinstance(opened, OpenedOffice):
            lock.release()
    return opened


def check_own_password(
    folder: Path, session: Session, password: Secret, now: datetime
) -> Finding | None:
    """Say why a password does not unlock after an idle time; attempts count as in a log-in."""
    opened = open_with_password(folder, session.operator, password, now)
    if isinstance(opened, Finding):
        return opened
    completed = log_in_completed(folder, session.operator)
    return completed if isinstance(completed, Finding) else None


def _open_locked(
    folder: Path,
    user: str,
    password: Secret,
    code: Secret,
    sources: Sources,
    make_key: Callable[[str], PrivateKey],
    lock: FileLock,
) -> OpenedOffice | Findings:
    opened = open_with_password(folder, user, password, sources.clock.now())
    if isinstance(opened, Finding):
        return (opened,)
    keys = KeyRing(opened.contents.data_key, sources.randomness)
    register = Register.open(
        register_path(folder),
        keys.key(Purpose.REGISTER),
        opened.office.office,
        sources.randomness,
        checkpoint_signer(folder, keys),
    )
    with ExitStack() as on_refusal:
        on_refusal.callback(register.close)
        session = _enter(folder, register, opened, code, sources)
        if not isinstance(session, Session):
            return session
        office = _assemble(folder, register, opened, keys, sources, make_key)
        if isinstance(office, Finding):
            return (office,)
        engine = Engine(office, OperatorDesk(office, opened.user, opened.contents))
        # What cannot be finished now is finished by a later tick; nobody is kept out for it.
        with suppress(RegisterFailure):
            engine.finish_intents(session)
        on_refusal.pop_all()
    return OpenedOffice(engine, session, keys, lock)


def _enter(
    folder: Path, register: Register, opened: OpenedSlot, code: Secret, sources: Sources
) -> Session | Findings:
    """Chain in what was noted before the log-in, then check the one-time code."""
    office = opened.office.office
    _chain_spool(folder, register, office, sources)
    now = sources.clock.now()
    session_id = sources.identifiers.new()
    with register.reading() as reading:
        state = _operator(reading, office, opened.user)
        founded, _ = read_state(reading, named_stream(office, "office"), OfficeState)
    if state is None or founded is None:
        return (blocks(AccessCode.LOG_IN_REFUSED),)
    if founded.demonstration != opened.office.demonstration:
        return (blocks(EngineCode.OFFICE_MISMATCH, part="demonstration"),)
    if founded.demonstration:
        # Everybody knows its codes; asking for a fresh one would only make people wait.
        state = state.model_copy(update={"last_totp_step": None})
    decision = decide_log_in(state, opened.contents.totp_secret, code, session_id, now)
    _append_to_operator(register, office, opened.user, sources, decision.events)
    if decision.findings:
        return decision.findings
    log_in_completed(folder, opened.user)
    return Session(
        id=session_id,
        office=office,
        operator=opened.user,
        name=state.name,
        roles=state.roles,
        started_at=now,
        demonstration=founded.demonstration,
        enrolling=state.must_change_password,
    )


def _operator(reading: Reading, office: UUID, user: str) -> OperatorState | None:
    return read_state(reading, named_stream(office, "operator", user), OperatorState)[0]


def _chain_spool(folder: Path, register: Register, office: UUID, sources: Sources) -> None:
    spool = Spool(folder)
    attempts = spool.drain()
    for attempt in attempts:
        if attempt.user is not None:
            refused = LogInRefused(cause=attempt.cause, attempted_at=attempt.at)
            _append_to_operator(register, office, attempt.user, sources, (refused,))
        else:
            tried = StrangerRefused(cause=attempt.cause.value, attempted_at=attempt.at)
            _append_to_office(register, office, sources, tried)
    if attempts:
        spool.clear(len(attempts))


def _append_to_office(
    register: Register, office: UUID, sources: Sources, event: OfficeEvent
) -> None:
    stream = named_stream(office, "office")
    with register.writing() as writing:
        state, revision = read_state(writing, stream, OfficeState)
        origin = Origin(sources.clock.now(), "", None, None)
        append(writing, stream, revision, [event], origin, evolve_office(state, event))


def _append_to_operator(
    register: Register,
    office: UUID,
    user: str,
    sources: Sources,
    events: tuple[OperatorEvent, ...],
) -> None:
    stream = named_stream(office, "operator", user)
    with register.writing() as writing:
        state, revision = read_state(writing, stream, OperatorState)
        if state is None:
            return
        for event in events:
            state = evolve_operator(state, event)
        append(
            writing, stream, revision, events, Origin(sources.clock.now(), user, None, None), state
        )


def _assemble(
    folder: Path,
    register: Register,
    opened: OpenedSlot,
    keys: KeyRing,
    sources: Sources,
    make_key: Callable[[str], PrivateKey],
) -> Office | Finding:
    sign = opened.office
    with register.reading() as reading:
        founded, _ = read_state(reading, named_stream(sign.office, "office"), OfficeState)
        authority, _ = read_state(reading, named_stream(sign.office, "authority"), AuthorityState)
    if founded is None or authority is None:
        return blocks(EngineCode.OFFICE_MISMATCH, part="register")
    opener = _signer_opener(folder, opened.user, opened.contents, authority)
    if isinstance(opener, Finding):
        return opener
    transport, sender = mail_route(folder, sign, keys, sources.randomness)
    return Office(
        folder=folder,
        sign=sign,
        keys=keys,
        register=register,
        blobs=BlobStore(
            folder / "blobs",
            keys.key(Purpose.BLOBS),
            keys.key(Purpose.BLOB_NAMES),
            sources.randomness,
        ),
        checker=LimitedChecker(),
        policy=load_policy(founded.policy),
        authority=Authority(
            key_id=authority.key,
            issuing=_certificate(authority.issuing),
            root=_certificate(authority.root),
            throw_away=ThrowAwayKeys(make_key),
            open_signer=opener,
        ),
        transport=transport,
        sender=sender,
        sources=sources,
    )


def _signer_opener(
    folder: Path, user: str, contents: SlotContents, authority: AuthorityState
) -> Callable[[], AuthoritySigner] | Finding | None:
    slot_key = contents.authority_slot_key
    if slot_key is None:
        return None
    keys = read_authority_keys(folder)
    if isinstance(keys, Finding):
        return keys
    sealed = keys.keys.get("issuing")
    if sealed is None or user not in sealed.slots:
        return None

    def open_signer() -> AuthoritySigner:
        key = open_with_key(sealed, user, slot_key)
        if isinstance(key, Finding):
            raise ValueError(key.code)
        return SoftwareSigner(key, _certificate(authority.issuing))

    return open_signer


def _certificate(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
