"""A certifier clears a long queue: none is lost, none decided twice, and no key waits."""

import random
import sys
import time
from collections import Counter
from uuid import UUID

import pytest

from backend_client.backend import Backend
from issuance.institution_queries import (
    PortableAnswer,
    PortableLine,
    PortableQuery,
    PortablesAnswer,
    PortablesQuery,
)
from tests.keys import press_and_wait, wait_until
from tests.screens.conftest import screen_name, shown
from tests.screens.institutions.driving import arrive, home, say_yes, see
from tests.screens.institutions.queued_requests import ask_for_many

WAITED_BEFORE = 3


async def every_request(backend: Backend) -> dict[UUID, PortableLine]:
    """Return all requests and certificates of the institution."""
    found: dict[UUID, PortableLine] = {}
    after = None
    while True:
        page = await backend.ask(PortablesQuery(after=after, limit=200))
        assert isinstance(page, PortablesAnswer)
        found |= {each.certificate: each for each in page.entries}
        after = page.next
        if after is None:
            return found


async def mark_all(pilot, count: int) -> None:
    """Open the queue and mark every request of it."""
    await home(pilot)
    await press_and_wait(pilot, "f6")
    await arrive(pilot, "RequestsScreen")
    await press_and_wait(pilot, "f8")
    await see(pilot, f"{count} solicitudes marcadas")


async def type_proofs(
    pilot, places: range, count: int, left_out: set[int]
) -> tuple[dict[UUID, str], list[float]]:
    """Type a number for each person, or leave them out; return numbers and processor seconds."""
    numbers: dict[UUID, str] = {}
    seconds: list[float] = []
    for place in places:
        await see(pilot, f"{place + 1} de {count}:")
        certificate = pilot.app.screen._lines[place].certificate
        began = time.process_time()
        if place in left_out:
            await press_and_wait(pilot, "f8")
        else:
            numbers[certificate] = f"N{place:09}"
            await press_and_wait(pilot, numbers[certificate], "enter")
        await see(pilot, f"{place + 2} de {count}:" if place + 1 < count else "¿Aprobar")
        seconds.append(time.process_time() - began)
    return numbers, seconds


async def clear(desk, ministry, count: int, seed: int) -> list[float]:
    """Approve most of a queue, interrupted half-way, and reject the rest."""
    asked = ask_for_many(ministry, count - WAITED_BEFORE, seed)
    chance = random.Random(seed)
    left_out = set(chance.sample(range(count), max(count // 10, 2)))
    stop = count // 2
    async with desk("fermin") as pilot:
        await mark_all(pilot, count)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "RequestApprovalScreen")
        numbers, seconds = await type_proofs(pilot, range(stop), count, left_out)
        # Away from the desk: what was typed is there afterwards, for whoever has a number.
        await press_and_wait(pilot, "f3")
        await arrive(pilot, "RequestsScreen")
        assert {each.status for each in (await every_request(pilot.app.backend)).values()} == {
            "pending"
        }
        await press_and_wait(pilot, "f3")
        await mark_all(pilot, count)
        await press_and_wait(pilot, "f10")
        await arrive(pilot, "RequestApprovalScreen")
        await see(pilot, f"{len(numbers)} números ya escritos")
        first_open = min({*left_out, stop})
        for place in range(first_open, stop):
            await see(pilot, f"{place + 1} de {count}:")
            await press_and_wait(pilot, "f8" if place in left_out else "enter")
        more, later = await type_proofs(pilot, range(stop, count), count, left_out)
        numbers |= more
        await see(pilot, f"¿Aprobar {len(numbers)} solicitudes?")
        await say_yes(pilot)
        done = f"{len(numbers)} de {len(numbers)} listas"
        await wait_until(lambda: done in shown(pilot), 900)
        await press_and_wait(pilot, "f3")
        await arrive(pilot, "RequestsScreen")
        await press_and_wait(pilot, "f8")
        await see(pilot, f"{len(left_out)} solicitudes marcadas")
        await press_and_wait(pilot, "f6", until=lambda: screen_name(pilot) == "Choice")
        await press_and_wait(pilot, "down", "enter", "enter")
        await see(pilot, "Hace falta")
        await press_and_wait(pilot, "No vino", "enter")
        await see(pilot, f"{len(left_out)} solicitudes rechazadas")
        found = await every_request(pilot.app.backend)
        assert {each.certificate for each in asked} <= set(found)
        assert Counter(each.status for each in found.values()) == {
            "issued": sum(_waits_for_codes(found[each]) for each in numbers),
            "active": sum(not _waits_for_codes(found[each]) for each in numbers),
            "rejected": len(left_out),
        }
        assert {key for key, each in found.items() if each.status != "rejected"} == set(numbers)
        serials = [each.serial for each in found.values() if each.serial]
        assert len(set(serials)) == len(serials) == len(numbers)
        for certificate, number in numbers.items():
            await assert_approved_once(pilot.app.backend, certificate, number)
    return seconds + later


def _waits_for_codes(line: PortableLine) -> bool:
    return bool(line.otp)


async def assert_approved_once(backend: Backend, certificate: UUID, number: str) -> None:
    """The request was approved once, with the number typed for this person."""
    known = await backend.ask(PortableQuery(certificate=certificate))
    assert isinstance(known, PortableAnswer)
    approvals = [each for each in known.history if "approved" in each.kind]
    assert len(approvals) == 1, known.history
    assert approvals[0].details["number"] == number


async def test_a_queue_is_cleared_though_the_certifier_was_called_away(desk, ministry):
    await clear(desk, ministry, 8, 20261122)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_a_queue_of_two_hundred_is_cleared(desk, ministry):
    seconds = await clear(desk, ministry, 200, 20261122)
    middle = sorted(seconds)[len(seconds) // 2]
    sys.stdout.write(f"{middle:.3f} s of the processor from one person to the next\n")
    # A certifier reads a card and types its number meanwhile: the screen is not what they wait for.
    assert middle < 0.25
