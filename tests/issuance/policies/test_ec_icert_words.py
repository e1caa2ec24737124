"""The words of the ICERT policy: everything named has them, in every language, and none is over."""

from pathlib import Path

import pytest

from issuance.findings.evidence import REMARKS, EvidenceCode
from issuance.notices.mail import split_mail
from issuance.policies.contract_pdf import contract_text
from issuance.policies.loader import load_policy
from issuance.policies.model import FieldRule, Policy
from issuance.policies.rendering import placeholders
from issuance.policies.wording import CONTRACT, MAILS
from tools.operator_guide import FOLDER, differing, write

LOADED = load_policy("ec-icert")
POLICY = LOADED.policy


@pytest.fixture(params=POLICY.languages)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _all_fields() -> tuple[FieldRule, ...]:
    return (*POLICY.fields, *POLICY.payment_fields, *POLICY.billing_fields)


def _expected_words(policy: Policy) -> dict[str, dict[str, set[str]]]:
    """Return topic -> name -> parts for everything the policy names."""
    reasons = policy.reasons
    mailed = {*reasons.reject, *reasons.cancel, *reasons.payment, *reasons.evidence}
    mailed |= {*reasons.suspend, *reasons.reinstate, *policy.life.own_causes}
    unmailed = {*reasons.hold, *reasons.override, *reasons.resume, *reasons.new_code}
    unmailed |= {*reasons.resend}
    identifications = {way for ways in policy.life.asks.values() for way in ways}
    choices = {choice for field in _all_fields() for choice in field.choices} | {"yes", "no"}
    questions = {question for rule in policy.evidence for question in rule.checklist}
    questions |= {*policy.activation.person_checklist, *policy.activation.data_checklist}
    unavailable = {each.unavailable_reason for each in (*policy.types, *policy.containers)} - {""}
    unavailable |= {each.reason for each in policy.impossible}
    fields = {field.name: {"label", "help", "example"} for field in _all_fields()}
    for field in policy.fields:
        if any(condition.value == "container" for condition in field.shown_when):
            fields[field.name].add("why_not")
    return {
        "types": {each.id: {"label", "short", "help"} for each in policy.types},
        "containers": {each.id: {"label", "help"} for each in policy.containers},
        "validities": {product.validity: {"label"} for product in policy.products},
        "unavailable": {reason: {"label"} for reason in unavailable},
        "fields": fields,
        "groups": {field.group: {"label"} for field in policy.fields},
        "choices": {choice: {"label"} for choice in choices},
        "account_kinds": {kind: {"label"} for kind in ("checking", "savings")},
        "steps": {step.id: {"label", "summary"} for step in policy.steps},
        "evidence": {rule.id: {"label", "help"} for rule in policy.evidence},
        "contract_data": {
            name: {"label"}
            for name in (
                "serial",
                "valid_from",
                "valid_until",
                "fingerprint",
                "applicant",
                "office",
            )
        },
        "checklists": {question: {"question"} for question in questions},
        "exemptions": {
            each.id: {"label", "help"} for rule in policy.evidence for each in rule.exemptions
        },
        "identifications": {way: {"label"} for way in identifications},
        # What blocks or warns, so that the applicant can be told in plain words what to do.
        "findings": {code.value: {"label", "mail"} for code in set(EvidenceCode) - REMARKS},
        "reasons": {
            **{reason: {"label"} for reason in unmailed},
            **{reason: {"label", "mail"} for reason in (*mailed, *reasons.revoke)},
        },
    }


@pytest.mark.parametrize("topic", _expected_words(POLICY))
def test_everything_named_has_words_and_no_word_is_left_over(topic: str, language: str):
    words, expected = LOADED.words(language), _expected_words(POLICY)[topic]
    assert set(words.names(topic)) == expected.keys()
    for name, parts in expected.items():
        for part in parts:
            text = words.word(topic, name, part)
            assert text.strip(), (topic, name, part)
            assert "$" not in text


def test_accounts_are_of_a_kind_that_has_words(language: str):
    names = LOADED.words(language).names("account_kinds")
    assert {point.account_kind for point in POLICY.service_points} <= set(names)


def test_the_long_texts_are_complete(language: str):
    words = LOADED.words(language)
    expected = {"consent", "contract"}
    helps = {"help/certificates", *(f"help/{step.id}" for step in POLICY.steps)}
    expected |= helps
    expected |= {f"mail/{name}" for name in MAILS}
    assert set(words.text_names()) == expected
    for name in ("consent", *helps):
        assert placeholders(words.text(name)) == frozenset()
        assert len(words.text(name)) > 300


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_has_subject_and_body_and_asks_for_what_it_is_given(name: str, language: str):
    text = LOADED.words(language).text(f"mail/{name}")
    subject, body = split_mail(text)
    assert placeholders(text) == MAILS[name]
    assert placeholders(subject) == {"case_number"}
    assert "$name" in body


def test_the_contract_reads_as_clauses(language: str):
    template = LOADED.words(language).text("contract")
    contract = contract_text(template, language, {name: f"‹{name}›" for name in CONTRACT})
    assert len([section for section in contract.sections if section.heading]) == 11
    written = " ".join(line for section in contract.sections for line in section.paragraphs)
    for name in CONTRACT:
        assert f"‹{name}›" in written


def test_the_operators_guide_is_up_to_date():
    assert differing(LOADED, FOLDER) == [], "run `make docs`"


def test_the_guide_is_rewritten_where_it_differs(tmp_path: Path):
    write(LOADED, tmp_path)
    (tmp_path / "es" / "payment.md").write_text("old", "utf-8")
    (tmp_path / "en" / "no_such_step.md").write_text("left over", "utf-8")
    assert differing(LOADED, tmp_path) == [Path("en/no_such_step.md"), Path("es/payment.md")]
    write(LOADED, tmp_path)
    assert differing(LOADED, tmp_path) == []
    application = (tmp_path / "es" / "application.md").read_text("utf-8")
    assert LOADED.words("es").word("fields", "dactylar_code", "help") in application


def test_another_language_falls_back_to_the_first():
    assert LOADED.words("qu").text("consent") == LOADED.words("es").text("consent")
