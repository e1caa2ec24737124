"""The scores that hold: every file of the base tier right, and no good photo rejected."""

import pytest

from issuance.evidence.engines_here import engines_here
from issuance.evidence.photo import check_photo
from issuance.evidence.report import Verdict, verdict
from issuance.evidence.rules import PhotoRule
from issuance.findings.evidence import EvidenceCode
from tests.shared_material import FOLDER, labels, material, needs_shared_material
from tools.evidence_scores import scores, table
from ventanilla.check import policy_rule

pytestmark = [needs_shared_material, pytest.mark.timeout(600)]

STRICT_ONLY = {"bad_corrupt_middle.jpg"}
"""Damage that only a strict decoder sees: without one nobody may say that it was looked for."""


WANTED = {
    row["file"]: row["reasons"]
    for row in labels("photos")
    if row["tier"] == "base" or row["expected"] == "accept"
}


def one_of_each_reason():
    """The smallest file refused for each reason, a good photo and its double."""
    refused = [row["file"] for row in labels("photos") if row["expected"] == "reject"]
    chosen: dict[str, str] = {}
    for name in sorted(WANTED.keys() & refused, key=lambda name: len(material("photos", name))):
        chosen.setdefault(WANTED[name], name)
    return {"ok_p2.jpg", "bad_duplicate_of_ok_p2.jpg", *chosen.values()}


@pytest.fixture(scope="module", params=["few", pytest.param("all", marks=pytest.mark.soak)])
def photos(request):
    files = set(WANTED) if request.param == "all" else one_of_each_reason()
    found = scores(FOLDER, "photo", lambda row: row["file"] in files)
    assert {score.file for score in found} == files
    return found


def test_every_file_of_the_base_tier_is_exactly_right(photos):
    base = [score for score in photos if score.tier == "base"]
    assert len(base) > 15
    sees_all = engines_here().strict is not None
    assert [
        (score.file, score.verdict, score.decisive)
        for score in base
        if not score.exactly_right and (sees_all or score.file not in STRICT_ONLY)
    ] == []


def test_no_good_photo_is_rejected_and_their_remarks_are_noticed(photos):
    good = [score for score in photos if score.is_good]
    assert good
    assert [score.file for score in good if score.verdict == Verdict.REJECT] == []
    assert [score.file for score in good if not score.right_reason] == []


def test_without_any_engine_no_good_photo_is_rejected_and_none_passes_unseen():
    rule = policy_rule("photo")
    assert isinstance(rule, PhotoRule)
    for row in labels("photos"):
        if row["expected"] == "accept":
            report = check_photo(material("photos", row["file"]), rule)
            assert verdict(report.findings) == Verdict.REVIEW, row["file"]
            codes = {finding.code for finding in report.findings}
            assert EvidenceCode.FACES_NOT_CHECKED in codes


def test_the_table_has_a_row_a_tier_and_names_the_misses(photos):
    lines = list(table("photo", photos))
    for tier in {score.tier for score in photos}:
        assert any(line.startswith(f"| {tier} |") for line in lines)
    named = {line.split("`")[1] for line in lines if line.startswith("- `")}
    assert named <= {score.file for score in photos if not score.exactly_right}
