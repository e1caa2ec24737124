from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.access.attempts import AttemptCause
from issuance.access.operator_decisions import (
    OperatorDecision,
    decide_add,
    decide_change_password,
    decide_change_roles,
    decide_first,
    decide_log_in,
    decide_log_out,
    decide_remove,
    decide_set_first_password,
)
from issuance.access.operators import (
    CATALOGUE,
    ActDenied,
    AdmittedToEnrol,
    ListExported,
    LoggedIn,
    LoggedInByProvider,
    LogInRefused,
    MemberSeated,
    MemberUnseated,
    OperatorAdded,
    OperatorEvent,
    OperatorState,
    PasswordChanged,
    evolve,
)
from issuance.access.roles import Role, Session
from issuance.access.totp import current_code
from issuance.events import read_event
from issuance.findings.access import AccessCode
from issuance.model import canonical_bytes
from issuance.secret import Secret

NOW = datetime(2026, 3, 2, 14, 30, 10, tzinfo=UTC)
SECRET = Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def session(user: str = "ana", *roles: Role) -> Session:
    return Session(
        id=UUID(int=1),
        office=UUID(int=2),
        operator=user,
        name="Ana",
        roles=roles or (Role.ADMINISTRATOR,),
        started_at=NOW,
        demonstration=False,
    )


def fold(decision: OperatorDecision, state: OperatorState | None = None) -> OperatorState:
    for event in decision.events:
        state = evolve(state, event)
    assert state is not None
    return state


def codes(decision: OperatorDecision) -> list[str]:
    return [finding.code for finding in decision.findings]


def first(user: str, name: str) -> OperatorDecision:
    return decide_first(user, name, (Role.ADMINISTRATOR,), user)


def operator(user: str = "luis", *roles: Role) -> OperatorState:
    return fold(decide_add(None, user, "Luis Peña", roles or (Role.OPERATOR,), session()))


def test_the_first_administrator_chose_the_password():
    ana = fold(first("ana", "Ana Ñacato"))
    assert ana.administers
    assert not ana.must_change_password


def enrolled(user: str = "luis", *roles: Role) -> OperatorState:
    """Return an operator who chose a password and enrolled, an hour before NOW."""
    before = NOW - timedelta(hours=1)
    state = operator(user, *roles)
    return fold(decide_change_password(state, SECRET, current_code(SECRET, before), before), state)


def test_an_added_operator_must_change_the_first_password():
    luis = operator()
    assert (luis.name, luis.roles, luis.active) == ("Luis Peña", (Role.OPERATOR,), True)
    assert luis.must_change_password
    luis = enrolled()
    assert not luis.must_change_password
    assert fold(decide_set_first_password(luis, session()), luis).must_change_password


def test_a_first_password_admits_without_a_code_and_counts_as_no_log_in():
    luis = operator()
    admitted = log_in(luis, NOW, Secret(""))
    assert [type(event) for event in admitted.events] == [AdmittedToEnrol]
    assert fold(admitted, luis) == luis


def test_the_own_password_is_taken_with_a_code_of_the_enrolled_authenticator_only():
    luis = operator()
    for code in ("", "000000", "12345"):
        decision = decide_change_password(luis, SECRET, Secret(code), NOW)
        assert codes(decision) == [AccessCode.CODE_WRONG]
        (event,) = decision.events
        assert event == LogInRefused(cause=AttemptCause.WRONG_CODE, attempted_at=NOW)
    late = decide_change_password(
        luis, SECRET, current_code(SECRET, NOW - timedelta(minutes=4)), NOW
    )
    assert codes(late) == [AccessCode.CLOCK_SEEMS_FAST]


def test_the_code_that_enrolled_does_not_log_in_as_well():
    luis = operator()
    code = current_code(SECRET, NOW)
    luis = fold(decide_change_password(luis, SECRET, code, NOW), luis)
    assert codes(log_in(luis, NOW, code)) == [AccessCode.CODE_ALREADY_USED]
    assert log_in(luis, NOW + timedelta(seconds=30)).findings == ()


def test_a_later_change_of_the_password_needs_no_code():
    luis = enrolled()
    changed = decide_change_password(luis, SECRET, Secret(""), NOW)
    assert changed.findings == ()
    assert fold(changed, luis) == luis


@pytest.mark.parametrize(
    "user", ["", "a", "1ana", "Ana", "ana pérez", "ana\n", "../ana", "a" * 32, "año", "-ana"]
)
def test_a_user_name_of_another_form_is_refused(user: str):
    assert codes(first(user, "Ana")) == [AccessCode.USER_NAME_INVALID]


@pytest.mark.parametrize("user", ["an", "ana.perez-2_b", "a" * 31])
def test_a_user_name_of_the_form_is_taken(user: str):
    assert fold(first(user, "Ana")).user == user


def test_a_user_name_is_never_given_again():
    luis = operator()
    gone = fold(decide_remove(luis, "left", session(), {"ana"}), luis)
    for state in (luis, gone):
        again = decide_add(state, "luis", "Another", (Role.OPERATOR,), session())
        assert codes(again) == [AccessCode.USER_NAME_TAKEN]
        assert again.events == ()


@pytest.mark.parametrize("name", ["", " ", " Luis", "Luis ", "Lu\nis", "Lu\x1b[31mis", "x" * 101])
def test_a_name_that_cannot_be_shown_is_refused(name: str):
    decision = decide_add(None, "luis", name, (Role.OPERATOR,), session())
    assert codes(decision) == [AccessCode.OPERATOR_NAME_INVALID]


def test_an_operator_needs_a_role():
    assert codes(decide_add(None, "luis", "Luis", (), session())) == [AccessCode.ROLES_MISSING]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_manages_operators(role: Role):
    luis, actor = operator(), session("eva", role)
    for decision in (
        decide_add(None, "rosa", "Rosa", (Role.OPERATOR,), actor),
        decide_change_roles(luis, (Role.AUDITOR,), actor, {"ana"}),
        decide_remove(luis, "left", actor, {"ana"}),
        decide_set_first_password(luis, actor),
    ):
        assert codes(decision) == [AccessCode.ADMINISTRATOR_ONLY]
        assert decision.events == ()


def test_roles_are_replaced_in_one_order():
    luis = operator()
    roles = (Role.AUDITOR, Role.CASHIER, Role.AUDITOR)
    changed = fold(decide_change_roles(luis, roles, session(), {"ana"}), luis)
    assert changed.roles == (Role.CASHIER, Role.AUDITOR)
    again = decide_change_roles(changed, roles, session(), {"ana"})
    assert codes(again) == [AccessCode.ROLES_UNCHANGED]


def test_nobody_changes_own_roles():
    ana = fold(first("ana", "Ana"))
    decision = decide_change_roles(ana, tuple(Role), session("ana"), {"ana", "eva"})
    assert codes(decision) == [AccessCode.OWN_ROLES]


def test_the_last_administrator_stays():
    ana = fold(first("ana", "Ana"))
    # A session that outlived its own administrator's removal.
    stale = session("eva")
    last = [AccessCode.LAST_ADMINISTRATOR]
    assert codes(decide_remove(ana, "left", session("ana"), {"ana"})) == last
    assert codes(decide_remove(ana, "left", stale, {"ana"})) == last
    assert codes(decide_change_roles(ana, (Role.OPERATOR,), stale, {"ana"})) == last
    assert decide_remove(ana, "left", stale, {"ana", "eva"}).findings == ()


def test_a_removal_needs_a_reason_and_happens_once():
    luis = operator()
    assert codes(decide_remove(luis, "  ", session(), {"ana"})) == [AccessCode.REASON_MISSING]
    gone = fold(decide_remove(luis, "left the office", session(), {"ana"}), luis)
    assert not gone.active
    for decision in (
        decide_remove(gone, "again", session(), {"ana"}),
        decide_change_roles(gone, (Role.AUDITOR,), session(), {"ana"}),
        decide_set_first_password(gone, session()),
        decide_change_password(gone, SECRET, current_code(SECRET, NOW), NOW),
    ):
        assert codes(decision) == [AccessCode.OPERATOR_REMOVED]


acts = st.tuples(
    st.sampled_from(["remove", "roles"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.lists(st.sampled_from(Role), min_size=1, max_size=3),
)


@given(history=st.lists(acts, max_size=25))
def test_whatever_is_asked_an_administrator_remains(history):
    users = ["ana", "eva", "luis", "rosa"]
    states = {
        user: operator(user, Role.ADMINISTRATOR if user in users[:2] else Role.CASHIER)
        for user in users
    }
    for act, whom, who, roles in history:
        state, actor = states[users[whom]], session(users[who])
        administrators = {user for user, each in states.items() if each.administers}
        decision = (
            decide_remove(state, "reason", actor, administrators)
            if act == "remove"
            else decide_change_roles(state, roles, actor, administrators)
        )
        assert bool(decision.events) != bool(decision.findings)
        states[state.user] = fold(decision, state)
        assert any(each.administers for each in states.values())


def log_in(state: OperatorState, at: datetime, code: Secret | None = None) -> OperatorDecision:
    return decide_log_in(state, SECRET, code or current_code(SECRET, at), UUID(int=9), at)


def test_a_code_logs_in_once():
    luis = enrolled()
    first = log_in(luis, NOW)
    assert first.findings == ()
    assert isinstance(first.events[0], LoggedIn)
    luis = fold(first, luis)
    again = log_in(luis, NOW + timedelta(seconds=5))
    assert codes(again) == [AccessCode.CODE_ALREADY_USED]
    assert fold(again, luis) == luis
    assert log_in(luis, NOW + timedelta(seconds=30)).findings == ()


def test_a_refused_code_is_recorded_with_its_cause():
    luis = enrolled()
    wrong = Secret(str(999_999 - int(current_code(SECRET, NOW).reveal())).rjust(6, "0"))
    decision = log_in(luis, NOW, wrong)
    assert codes(decision) == [AccessCode.CODE_WRONG]
    refused = decision.events[0]
    assert isinstance(refused, LogInRefused)
    assert (refused.cause, refused.attempted_at) == (AttemptCause.WRONG_CODE, NOW)


@pytest.mark.parametrize(
    ("minutes", "code"), [(4, AccessCode.CLOCK_SEEMS_SLOW), (-4, AccessCode.CLOCK_SEEMS_FAST)]
)
def test_a_clock_that_is_off_is_named_with_its_error(minutes: int, code: AccessCode):
    decision = log_in(enrolled(), NOW, current_code(SECRET, NOW + timedelta(minutes=minutes)))
    assert codes(decision) == [code]
    assert decision.findings[0].parameters == {"seconds": 240}
    assert not any(isinstance(event, LoggedIn) for event in decision.events)


def test_a_removed_operator_learns_nothing():
    luis = operator()
    gone = fold(decide_remove(luis, "left", session(), {"ana"}), luis)
    assert codes(log_in(gone, NOW)) == [AccessCode.LOG_IN_REFUSED]


def test_a_session_ends_without_changing_the_operator():
    luis = operator()
    assert fold(decide_log_out(session()), luis) == luis


def test_nothing_comes_before_the_adding():
    with pytest.raises(ValueError, match="operator_added"):
        evolve(None, PasswordChanged())


def test_every_event_is_stored_in_two_parts_and_read_back():
    luis = operator()
    decisions = (
        decide_add(None, "luis", "Luis Peña", tuple(Role), session()),
        decide_change_roles(luis, (Role.AUDITOR,), session(), {"ana"}),
        decide_remove(luis, "left", session(), {"ana"}),
        decide_change_password(luis, SECRET, current_code(SECRET, NOW), NOW),
        log_in(luis, NOW),
        log_in(enrolled(), NOW),
        log_in(enrolled(), NOW, Secret("x")),
        decide_log_out(session()),
    )
    events: list[OperatorEvent] = [event for decision in decisions for event in decision.events]
    events.append(ActDenied(act="add_operator", cause=AccessCode.ADMINISTRATOR_ONLY))
    events.append(
        ListExported(
            state="issued",
            expiring_within_days=None,
            text="Luis",
            form="csv",
            lines=3,
            file="l.csv",
        )
    )
    known = UUID(int=4)
    events.append(LoggedInByProvider(issuer="https://x", subject=known, level="", session=known))
    institution = UUID(int=3)
    events.append(MemberSeated(institution=institution, official=None, by="ana"))
    events.append(MemberUnseated(institution=institution, official=None, by="ana"))
    assert {event.KIND for event in events} == set(CATALOGUE)
    for event in events:
        public, personal = event.parts()
        assert "Luis" not in str(public)
        assert read_event(CATALOGUE, event.KIND, event.SCHEMA, public, personal) == event
        assert evolve(luis, read_event(CATALOGUE, event.KIND, event.SCHEMA, public, None))


def test_an_erased_name_leaves_a_readable_operator():
    added = decide_add(None, "luis", "Luis Peña", tuple(Role), session()).events[0]
    assert isinstance(added, OperatorAdded)
    state = evolve(None, read_event(CATALOGUE, added.KIND, added.SCHEMA, added.parts()[0], None))
    assert (state.user, state.name) == ("luis", "")
    assert b"Luis" not in canonical_bytes(state)
