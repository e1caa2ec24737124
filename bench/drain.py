"""How long a station that was alone for days takes to send what it captured.

The limits: over loopback the real exchange (files, commands, receipts, the office's chain back)
does at least half of what the slower of two bare ways does, a plain upload of the same photos and
the same commands applied without any network; and over a line of 300 ms that loses 3 % of the
packets it takes at most twice as long as over loopback. For every case there are twelve commands: a
new application that is corrected ten times, and the photo of 150 KB of somebody who was approved
before. All of them have to be applied. Photos are looked at as where only the base packages are
installed: finding faces and reading numbers would cost more than all that is measured. What a
station keeps for itself is not measured, nor is the capturing.
Run: `python bench/drain.py [cases]`; the limits are meant for 1,000.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend_client.disk_reserve import DiskReserve
from backend_client.enrolled_station import EnrolledStation
from backend_client.server_connection import ServerConnection
from backend_client.server_link import ServerLink
from backend_client.server_settings import ServerSettings
from backend_client.station_exchange import StationExchange
from bench.crowd import Applicant
from issuance.cases.commands.application import Approve, ConfirmEmail, SendEmailCode
from issuance.cases.commands.evidence import CaptureEvidence, Override
from issuance.certificates.keys import make_private_key
from issuance.commands import Body
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import Founded, found_office
from issuance.engine.stations import Enrolled
from issuance.evidence import checker
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.findings.remote import RemoteCode
from issuance.policies.loader import load_policy
from issuance.queries import MailboxAnswer, MailboxQuery
from issuance.samples.people import PEOPLE, sample_person
from issuance.samples.photo import sample_photo
from issuance.secret import Secret
from issuance.sources import Randomness
from issuance.stations.lease import Lease
from issuance.stations.signed import SignedText
from issuance.streams import StreamRef
from issuance.sync.pull import NOTHING_SEEN, PullAnswer
from issuance.sync.push import Outcome, Push, PushAnswer, PushReceipt, Seen
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from tests.engine.pushed_station import PushedStation
from tests.fault_proxy import fault_proxy
from tests.journeys.test_counter import WITHOUT_ENGINES
from tests.live_server import add_service, live_server
from tests.server.speaking import log_in
from ventanilla.compose import system_sources

AT_LEAST = 0.5
AT_MOST = 2.0
COMMANDS = 12
PHOTO_OCTETS = 150 * 1024
APPROVED = 5
"""The revision of a case that is approved."""
SEEN_BY_EYE = ("DAMAGE_NOT_CHECKED", "FACES_NOT_CHECKED", "NUMBER_NOT_CHECKED", "DUPLICATE")
"""What the check warns of: there are fewer sample photos than cases."""
DELAY, LOSS = 0.150, 0.03
BATCH = 100
MAILS = 50
"""As many as are sent at a time."""
JPEG = "image/jpeg"


@dataclass
class Captured:
    """What waits in a station: signed commands and photos, and what it was told since."""

    told: Enrolled
    key: Any
    commands: dict[int, SignedText]
    photos: dict[str, bytes]
    answered: set[int] = field(default_factory=set[int])
    end: Seen = NOTHING_SEEN
    ready: bool = True
    is_urgent: bool = False
    ticket: ClassVar[Any] = EnrolledStation.ticket
    randomness: Randomness = field(default_factory=lambda: system_sources().randomness)

    @property
    def station(self) -> UUID:
        """Return the station."""
        return self.told.station

    @property
    def epoch(self) -> UUID:
        """Return its epoch."""
        return self.told.epoch

    @property
    def enrolled(self) -> "Captured":
        """Return who speaks."""
        return self

    @property
    def register(self) -> "Captured":
        """Return where the commands are."""
        return self

    @property
    def blobs(self) -> "Captured":
        """Return where the photos are."""
        return self

    def lease(self) -> Lease | Finding:
        """Return the lease."""
        return self.told.lease.opened(Lease, self.told.server_key)

    def files(self) -> list[BlobRef]:
        """Return the photos."""
        return [BlobRef.of(content, JPEG) for content in self.photos.values()]

    def read(self, blob: BlobRef) -> bytes:
        """Return a photo."""
        return self.photos[blob.sha256]

    def unsent(self) -> tuple[SignedText, ...]:
        """Return the next commands."""
        left = [seq for seq in sorted(self.commands) if seq not in self.answered]
        return tuple(self.commands[seq] for seq in left[:BATCH])

    def unanswered(self, after: int = 0) -> tuple[int, ...]:
        """Return nothing: every answer is kept as it comes."""
        return ()

    def seen(self) -> Seen:
        """Return the end of the chain as it was told."""
        return self.end

    def still_to_send(self) -> None:
        """Tell nobody."""

    def note(self, answer: PushAnswer) -> Finding | None:
        """Keep receipts."""
        for each in answer.receipts:
            receipt = each.opened(PushReceipt, self.told.server_key)
            if isinstance(receipt, Finding):
                return receipt
            if receipt.outcome is not Outcome.APPLIED:
                raise ValueError(receipt)
            self.answered.add(receipt.seq)
        return answer.stopped

    def adopt(self, answer: PullAnswer) -> Finding | None:
        """Go on to where the office's chain is."""
        if answer.entries:
            last = answer.entries[-1]
            self.end = Seen(seq=last.seq, hash=last.hash)
        return answer.stopped

    def rebuild(self) -> None:
        """Do nothing: what the station shows is its own."""


def photo(number: int) -> bytes:
    """Return a photo of 150 KB that no other case has."""
    drawn = sample_photo(sample_person("natural", number % PEOPLE), number % PEOPLE)
    comments = b""
    while len(drawn) + len(comments) < PHOTO_OCTETS:
        text = number.to_bytes(4) * (min(60_000, PHOTO_OCTETS - len(drawn) - len(comments)) // 4)
        comments += b"\xff\xfe" + (len(text) + 2).to_bytes(2) + text
    return drawn[:2] + comments + drawn[2:]


def approve(desk: Desk, cases: int) -> None:
    """Have cases opened, their e-mails confirmed, and all of it approved by a second person."""
    desk.log_in("olga")
    for first in range(0, cases, MAILS):
        some = range(first, min(first + MAILS, cases))
        for number in some:
            give(desk, number, known(number).opening(), 0)
            give(desk, number, SendEmailCode(), 1)
        codes = codes_by_address(desk)
        for number in some:
            code = codes[known(number).values["email"]]
            give(desk, number, ConfirmEmail(code=code), 2)
    desk.log_in("adrian")
    for number in range(cases):
        give(desk, number, Approve(), APPROVED - 1)


def known(number: int) -> Applicant:
    """Return somebody who was here before; newcomers have the numbers from nought."""
    return Applicant(50_000 + number)


def give(desk: Desk, number: int, body: Body, revision: int) -> None:
    """Give a command on a case at the office itself."""
    command = desk.command(body, revision)
    command = command.model_copy(
        update={"stream": StreamRef(kind="case", id=approved_case(number))}
    )
    receipt = desk.here.engine.execute(command, desk.here.session)
    if not receipt.applied:
        raise ValueError(receipt)


def approved_case(number: int) -> UUID:
    """Return the case a photo is for."""
    return UUID(int=2 * 10**6 + number)


def codes_by_address(desk: Desk) -> dict[str, Secret]:
    """Send what waits, and return the codes of the newest mails by whom they are for."""
    engine = desk.here.engine
    engine.deliver_mail()
    mailbox = engine.ask(MailboxQuery(), desk.here.session)
    if not isinstance(mailbox, MailboxAnswer):
        raise TypeError(mailbox)
    digits = engine.office.policy.policy.code.digits
    return {
        mail.to: Secret(word)
        for mail in mailbox.messages
        for word in mail.body.split()
        if word.isdigit() and len(word) == digits
    }


def capture(station: PushedStation, cases: int) -> dict[str, bytes]:
    """Sign what is captured; return the photos by their digest."""
    policy = load_policy("ec-icert").policy
    rule = next(each for each in policy.evidence if each.id == "photo")
    reason = policy.reasons.override[0]
    photos: dict[str, bytes] = {}
    for number in range(cases):
        case, applicant, content = UUID(int=10**6 + number), Applicant(number), photo(number)
        blob = BlobRef.of(content, JPEG)
        photos[blob.sha256] = content
        station.give(applicant.opening(), case, 0)
        for each in range(COMMANDS - 2):
            station.give(applicant.correction(each + 1), case, 1 + each)
        by_eye = tuple(Override(code=code, reason=reason) for code in SEEN_BY_EYE)
        shown = CaptureEvidence(slot="photo", blob=blob, answers=rule.checklist, overrides=by_eye)
        station.give(shown, approved_case(number), APPROVED)
    return photos


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def drained(url: str, captured: Captured) -> float:
    """Return the seconds of the real exchange with a server."""
    sources = system_sources()
    settings = ServerSettings(address=url, station=captured.station)
    connection = ServerConnection(settings, ServerLink(sources.clock), sources.randomness)
    own: Any = captured
    room = tempfile.TemporaryDirectory()
    reserve = DiskReserve(Path(room.name))
    exchange = StationExchange(connection, own, sources.clock, lambda *_: None, reserve)

    def exchange_all() -> None:
        while len(captured.answered) < len(captured.commands):
            stopped = exchange.round()
            # On a busy machine an answer may come too late: the next round asks for it again.
            if stopped is not None and stopped.code != RemoteCode.SERVER_TOO_SLOW:
                raise ValueError(stopped)

    with room:
        seconds = timed(exchange_all)
    exchange.close()
    return seconds


def uploaded(folder: Path, photos: dict[str, bytes]) -> float:
    """Return the seconds of a plain upload, one photo after the other."""
    with live_server(folder, background=False) as server:
        voice = log_in(server, "olga")
        headers = {**voice.bearer, "Content-Type": JPEG}

        def upload() -> None:
            for sha256, content in photos.items():
                path = f"/v1/blobs/{sha256}"
                voice.client.put(path, content=content, headers=headers).raise_for_status()

        return timed(upload)


def applied(desk: Desk, captured: Captured) -> float:
    """Return the seconds of the same commands without a network; the photos are there."""
    desk.log_in("jefa")
    engine = desk.here.engine
    for content in captured.photos.values():
        engine.keep(content, JPEG)

    def apply() -> None:
        while commands := captured.unsent():
            push = Push(station=captured.station, epoch=captured.epoch, commands=commands)
            captured.note(engine.push(push, _raise))

    seconds = timed(apply)
    desk.leave()
    return seconds


def _raise(error: BaseException) -> None:
    raise error


def tell(line: str) -> None:
    """Show a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(cases: int) -> int:
    """Measure; 0 when the limits hold."""
    checker._START = WITHOUT_ENGINES  # pyright: ignore[reportPrivateUsage] # noqa: SLF001
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "office"
        founded = found_office(folder, demonstration_plan(), system_sources(), make_private_key)
        if not isinstance(founded, Founded):
            raise TypeError(founded)
        office = FoundedOffice(folder, founded.recovery_key)
        add_service(office)
        desk = Desk(office)
        desk.clock.pass_time(seconds=60)
        approve(desk, cases)
        desk.log_in("jefa")
        station = PushedStation.enrol(desk)
        photos = capture(station, cases)
        desk.leave()
        tell(f"{cases} cases are captured")

        def fresh(name: str) -> tuple[Path, Captured]:
            captured = Captured(station.enrolled, station.key, station.sent, photos)
            return shutil.copytree(folder, Path(place) / name), captured

        desk.folder, captured = fresh("applied")
        desk.clock.pass_time(seconds=60)
        without = applied(desk, captured)
        upload = uploaded(fresh("uploaded")[0], photos)
        tell(f"{without:.1f} s to apply, {upload:.1f} s to upload")
        near, captured = fresh("near")
        with live_server(near, background=False) as server:
            beside = drained(server.url, captured)
        tell(f"{beside:.1f} s to drain")
        far, captured = fresh("far")
        with (
            live_server(far, background=False) as server,
            fault_proxy(int(server.url.rpartition(":")[2])) as line,
        ):
            line.faults.delay, line.faults.loss = DELAY, LOSS
            away = drained(line.url, captured)
    share, times = max(upload, without) / beside, away / beside
    tell(
        f"{cases} cases: {without:.1f} s to apply, {upload:.1f} s to upload, {beside:.1f} s to "
        f"drain: {share:.2f} of the slower (at least {AT_LEAST}); {away:.1f} s over a bad line: "
        f"{times:.2f} of it (at most {AT_MOST})"
    )
    return int(share < AT_LEAST or times > AT_MOST)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000))
