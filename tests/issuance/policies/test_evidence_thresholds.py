"""Every threshold of the checks stands in the policy, so that no default decides unseen."""

import tomllib
from importlib.resources import files

from issuance.evidence.rules import CardRule, FaceRule, QualityRule


def evidence():
    text = files("issuance.policies.ec-icert").joinpath("evidence.toml").read_text("utf-8")
    return {rule["id"]: rule for rule in tomllib.loads(text)["evidence"]}


def test_the_photo_names_every_threshold():
    photo = evidence()["photo"]["photo"]
    assert set(photo["quality"]) == set(QualityRule.model_fields)
    assert set(photo["faces"]) == set(FaceRule.model_fields)


def test_both_identity_cards_name_every_threshold():
    rules = evidence()
    for card in ("identity_card", "representative_identity_card"):
        assert set(rules[card]["document"]["card"]) == set(CardRule.model_fields)


def test_faces_are_not_compared_unless_somebody_turns_it_on():
    assert evidence()["photo"]["photo"]["faces"]["compare_faces"] is False
