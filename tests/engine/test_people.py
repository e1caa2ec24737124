"""Commands about people: refusals, conflicts, and what the register keeps of a denied try."""

from typing import Any

import pytest

from issuance.access.attempts import AttemptCause
from issuance.access.commands import (
    AddOperator,
    ChangePassword,
    ChangeRoles,
    RemoveOperator,
    ResetAccess,
)
from issuance.access.operators import ActDenied, LogInRefused
from issuance.access.roles import Role
from issuance.access.totp import current_code
from issuance.commands import Body, Outcome
from issuance.engine.demonstration import PEOPLE
from issuance.engine.opening import OpenedOffice
from issuance.findings.access import AccessCode
from issuance.findings.engine import EngineCode
from issuance.findings.register import RegisterCode
from issuance.secret import Secret
from tests.engine.desk import FIRST, NO_CODE, OWN, Desk, codes

MARTA = AddOperator(user="marta", name="Marta Vera", roles=("cashier",), first_password=FIRST)
OLGAS = Secret(PEOPLE[0].password)

GIVEN = tuple(role.value for role in Role if role is not Role.MEMBER)


def denials(desk: Desk, user: str) -> list[dict[str, Any]]:
    return [each.public for each in desk.entries("operator", user) if each.kind == ActDenied.KIND]


def test_a_role_the_program_does_not_know_is_refused(desk: Desk):
    desk.log_in("jefa")
    for body in (
        MARTA.model_copy(update={"roles": ("cashier", "emperor")}),
        ChangeRoles(user="carmen", roles=("emperor",)),
    ):
        assert codes(desk.give(body)) == [AccessCode.ROLE_UNKNOWN]
    assert desk.person("carmen").roles == ("cashier",)
    assert "marta" not in {each.user for each in desk.people()}


def test_nobody_renews_the_own_access_and_the_try_is_kept(desk: Desk):
    desk.log_in("jefa")
    receipt = desk.give(ResetAccess(user="jefa", first_password=FIRST))
    assert codes(receipt) == [AccessCode.OWN_ACCESS]
    assert denials(desk, "jefa") == [{"act": "reset_access", "cause": "OWN_ACCESS"}]
    desk.log_in("jefa")
    assert not desk.person("jefa").must_change_password


def test_nobody_changes_own_roles_and_the_try_is_kept(desk: Desk):
    desk.log_in("jefa")
    receipt = desk.give(ChangeRoles(user="jefa", roles=GIVEN))
    assert codes(receipt) == [AccessCode.OWN_ROLES]
    assert denials(desk, "jefa") == [{"act": "change_roles", "cause": "OWN_ROLES"}]


@pytest.mark.parametrize(
    "body",
    [
        MARTA,
        ChangeRoles(user="carmen", roles=("operator",)),
        ResetAccess(user="carmen", first_password=FIRST),
        RemoveOperator(user="carmen", reason="left"),
    ],
    ids=lambda body: body.kind,
)
def test_who_does_not_administer_is_denied_and_the_try_is_kept(desk: Desk, body: Body):
    desk.log_in("adrian")
    before = {each.user: each for each in desk.people() if each.user != "adrian"}
    # Whatever revision is named: a wrong one hides no try.
    receipt = desk.give(body, 99)
    assert codes(receipt) == [AccessCode.ADMINISTRATOR_ONLY]
    assert denials(desk, "adrian") == [{"act": body.kind, "cause": "ADMINISTRATOR_ONLY"}]
    (kept,) = [e for e in desk.entries("operator", "adrian") if e.kind == ActDenied.KIND]
    assert (kept.operator, kept.command_id) == ("adrian", receipt.command)
    assert {each.user: each for each in desk.people() if each.user != "adrian"} == before


@pytest.mark.parametrize(
    "body",
    [
        ChangeRoles(user="carmen", roles=("operator",)),
        ResetAccess(user="carmen", first_password=FIRST),
        RemoveOperator(user="carmen", reason="left"),
    ],
    ids=lambda body: body.kind,
)
def test_what_was_decided_on_an_old_view_is_a_conflict(desk: Desk, body: Body):
    desk.log_in("jefa")
    seen = desk.person("carmen").revision
    assert desk.give(ChangeRoles(user="carmen", roles=("approver",))).applied
    stale = desk.command(body, seen)
    receipt = desk.here.engine.execute(stale, desk.here.session)
    assert receipt.outcome is Outcome.CONFLICT
    assert codes(receipt) == [RegisterCode.REVISION_CONFLICT]
    carmen = desk.person("carmen")
    assert (carmen.roles, carmen.active, carmen.must_change_password) == (
        ("approver",),
        True,
        False,
    )
    assert carmen.revision == receipt.revision == seen + 1
    # A conflict is an answer like any other: the same command gets it again.
    assert desk.here.engine.execute(stale, desk.here.session) == receipt
    assert desk.give(body, carmen.revision).applied


def test_somebody_new_has_no_revision_yet(desk: Desk):
    desk.log_in("jefa")
    assert desk.give(MARTA, 7).outcome is Outcome.CONFLICT
    assert desk.give(MARTA, 0).applied
    assert codes(desk.give(MARTA, 0)) == [AccessCode.USER_NAME_TAKEN]


def test_the_same_command_about_a_person_has_one_effect(desk: Desk):
    desk.log_in("jefa")
    command = desk.command(MARTA)
    first = desk.here.engine.execute(command, desk.here.session)
    length = len(desk.entries("operator", "marta"))
    assert first.applied
    assert desk.here.engine.execute(command, desk.here.session) == first
    assert len(desk.entries("operator", "marta")) == length


def test_a_command_in_another_name_is_kept_under_the_own(desk: Desk):
    desk.log_in("olga")
    forged = desk.command(MARTA).model_copy(update={"operator": "jefa"})
    receipt = desk.here.engine.execute(forged, desk.here.session)
    assert codes(receipt) == [EngineCode.COMMAND_NOT_YOURS]
    assert denials(desk, "olga") == [{"act": "add_operator", "cause": "COMMAND_NOT_YOURS"}]
    assert denials(desk, "jefa") == []


def test_a_session_that_ended_is_denied_and_the_try_is_kept(desk: Desk):
    desk.log_in("jefa")
    session = desk.here.session.model_copy(update={"roles": tuple(Role)})
    receipt = desk.here.engine.execute(desk.command(MARTA, 0, session), session)
    assert codes(receipt) == [EngineCode.SESSION_ENDED]
    assert denials(desk, "jefa") == [{"act": "add_operator", "cause": "SESSION_ENDED"}]


def test_a_mistake_is_no_denial(desk: Desk):
    desk.log_in("jefa")
    assert not desk.give(RemoveOperator(user="carmen", reason=" ")).applied
    assert not desk.give(MARTA.model_copy(update={"user": "M"})).applied
    assert denials(desk, "jefa") == []


# -- the own password -----------------------------------------------------------------------------


def test_guesses_of_the_own_password_wait_like_those_of_a_log_in(desk: Desk):
    desk.log_in("olga")
    wrong = ChangePassword(current=Secret("no es esta"), new=OWN, code=NO_CODE)
    for _ in range(5):
        receipt = desk.give(wrong)
        assert codes(receipt) == [AccessCode.LOG_IN_REFUSED]
        assert receipt.findings[0].field == "current"
    right = ChangePassword(current=OLGAS, new=OWN, code=NO_CODE)
    assert codes(desk.give(right)) == [AccessCode.LOG_IN_TOO_SOON]
    desk.clock.pass_time(minutes=1)
    assert desk.give(right).applied
    desk.log_in("jefa")
    refused = [each for each in desk.entries("operator", "olga") if each.kind == LogInRefused.KIND]
    assert [each.public["cause"] for each in refused] == ["wrong_password"] * 5 + ["too_soon"]


def test_the_told_password_is_not_kept(desk: Desk):
    desk.log_in("jefa")
    assert desk.give(MARTA).applied
    desk.try_log_in("marta", FIRST)
    same = ChangePassword(current=FIRST, new=FIRST, code=NO_CODE)
    assert codes(desk.give(same)) == [AccessCode.PASSWORD_UNCHANGED]


def test_a_wrong_code_at_the_enrolment_is_kept(desk: Desk):
    desk.log_in("jefa")
    assert desk.give(MARTA).applied
    desk.try_log_in("marta", FIRST)
    wrong = ChangePassword(current=FIRST, new=OWN, code=Secret("000000"))
    assert codes(desk.give(wrong)) == [AccessCode.CODE_WRONG]
    desk.log_in("jefa")
    assert desk.person("marta").must_change_password
    assert desk.last("marta", LogInRefused)["cause"] == AttemptCause.WRONG_CODE


def test_a_renewed_access_takes_the_codes_of_the_new_secret_at_once(desk: Desk):
    desk.log_in("carmen")
    desk.log_in("jefa")
    assert desk.give(ResetAccess(user="carmen", first_password=FIRST)).applied
    secret = desk.enrol("carmen")
    opened = desk.try_log_in("carmen", OWN, current_code(secret, desk.clock.now()))
    assert isinstance(opened, OpenedOffice)
    assert not opened.session.enrolling
