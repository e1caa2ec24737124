"""A list that leaves the office as a file is recorded, and nothing of what is in it."""

from issuance.access.commands import RecordExport
from issuance.access.operators import ListExported
from issuance.engine.demonstration import PEOPLE
from issuance.findings.engine import EngineCode
from tests.engine.desk import Desk, codes

EXPORT = RecordExport(
    state="valid", text="ñusta", form="csv", lines=12, file="/media/stick/certificados.csv"
)


def test_who_saved_which_list_when_and_where_to_is_kept(desk: Desk):
    for person in PEOPLE:
        desk.log_in(person.user)
        receipt = desk.give(EXPORT)
        assert receipt.applied
        kept = desk.entries("operator", person.user)[-1]
        assert kept.kind == ListExported.KIND
        assert (kept.operator, kept.command_id) == (person.user, receipt.command)
        assert kept.at == desk.clock.now()
        assert kept.public == {
            "state": "valid", "expiring_within_days": None, "form": "csv", "lines": 12,
        }  # fmt: skip
        # A name that was searched, or stands in a path, can be erased.
        assert kept.personal == {"text": "ñusta", "file": "/media/stick/certificados.csv"}


def test_the_same_command_twice_is_one_export(desk: Desk):
    desk.log_in("olga")
    command = desk.command(EXPORT)
    first = desk.here.engine.execute(command, desk.here.session)
    assert desk.here.engine.execute(command, desk.here.session) == first
    exports = [each for each in desk.entries("operator", "olga") if each.kind == ListExported.KIND]
    assert len(exports) == 1


def test_nobody_records_for_another(desk: Desk):
    desk.log_in("olga")
    forged = desk.command(EXPORT).model_copy(update={"operator": "adrian"})
    receipt = desk.here.engine.execute(forged, desk.here.session)
    assert codes(receipt) == [EngineCode.COMMAND_NOT_YOURS]
    assert not any(each.kind == ListExported.KIND for each in desk.entries("operator", "adrian"))
