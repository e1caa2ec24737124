"""What the engine finds and records, told with the policy's own words."""

from datetime import UTC, datetime

import pytest

from backend_client.policy_view import PolicyView
from issuance.certificates.profile import resolve
from issuance.policies.loader import load_policy
from issuance.queries import HistoryEntry
from issuance.samples.people import sample_person
from screens.history_words import HistoryWords
from tui.sentences import sentence
from tui.translation import Translator

POLICY = load_policy("ec-icert")
PRODUCT = "natural-pkcs12-2y"


@pytest.mark.parametrize(("language", "label"), [("es", "Nombre común"), ("en", "Common name")])
def test_what_does_not_fit_is_named_as_people_name_it(language: str, label: str):
    product = POLICY.policy.product(PRODUCT)
    assert product is not None
    values = {**sample_person("natural").values, "given_names": "Ñ" * 64}
    found = resolve(POLICY.policy.profile_of(product), values)
    assert isinstance(found, list)
    (too_long,) = found
    words = PolicyView(POLICY, language)
    told = sentence(words.in_words(too_long), Translator(language))
    assert label in told
    assert "given_names" not in told


def entry_of(kind: str, **details: str) -> HistoryEntry:
    return HistoryEntry(
        revision=1, position=1, kind=kind, at=datetime(2026, 1, 1, tzinfo=UTC), operator="olga",
        operator_name="Olga Operadora", details=details,
    )  # fmt: skip


def words_in(language: str) -> HistoryWords:
    return HistoryWords(PolicyView(POLICY, language), Translator(language))


def what_happened(kind: str, language: str, **details: str) -> str:
    return words_in(language).what(entry_of(kind, **details))


def test_what_a_published_list_brought_tells_its_reason_and_number():
    told = what_happened(
        "standing_carried_over", "en", revocation_reason="keyCompromise", list_number="7"
    )
    assert told.endswith("revocation list: reason keyCompromise; number of the list: 7")
    of_a_person = what_happened(
        "certificate_revoked", "en", cause="key_compromise", revocation_reason="keyCompromise"
    )
    assert "keyCompromise" not in of_a_person


@pytest.mark.parametrize(
    ("language", "reason"),
    [("es", "la lista publicada lo revoca"), ("en", "the published list revokes it")],
)
def test_an_issue_given_up_by_the_program_says_why(language: str, reason: str):
    assert reason in what_happened("issue_abandoned", language, cause="published_list")


@pytest.mark.parametrize(("language", "who"), [("es", "automático"), ("en", "automatic")])
def test_what_the_clock_does_is_not_of_whoever_was_logged_in(language: str, who: str):
    words = words_in(language)
    revoked = entry_of("certificate_revoked", cause="contract_unsigned", asked_by="clock")
    assert words.who(revoked) == words.who(entry_of("expiry_noticed", days="30")) == who
    assert "clock" not in words.what(revoked)
    asked_for = entry_of("certificate_revoked", cause="key_compromise", asked_by="holder")
    assert words.who(asked_for) == "Olga Operadora"
