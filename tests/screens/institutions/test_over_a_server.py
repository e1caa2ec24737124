"""The same screens at a computer whose office is a server's: what they show and do is the same."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest

from issuance.certificates.keys import PrivateKey
from issuance.secret import Secret
from tests.backend_client.counters import address_of
from tests.engine.conftest import FoundedOffice
from tests.live_server import add_service, live_server
from tests.screens.institutions import (
    test_home,
    test_list_of_officials,
    test_officials,
    test_requests,
    test_tickets,
)
from tests.screens.institutions.conftest import RunDesk, at_the_desk
from tests.screens.institutions.enabled_ministry import Ministry


@pytest.fixture
def desk(ministry: Ministry, make_key: Callable[[str], PrivateKey]) -> Iterator[RunDesk]:
    """Serve the ministry, and run the program on a computer that knows its address alone."""
    add_service(FoundedOffice(ministry.folder, Secret("")))
    with live_server(ministry.folder, background=False) as server:
        yield partial(at_the_desk, ministry, make_key, address=address_of(server))


async def test_a_certifier_clears_the_queue(desk):
    await test_requests.test_a_certifier_clears_the_queue(desk)


@pytest.mark.soak
async def test_a_holder_finds_only_the_own_things(desk):
    await test_home.test_a_holder_finds_only_the_own_things(desk)


@pytest.mark.soak
async def test_rejecting_needs_a_reason(desk):
    await test_requests.test_rejecting_needs_a_reason_and_takes_many(desk)


@pytest.mark.soak
async def test_officials_are_registered_changed_and_ended(desk):
    await test_officials.test_an_official_is_registered_in_any_writing_changed_and_ended(desk)


@pytest.mark.soak
async def test_a_list_registers_the_others(desk, tmp_path):
    await test_list_of_officials.test_a_list_with_bad_rows_registers_the_others(desk, tmp_path)


@pytest.mark.soak
async def test_a_ticket_goes_from_side_to_side(desk, tmp_path):
    await test_tickets.test_a_ticket_goes_from_side_to_side(desk, tmp_path)
