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
from issuance.access.key_slots import SlotContents
from issuance.access.office import USER_NAME
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
from issuance.access.totp import Enrolment, enrolment_of
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.key_places import KeyPlaces, may_hold_issuing_key
from issuance.engine.office import Office, named_stream
from issuance.engine.receipts import keep_receipt
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.identity.cleaning import printable
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
        """Decide, change the key slots, then commit; see `key_places` for why in this order."""
        target = session.operator if isinstance(body, ChangePassword) else body.user
        if findings := self._before(body, target, session):
            return self._refuse(command, findings)
        stream = named_stream(self.office.id, "operator", target)
        with self.office.register.writing() as writing:
            state, revision = read_state(writing, stream, OperatorState)
            decision = self._decide(body, state, session, writing)
            for event in decision.events:
                state = evolve(state, event)
            findings = decision.findings
            if state is not None and not findings:
                refused = self._change_slots(body, state)
                findings = (refused,) if refused else ()
            if state is None or findings:
                return keep_receipt(
                    self.office, command, writing, Outcome.REJECTED, findings, revision, {}
                )
            now = self.office.now()
            origin = Origin(now, session.operator, command.id, self.office.policy.reference)
            append(writing, stream, revision, decision.events, origin, state)
            revision += len(decision.events)
            return keep_receipt(
                self.office, command, writing, Outcome.APPLIED, (), revision, {"user": target}
            )

    def enrolment(self) -> Enrolment | Finding:
        """Return what enrols the own authenticator, as long as the first password stands."""
        stream = named_stream(self.office.id, "operator", self.user)
        with self.office.register.reading() as reading:
            state, _ = read_state(reading, stream, OperatorState)
        if state is None or not state.must_change_password:
            return blocks(AccessCode.ENROLLED_ALREADY)
        return enrolment_of(self.contents.totp_secret, self.user)

    @property
    def _places(self) -> KeyPlaces:
        return KeyPlaces(self.office, self.user, self.contents)

    def _before(self, body: OfficeBody, target: str, session: Session) -> tuple[Finding, ...]:
        """Return what forbids a command by its contents alone."""
        if not USER_NAME.fullmatch(target):
            return (blocks(AccessCode.USER_NAME_INVALID, "user", user=printable(target)),)
        if isinstance(body, AddOperator | ChangeRoles):
            unknown = set(body.roles) - {role.value for role in Role}
            if unknown:
                return (blocks(AccessCode.ROLE_UNKNOWN, "roles"),)
        if isinstance(body, ResetAccess) and target == session.operator:
            return (blocks(AccessCode.OWN_ACCESS, "user"),)
        return self._passwords(body, session)

    def _passwords(self, body: OfficeBody, session: Session) -> tuple[Finding, ...]:
        office = self.office.sign
        match body:
            case AddOperator(first_password=Secret() as password, user=user):
                return check_new_password(password, (user, office.name))
            case ResetAccess(first_password=Secret() as password, user=user):
                return check_new_password(password, (user, office.name))
            case ChangePassword(current=Secret() as current, new=Secret() as new):
                if self._places.open_own(current) is None:
                    return (blocks(AccessCode.LOG_IN_REFUSED, "current"),)
                return check_new_password(new, (session.operator, office.name))
            case ChangeRoles() | RemoveOperator():
                return ()
            case _:
                return (blocks(AccessCode.PASSWORD_MISSING, "password"),)

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

    def _change_slots(self, body: OfficeBody, state: OperatorState) -> Finding | None:
        match body:
            case AddOperator(first_password=Secret() as password):
                return self._places.give(state.user, password, state.roles)
            case ResetAccess(first_password=Secret() as password):
                return self._places.give(state.user, password, state.roles)
            case ChangePassword(current=Secret() as current, new=Secret() as new):
                return self._places.change_own_password(current, new)
            case RemoveOperator():
                return self._places.take_away(state.user)
            case ChangeRoles() if not may_hold_issuing_key(self.office.policy.policy, state.roles):
                return self._places.take_issuing_key(state.user)
            case _:
                # Who may issue from now on gets the slot with a new first password.
                return None

    def _refuse(self, command: Command, findings: tuple[Finding, ...]) -> Receipt:
        with self.office.register.writing() as writing:
            return keep_receipt(
                self.office, command, writing, Outcome.REJECTED, findings, command.base_revision, {}
            )


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
