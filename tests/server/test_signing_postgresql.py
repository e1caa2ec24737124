"""Two servers of one office over PostgreSQL: what one has accepted, the other takes no more."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from issuance.engine.signing_streams import read_log
from issuance.engine.storage import Storage
from issuance.register.place import Postgresql
from issuance.signing.ticket_token import ATTENDED
from tests.engine.desk import SetClock, sources_at
from tests.live_server import live_server
from tests.postgresql import postgresql, postgresql_server  # noqa: F401 -- fixtures
from tests.server.signing_platform import System, file, prepared

TEXT = file(b"{}", "application/json")


def test_a_code_works_once_whichever_process_it_reaches(
    postgresql: Postgresql,  # noqa: F811 -- the fixture
    tmp_path: Path,
):
    clock = SetClock()
    known = prepared(tmp_path / "office", clock, Storage(postgresql, tmp_path / "blobs"))
    sources = sources_at(clock)
    with (
        live_server(known.folder, sources=sources, background=False) as one,
        live_server(known.folder, sources=sources, background=False) as other,
    ):
        systems = [System(each.client(), clock, purpose=ATTENDED) for each in (one, other)]
        for _ in range(3):
            clock.pass_time(seconds=60)
            code = systems[0].code()
            with ThreadPoolExecutor(2) as threads:
                sent = list(threads.map(partial(System.send, code=code), systems, [TEXT] * 2))
            assert sorted(each.status_code for each in sent) == [200, 412]
        unattended = [System(each.client(), clock) for each in (one, other)]
        with ThreadPoolExecutor(8) as threads:
            sent = list(threads.map(lambda each: each.send(TEXT), unattended * 8))
        assert {each.status_code for each in sent} == {200}
        assert len({each.json()["idSolicitud"] for each in sent}) == 16
        with one.served.office.register.reading() as reading:
            attended, _ = read_log(reading, known.certificates[ATTENDED])
    assert attended is not None
    assert attended.requests == 3
