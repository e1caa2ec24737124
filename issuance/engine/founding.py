"""Founds an office: keys, register, certification authority, policy and first people."""

import base64
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography import x509

from issuance.access.key_ring import KeyRing, Purpose
from issuance.access.key_slots import DEFAULT_PARAMETERS, SlotContents, seal_slot
from issuance.access.office import KeyDerivationParameters, OfficeFile
from issuance.access.office_file import FILE_NAME, create_office
from issuance.access.office_stream import OfficeFounded, evolve_office
from issuance.access.operator_decisions import OperatorDecision, decide_first
from issuance.access.operators import OperatorState
from issuance.access.operators import evolve as evolve_operator
from issuance.access.passwords import check_new_password
from issuance.access.recovery import new_recovery_key, recovery_key_text, seal_recovery_slot
from issuance.access.roles import Role
from issuance.certificates.authority import AuthorityPlan, NewAuthority
from issuance.certificates.authority_keys import (
    AuthorityKeyFile,
    add_slot,
    seal_authority_key,
)
from issuance.certificates.authority_token import IssuingToken, TokenPlan
from issuance.certificates.imported_authority import AuthorityFiles, ImportedAuthority
from issuance.certificates.keys import PrivateKey, certificate_der
from issuance.certificates.pkcs11_signer import TokenPin
from issuance.certificates.sealing import PassphraseParameters
from issuance.certificates.stream import (
    AuthorityCreated,
    AuthorityEvent,
    AuthorityImported,
    InheritedCertificate,
    InheritedRevocation,
    evolve_authority,
)
from issuance.engine.authority_file import FILE_NAME as KEY_FILE_NAME
from issuance.engine.authority_file import write_authority_keys
from issuance.engine.custody_file import create_custody
from issuance.engine.founding_authority import (
    existing_authority,
    issuing_token,
    new_authority,
)
from issuance.engine.key_places import may_hold_issuing_key
from issuance.engine.office import Sources, named_stream
from issuance.engine.paths import checkpoint_signer
from issuance.engine.storage import REGISTER_NAME, Storage, write_storage
from issuance.engine.streams import append
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.policies.loader import load_policy
from issuance.policies.stream import PolicyEnacted, evolve_policy
from issuance.register.errors import RegisterFailure
from issuance.register.model import Origin
from issuance.register.register import Register, Writing
from issuance.secret import Secret

_USUAL_PASSPHRASE_COST = PassphraseParameters()


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """Somebody the office begins with; `must_change` asks for another password at once."""

    user: str
    name: str
    roles: tuple[Role, ...]
    password: Secret
    totp_secret: Secret
    must_change: bool = False


@dataclass(frozen=True, slots=True)
class FoundingPlan:
    """Everything an office needs to begin; with `token` the issuing key is in there and stays."""

    name: str
    province: str
    language: str
    policy: str
    demonstration: bool
    people: tuple[FirstPerson, ...]
    authority: AuthorityPlan | AuthorityFiles
    passphrase: Secret
    token: TokenPlan | None = None
    slot_parameters: KeyDerivationParameters = DEFAULT_PARAMETERS
    passphrase_parameters: PassphraseParameters = _USUAL_PASSPHRASE_COST


@dataclass(frozen=True, slots=True)
class Founded:
    """A new office; the recovery key is shown once and kept nowhere."""

    office: UUID
    recovery_key: Secret


Progress = Callable[[str], None]


def found_office(
    folder: Path,
    plan: FoundingPlan,
    sources: Sources,
    make_key: Callable[[str], PrivateKey],
    progress: Progress = lambda step: None,
    storage: Storage | None = None,
) -> Founded | tuple[Finding, ...]:
    """Found an office in a folder; `office.json` is written last, so half an office is none.

    Register and files lie in the folder too, unless `storage` says otherwise.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any((folder / name).exists() for name in (FILE_NAME, KEY_FILE_NAME, REGISTER_NAME)):
        return (blocks(AccessCode.OFFICE_EXISTS),)
    if findings := _check_people(plan):
        return findings
    progress("authority")
    token = issuing_token(plan.token, sources)
    authority = _authority(plan, make_key, sources, token)
    if isinstance(authority, list):
        return tuple(authority)
    place = storage or Storage.in_folder(folder)
    try:
        with _forgotten_unless_founded(plan, token):
            return _found(folder, plan, sources, authority, token, progress, place)
    except RegisterFailure as failure:
        return (failure.finding,)


def _found(
    folder: Path,
    plan: FoundingPlan,
    sources: Sources,
    authority: NewAuthority | ImportedAuthority,
    token: IssuingToken | None,
    progress: Progress,
    storage: Storage,
) -> Founded | tuple[Finding, ...]:
    now = sources.clock.now()
    office, randomness = sources.identifiers.new(), sources.randomness
    progress("keys")
    data_key = randomness.octets(32)
    slot_keys = {person.user: randomness.octets(32) for person in plan.people}
    key_id = str(sources.identifiers.new())
    _write_authority(folder, plan, sources, authority, token, key_id, slot_keys)
    progress("register")
    keys = KeyRing(data_key, randomness)
    if load_policy(plan.policy).policy.portable is not None:
        create_custody(folder, keys, randomness)
    register = Register.create(
        storage.register,
        keys.key(Purpose.REGISTER),
        office,
        randomness,
        checkpoint_signer(folder, keys),
    )
    with register.writing() as writing:
        _write_beginning(writing, office, plan, sources, authority, key_id)
    register.close()
    write_storage(folder, storage)
    progress("people")
    recovery = new_recovery_key(randomness)
    sign = OfficeFile(
        office=office,
        name=plan.name,
        province=plan.province,
        language=plan.language,
        theme="dark",
        demonstration=plan.demonstration,
        created_at=now,
        slots=tuple(
            seal_slot(
                office,
                person.user,
                person.password,
                SlotContents(data_key, person.totp_secret, slot_keys[person.user]),
                plan.slot_parameters,
                randomness,
            )
            for person in plan.people
        ),
        recovery_slot=seal_recovery_slot(office, recovery, data_key, randomness),
    )
    if finding := create_office(folder, sign):
        return (finding,)
    return Founded(office, recovery_key_text(recovery))


def _check_people(plan: FoundingPlan) -> tuple[Finding, ...]:
    """Check names and roles, that somebody administers, and that no real password is weak."""
    if not any(Role.ADMINISTRATOR in person.roles for person in plan.people):
        return (blocks(AccessCode.LAST_ADMINISTRATOR),)
    findings: list[Finding] = []
    known: set[str] = set()
    for person in plan.people:
        findings += _added(person, person.user).findings
        if person.user in known:
            findings.append(blocks(AccessCode.USER_NAME_TAKEN, "user", user=person.user))
        known.add(person.user)
        if not plan.demonstration:
            findings += check_new_password(person.password, (person.user, plan.name))
    return tuple(findings)


def _added(person: FirstPerson, founder: str) -> OperatorDecision:
    return decide_first(
        person.user, person.name, person.roles, founder, must_change=person.must_change
    )


def _authority(
    plan: FoundingPlan,
    make_key: Callable[[str], PrivateKey],
    sources: Sources,
    token: IssuingToken | None,
) -> NewAuthority | ImportedAuthority | list[Finding]:
    if isinstance(plan.authority, AuthorityFiles):
        return existing_authority(
            plan.authority, plan.policy, sources, token, demonstration=plan.demonstration
        )
    return new_authority(plan.authority, plan.policy, make_key, sources, token)


@contextmanager
def _forgotten_unless_founded(plan: FoundingPlan, token: IssuingToken | None) -> Generator[None]:
    """Leave no new key in a token where no office comes of it; an imported one stays."""
    try:
        yield
    except BaseException:
        if token is not None and not isinstance(plan.authority, AuthorityFiles):
            token.remove()
        raise


def _write_authority(
    folder: Path,
    plan: FoundingPlan,
    sources: Sources,
    authority: NewAuthority | ImportedAuthority,
    token: IssuingToken | None,
    key_id: str,
    slot_keys: dict[str, bytes],
) -> None:
    randomness = sources.randomness
    key = TokenPin(token.place, token.plan.pin) if token else authority.issuing_key
    issuing = seal_authority_key(
        key_id, key, plan.passphrase, plan.passphrase_parameters, randomness
    )
    policy = load_policy(plan.policy).policy
    holders = (each.user for each in plan.people if may_hold_issuing_key(policy, each.roles))
    for user in holders:
        slot_key = slot_keys[user]
        added = add_slot(issuing, plan.passphrase, user, slot_key, randomness)
        if isinstance(added, Finding):
            raise ValueError(added.code)
        issuing = added
    keys = {"issuing": issuing}
    if isinstance(authority, NewAuthority):
        keys["root"] = seal_authority_key(
            str(sources.identifiers.new()),
            authority.root_key,
            plan.passphrase,
            plan.passphrase_parameters,
            randomness,
        )
    write_authority_keys(folder, AuthorityKeyFile(keys=keys))


def _write_beginning(
    writing: Writing,
    office: UUID,
    plan: FoundingPlan,
    sources: Sources,
    authority: NewAuthority | ImportedAuthority,
    key_id: str,
) -> None:
    shipped = load_policy(plan.policy)
    founder = plan.people[0].user
    origin = Origin(sources.clock.now(), founder, None, shipped.reference)
    founded = OfficeFounded(
        name=plan.name,
        province=plan.province,
        policy=plan.policy,
        demonstration=plan.demonstration,
    )
    append(
        writing, named_stream(office, "office"), 0, [founded], origin, evolve_office(None, founded)
    )
    enacted = PolicyEnacted(
        policy=plan.policy,
        version=shipped.policy.version,
        digest=shipped.digest,
        proposed_by="",
        by=founder,
        files=dict(shipped.files),
    )
    stream = named_stream(office, "policy", plan.policy)
    append(writing, stream, 0, [enacted], origin, evolve_policy(None, enacted))
    begun = _authority_event(authority, key_id)
    stream = named_stream(office, "authority")
    append(writing, stream, 0, [begun], origin, evolve_authority(None, begun))
    for person in plan.people:
        _add_person(writing, office, person, founder, origin)


def _authority_event(authority: NewAuthority | ImportedAuthority, key_id: str) -> AuthorityEvent:
    issuing, root = authority.issuing_certificate, authority.root_certificate
    if isinstance(authority, NewAuthority):
        return AuthorityCreated(
            key=key_id,
            issuing=_base64(issuing),
            root=_base64(root),
            not_after=issuing.not_valid_after_utc,
            root_list=base64.b64encode(authority.root_list).decode("ascii"),
        )
    return AuthorityImported(
        key=key_id,
        issuing=_base64(issuing),
        between=tuple(map(_base64, authority.chain[1:-1])),
        root=_base64(root),
        not_after=issuing.not_valid_after_utc,
        list_number=authority.revoked.number or 0,
        issued=tuple(
            InheritedCertificate(serial=f"{each.serial:x}", not_after=each.not_after)
            for each in authority.issued
        ),
        revoked=tuple(
            InheritedRevocation(
                serial=f"{each.serial:x}",
                revoked_at=each.revoked_at,
                reason=each.reason.value,
                invalid_since=each.invalid_since,
            )
            for each in authority.revoked.entries
        ),
    )


def _add_person(
    writing: Writing, office: UUID, person: FirstPerson, founder: str, origin: Origin
) -> None:
    events = _added(person, founder).events
    state: OperatorState | None = None
    for event in events:
        state = evolve_operator(state, event)
    if state is None:
        raise ValueError("a person begins with an event")
    stream = named_stream(office, "operator", person.user)
    append(writing, stream, 0, events, origin, state)


def _base64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate_der(certificate)).decode("ascii")
