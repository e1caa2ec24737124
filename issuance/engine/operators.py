"""The people of the office: their streams in the register, their slots in the key files."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from issuance.access.commands import (
    AddOperator,
    ChangePassword,
    ChangeRoles,
    InviteMember,
    OfficeBody,
    RemoveOperator,
    ResetAccess,
)
from issuance.access.key_slots import SlotContents
from issuance.access.log_in import check_own_password
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
from issuance.engine.denials import append_denials
from issuance.engine.key_places import KeyPlaces, may_hold_issuing_key
from issuance.engine.members import concerns_members, decide_invitation, decide_renewal, keep_seats
from issuance.engine.office import Office, named_stream
from issuance.engine.receipts import keep_conflict, keep_receipt
from issuance.engine.station_keys import renew_keys
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.institutions import InstitutionCode
from issuance.identity.cleaning import printable
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing
from issuance.secret import Secret
from issuance.streams import StreamRef


@dataclass(frozen=True, slots=True, repr=False)
class OperatorDesk:
    """Carries out the commands about people, with the keys of whoever opened the office.

    `user` holds those keys; a command is given by the session's person. On a server they differ.
    """

    office: Office
    user: str
    contents: SlotContents

    def execute(self, command: Command, body: OfficeBody, session: Session) -> Receipt:
        """Decide, change the key slots, then commit; see `key_places` for why in this order.

        A refusal is told before a conflict: it holds whatever the person giving it had seen.
        """
        target = session.operator if isinstance(body, ChangePassword) else body.user
        opened = self._own_slot(body, session)
        before = (opened,) if isinstance(opened, Finding) else self._before(body, target, session)
        own = None if isinstance(opened, Finding) else opened
        stream = named_stream(self.office.id, "operator", target)
        # Alone: whether somebody else administers rests on everybody's streams.
        with self.office.register.writing(alone=True) as writing:
            state, revision = read_state(writing, stream, OperatorState)
            if before:
                return self._refuse(command, OperatorDecision(findings=before), session, writing)
            secret = own.totp_secret if own else Secret("")
            decision = self._decide(body, state, session, writing, secret)
            if decision.findings:
                return self._refuse(command, decision, session, writing)
            # The own password is compared with its slot, which says more than a revision, and who
            # invites knows nothing of an account that may be there.
            free = isinstance(body, ChangePassword | InviteMember) or (
                isinstance(body, ResetAccess) and concerns_members(state, session)
            )
            if revision != command.base_revision and not free:
                return keep_conflict(self.office, command, writing, revision)
            changed = _evolved(state, decision)
            if refused := self._change_slots(body, changed, own):
                decision = OperatorDecision(findings=(refused,))
                return self._refuse(command, decision, session, writing)
            origin = self._origin(command, session)
            append(writing, stream, revision, decision.events, origin, changed)
            keep_seats(writing, stream, changed)
            if isinstance(body, RemoveOperator):
                renew_keys(writing, changed.roles, origin)
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

    def _own_slot(self, body: OfficeBody, session: Session) -> SlotContents | Finding | None:
        """Open the slot of who changes the own password; the attempt counts as in a log-in."""
        match body:
            case ChangePassword(current=Secret() as current, new=Secret()):
                folder, now = self.office.folder, self.office.now()
                opened = check_own_password(folder, session.operator, current, now)
                return replace(opened, field="current") if isinstance(opened, Finding) else opened
            case _:
                return None

    def _before(self, body: OfficeBody, target: str, session: Session) -> tuple[Finding, ...]:
        """Return what forbids a command by its contents alone."""
        if not USER_NAME.fullmatch(target):
            return (blocks(AccessCode.USER_NAME_INVALID, "user", user=printable(target)),)
        if isinstance(body, AddOperator | ChangeRoles):
            unknown = set(body.roles) - {role.value for role in Role}
            if unknown:
                return (blocks(AccessCode.ROLE_UNKNOWN, "roles"),)
            if Role.MEMBER in body.roles:
                return (blocks(InstitutionCode.MEMBER_OF_INSTITUTION, "roles"),)
        if isinstance(body, ResetAccess) and target == session.operator:
            return (blocks(AccessCode.OWN_ACCESS, "user"),)
        return self._passwords(body, session)

    def _passwords(self, body: OfficeBody, session: Session) -> tuple[Finding, ...]:
        office = self.office.sign
        match body:
            case AddOperator(first_password=Secret() as password, user=user):
                return check_new_password(password, (user, office.name))
            case InviteMember(first_password=Secret() as password, user=user):
                return check_new_password(password, (user, office.name))
            case ResetAccess(first_password=Secret() as password, user=user):
                return check_new_password(password, (user, office.name))
            case ChangePassword(current=Secret() as current, new=Secret() as new):
                if new.matches(current):
                    return (blocks(AccessCode.PASSWORD_UNCHANGED, "password"),)
                return check_new_password(new, (session.operator, office.name))
            case ChangeRoles() | RemoveOperator():
                return ()
            case _:
                return (blocks(AccessCode.PASSWORD_MISSING, "password"),)

    def _decide(
        self,
        body: OfficeBody,
        state: OperatorState | None,
        session: Session,
        writing: Writing,
        totp_secret: Secret,
    ) -> OperatorDecision:
        if isinstance(body, AddOperator):
            return decide_add(state, body.user, body.name, _roles(body.roles), session)
        if isinstance(body, InviteMember):
            return decide_invitation(writing, self.office, state, body, session)
        if isinstance(body, ResetAccess) and concerns_members(state, session):
            return decide_renewal(writing, self.office, state, session)
        if state is None:
            return OperatorDecision(findings=(blocks(AccessCode.OPERATOR_UNKNOWN, "user"),))
        match body:
            case ChangeRoles() if Role.MEMBER in state.roles:
                refusal = blocks(InstitutionCode.MEMBER_OF_INSTITUTION, "roles")
                return OperatorDecision(findings=(refusal,))
            case ChangeRoles():
                others = self._administrators(writing)
                return decide_change_roles(state, _roles(body.roles), session, others)
            case RemoveOperator():
                return decide_remove(state, body.reason, session, self._administrators(writing))
            case ResetAccess():
                return decide_set_first_password(state, session)
            case ChangePassword():
                code, now = body.code or Secret(""), self.office.now()
                return decide_change_password(state, totp_secret, code, now)

    def _administrators(self, reading: Reading) -> Collection[str]:
        return {state.user for state, _ in operators_of(reading) if state.administers}

    def _change_slots(
        self, body: OfficeBody, state: OperatorState, own: SlotContents | None
    ) -> Finding | None:
        match body:
            case AddOperator(first_password=Secret() as password):
                return self._places.give(state.user, password, state.roles)
            case InviteMember(first_password=Secret() as password) if len(state.seats) == 1:
                return self._places.give(state.user, password, state.roles)
            case ResetAccess(first_password=Secret() as password):
                return self._places.give(state.user, password, state.roles)
            case ChangePassword(new=Secret() as new) if own is not None:
                return self._places.seal(state.user, new, own)
            case RemoveOperator():
                return self._places.take_away(state.user)
            case ChangeRoles() if not may_hold_issuing_key(self.office.policy.policy, state.roles):
                return self._places.take_issuing_key(state.user)
            case _:
                # Who may issue from now on gets the slot with a new first password.
                return None

    def _refuse(
        self, command: Command, decision: OperatorDecision, session: Session, writing: Writing
    ) -> Receipt:
        """Keep a refusal with what it carries: a wrong code, a denied act."""
        findings = decision.findings
        own = named_stream(self.office.id, "operator", session.operator)
        if decision.events:
            state, revision = read_state(writing, own, OperatorState)
            changed = _evolved(state, decision)
            append(writing, own, revision, decision.events, self._origin(command, session), changed)
        append_denials(writing, self.office, session, command.body.kind, findings, command.id)
        return keep_receipt(
            self.office, command, writing, Outcome.REJECTED, findings, command.base_revision, {}
        )

    def _origin(self, command: Command, session: Session) -> Origin:
        now, policy = self.office.now(), self.office.policy.reference
        return Origin(now, session.operator, command.id, policy)


def operators_of(reading: Reading) -> list[tuple[OperatorState, int]]:
    """Return everybody who has, or had, a place in this office, with their streams' revisions.

    People of institutions are not among them: their institutions know them.
    """
    people: list[tuple[OperatorState, int]] = []
    after = StreamRef(kind="operator", id=UUID(int=0))
    while page := [each for each in reading.streams(after) if each.ref.kind == after.kind]:
        found = (read_state(reading, each.ref, OperatorState) for each in page)
        people += [(state, revision) for state, revision in found if state]
        after = page[-1].ref
    at_counters = (each for each in people if Role.MEMBER not in each[0].roles)
    return sorted(at_counters, key=lambda each: each[0].user)


def _evolved(state: OperatorState | None, decision: OperatorDecision) -> OperatorState:
    for event in decision.events:
        state = evolve(state, event)
    if state is None:
        raise ValueError("a person begins with an event")
    return state


def _roles(names: Collection[str]) -> tuple[Role, ...]:
    return tuple(Role(name) for name in names)
