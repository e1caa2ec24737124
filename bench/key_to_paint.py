"""How long a key takes to be seen on a real terminal, with other work going on and without.

The limit is a ratio in the same run: at most 1.5 times as long while checks of photos run, and
while RSA-4096 keys are made.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from uuid import UUID

from backend_client.backend import Backend
from backend_client.offices import DEMONSTRATION, Offices
from issuance.access.roles import Session
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import found_office
from issuance.policies.loader import load_policy
from issuance.queries import CaseAnswer, CaseQuery
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from issuance.secret import Secret
from tui.station import Station
from ventanilla.app import counter_app
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.5
KEYS = 60
ROUNDS = 4
UP, DOWN = "\x1b[A", "\x1b[B"
WORK = {"": "with nothing else", "checks": "while checks run", "keys": "while RSA-4096 is made"}
READY = "foto entera · 1 de 4"
"""Stands below the photo once it is painted."""


def show_counter(home: Path, case: UUID, photo: Path, work: str) -> int:
    """Run the program on the photo's screen, with some other work all the while."""
    offices = Offices(home, system_sources, make_private_key)
    # The log-in would log out whoever is logged in without it.
    app = counter_app(offices, DEMONSTRATION, "es", first=("first_start",))

    async def open_photo() -> None:
        app.backend = backend = offices.backend(DEMONSTRATION)
        person = next(each for each in await backend.known_people() if each.user == "olga")
        session = await backend.log_in(person.user, Secret(person.password), Secret(person.code))
        if not isinstance(session, Session):
            raise RuntimeError(f"no log-in: {session}")
        app.station = Station("bench", demonstration=True, operator=session.name)
        known = await backend.ask(CaseQuery(case=case))
        if not isinstance(known, CaseAnswer):
            raise RuntimeError(f"no case: {known}")
        from screens.evidence_capture import EvidenceCaptureScreen

        await app.push_screen(EvidenceCaptureScreen(known, "photo", path=photo))
        if work == "checks":
            app.run_worker(check_for_ever(backend), name="checks")
        elif work == "keys":
            app.run_worker(make_keys_for_ever(), name="keys")

    async def check_for_ever(backend: Backend) -> None:
        for number in count():
            other = await asyncio.to_thread(another_photo, photo, number)
            async for _ in backend.check("photo", other, case):
                pass

    async def make_keys_for_ever() -> None:
        while True:
            await asyncio.to_thread(make_private_key, "rsa-4096")

    app.call_later(lambda: app.run_worker(open_photo(), name="open the photo"))
    return app.run_full_screen()


def another_photo(photo: Path, number: int) -> Path:
    """Write the photo with a comment, so that nothing found before is remembered."""
    content, text = photo.read_bytes(), f"photo {number}".encode()
    comment = b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text
    other = photo.with_name(f"other-{os.getpid()}.jpg")
    other.write_bytes(content[:2] + comment + content[2:])
    return other


def say(line: str) -> None:
    """Write a line of the answer."""
    sys.stdout.write(f"{line}\n")


def key_times(home: Path, case: UUID, photo: Path, work: str) -> list[float]:
    """Return how many seconds each key took until the terminal got the first byte of its paint."""
    sys.path.insert(0, str(ROOT))
    from tests.terminal import Terminal

    command = [sys.executable, __file__, str(home), str(case), str(photo), work]
    environment = {**os.environ, "TERM": "xterm-256color"}
    times: list[float] = []
    with Terminal(command, environment, folder=str(ROOT)) as terminal:
        terminal.wait_for(READY, 60)
        if not work:
            terminal.wait_quiet()
        for key in [UP, DOWN] * (KEYS // 2):
            before = len(terminal.output)
            begun = time.perf_counter()
            terminal.send(key)
            terminal.wait_for(lambda before=before: len(terminal.output) > before)
            times.append(time.perf_counter() - begun)
            # A person is slower, too: the rest of the paint must not count for the next key.
            terminal.wait_quiet(0.03)
    return times


def main() -> int:
    """Measure and print the ratio; 1 where the limit is broken."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        sources = system_sources()
        found_office(home / DEMONSTRATION, demonstration_plan(), sources, make_private_key)
        product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
        if product is None:
            raise RuntimeError("the policy lost its product")
        rehearsal = Rehearsal(
            home / DEMONSTRATION, sources, make_private_key, product, home / "key.p12"
        )
        rehearsal.apply()
        rehearsal.approve()
        rehearsal.close()
        photo = home / "photo.jpg"
        photo.write_bytes(sample_photo(sample_person("natural", 0), 0))
        times: dict[str, list[float]] = {work: [] for work in WORK}
        for _ in range(ROUNDS):
            for work in WORK:
                times[work] += key_times(home, rehearsal.case, photo, work)
    quiet, worst = statistics.median(times[""]), 0.0
    for work, name in WORK.items():
        middle, late = statistics.median(times[work]), statistics.quantiles(times[work], n=20)[-1]
        worst = max(worst, middle / quiet)
        say(
            f"key to paint {name}: {middle * 1000:.1f} ms, 95 % within {late * 1000:.1f} ms, "
            f"ratio {middle / quiet:.2f}"
        )
    say(f"limit {LIMIT}")
    return int(worst > LIMIT)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        home, case, photo, work = sys.argv[1:]
        sys.exit(show_counter(Path(home), UUID(case), Path(photo), work))
    sys.exit(main())
