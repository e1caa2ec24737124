"""What the checks answer for the operator, and when they must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from issuance.findings.evidence import EvidenceCode
from issuance.policies.loader import load_policy
from issuance.policies.model import EvidenceRule, PreAnswer

PHOTO = load_policy("ec-icert").policy.evidence_rule("photo")
CODES = st.sets(st.sampled_from([code.value for code in EvidenceCode]))


@given(CODES)
def test_without_a_face_finder_and_a_reader_no_question_is_answered(codes: set[str]):
    assert PHOTO is not None
    codes -= {EvidenceCode.NUMBER_MATCHES.value}
    assert not any(each.holds(codes, ()) for each in PHOTO.pre_answers.values())


def test_what_speaks_against_it_leaves_the_question_open():
    assert PHOTO is not None
    glasses = PHOTO.pre_answers["no_glasses"]
    assert glasses.holds((), ("person",))
    assert not glasses.holds(("SUNGLASSES",), ("person",))


def test_every_code_that_is_named_exists():
    assert PHOTO is not None
    known = {code.value for code in EvidenceCode}
    for each in PHOTO.pre_answers.values():
        assert {*each.found, *each.unless} <= known


def test_an_answer_needs_evidence():
    with pytest.raises(ValidationError, match="answers no question"):
        PreAnswer(unless=("GLASSES",))


def test_only_questions_of_the_checklist_are_answered():
    assert PHOTO is not None
    with pytest.raises(ValidationError, match="not in the checklist"):
        EvidenceRule.model_validate(
            {**PHOTO.model_dump(), "pre_answers": {"unknown": {"seen": ["person"]}}}
        )
