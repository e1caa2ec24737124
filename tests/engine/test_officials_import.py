"""Lists of officials: looked at, imported row by row, interrupted and gone on with."""

import random
from uuid import UUID

import pytest

from issuance.commands import Receipt
from issuance.evidence.blob import BlobRef
from issuance.findings.institutions import InstitutionCode
from issuance.institution_queries import (
    ImportsQuery,
    OfficialsListAnswer,
    OfficialsListQuery,
    OfficialsQuery,
)
from issuance.institutions.import_stream import BeginImport, ContinueImport
from tests.engine.desk import codes
from tests.engine.platform import Platform
from tests.issuance.institutions.institution_samples import run_of

HEAD = "RUN;Nombres;Apellido paterno;Apellido materno;Correo;Cargo"
BAD = (
    "11.111.111-2;Ana;Pérez;Soto;a@x.example;Jefa",
    "12.345.678-5;;Pérez;Soto;a@x.example;Jefa",
    "12.345.678-5;Ana;Pérez;Soto;sin-arroba;Jefa",
    "12.345.678-5;Ana;Pérez;Soto;a@x.example",
    "no es un run;Ana;Pérez;Soto;a@x.example;Jefa",
)


def kept_list(platform: Platform, rows: int, bad: int) -> BlobRef:
    """Keep a list of so many rows, some of which have something wrong with them."""
    lines = [
        f"{run_of(46_000_000 + at)};Ana;Ejemplo;Prueba;l{at}@servicio.example;Profesional"
        for at in range(rows - bad)
    ]
    for at in range(bad):
        lines.insert(random.Random(at).randrange(len(lines)), BAD[at % len(BAD)])
    kept = platform.engine.keep("\r\n".join((HEAD, *lines)).encode("cp1252"), "text/csv")
    assert isinstance(kept, BlobRef)
    return kept


def go_on(platform: Platform, import_id: UUID) -> Receipt:
    return platform.give("osvaldo", ContinueImport(), import_id)


def counted(platform: Platform) -> int:
    """Count the officials of the ministry, page by page."""
    found, after = 0, None
    while True:
        page = platform.ask("osvaldo", OfficialsQuery(after=after, limit=200))
        found, after = found + len(page.entries), page.next
        if after is None:
            return found


def imported(platform: Platform, rows: int, bad: int) -> None:
    """Import a list in the middle of which everything stops, and count what is there then."""
    ministry, before = platform.ministry, counted(platform)
    file = kept_list(platform, rows, bad)
    preview = platform.ask("osvaldo", OfficialsListQuery(institution=ministry, file=file))
    assert preview.counts == {"register": rows - bad, "refused": bad}
    wrong = platform.ask(
        "osvaldo", OfficialsListQuery(institution=ministry, file=file, acts=("refused",))
    )
    assert len(wrong.rows) == bad
    assert all(each.findings for each in wrong.rows)
    whole = BeginImport(institution=ministry, file=file)
    assert codes(platform.give("osvaldo", whole)) == [InstitutionCode.LIST_ROWS_REFUSED]
    assert counted(platform) == before

    rest = BeginImport(institution=ministry, file=file, leave_out_refused=True)
    import_id = platform.done("osvaldo", rest)
    first = go_on(platform, import_id)
    assert first.result["status"] == "running"
    so_far = int(first.result["registered"])
    assert 0 < so_far < rows - bad
    # Everything ends here; what was done is done, and what was not is done later.
    platform.log_in("amalia")
    assert counted(platform) == before + so_far
    (line,) = platform.ask("osvaldo", ImportsQuery(statuses=("running",))).entries
    assert (line.id, line.state.registered) == (import_id, so_far)
    while (receipt := go_on(platform, import_id)).result["status"] == "running":
        assert receipt.applied
    assert receipt.result["registered"] == str(rows - bad)
    assert receipt.result["failed"] == "0"
    assert counted(platform) == before + rows - bad
    again = go_on(platform, import_id)
    assert codes(again) == [InstitutionCode.IMPORT_NOT_POSSIBLE]
    preview = platform.ask("osvaldo", OfficialsListQuery(institution=ministry, file=file))
    assert preview.counts == {"unchanged": rows - bad, "refused": bad}


def test_a_list_is_looked_at_imported_interrupted_and_finished(platform: Platform):
    imported(platform, 260, 4)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_five_thousand_officials_with_37_bad_rows(platform: Platform):
    imported(platform, 5000, 37)


def test_a_list_changes_who_is_registered_and_only_what_it_says(platform: Platform):
    ministry = platform.ministry
    teresa = platform.official("osvaldo", "Teresa")
    text = (
        f"RUN;Nombres;Apellido paterno;Correo;Cargo\n{teresa.run};Teresa;Titular;t@x.example;Jefa"
    )
    file = platform.engine.keep(text.encode(), "text/csv")
    assert isinstance(file, BlobRef)
    answer = platform.ask("osvaldo", OfficialsListQuery(institution=ministry, file=file))
    assert isinstance(answer, OfficialsListAnswer)
    assert [each.act for each in answer.rows] == ["change"]
    import_id = platform.done("osvaldo", BeginImport(institution=ministry, file=file))
    assert go_on(platform, import_id).result["changed"] == "1"
    after = platform.official("osvaldo", "Teresa")
    assert (after.email, after.position, after.name) == ("t@x.example", "Jefa", teresa.name)


def test_only_the_institutions_operator_imports_into_it(platform: Platform):
    file = kept_list(platform, 3, 0)
    body = BeginImport(institution=platform.ministry, file=file)
    for user in ("mireya", "amalia", "teresa"):
        refused = platform.give(user, body)
        assert codes(refused)[0] in {InstitutionCode.SEAT_MISSING, InstitutionCode.OUT_OF_REACH}
    import_id = platform.done("osvaldo", body)
    for user in ("mireya", "amalia", "teresa"):
        refused = platform.give(user, ContinueImport(), import_id)
        assert codes(refused)[0] in {InstitutionCode.SEAT_MISSING, InstitutionCode.OUT_OF_REACH}
