"""What the engine finds, told with the policy's own words."""

import pytest

from backend_client.policy_view import PolicyView
from issuance.certificates.profile import resolve
from issuance.policies.loader import load_policy
from issuance.samples.people import sample_person
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
