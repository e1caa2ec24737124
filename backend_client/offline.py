"""An office behind a server, at a station that goes on while the server cannot be reached."""

from datetime import datetime
from typing import Final
from uuid import UUID

from backend_client.beside_server import BesideServer
from backend_client.captured import Captured, Paper, receipt_pdf
from backend_client.certifying import ask_at, certified
from backend_client.counter_office import Entry
from backend_client.disk_reserve import DiskReserve
from backend_client.engine_door import Findings
from backend_client.enrolled_station import read_enrolment, write_enrolment
from backend_client.erasing import erased
from backend_client.exchange_rounds import ExchangeRounds
from backend_client.offline_engine import OfflineEngine
from backend_client.offline_log_in import enter_alone
from backend_client.own_office import OwnOffice
from backend_client.remote import RemoteBackend
from backend_client.remote_engine import RemoteEngine, same_policy
from backend_client.remote_office import open_connection
from backend_client.server_connection import AWAY, ServerConnection
from backend_client.server_settings import read_server_settings
from backend_client.station_exchange import StationExchange
from backend_client.unsettled import Unsettled
from issuance.access.log_in import open_with_password
from issuance.access.office_file import read_office
from issuance.access.roles import Session
from issuance.commands import Receipt
from issuance.findings import Finding
from issuance.findings.sync import SyncCode
from issuance.policies.loader import LoadedPolicy
from issuance.register.errors import RegisterFailure
from issuance.secret import Secret
from issuance.stations.lease import Lease
from issuance.sync.push import Mending
from issuance.sync.sides import BothSides

_LONGEST: Final = 3.0
"""Seconds until the own copy is asked instead of a server that does not answer."""


class OfflineBackend(RemoteBackend):
    """The counter of an enrolled station; online and offline are one, and change by themselves."""

    @property
    def provider_log_in(self) -> None:
        """Return nothing: whoever works without the server has a password of their own here."""

    @property
    def beside_server(self) -> BesideServer:
        """Return this very backend: the station also works without its server."""
        return self

    async def unsettled(self) -> tuple[Unsettled, ...]:
        """Return what was recorded here and is not applied at the server, in its order."""
        return await self._in_thread(self._engine.own.unsettled)

    async def mend(self, seq: int, how: Mending) -> Receipt:
        """Try again, or give up, what the server did not apply."""
        own, rounds = self._engine.own, self._engine.rounds
        mend = own.give_up if how is Mending.CANCEL else own.try_again
        receipt = await self._in_thread(mend, seq, self.session)
        await self._in_thread(rounds.hurry)
        return receipt

    async def both_sides(self, seq: int) -> BothSides:
        """Return a command the server did not apply beside what is there in its place."""
        return await self._in_thread(self._engine.own.both_sides, seq)

    async def capture_receipt(self, case: UUID) -> Captured | Finding:
        """Return what an applicant gets for a case of which something waits here."""
        return await self._in_thread(self._engine.own.capture_receipt, case)

    async def receipt_pdf(self, paper: Paper, case: UUID) -> bytes:
        """Return a receipt in words as a PDF with its code."""
        return await self._in_thread(receipt_pdf, paper, case, self.now())

    async def work_file(self) -> bytes | Finding:
        """Return what waits here, encrypted to the server, for somebody to carry there."""
        return await self._in_thread(self._engine.own.work_file)

    @property
    def lease(self) -> Lease | Finding:
        """Return what this station may do by itself, and until when."""
        return self._engine.own.enrolled.lease()

    @property
    def disk(self) -> Finding | None:
        """Return how much room is left on this computer's disk, once that is little."""
        return DiskReserve(self._folder).finding

    @property
    def clock(self) -> Finding | None:
        """Return by how much this computer's clock is off, once that is more than two minutes."""
        return self._engine.own.time.finding

    @property
    def next_try(self) -> float | None:
        """Return the seconds until the server is tried again; None while nothing is wrong."""
        return self._engine.rounds.next_try

    async def exchange_now(self) -> None:
        """Exchange with the server at once; the link tells what came of it."""
        await self._in_thread(self._engine.rounds.hurry)

    async def _look(self, connection: ServerConnection) -> None:
        """Keep the connection open; the rounds find a server that is back with its register."""
        if self._link.state.online:
            await super()._look(connection)

    def _ended(self, told: Finding) -> None:
        """End the session: a new key is due, or what is here is erased, if the server says so."""
        over = told if told.code == SyncCode.STATION_KEY_DUE else erased(self._folder, (told,))
        if over is not None:
            self._session_over((over,))

    @property
    def _engine(self) -> OfflineEngine:
        if not isinstance(self._door, OfflineEngine):
            raise TypeError("a station enters by an engine of its own")
        return self._door

    def enter(self, user: str, password: Secret, code: Secret) -> Entry | Findings:
        """Begin a session at the server; where nothing answers, log in here alone."""
        entry = super().enter(user, password, code)
        if isinstance(entry, Entry):
            return self._beside(entry)
        if gone := erased(self._folder, entry):
            return (gone,)
        if any(each.code not in AWAY for each in entry):
            return entry
        return self._alone(user, password, code) or entry

    def _beside(self, entry: Entry) -> Entry | Findings:
        """Put the station's own copy beside the session at the server."""
        door = entry.door
        if not isinstance(door, RemoteEngine):
            raise TypeError("a remote counter enters by a remote engine")
        own = self._own_office(entry.station_key, door.policy)
        if isinstance(own, Finding):
            door.close()
            return (own,)
        door.connection.longest = _LONGEST
        return self._entry(own, door, door.session, entry.station_key)

    def _show_itself(
        self, connection: ServerConnection, key: bytes, now: datetime
    ) -> Finding | None:
        """Show the station's certificate: the session is tied to it, and the log-in opened it."""
        enrolled, randomness = read_enrolment(self._folder, key), self._sources.randomness
        if isinstance(enrolled, Finding):
            return enrolled
        ask = ask_at(connection, enrolled, now)
        shown = certified(connection, enrolled, now, randomness, ask)
        if isinstance(shown, Finding) or shown is enrolled:
            return shown if isinstance(shown, Finding) else None
        return write_enrolment(self._folder, shown, key, randomness)

    def _alone(self, user: str, password: Secret, code: Secret) -> Entry | Findings:
        """Log in with the slot at this station; nothing where the office never came here."""
        opened = open_with_password(self._folder, user, password, self._sources.clock.now())
        if isinstance(opened, Finding):
            return (opened,)
        key = opened.contents.data_key
        enrolled = read_enrolment(self._folder, key)
        if isinstance(enrolled, Finding):
            return (enrolled,)
        lease = enrolled.lease()
        if isinstance(lease, Finding):
            return (lease,)
        policy = same_policy(lease.policy)
        own = policy if isinstance(policy, Finding) else self._own_office(key, policy)
        if isinstance(own, Finding):
            return (own,)
        if not own.ready:
            own.close()
            return ()
        session = enter_alone(self._folder, opened, own, lease, code, self._sources)
        if not isinstance(session, Session):
            own.close()
            return session
        return self._entry(own, None, session, key)

    def _own_office(self, key: bytes, policy: LoadedPolicy) -> OwnOffice | Finding:
        sign, enrolled = read_office(self._folder), read_enrolment(self._folder, key)
        if isinstance(sign, Finding):
            return sign
        if isinstance(enrolled, Finding):
            return enrolled
        try:
            return OwnOffice(
                self._folder, key, enrolled, sign, policy, self._sources, self._make_key
            )
        except RegisterFailure as failure:
            return failure.finding

    def _entry(
        self, own: OwnOffice, remote: RemoteEngine | None, session: Session, key: bytes
    ) -> Entry | Findings:
        settings = read_server_settings(self._folder)
        connection = (
            settings
            if isinstance(settings, Finding)
            else open_connection(settings, self._link, self._sources.randomness)
        )
        if isinstance(settings, Finding) or isinstance(connection, Finding):
            own.close()
            return tuple(each for each in (settings, connection) if isinstance(each, Finding))
        exchange = StationExchange(
            connection, own, self._sources.clock, self._link.tell_sending, DiskReserve(self._folder)
        )
        rounds = ExchangeRounds(
            self._folder, settings.name, exchange, own, self._link, self._report, self._ended,
            self._sources.randomness, remote.ask_after_unresolved if remote else _nothing,
        )  # fmt: skip
        sign = read_office(self._folder)
        door = OfflineEngine(
            own=own,
            rounds=rounds,
            link=self._link,
            remote=remote,
            session=session,
            policy=remote.policy if remote else own.policy,
            province="" if isinstance(sign, Finding) else sign.province,
            clock=remote.clock if remote else own.time,
        )
        rounds.start()
        return Entry(door, key)


def _nothing() -> None:
    """Return no finding: who logged in alone has asked the server for nothing."""
