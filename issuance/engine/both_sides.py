"""Puts what a station recorded beside what the office has in its place."""

from issuance.cases.commands.application import AmendApplication, OpenCase
from issuance.cases.events.application import ApplicationAmended, CaseOpened
from issuance.engine.streams import every_entry, read_case
from issuance.findings.cases import CaseFinding
from issuance.register.register import Reading
from issuance.streams import StreamRef
from issuance.sync.push import PushReceipt, StationCommand
from issuance.sync.sides import BothSides, Side, held_there, recorded_here

_APPLICATION = frozenset({CaseOpened.KIND, ApplicationAmended.KIND})


def both_sides(reading: Reading, sent: StationCommand, receipt: PushReceipt | None) -> BothSides:
    """Return a command beside what its case holds now, or the case that stands in its way."""
    command = sent.command
    sides = BothSides(command=command, here=recorded_here(command))
    number = _other_case(receipt)
    case = reading.claim("case_number", number) if number else command.stream.id
    state = read_case(reading, case)[0] if case else None
    if state is None:
        return sides
    there = held_there(command.body, state)
    if there is not None and isinstance(command.body, OpenCase | AmendApplication):
        there = _last_changed(reading, StreamRef(kind="case", id=state.id), there)
    return sides.model_copy(update={"there": there, "number": state.number})


def _other_case(receipt: PushReceipt | None) -> str:
    found = receipt.findings if receipt else ()
    exists = (each for each in found if each.code == CaseFinding.OPEN_CASE_EXISTS)
    return next((str(each.parameters["number"]) for each in exists), "")


def _last_changed(reading: Reading, ref: StreamRef, there: Side) -> Side:
    """Return the application as whoever changed it last left it."""
    written = [each for each in every_entry(reading, ref) if each.kind in _APPLICATION]
    last = written[-1] if written else None
    return there.model_copy(update={"operator": last.operator, "at": last.at}) if last else there
