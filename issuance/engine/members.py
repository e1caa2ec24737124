"""People of institutions: what they may be at this moment, their accounts, and the end of them.

An account knows its seats; whether a seat stands is asked of institution and official each time.
"""

from typing import Final
from uuid import UUID

from issuance.access.commands import InviteMember
from issuance.access.operator_decisions import LONGEST_NAME, OperatorDecision
from issuance.access.operators import (
    FirstPasswordSet,
    MemberSeat,
    MemberSeated,
    MemberUnseated,
    OperatorAdded,
    OperatorEvent,
    OperatorRemoved,
    OperatorState,
    evolve,
)
from issuance.access.roles import Role, Session
from issuance.engine.institutional_streams import read_institution, read_official
from issuance.engine.key_places import take_slot
from issuance.engine.office import Office, named_stream
from issuance.engine.streams import append, read_state
from issuance.findings import Finding, blocks
from issuance.findings.access import AccessCode
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.actors import Actor, Seat, SeatRole, check_reach
from issuance.institutions.institution_stream import InstitutionStatus
from issuance.institutions.official_stream import seats_of
from issuance.institutions.people import Person
from issuance.policies.model import Policy
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing
from issuance.streams import StreamRef

_CENTRAL: Final = {
    Role.ADMINISTRATOR: SeatRole.CENTRAL_ADMINISTRATOR,
    Role.OPERATOR: SeatRole.CENTRAL_STAFF,
    Role.AUDITOR: SeatRole.CENTRAL_AUDITOR,
}
_SEAT = "seat"


def actor_of(office: Office, reading: Reading, session: Session) -> Actor:
    """Return who acts among institutions, with the seats they have at this moment.

    An office whose policy has no institutions gives nobody a seat.
    """
    if office.policy.policy.portable is None:
        return Actor(user=session.operator)
    central = (_CENTRAL[role] for role in session.roles if role in _CENTRAL)
    seats = [Seat(role=role) for role in central]
    if Role.MEMBER in session.roles:
        stream = named_stream(office.id, "operator", session.operator)
        state, _ = read_state(reading, stream, OperatorState)
        for each in state.seats if state and state.active else ():
            seats += _seats(office, reading, each)
    return Actor(user=session.operator, seats=tuple(seats))


def office_actor(user: str) -> Actor:
    """Return the office itself, which does what a clock or a campaign asks for."""
    return Actor(user=user, seats=(Seat(role=SeatRole.CENTRAL_ADMINISTRATOR),))


def may_ask(policy: Policy, kind: str, roles: tuple[Role, ...]) -> bool:
    """Tell whether somebody of an institution may give this command: what its policy has seats for.

    Of the cases and the people of the office they see nothing.
    """
    return Role.MEMBER not in roles or kind == "change_password" or kind in policy.roles


def _seats(office: Office, reading: Reading, seat: MemberSeat) -> tuple[Seat, ...]:
    institution, _ = read_institution(reading, seat.institution)
    if institution is None or institution.status is not InstitutionStatus.ACTIVE:
        return ()
    if seat.official is None:
        return (Seat(role=SeatRole.OPERATOR, institution=seat.institution),)
    official, _ = read_official(reading, seat.official)
    if official is None or official.institution != seat.institution:
        return ()
    return seats_of(seat.official, official, office.today())


def decide_invitation(
    writing: Writing,
    office: Office,
    state: OperatorState | None,
    body: InviteMember,
    session: Session,
) -> OperatorDecision:
    """Give an official, or an institution's operator, an account; `state` is the user name's."""
    act = "invite_operator" if body.official is None else body.kind
    actor, policy = actor_of(office, writing, session), office.policy.policy
    if finding := check_reach(policy, act, actor, body.institution, body.official):
        return OperatorDecision(findings=(finding,))
    seat = MemberSeat(institution=body.institution, official=body.official)
    person = _person(office, writing, seat)
    if isinstance(person, Finding):
        return OperatorDecision(findings=(person,))
    if writing.claim(_SEAT, _claim(seat)) is not None:
        return OperatorDecision(findings=(blocks(InstitutionCode.MEMBER_SEATED, "user"),))
    by = session.operator
    seated = MemberSeated(institution=body.institution, official=body.official, by=by)
    if state is None:
        name = person.full_name[:LONGEST_NAME].strip()
        added = OperatorAdded(user=body.user, name=name, roles=(Role.MEMBER,), by=by)
        return OperatorDecision((added, seated, FirstPasswordSet(by=by)))
    if not _is_account_of(office, writing, state, person):
        taken = blocks(AccessCode.USER_NAME_TAKEN, "user", user=body.user)
        return OperatorDecision(findings=(taken,))
    return OperatorDecision((seated,))


def concerns_members(state: OperatorState | None, session: Session) -> bool:
    """Tell whether somebody of an institution asks, or is asked about."""
    return Role.MEMBER in session.roles or (state is not None and Role.MEMBER in state.roles)


def decide_renewal(
    reading: Reading, office: Office, state: OperatorState | None, session: Session
) -> OperatorDecision:
    """Give a member who forgot the password a first one: whoever reaches every seat they have.

    An account that others know, too, and one that nobody has, are answered alike.
    """
    policy, actor = office.policy.policy, actor_of(office, reading, session)
    unseen = blocks(InstitutionCode.OUT_OF_REACH)
    if state is None or not state.seats:
        return OperatorDecision(findings=(unseen,))
    for seat in state.seats:
        of, official = seat.institution, seat.official
        if finding := check_reach(policy, "reset_access", actor, of, official):
            return OperatorDecision(findings=(finding,))
    return OperatorDecision((FirstPasswordSet(by=session.operator),))


def keep_seats(writing: Writing, stream: StreamRef, state: OperatorState) -> None:
    """Keep who sits where; nobody else can be given that seat."""
    if Role.MEMBER in state.roles:
        writing.release_claims(stream.id, _SEAT)
        for seat in state.seats if state.active else ():
            if not writing.take_claim(_SEAT, _claim(seat), stream.id):
                raise ValueError("the seat was free in this transaction")


def account_of(
    reading: Reading, institution: UUID, official: UUID | None
) -> tuple[OperatorState, int] | None:
    """Return the account of an official, or of the institution's operator, and its revision."""
    seat = MemberSeat(institution=institution, official=official)
    holder = reading.claim(_SEAT, _claim(seat))
    if holder is None:
        return None
    state, revision = read_state(reading, StreamRef(kind="operator", id=holder), OperatorState)
    return (state, revision) if state else None


def end_seat(
    writing: Writing,
    office: Office,
    institution: UUID,
    official: UUID | None,
    reason: str,
    origin: Origin,
) -> Finding | None:
    """Take a seat away, at once; with the last one the account ends, its sessions and its slot.

    The slot goes first: a finding says why it could not, and then nothing has changed.
    """
    found = account_of(writing, institution, official)
    if found is None:
        return None
    state, revision = found
    by = origin.operator
    left = MemberUnseated(institution=institution, official=official, by=by)
    events: list[OperatorEvent] = [left]
    if len(state.seats) == 1:
        if finding := take_slot(office, state.user):
            return finding
        events.append(OperatorRemoved(reason=reason, by=by))
        writing.end_sessions_of(state.user)
    stream = named_stream(office.id, "operator", state.user)
    for event in events:
        state = evolve(state, event)
    append(writing, stream, revision, events, origin, state)
    keep_seats(writing, stream, state)
    return None


def end_seats(
    writing: Writing, office: Office, institution: UUID, reason: str, origin: Origin
) -> Finding | None:
    """Take every seat in an institution away."""
    for value in writing.claims_beginning(_SEAT, f"{institution}:"):
        official = value.partition(":")[2]
        seat = UUID(official) if official else None
        if finding := end_seat(writing, office, institution, seat, reason, origin):
            return finding
    return None


def _person(office: Office, reading: Reading, seat: MemberSeat) -> Person | Finding:
    """Return the person a seat is for; an operator's is in the institution, as it stands."""
    institution, _ = read_institution(reading, seat.institution)
    if institution is None or institution.status is not InstitutionStatus.ACTIVE:
        status = institution.status.value if institution else ""
        return blocks(InstitutionCode.INSTITUTION_NOT_POSSIBLE, status=status)
    if seat.official is None:
        return institution.operator or blocks(InstitutionCode.OFFICIAL_ELSEWHERE)
    official, _ = read_official(reading, seat.official)
    if official is None or official.institution != seat.institution:
        return blocks(InstitutionCode.OFFICIAL_ELSEWHERE)
    if official.ended or official.person is None:
        return blocks(InstitutionCode.OFFICIAL_ENDED)
    return official.person


def _is_account_of(office: Office, reading: Reading, state: OperatorState, person: Person) -> bool:
    """Tell whether an account is this person's: they have the same RUN in every seat."""
    people = [_person(office, reading, seat) for seat in state.seats]
    same = [isinstance(each, Person) and each.run == person.run for each in people]
    return state.active and bool(same) and all(same)


def _claim(seat: MemberSeat) -> str:
    return f"{seat.institution}:{seat.official or ''}"
