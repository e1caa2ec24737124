from typing import get_args

import pytest

from issuance.access.roles import Role
from issuance.cases.commands.unregistered import UnregisteredBody
from issuance.cases.events import CATALOGUE
from issuance.cases.state import CaseStatus, EvidenceStatus, PaymentStatus
from issuance.cases.steps import Queue, StepState
from issuance.findings import blocks
from issuance.findings.cases import CaseFinding
from issuance.notices.model import NoticeState
from issuance.policies.loader import load_policy
from tui.case_words import (
    ACTS,
    CASE_STATUSES,
    EVENTS,
    EVIDENCE_STATUSES,
    NOTICE_STATES,
    NOTICES,
    PAYMENT_STATUSES,
    QUEUES,
    ROLES,
    STEP_STATES,
    finding_in_words,
    said,
)
from tui.sentences import sentence
from tui.translation import Translator

POLICY = load_policy("ec-icert")
WITHOUT_A_CASE = [each.model_fields["kind"].default for each in get_args(UnregisteredBody)]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (ACTS, [*POLICY.policy.roles, *WITHOUT_A_CASE]),
        (EVENTS, CATALOGUE),
        (ROLES, list(Role)),
        (QUEUES, list(Queue)),
        (STEP_STATES, list(StepState)),
        (CASE_STATUSES, list(CaseStatus)),
        (EVIDENCE_STATUSES, list(EvidenceStatus)),
        (PAYMENT_STATUSES, list(PaymentStatus)),
        (NOTICE_STATES, list(NoticeState)),
        (
            NOTICES,
            [
                name.removeprefix("mail/")
                for name in POLICY.words("es").text_names()
                if name.startswith("mail/")
            ],
        ),
    ],
)
def test_everything_the_engine_names_has_words_and_nothing_more(words, codes):
    assert set(words) == {str(code) for code in codes}


def test_a_code_without_words_is_shown_itself():
    assert said(ACTS, "of_tomorrow", Translator("es")) == "of_tomorrow"


def test_a_finding_names_act_roles_and_status_in_words():
    translate = Translator("es")
    second = finding_in_words(blocks(CaseFinding.SECOND_PERSON_NEEDED, act="open_case"), translate)
    assert "«Abrir el trámite»" in sentence(second, translate)
    role = finding_in_words(blocks(CaseFinding.NOT_YOUR_ROLE, roles="operator, cashier"), translate)
    assert "operador, cajero" in sentence(role, translate)
    closed = finding_in_words(blocks(CaseFinding.CASE_CLOSED, status="rejected"), translate)
    assert "(rechazado)" in sentence(closed, translate)
