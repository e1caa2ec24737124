"""A changed policy comes into force by two people, and only as it was seen."""

import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from issuance.access.operators import ActDenied
from issuance.commands import EnactPolicy, Outcome, ProposePolicy, Receipt
from issuance.findings.access import AccessCode
from issuance.findings.policies import PolicyFinding
from issuance.findings.register import RegisterCode
from issuance.policies.loader import LoadedPolicy, read_policy
from issuance.queries import PolicyAnswer, PolicyQuery
from tests.engine.desk import Desk, codes


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LoadedPolicy]:
    """Install a policy with another price in the place of the shipped one."""
    folder = tmp_path / "ec-icert"
    shutil.copytree(str(files("issuance.policies").joinpath("ec-icert")), folder)
    rules = folder / "policy.toml"
    text = rules.read_text("utf-8")
    rules.write_text(text.replace('version = "', 'version = "9.', 1), "utf-8")
    newer = read_policy(folder)
    monkeypatch.setattr("issuance.engine.opening.load_policy", lambda name: newer)
    yield newer
    monkeypatch.undo()


def standing(desk: Desk) -> PolicyAnswer:
    answer = desk.here.engine.ask(PolicyQuery(), desk.here.session)
    assert isinstance(answer, PolicyAnswer)
    return answer


def give(
    desk: Desk, body: type[ProposePolicy] | type[EnactPolicy], revision: int | None = None
) -> Receipt:
    known = standing(desk)
    made = body(policy=known.id, digest=known.installed_digest)
    return desk.give(made, known.revision if revision is None else revision)


def denials(desk: Desk, user: str) -> list[dict[str, Any]]:
    return [e.public for e in desk.entries("operator", user) if e.kind == ActDenied.KIND]


def test_two_administrators_bring_it_into_force(desk: Desk, newer: LoadedPolicy):
    desk.log_in("jefa")
    known = standing(desk)
    assert (known.current, known.installed, known.revision) == (False, newer.policy.version, 1)
    assert give(desk, ProposePolicy).applied
    assert codes(give(desk, EnactPolicy)) == [PolicyFinding.POLICY_NEEDS_SECOND_PERSON]
    assert denials(desk, "jefa") == [{"act": "enact_policy", "cause": "POLICY_NEEDS_SECOND_PERSON"}]
    desk.log_in("arturo")
    assert standing(desk).proposed_by == "jefa"
    assert give(desk, EnactPolicy).applied
    known = standing(desk)
    assert (known.current, known.in_force, known.revision) == (True, newer.policy.version, 3)


@pytest.mark.usefixtures("newer")
def test_what_was_seen_before_somebody_proposed_is_a_conflict(desk: Desk):
    desk.log_in("jefa")
    seen = standing(desk).revision
    assert give(desk, ProposePolicy).applied
    desk.log_in("arturo")
    receipt = give(desk, EnactPolicy, seen)
    assert receipt.outcome is Outcome.CONFLICT
    assert codes(receipt) == [RegisterCode.REVISION_CONFLICT]
    assert not standing(desk).current
    assert give(desk, EnactPolicy, receipt.revision).applied


@pytest.mark.usefixtures("newer")
def test_who_does_not_administer_is_denied_and_the_try_is_kept(desk: Desk):
    desk.log_in("olga")
    assert codes(give(desk, ProposePolicy, 99)) == [AccessCode.ADMINISTRATOR_ONLY]
    assert denials(desk, "olga") == [{"act": "propose_policy", "cause": "ADMINISTRATOR_ONLY"}]
