"""Changed rules come into force by two administrators, by keys."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from issuance.commands import ProposePolicy
from issuance.policies.loader import LoadedPolicy, read_policy
from issuance.queries import PolicyAnswer, PolicyQuery
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LoadedPolicy:
    """Install another version of the rules in the place of the shipped one."""
    folder = tmp_path / "ec-icert"
    shutil.copytree(str(files("issuance.policies").joinpath("ec-icert")), folder)
    rules = folder / "policy.toml"
    rules.write_text(rules.read_text("utf-8").replace('version = "', 'version = "9.', 1), "utf-8")
    (folder / "es" / "consent.txt").write_text("Otro texto.", "utf-8")
    newer = read_policy(folder)
    monkeypatch.setattr("issuance.engine.opening.load_policy", lambda name: newer)
    return newer


async def at_the_rules(pilot) -> None:
    await wait_until(lambda: screen_name(pilot) == "PolicyScreen" and pilot.app.screen._policy)
    await wait_until(lambda: pilot.app.keys.idle and not pilot.app.keys.is_held)


async def standing(pilot) -> PolicyAnswer:
    answer = await pilot.app.backend.ask(PolicyQuery())
    assert isinstance(answer, PolicyAnswer)
    return answer


async def becomes(pilot, number: str, user: str) -> None:
    """Let another of the demonstration's people go on: F7 and the number, in one burst."""
    await press_and_wait(pilot, "f7", number)
    await wait_until(lambda: screen_name(pilot) == "WorklistScreen")
    await wait_until(lambda: pilot.app.backend.session.operator == user)
    await wait_until(lambda: pilot.app.keys.idle and not pilot.app.keys.is_held)


async def open_the_rules(pilot) -> None:
    await press_and_wait(pilot, "f4", until=lambda: screen_name(pilot) == "ValueList")
    await press_and_wait(pilot, "regl" if pilot.app.translate.language == "es" else "rules")
    await press_and_wait(pilot, "enter")
    await at_the_rules(pilot)


@pytest.mark.parametrize(
    ("language", "size"), [("es", (80, 24)), pytest.param("en", (120, 40), marks=pytest.mark.soak)]
)
async def test_two_administrators_bring_changed_rules_into_force(counter, newer, language, size):
    spanish = language == "es"
    async with counter("jefa", "worklist", language=language, size=size) as pilot:
        await open_the_rules(pilot)
        before = await standing(pilot)
        assert not before.current
        page = shown(pilot)
        for digest in (before.in_force_digest, newer.digest):
            assert digest[:8] in page
            assert digest[-8:] in page
        assert newer.policy.version in page
        assert "es/consent.txt" in page
        assert "policy.toml" in page
        await press_and_wait(pilot, "f10")
        await at_the_rules(pilot)
        assert (await standing(pilot)).proposed_by == "jefa"
        assert "Julia Jefa" in shown(pilot)
        # Who proposed does not put in force.
        await press_and_wait(pilot, "f10")
        assert screen_name(pilot) == "PolicyScreen"
        await becomes(pilot, "5", "arturo")
        await open_the_rules(pilot)
        await press_and_wait(pilot, "f10", until=lambda: screen_name(pilot) == "Confirm")
        assert newer.policy.version in shown(pilot)
        await press_and_wait(pilot, "enter")
        await at_the_rules(pilot)
        assert not (await standing(pilot)).current
        await press_and_wait(pilot, "f10", until=lambda: screen_name(pilot) == "Confirm")
        await press_and_wait(pilot, "down", "enter")
        await at_the_rules(pilot)
        assert (await standing(pilot)).current
        nothing = "no hay nada que hacer" if spanish else "nothing to do"
        await wait_until(lambda: nothing in shown(pilot))


@pytest.mark.usefixtures("newer")
async def test_until_then_no_case_goes_on_and_everybody_can_read_why(counter):
    async with counter("olga", "policy") as pilot:
        await at_the_rules(pilot)
        assert "Un administrador propone" in shown(pilot)
        assert "F10" not in shown(pilot)
        await press_and_wait(pilot, "f10")
        assert (await standing(pilot)).proposed_by == ""


@pytest.mark.usefixtures("newer")
async def test_rules_changed_meanwhile_are_read_again(counter):
    async with counter("jefa", "policy") as pilot:
        await at_the_rules(pilot)
        backend, seen = pilot.app.backend, await standing(pilot)
        body = ProposePolicy(policy=seen.id, digest=seen.installed_digest)
        receipt = await backend.execute(body, backend.new_stream("policy"), seen.revision)
        assert receipt.applied
        await press_and_wait(pilot, "f10")
        await at_the_rules(pilot)
        await wait_until(lambda: "Otra persona" in shown(pilot))
        assert "Julia Jefa" in shown(pilot)


async def test_rules_in_force_need_nothing(counter):
    async with counter("jefa", "policy") as pilot:
        await at_the_rules(pilot)
        assert "no hay nada que hacer" in shown(pilot)
        assert "F10" not in shown(pilot)
