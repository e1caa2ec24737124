"""A server over PostgreSQL: two processes' worth of engines, one office, no state in between."""

import io
import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from issuance.access.commands import ChangeRoles
from issuance.cases.commands.application import SendEmailCode
from issuance.certificates.keys import make_private_key
from issuance.commands import Receipt
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.storage import Storage
from issuance.queries import (
    MailboxAnswer,
    MailboxQuery,
    NoticesAnswer,
    NoticesQuery,
    OperatorsAnswer,
    OperatorsQuery,
)
from issuance.register.place import Postgresql
from issuance.streams import StreamRef
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import OWN
from tests.engine.test_pushing import opening
from tests.keys import wait_until
from tests.live_server import SERVICE, LiveServer, add_service, live_server
from tests.postgresql import postgresql, postgresql_server  # noqa: F401 -- fixtures
from tests.server.speaking import Voice, log_in
from tests.server.test_serve import serving
from ventanilla.compose import system_sources

MAILS = 8


@pytest.fixture
def served_folder(
    postgresql: Postgresql,  # noqa: F811 -- the fixture
    tmp_path: Path,
) -> Path:
    """An office on PostgreSQL with the service a server works as."""
    folder = tmp_path / "office"
    storage = Storage(postgresql, folder / "blobs")
    sources, plan = system_sources(), demonstration_plan()
    founded = found_office(folder, plan, sources, make_private_key, storage=storage)
    assert isinstance(founded, Founded), founded
    add_service(FoundedOffice(folder, founded.recovery_key))
    return folder


@pytest.fixture
def two(served_folder: Path) -> Iterator[tuple[LiveServer, LiveServer]]:
    """Two servers of one office, as two processes behind one proxy."""
    folder = served_folder
    with live_server(folder, background=False) as one, live_server(folder) as other:
        yield one, other


def test_a_session_and_a_command_are_known_to_every_process(two: tuple[LiveServer, LiveServer]):
    one, other = two
    here = log_in(one, "jefa")
    there = Voice(other.client(), here.started)
    people = there.ask(OperatorsQuery())
    assert isinstance(people, OperatorsAnswer)
    revision = next(each.revision for each in people.entries if each.user == "carmen")
    body = ChangeRoles(user="carmen", roles=("operator",))
    command = here.command(body, StreamRef(kind="operator", id=UUID(int=1)), revision)

    def send(number: int) -> Receipt:
        return (here, there)[number % 2].send(command)

    with ThreadPoolExecutor(4) as threads:
        receipts = set(threads.map(Receipt.model_dump_json, threads.map(send, range(8))))
    assert len(receipts) == 1
    assert Receipt.model_validate_json(receipts.pop()).applied
    here.client.delete("/v1/sessions/current", headers=here.bearer)
    query = {"query": {"kind": "counts"}}
    gone = there.client.post("/v1/queries", json=query, headers=here.bearer)
    assert gone.status_code == 401


def test_nothing_is_sent_that_postgresql_cannot_hold(two: tuple[LiveServer, LiveServer]):
    one, _ = two
    voice = log_in(one, "olga")
    for text in ("\0", "a\0b"):
        query = {"query": {"kind": "worklist", "text": text}}
        assert voice.client.post("/v1/queries", json=query, headers=voice.bearer).status_code == 422
        body = {"user": text, "secrets": {"password": text, "code": text}}
        assert voice.client.post("/v1/sessions", json=body).status_code == 422


@pytest.mark.soak
async def test_two_servers_send_each_mail_once(served_folder: Path):
    """Both do background work over one database, whichever of them queued the mail."""
    with live_server(served_folder) as one, live_server(served_folder) as other:
        here = log_in(one, "olga")
        there = Voice(other.client(), here.started)
        for number in range(MAILS):
            voice, case = (here, there)[number % 2], StreamRef(kind="case", id=UUID(int=number))
            assert voice.give(opening(number), case).applied
            assert voice.give(SendEmailCode(), case, 1).applied

        def sent() -> bool:
            page = here.ask(NoticesQuery())
            assert isinstance(page, NoticesAnswer)
            return [each.state for each in page.entries] == ["sent"] * MAILS

        await wait_until(sent)
        mailbox = here.ask(MailboxQuery())
        assert isinstance(mailbox, MailboxAnswer)
        to = [each.to for each in mailbox.messages]
        assert len(to) == len(set(to)) == MAILS


@pytest.mark.soak
def test_several_processes_serve_one_office(served_folder: Path, tmp_path: Path):
    credential, place = tmp_path / "credential", tmp_path / "place"
    credential.write_text(OWN.reveal())
    credential.chmod(0o400)
    place.mkdir(mode=0o700)
    path = str(place / "s")
    arguments = ("--office", str(served_folder), "--service", SERVICE, "--workers", "2",
                 "--credential", str(credential), "--socket", path)  # fmt: skip
    with serving(*arguments) as (process, first):
        assert first["event"] == "serving"
        second = json.loads((process.stdout or io.StringIO()).readline())
        assert second["event"] == "serving"
        transport = httpx.HTTPTransport(uds=path)
        with httpx.Client(transport=transport, base_url="http://x", timeout=30) as client:
            assert client.get("/readyz").status_code == 200
            assert "ventanilla_requests_total" in client.get("/metrics").text
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    assert [json.loads(line)["event"] for line in rest.splitlines()].count("ended") == 2
