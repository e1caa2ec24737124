"""What a transaction knows of a station's commands: read at once, and kept in step with itself."""

from collections.abc import Sequence
from uuid import UUID

from issuance.engine.held_against import held_against
from issuance.engine.office import Office
from issuance.register.register import Writing
from issuance.register.station_commands import StationCommandRow
from issuance.sync.push import MENDABLE, ChainEnd, Outcome, StationCommand

_UNSETTLED = [outcome.value for outcome in MENDABLE]


class StationLedger:
    """The commands of one station in one epoch; new ones are written together, by `write`."""

    def __init__(
        self,
        office: Office,
        writing: Writing,
        station: UUID,
        epoch: UUID,
        sent: Sequence[StationCommand],
    ) -> None:
        """Read what commands that came are held against; `answered` are the ids with receipts."""
        self._writing = writing
        self._station, self._epoch = station, epoch
        self._new: list[StationCommandRow] = []
        commands = [each.command for each in sent]
        held = held_against(office, commands)
        before = writing.foresee_push(
            held.streams, held.claims, station, epoch, [each.id for each in commands], _UNSETTLED
        )
        self.answered = set(before.receipts)
        self._unsettled: dict[UUID, int] | None = before.unsettled
        self.end = ChainEnd() if before.newest is None else ChainEnd(*before.newest)
        self._streams = {each.command.stream.id for each in sent}
        self._applied: dict[UUID, int] | None = None

    def known(self, seq: int) -> StationCommandRow | None:
        """Return the command that has a number."""
        self.write()
        return self._writing.station_command(self._station, self._epoch, seq)

    def unsettled(self, but: StationCommandRow | None) -> dict[UUID, int]:
        """Return by stream its first command that has to be settled; one may be left out."""
        if self._unsettled is None:
            self.write()
            self._unsettled = self._writing.first_with_outcome(
                self._station, self._epoch, _UNSETTLED
            )
        if but is None or self._unsettled.get(but.stream_id) != but.seq:
            return self._unsettled
        return {stream: seq for stream, seq in self._unsettled.items() if stream != but.stream_id}

    def applied(self, stream: UUID) -> int | None:
        """Return a stream's revision after the newest command of the station that was applied."""
        if self._applied is None:
            self.write()
            self._applied = self._writing.settled_revisions(
                self._station, self._epoch, self._streams, Outcome.APPLIED.value
            )
        return self._applied.get(stream)

    def add(self, row: StationCommandRow) -> None:
        """Keep a command that arrived; its number can be taken once."""
        self._new.append(row)
        self.end = ChainEnd(row.seq, row.hash)
        self._note(row)
        if row.outcome in _UNSETTLED and self._unsettled is not None:
            self._unsettled.setdefault(row.stream_id, row.seq)

    def settle(self, row: StationCommandRow) -> None:
        """Keep what became of a command that was kept before."""
        self.write()
        self._writing.settle_station_command(row)
        self._note(row)
        self._unsettled = None

    def write(self) -> None:
        """Write what was added."""
        new, self._new = self._new, []
        if new:
            self._writing.keep_station_commands(new)

    def _note(self, row: StationCommandRow) -> None:
        if self._applied is not None and row.outcome == Outcome.APPLIED.value:
            before = self._applied.get(row.stream_id, 0)
            self._applied[row.stream_id] = max(before, row.revision)
