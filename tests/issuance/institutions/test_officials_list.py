"""Lists of officials as spreadsheets save them: shown first, then imported whole or not at all."""

import codecs
import random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.findings import Finding
from issuance.institutions.official_decisions import OfficialFacts, decide_official
from issuance.institutions.official_stream import OfficialState, evolve_official
from issuance.institutions.officials_list import Registered, plan_import, read_officials
from tests.examples import examples
from tests.issuance.institutions.institution_samples import (
    ANA,
    MINISTRY,
    OPERATOR,
    POLICY,
    TODAY,
    accepted,
    folded,
    person,
    run_of,
)

IMPORT = UUID(int=88)
HEADER = "RUN;Nombres;Primer Apellido;Segundo Apellido;Correo electrónico;Cargo;Teléfono"
ROW = "12.345.678-5;María José;Núñez;Pérez;mnunez@energia.example;Jefa de Finanzas;961234567"


def read(content: bytes | str, registered=None):
    if isinstance(content, str):
        content = content.encode()
    return read_officials(content, POLICY, TODAY, registered or {})


def row_codes(preview):
    return {row.number: [each.code for each in row.findings] for row in preview.rows}


def row(number: int, **changes: str) -> str:
    cells = {
        "run": run_of(5_000_000 + number * 7),
        "names": "Ana",
        "first": "Soto",
        "second": "Díaz",
        "email": f"p{number}@energia.example",
        "post": "Analista",
        "phone": "961234567",
    }
    return ";".join((cells | changes).values())


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\r\n{ROW}\r\n".encode(),
        codecs.BOM_UTF8 + f"{HEADER}\n{ROW}".encode(),
        f"{HEADER}\r\n{ROW}\r\n".encode("latin-1"),
        f"{HEADER}\n{ROW}\n".replace(";", ",").encode("cp1252"),
        f"{HEADER}\n{ROW}\n".replace(";", "\t").encode("utf-16"),
        f"{HEADER}\n{ROW}\n".replace(";", "\t").encode(),
        f"\n{HEADER.upper()}\n\n{ROW}\n;;;;;;\n".encode(),
        (
            "correo,CARGO,rut,Nombre,apellido paterno,APELLIDO_MATERNO,fono\n"
            'mnunez@energia.example,"Jefa de Finanzas",12345678-5,María José,Núñez,Pérez,961234567'
        ).encode(),
    ],
    ids=["utf-8", "bom", "latin-1", "comma", "utf-16", "tab", "empty-rows", "other-order"],
)
def test_a_list_is_read_however_it_was_saved(content):
    preview = read(content)
    assert preview.findings == ()
    (only,) = preview.rows
    assert (only.act, only.person) == ("register", person(phone="961234567"))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "LIST_NOT_TEXT"),
        (b"\n \n", "LIST_NOT_TEXT"),
        (b"PK\x03\x04\x00\x00", "LIST_NOT_TEXT"),
        (f'{HEADER}\n"12345678-5;Ana', "LIST_NOT_TEXT"),
        (HEADER.replace("Cargo", "Sueldo") + f"\n{ROW}", "LIST_COLUMN_MISSING"),
        (f"{HEADER};RUT\n{ROW};1-9", "LIST_COLUMN_TWICE"),
        ("x" * (8 * 1024 * 1024 + 1), "LIST_TOO_LARGE"),
        (HEADER + "\n1" * 20_001, "LIST_TOO_LARGE"),
    ],
    ids=["empty", "blank", "zip", "quote", "missing", "twice", "octets", "rows"],
)
def test_what_is_no_list_is_refused_as_a_whole(content, code):
    preview = read(content)
    assert code in [each.code for each in preview.findings]
    assert preview.rows == ()
    assert isinstance(plan_import(preview, IMPORT, MINISTRY, leave_out_refused=True), Finding)


def test_a_column_nobody_knows_is_told_and_passed_over():
    preview = read(f"{HEADER};Sueldo\n{ROW};1")
    assert [each.code for each in preview.findings] == ["LIST_COLUMN_IGNORED"]
    assert preview.counts == {"register": 1}


def test_rows_are_compared_with_each_other_and_with_what_is_registered():
    known = person(run=run_of(5_000_021))
    registered = {
        known.run: Registered(ANA, known),
        "12345678-5": Registered(UUID(int=99), person(phone="961234567")),
    }
    lines = [
        HEADER,
        row(1),
        row(1, email="otra@energia.example"),
        row(2, email="P1@energia.example"),
        row(3),
        ROW,
        "a;b",
    ]
    preview = read("\n".join(lines), registered)
    assert [each.act for each in preview.rows] == [
        "register", "refused", "register", "change", "unchanged", "refused",
    ]  # fmt: skip
    assert row_codes(preview) == {
        2: [], 3: ["LIST_RUN_TWICE"], 4: ["LIST_EMAIL_SHARED"], 5: [], 6: [], 7: ["LIST_ROW_WIDTH"],
    }  # fmt: skip
    assert preview.rows[1].findings[0].parameters == {"row": 2}
    assert preview.rows[3].official == ANA


def test_a_column_that_is_not_there_changes_nothing():
    registered = {"12345678-5": Registered(ANA, person())}
    without = "\n".join(";".join(line.split(";")[:-1]) for line in (HEADER, ROW))
    assert [each.act for each in read(without, registered).rows] == ["unchanged"]


def test_a_list_with_refused_rows_waits_for_a_word():
    preview = read(f"{HEADER}\n{ROW}\n{row(1, run='5000007-0')}")
    refusal = plan_import(preview, IMPORT, MINISTRY)
    assert isinstance(refusal, Finding)
    assert (refusal.code, refusal.parameters) == ("LIST_ROWS_REFUSED", {"count": 1})
    planned = plan_import(preview, IMPORT, MINISTRY, leave_out_refused=True)
    assert not isinstance(planned, Finding)
    assert len(planned) == 1


def five_thousand() -> tuple[str, set[int]]:
    bad = set(random.Random(5).sample(range(1, 5001), 37))
    wrong = ({"run": "5000007-0"}, {"email": "nadie"}, {"names": ""}, {"phone": "12"})
    lines = [row(n, **(wrong[n % 4] if n in bad else {})) for n in range(1, 5001)]
    return "\n".join((HEADER, *lines)), bad


def test_five_thousand_rows_with_37_bad_ones_are_told_apart():
    content, bad = five_thousand()
    preview = read(content)
    planned = plan_import(preview, IMPORT, MINISTRY, leave_out_refused=True)
    assert {each.number - 1 for each in preview.rows if each.act == "refused"} == bad
    assert preview.counts == {"register": 4963, "refused": 37}
    assert not isinstance(planned, Finding)
    assert len(planned) == 4963


def test_an_import_that_stopped_goes_on_and_registers_nobody_twice():
    content = "\n".join((HEADER, *(row(n) for n in range(1, 9))))
    register: dict[UUID, OfficialState] = {}
    receipts: set[UUID] = set()

    def give(planned, stop: int) -> None:
        for each in planned[:stop]:
            if each.id in receipts:
                continue
            facts = OfficialFacts(official=each.stream.id, today=TODAY)
            known = register.get(each.stream.id)
            events = accepted(decide_official(known, each.body, POLICY, OPERATOR, facts))
            register[each.stream.id] = folded(evolve_official, events, known)
            receipts.add(each.id)

    first = plan_import(read(content), IMPORT, MINISTRY)
    give(first, 5)
    assert len(register) == 5
    again = plan_import(read(content), IMPORT, MINISTRY)
    assert again == first
    give(again, 8)
    assert len(register) == 8
    registered = {
        state.person.run: Registered(official, state.person)
        for official, state in register.items()
        if state.person
    }
    assert read(content, registered).counts == {"unchanged": 8}
    assert plan_import(read(content, registered), UUID(int=89), MINISTRY) == ()


@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@settings(max_examples=examples(50), deadline=None)
def test_no_file_whatever_breaks_the_reading(content):
    preview = read(HEADER.encode() + b"\n" + content)
    assert all(row.act == "refused" or row.person for row in preview.rows)


@given(text=st.text(max_size=40))
@settings(max_examples=examples(50), deadline=None)
def test_what_a_preview_shows_is_what_the_command_does(text):
    cell = text.replace('"', '""')
    preview = read(f"{HEADER}\n{row(1, post=f'{chr(34)}{cell}{chr(34)}')}")
    planned = plan_import(preview, IMPORT, MINISTRY, leave_out_refused=True)
    if isinstance(planned, Finding):
        return
    for each, shown in zip(planned, [e for e in preview.rows if e.person], strict=True):
        facts = OfficialFacts(official=each.stream.id, today=TODAY)
        decision = decide_official(None, each.body, POLICY, OPERATOR, facts)
        assert folded(evolve_official, accepted(decision)).person == shown.person


def test_a_refused_row_says_what_stands_in_it():
    wrong = row(1, run="9999999-4", names=" Eva \t María")
    preview = read("\n".join((HEADER, wrong, "8888888-K;Sol", row(2), row(2))))
    refused = [(each.run, each.name) for each in preview.rows if each.act == "refused"]
    assert refused == [
        ("9999999-4", "Eva María Soto Díaz"),
        ("8888888-K", "Sol"),
        (run_of(5_000_014), "Ana Soto Díaz"),
    ]
