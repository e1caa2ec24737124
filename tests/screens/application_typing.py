"""Filling in an application by keys, and looking at what stands on the screen."""

import asyncio
from collections.abc import Mapping
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from backend_client.station import DraftKey
from issuance.queries import CaseAnswer, CaseQuery
from issuance.samples.people import sample_person
from screens.application import ApplicationScreen
from screens.application_entry import ApplicationEntry
from screens.paged_text import PagedText
from tests.keys import press_and_wait, wait_until
from tui.form import Form
from tui.form_fields import FieldRow
from tui.key_bar import KeyBar
from tui.widgets.code_field import CodeField

NATURAL = "natural-pkcs12-2y"
OF_OLGA = DraftKey.of_operator("olga", "application")


def screen_name(app: App[int]) -> str:
    return type(app.screen).__name__


async def screen_is(pilot: Pilot[int], name: str) -> None:
    await wait_until(lambda: screen_name(pilot.app) == name and pilot.app.screen.is_mounted)


async def form_is_there(pilot: Pilot[int]) -> None:
    await screen_is(pilot, "ApplicationScreen")
    await wait_until(lambda: pilot.app.screen.query(Form) and in_field(pilot.app))


def in_field(app: App[int]) -> str:
    return app.screen.query_one(Form).focused_field


def texts(app: App[int]) -> dict[str, str]:
    return app.screen.query_one(Form).texts()


def row(app: App[int], name: str) -> FieldRow:
    return app.screen.query_one(f"#field-{name}", FieldRow)


def all_texts(app: App[int]) -> dict[str, str]:
    return app.screen.query_one(ApplicationEntry).texts


def codes(app: App[int], name: str) -> list[str]:
    return [finding.code for finding in row(app, name).findings]


def typed_values(number: int = 0, certificate_type: str = "natural") -> dict[str, str]:
    """Return what somebody types for an invented person: the telephone as people say it."""
    values = dict(sample_person(certificate_type, number).values)
    return {**values, "phone": "0990001000"}


async def type_values(pilot: Pilot[int], values: Mapping[str, str]) -> None:
    """Type every value where its field comes, Enter after each, all in one burst."""
    keys: list[str] = []
    for name, value in values.items():
        keys += ([] if name == "identification_kind" else [value]) + ["enter"]
    await press_and_wait(pilot, "up", *keys, timeout=60)


def in_order(app: App[int], values: Mapping[str, str]) -> dict[str, str]:
    """Return a value for every field of the policy's form, in its order."""
    screen = app.screen
    assert isinstance(screen, ApplicationScreen)
    fields = screen.words.application_form(screen._product, values)
    return {field.name: values.get(field.name, "") for field in fields}


async def known_case(app: Any, case: Any) -> CaseAnswer:
    answer = await app.backend.ask(CaseQuery(case=case))
    assert isinstance(answer, CaseAnswer)
    return answer


def code_field(app: App[int]) -> CodeField:
    return app.screen.query_one(CodeField)


def key_bar(app) -> str:
    return str(app.screen.query_one(KeyBar).content)


async def fill_in(pilot, values):
    await form_is_there(pilot)
    await type_values(pilot, in_order(pilot.app, values))


async def complete(pilot, values):
    """Put the values into the form at once; typing each is tested below."""
    await form_is_there(pilot)
    await pilot.app.screen._show(values)
    await press_and_wait(pilot, "f10")


async def read_consent(pilot):
    await screen_is(pilot, "ConsentScreen")
    await wait_until(lambda: pilot.app.screen.query_one(PagedText)._pages)
    text = pilot.app.screen.query_one(PagedText)
    while not text.at_end:
        await press_and_wait(pilot, "pagedown")


async def saved_draft(pilot, key):
    saving = [worker for worker in pilot.app.workers if worker.group == "draft"]
    await wait_until(lambda: all(worker.is_finished for worker in saving))
    return await asyncio.to_thread(pilot.app.backend.station.load_draft, key)
