"""A case as lists and searches see it."""

from datetime import datetime

from issuance.cases.state import CaseState
from issuance.cases.steps import (
    CONTRACT_WAITS,
    Queue,
    StepView,
    contract_waits,
    current_step,
    is_closed,
    queue_of,
    steps_of,
)
from issuance.policies.model import Policy
from issuance.register.model import CaseMarks, KnownCase, WorklistRow


def person_name(state: CaseState, policy: Policy) -> str:
    """Return the applicant's full name."""
    return " ".join(state.values[name] for name in policy.name_fields if state.values.get(name))


def identification(state: CaseState, policy: Policy) -> tuple[str, str]:
    """Return the kind and the number of the document the applicant is identified by."""
    for name in policy.identification_fields:
        if number := state.values.get(name):
            return name, number
    return "", ""


def worklist_row(state: CaseState, policy: Policy, now: datetime) -> WorklistRow:
    """Return the line of a case in the work-lists."""
    steps = steps_of(state, policy, now)
    queue = queue_of(state, steps)
    return WorklistRow(
        *_marks(state, policy),
        case_id=state.id,
        product=state.product,
        queue=queue.value,
        updated_at=state.updated_at,
        step=_standing(state, steps, queue),
        policy=policy.id,
    )


def _standing(state: CaseState, steps: tuple[StepView, ...], queue: Queue) -> str:
    # A closed case stands at no step: how it ended is told instead.
    if queue is Queue.CLOSED:
        return state.status.value
    return CONTRACT_WAITS if contract_waits(state) else current_step(steps).id


def known_case(state: CaseState, policy: Policy) -> KnownCase:
    """Return how a case stands in the lists."""
    return KnownCase(_marks(state, policy), is_closed(state))


def search_terms(case: WorklistRow | CaseMarks) -> tuple[str, ...]:
    """Return what a case is found by."""
    return (case.number, case.person_name, case.identification, case.email)


def _marks(state: CaseState, policy: Policy) -> CaseMarks:
    return CaseMarks(
        number=state.number,
        person_name=person_name(state, policy),
        identification=identification(state, policy)[1],
        email=state.values.get(policy.email_field, ""),
        captured_by=state.opened_by,
        in_work_by=state.updated_by,
    )
