"""Opens an office: password, key slot, register, one-time code; and closes it again."""

import base64
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cryptography import x509
from filelock import FileLock, Timeout

from issuance.access.durable_file import write_finding
from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.log_in import OpenedSlot, open_with_password
from issuance.access.office_file import read_office
from issuance.access.office_stream import OfficeState
from issuance.access.operator_decisions import decide_log_out
from issuance.access.roles import Session
from issuance.certificates.authority_keys import AuthorityKeyFile, is_altered, open_with_key
from issuance.certificates.keys import PrivateKey
from issuance.certificates.pkcs11_signer import TokenPin, open_pkcs11_signer
from issuance.certificates.signer import AuthoritySigner, SoftwareSigner
from issuance.certificates.stream import AuthorityState
from issuance.certificates.to_be_signed import ThrowAwayKeys
from issuance.engine.authority import Authority
from issuance.engine.authority_file import FILE_NAME as AUTHORITY_FILE
from issuance.engine.authority_file import read_authority_keys
from issuance.engine.custody import Custody
from issuance.engine.engine import Engine
from issuance.engine.entering import enter
from issuance.engine.institution_carrying_over import end_carried_over
from issuance.engine.mail import mail_route
from issuance.engine.noted_attempts import append_to_operator
from issuance.engine.office import Office, Sources, named_stream
from issuance.engine.operators import OperatorDesk
from issuance.engine.paths import blob_store, checkpoint_signer, register_place
from issuance.engine.seal_keys import SealKeys
from issuance.engine.streams import read_state
from issuance.evidence.checker import LimitedChecker
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.findings.engine import EngineCode
from issuance.policies.loader import PolicyError, load_policy
from issuance.register.errors import RegisterFailure
from issuance.register.model import Origin
from issuance.register.register import Register
from issuance.secret import Secret

Findings = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OpenedOffice:
    """An office somebody has logged in to."""

    engine: Engine
    session: Session
    keys: KeyRing
    lock: FileLock | None

    def close(self) -> None:
        """Record the log-out, close everything and let another process have the office."""
        office, user = self.engine.office, self.session.operator
        with ExitStack() as leaving:
            if self.lock is not None:
                leaving.callback(self.lock.release)
            # A full disk must not keep anybody from leaving.
            leaving.enter_context(suppress(RegisterFailure))
            leaving.callback(self.engine.close)
            left = decide_log_out(self.session).events
            origin = Origin(office.now(), user, None, None)
            office.register.write(
                lambda writing: append_to_operator(writing, office.id, user, left, origin)
            )


def open_office(
    folder: Path,
    user: str,
    password: Secret,
    code: Secret | None,
    sources: Sources,
    make_key: Callable[[str], PrivateKey],
) -> OpenedOffice | Findings:
    """Log a person in: the password opens the slot, the register checks the one-time code.

    Only a service logs in without a code (None): its password is a credential store's to guard.
    One process at a time may have an office open whose register is a file; of one on a database
    server any number.
    """
    sign = read_office(folder)
    if isinstance(sign, Finding):
        return (sign,)
    lock: FileLock | None = None
    opened: OpenedOffice | Findings = ()
    try:
        if isinstance(register_place(folder), Path):
            # Opened in one thread, closed in another.
            lock = FileLock(folder / "office.lock", timeout=0, thread_local=False, mode=0o600)
            lock.acquire()
        opened = _open_locked(folder, user, password, code, sources, make_key, lock)
    except Timeout:
        return (blocks(EngineCode.OFFICE_IN_USE),)
    except (RegisterFailure, PolicyError) as failure:
        opened = (failure.finding,)
    except OSError as error:
        opened = (write_finding(error, folder),)
    finally:
        if lock is not None and not isinstance(opened, OpenedOffice):
            lock.release()
    return opened


def _open_locked(
    folder: Path,
    user: str,
    password: Secret,
    code: Secret | None,
    sources: Sources,
    make_key: Callable[[str], PrivateKey],
    lock: FileLock | None,
) -> OpenedOffice | Findings:
    opened = open_with_password(folder, user, password, sources.clock.now())
    if isinstance(opened, Finding):
        return (opened,)
    keys = KeyRing(opened.contents.data_key, sources.randomness)
    register = Register.open(
        register_place(folder),
        keys.key(Purpose.REGISTER),
        opened.office.office,
        sources.randomness,
        checkpoint_signer(folder, keys),
    )
    with ExitStack() as on_refusal:
        on_refusal.callback(register.close)
        session = enter(folder, register, opened, code, sources)
        if not isinstance(session, Session):
            return session
        office = _assemble(folder, register, opened, keys, sources, make_key)
        if isinstance(office, Finding):
            return (office,)
        engine = Engine(office, OperatorDesk(office, opened.user, opened.contents))
        # What cannot be finished now is finished by a later tick; nobody is kept out for it.
        with suppress(RegisterFailure):
            # Before anything can be signed with a key that a list of before a restore gives ends.
            end_carried_over(office, session.operator)
            engine.finish_intents(session)
        on_refusal.pop_all()
    return OpenedOffice(engine, session, keys, lock)


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
    sealed = read_authority_keys(folder)
    if isinstance(sealed, Finding):
        return sealed
    if "issuing" not in sealed.keys or sealed.keys["issuing"].key_id != authority.key:
        return blocks(EngineCode.OFFICE_MISMATCH, part=AUTHORITY_FILE)
    slot_key = opened.contents.authority_slot_key
    # Told at the first certificate, the damage would by then be in every backup.
    if slot_key is not None and is_altered(sealed.keys["issuing"], opened.user, slot_key):
        return blocks(EngineCode.AUTHORITY_UNREADABLE, file=AUTHORITY_FILE)
    # What it names and cannot be read is told now, and not when the first mail is due.
    mail_route(folder, sign, keys, sources.randomness)
    loaded = load_policy(founded.policy)
    return Office(
        folder=folder,
        sign=sign,
        keys=keys,
        register=register,
        blobs=blob_store(folder, keys, sources.randomness),
        # Systems send documents to be signed side by side, a counter one file after the other.
        checker=LimitedChecker(workers=1 if loaded.policy.portable is None else 2),
        policy=loaded,
        authority=Authority(
            key_id=authority.key,
            issuing=_certificate(authority.issuing),
            between=tuple(map(_certificate, authority.between)),
            root=_certificate(authority.root),
            root_list=base64.b64decode(authority.root_list),
            throw_away=ThrowAwayKeys(make_key),
            make_key=make_key,
            open_signer=partial(_open_signer, sealed, opened, authority),
        ),
        seal_keys=SealKeys(
            folder,
            opened.user,
            opened.contents.authority_slot_key,
            make_key,
            sources.randomness,
        ),
        custody=Custody(folder, keys, sources.clock, sources.randomness, make_key),
        sources=sources,
    )


def _open_signer(
    sealed: AuthorityKeyFile, opened: OpenedSlot, authority: AuthorityState
) -> AuthoritySigner | Finding:
    issuing, slot_key = sealed.keys.get("issuing"), opened.contents.authority_slot_key
    if issuing is None or slot_key is None or opened.user not in issuing.slots:
        return blocks(EngineCode.NO_ISSUING_RIGHT)
    key = open_with_key(issuing, opened.user, slot_key)
    certificate = _certificate(authority.issuing)
    if isinstance(key, Finding):
        # A renewed access has a new slot: a damaged one is mended as a missing one is.
        slot_refused = key.code == CertificateFinding.KEY_SLOT_REFUSED
        return blocks(EngineCode.NO_ISSUING_RIGHT) if slot_refused else key
    if isinstance(key, TokenPin):
        return open_pkcs11_signer(key.place, key.pin, certificate)
    return SoftwareSigner(key, certificate)


def _certificate(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
