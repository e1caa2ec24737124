"""The people of the office: their streams in the register, their slots in the key files."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from issuance.access.commands import (
    AddOperator,
    ChangePassword,
    ChangeRoles,
    OfficeBody,
    RemoveOperator,
    ResetAccess,
)
from issuance.access.key_slots import DEFAULT_PARAMETERS, SlotContents, open_slot, seal_slot
from issuance.access.office_file import read_office, update_office
from issuance.access.operator_decisions import (
    OperatorDecision,
    decide_add,
    decide_change_password,
    decide_change_roles,
    decide_remove,
    decide_set_first_password,
)
from issuance.access.operators import OperatorState, evolve
from issuance.access.passwords import check_new_password
from issuance.access.roles import Role, Session
from issuance.access.totp import Enrolment, enrolment_of, new_totp_secret
from issuance.certificates.authority_keys import share_slot, without_slot
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.authority_file import read_authority_keys, write_authority_keys
from issuance.engine.office import Office, named_stream
from issuance.engine.receipts import keep_receipt
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.register.model import Origin
from issuance.register.register import Reading
from issuance.secret import Secret
from issuance.streams import StreamRef


@dataclass(frozen=True, slots=True, repr=False)
class OperatorDesk:
    """Carries out the commands about people, in the session of whoever opened the office."""

    office: Office
    user: str
    contents: SlotContents

    def execute(self, command: Command, body: OfficeBody, session: Session) -> Receipt:
        """Decide, make the new key slots, commit, then put the slots in place.

        A crash before the slots are in place leaves a person who cannot log in; the administrator
        gives a new first password, which makes the slot again.
        """
        if findings := self._passwords(body, session):
            return self._refuse(command, findings)
        target = self._target(body, session)
        stream = named_stream(self.office.id, "operator", target)
        with self.office.register.writing() as writing:
            state, revision = read_state(writing, stream, OperatorState)
            decision = self._decide(body, state, session, writing)
            if decision.findings:
                return keep_receipt(
                    self.office, command, writing, Outcome.REJECTED, decision.findings,
                    revision, {},
                )  # fmt: skip
            for event in decision.events:
                state = evolve(state, event)
            if state is None:
                raise ValueError("a decision without findings has an event")
            now = self.office.now()
            origin = Origin(now, session.operator, command.id, self.office.policy.reference)
            append(writing, stream, revision, decision.events, origin, state)
            receipt = keep_receipt(
                self.office, command, writing, Outcome.APPLIED, (),
                revision + len(decision.events), {"user": target},
            )  # fmt: skip
        self._place_slots(body, state, session)
        return receipt

    def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, as long as the first password stands."""
        stream = named_stream(self.office.id, "operator", self.user)
        with self.office.register.reading() as reading:
            state, _ = read_state(reading, stream, OperatorState)
        if state is None or not state.must_change_password:
            return blocks(AccessCode.ENROLLED_ALREADY)
        return enrolment_of(self.contents.totp_secret, self.user)

    def _passwords(self, body: OfficeBody, session: Session) -> tuple[Finding, ...]:
        office = self.office.sign
        match body:
            case AddOperator(first_password=Secret() as password, user=user):
                return check_new_password(password, (user, office.name))
            case ResetAccess(first_password=Secret() as password, user=user):
                return check_new_password(password, (user, office.name))
            case ChangePassword(current=Secret() as current, new=Secret() as new):
                if self._open_own_slot(session.operator, current) is None:
                    return (blocks(AccessCode.LOG_IN_REFUSED, "current"),)
                return check_new_password(new, (session.operator, office.name))
            case ChangeRoles() | RemoveOperator():
                return ()
            case _:
                return (blocks(AccessCode.PASSWORD_MISSING, "password"),)

    def _target(self, body: OfficeBody, session: Session) -> str:
        return session.operator if isinstance(body, ChangePassword) else body.user

    def _decide(
        self, body: OfficeBody, state: OperatorState | None, session: Session, reading: Reading
    ) -> OperatorDecision:
        if isinstance(body, AddOperator):
            return decide_add(state, body.user, body.name, _roles(body.roles), session)
        if state is None:
            return OperatorDecision(findings=(blocks(AccessCode.OPERATOR_UNKNOWN, "user"),))
        match body:
            case ChangeRoles():
                others = self._administrators(reading)
                return decide_change_roles(state, _roles(body.roles), session, others)
            case RemoveOperator():
                return decide_remove(state, body.reason, session, self._administrators(reading))
            case ResetAccess():
                return decide_set_first_password(state, session)
            case ChangePassword():
                code, now = body.code or Secret(""), self.office.now()
                return decide_change_password(state, self.contents.totp_secret, code, now)

    def _administrators(self, reading: Reading) -> Collection[str]:
        return {state.user for state in operators_of(reading) if state.administers}

    def _place_slots(self, body: OfficeBody, state: OperatorState, session: Session) -> None:
        match body:
            case AddOperator(first_password=Secret() as password):
                self._seal(state.user, password, new_totp_secret(self.office.sources.randomness))
            case ResetAccess(first_password=Secret() as password):
                self._seal(state.user, password, new_totp_secret(self.office.sources.randomness))
            case ChangePassword(current=Secret() as current, new=Secret() as new):
                own = self._open_own_slot(session.operator, current)
                if own is not None:
                    self._write_slot(session.operator, new, own)
            case RemoveOperator():
                update_office(self.office.folder, lambda sign: sign.without_slot(body.user))
                self._change_authority_slot(body.user, None)
            case _:
                pass

    def _seal(self, user: str, password: Secret, totp_secret: Secret) -> None:
        """Make a person's slots; everybody gets a key of their own to the issuing key's slot.

        Whether it may be used is for the policy's roles to say, which the engine asks each time.
        """
        slot_key = self.office.sources.randomness.octets(32)
        contents = SlotContents(self.contents.data_key, totp_secret, slot_key)
        self._change_authority_slot(user, slot_key)
        self._write_slot(user, password, contents)

    def _write_slot(self, user: str, password: Secret, contents: SlotContents) -> None:
        own = self.office.sign.slots[0].parameters if self.office.sign.slots else None
        slot = seal_slot(
            self.office.id, user, password, contents, own or DEFAULT_PARAMETERS,
            self.office.sources.randomness,
        )  # fmt: skip
        written = update_office(
            self.office.folder, lambda sign: sign.without_attempts(user).with_slot(slot)
        )
        if isinstance(written, Finding):
            raise OSError(written.code)

    def _change_authority_slot(self, user: str, slot_key: bytes | None) -> None:
        keys = read_authority_keys(self.office.folder)
        if isinstance(keys, Finding):
            raise OSError(keys.code)
        issuing = keys.keys["issuing"]
        if slot_key is None:
            changed = without_slot(issuing, user)
        else:
            own = self.contents.authority_slot_key or b""
            shared = share_slot(
                issuing, self.user, own, user, slot_key, self.office.sources.randomness
            )
            if isinstance(shared, Finding):
                raise OSError(shared.code)
            changed = shared
        write_authority_keys(
            self.office.folder, keys.model_copy(update={"keys": {**keys.keys, "issuing": changed}})
        )

    def _open_own_slot(self, user: str, password: Secret) -> SlotContents | None:
        sign = read_office(self.office.folder)
        slot = None if isinstance(sign, Finding) else sign.slot_of(user)
        return open_slot(self.office.id, slot, password) if slot else None

    def _refuse(self, command: Command, findings: tuple[Finding, ...]) -> Receipt:
        with self.office.register.writing() as writing:
            return keep_receipt(
                self.office, command, writing, Outcome.REJECTED, findings,
                command.base_revision, {},
            )  # fmt: skip


def operators_of(reading: Reading) -> list[OperatorState]:
    """Return everybody who has, or had, a place in this office."""
    states: list[OperatorState] = []
    after = StreamRef(kind="operator", id=UUID(int=0))
    while page := [each for each in reading.streams(after) if each.ref.kind == after.kind]:
        found = (read_state(reading, each.ref, OperatorState)[0] for each in page)
        states += [state for state in found if state]
        after = page[-1].ref
    return sorted(states, key=lambda state: state.user)


def _roles(names: Collection[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)
