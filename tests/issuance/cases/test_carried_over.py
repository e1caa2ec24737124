"""What a list published after the backup adds to a restored case, by decisions alone."""

from datetime import timedelta

import pytest

from issuance.cases.commands.life import SuspendCertificate
from issuance.cases.decision import Decision
from issuance.cases.decisions.carrying_over import carried_over
from issuance.cases.evolve import replay
from issuance.cases.state import CaseStatus
from issuance.cases.steps import StepState, steps_of
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from tests.issuance.cases.test_life import OLGA, SERIAL, Life, revoking
from tests.issuance.cases.test_random_walks import POLICY, Walk

KEY_COMPROMISE = RevocationReason.KEY_COMPROMISE
HOLD = RevocationReason.CERTIFICATE_HOLD


def listed(walk: Walk, reason: RevocationReason = KEY_COMPROMISE) -> Revocation:
    return Revocation(int(SERIAL), walk.now + timedelta(hours=1), reason)


def carry(walk: Walk, entry: Revocation) -> list[str]:
    """Let what the list says happen; return the kinds of the events."""
    assert walk.state is not None
    events = carried_over(walk.state, entry, 9)
    walk.happen(Decision(events=events), OLGA)
    assert replay(walk.history) == walk.state
    return [each.KIND for each in events]


def as_of(kind: str) -> Walk:
    """Return a case as it was when something had just happened in it."""
    walk = Life()
    kinds = [each.event.KIND for each in walk.history]
    walk.history = walk.history[: kinds.index(kind) + 1]
    walk.state = replay(walk.history)
    return walk


def test_a_certificate_handed_over_is_revoked_as_listed():
    life = Life()
    entry = listed(life)
    assert carry(life, entry) == ["standing_carried_over"]
    assert (life.case.status, life.standing) == (CaseStatus.REVOKED, entry)
    assert carry(life, entry) == []


def test_a_wish_that_waited_ends():
    life = Life()
    life.ask(revoking(asked_by="authority"), OLGA)
    carry(life, listed(life))
    assert life.certificate.life.wish is None


def test_a_certificate_nobody_is_known_to_have_gives_way_to_another():
    walk = as_of("certificate_issued")
    assert carry(walk, listed(walk)) == ["standing_carried_over"]
    assert walk.state is not None
    assert walk.state.activation.certificate is None
    (former,) = walk.state.activation.given_up
    assert former.life.standing is not None
    assert former.life.standing.reason == KEY_COMPROMISE
    assert walk.state.status is CaseStatus.OPEN
    activation = steps_of(walk.state, POLICY, walk.now)[-1]
    assert activation.state is not StepState.DONE


def test_an_intent_that_was_signed_since_is_not_signed_again():
    walk = as_of("issue_intended")
    assert carry(walk, listed(walk)) == ["issue_abandoned"]


@pytest.mark.parametrize(
    ("reason", "kinds", "standing"),
    [(HOLD, [], HOLD), (KEY_COMPROMISE, ["standing_carried_over"], KEY_COMPROMISE)],
)
def test_a_suspension_only_becomes_more(
    reason: RevocationReason, kinds: list[str], standing: RevocationReason
):
    life = Life()
    life.ask(SuspendCertificate(serial=SERIAL, cause="data_doubtful"), OLGA)
    assert carry(life, listed(life, reason)) == kinds
    assert life.standing is not None
    assert life.standing.reason is standing
