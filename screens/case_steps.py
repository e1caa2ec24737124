"""From a case's step to the screen that does it, and who can act in it now."""

from dataclasses import dataclass
from typing import Final

from issuance.cases.guards import ActView
from issuance.cases.steps import StepState, StepView
from issuance.findings.cases import CaseFinding
from issuance.queries import CaseAnswer


@dataclass(frozen=True, slots=True)
class _Entrance:
    """A screen, and the acts it offers."""

    screen: str
    acts: tuple[str, ...]


_ENTRANCES: Final[dict[str, tuple[_Entrance, ...]]] = {
    "application": (_Entrance("application", ("amend_application",)),),
    "email": (_Entrance("email", ("confirm_email", "send_email_code")),),
    "approval": (_Entrance("approval", ("approve", "return_application")),),
    "evidence": (
        _Entrance("evidence_review", ("accept_evidence", "return_evidence")),
        _Entrance("evidence", ("capture_evidence", "claim_exemption")),
    ),
    "payment": (
        _Entrance("payment_review", ("confirm_payment", "refuse_payment")),
        _Entrance("payment", ("record_payment",)),
    ),
    "billing": (_Entrance("billing", ("record_billing",)),),
    "activation": (
        _Entrance(
            "activation",
            (
                "confirm_person", "confirm_data", "send_activation_code", "enter_activation_code",
                "request_certificate", "record_delivery", "give_up_key",
            ),
        ),
    ),
}  # fmt: skip
"""By kind of step; where there are two, the second person's screen comes first."""

_ABOUT_THE_PERSON: Final = frozenset(
    {CaseFinding.NOT_YOUR_ROLE.value, CaseFinding.SECOND_PERSON_NEEDED.value}
)
"""What stands in one person's way and not in another's."""


def screen_for(step: StepView, answer: CaseAnswer) -> str:
    """Return the name of the screen of a step for the person who asked for the case."""
    entrances = _ENTRANCES[step.kind.value]
    for fits in (_is_free, _is_their_role):
        for entrance in entrances:
            if any(fits(act) for act in _acts(entrance, answer)):
                return entrance.screen
    return entrances[0].screen


def obstacle(step: StepView, answer: CaseAnswer) -> ActView | None:
    """Return the act that stands nearest to being possible in a step; None where one is."""
    acts = [act for each in _ENTRANCES[step.kind.value] for act in _acts(each, answer)]
    if any(_is_free(act) for act in acts):
        return None
    return min(acts, key=lambda act: not _waits_for_a_person(act))


def roles_that_can_act(step: StepView, answer: CaseAnswer) -> tuple[str, ...]:
    """Return the roles whose turn it is in a step."""
    if step.state in (StepState.DONE, StepState.BLOCKED):
        return ()
    possible = [
        act for act in _acts_of_the_turn(step, answer) if _is_free(act) or _waits_for_a_person(act)
    ]
    return tuple(dict.fromkeys(role for act in possible for role in act.roles))


def is_their_turn(step: StepView, answer: CaseAnswer) -> bool:
    """Tell whether the step waits for the person who asked for the case."""
    return any(_is_free(act) for act in _acts_of_the_turn(step, answer))


def next_step(answer: CaseAnswer) -> StepView:
    """Return the first step the person who asked can do something in now, or the current one."""
    current = next(each for each in answer.steps if each.id == answer.current_step)
    waiting = (
        each for each in answer.steps
        if each.state not in (StepState.DONE, StepState.BLOCKED) and is_their_turn(each, answer)
    )  # fmt: skip
    return next(waiting, current)


def needs_another_person(step: StepView, answer: CaseAnswer) -> bool:
    """Tell whether the person who asked may not do this step because of what they did before."""
    acts = _acts_of_the_turn(step, answer)
    codes = {finding.code for act in acts for finding in act.findings}
    return not is_their_turn(step, answer) and CaseFinding.SECOND_PERSON_NEEDED in codes


def _acts_of_the_turn(step: StepView, answer: CaseAnswer) -> list[ActView]:
    """Return what the step waits for: review or, before that, what is to be reviewed."""
    entrances = _ENTRANCES[step.kind.value]
    if len(entrances) > 1:
        entrances = entrances[:1] if step.state is StepState.REVIEW else entrances[1:]
    return [act for each in entrances for act in _acts(each, answer)]


def _acts(entrance: _Entrance, answer: CaseAnswer) -> list[ActView]:
    return [act for act in answer.acts if act.act in entrance.acts]


def _is_free(act: ActView) -> bool:
    return not act.findings


def _is_their_role(act: ActView) -> bool:
    return all(finding.code != CaseFinding.NOT_YOUR_ROLE for finding in act.findings)


def _waits_for_a_person(act: ActView) -> bool:
    return bool(act.findings) and all(each.code in _ABOUT_THE_PERSON for each in act.findings)
