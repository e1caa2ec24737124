"""A policy may leave steps out; what belongs to them is not asked, and cannot be done."""

from datetime import timedelta

from issuance.cases.guards import acts_of
from issuance.cases.steps import current_step, steps_of
from issuance.findings.cases import CaseFinding
from issuance.policies.model import StepKind
from tests.issuance.cases.test_random_walks import PEOPLE, POLICY, Walk, bodies

_KEPT = (StepKind.APPLICATION, StepKind.ACTIVATION)


def test_without_payment_and_the_rest_the_activation_is_next():
    walk = Walk()
    walk.now += timedelta(minutes=1)
    assert any(walk.attempt(walk.usual(bodies(None)), each, right=True) for each in PEOPLE)
    assert walk.state is not None
    steps = [each.model_copy(update={"needs": ()}) for each in POLICY.steps if each.kind in _KEPT]
    policy = POLICY.model_copy(update={"steps": tuple(steps)})
    assert current_step(steps_of(walk.state, policy, walk.now)).kind is StepKind.ACTIVATION
    olga = PEOPLE[0]
    views = {each.act: each for each in acts_of(walk.state, policy, olga, walk.now)}
    assert not views["confirm_person"].findings
    for act in ("record_payment", "record_billing", "approve", "capture_evidence"):
        assert [each.code for each in views[act].findings] == [CaseFinding.STEP_NOT_OPEN]
