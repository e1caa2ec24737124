"""A list of officials: what would happen with each row, and then the commands that do it."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal
from uuid import UUID

from issuance.findings import Finding, any_blocks, blocks, warns
from issuance.findings.institutions import InstitutionCode
from issuance.institutions.list_text import ListRow, ListText, read_list
from issuance.institutions.names import one_line
from issuance.institutions.official_decisions import (
    ChangeOfficial,
    RegisterOfficial,
    changed_fields,
)
from issuance.institutions.official_stream import STREAM_KIND
from issuance.institutions.people import Person, person_rules, read_person
from issuance.institutions.planning import PlannedCommand, planned_id
from issuance.model import plain
from issuance.policies.model import Policy
from issuance.streams import StreamRef

ListedBody = RegisterOfficial | ChangeOfficial
RowAct = Literal["register", "change", "unchanged", "refused"]

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "run": ("run", "rut", "runrut", "rutrun", "runorut", "cedula", "cedulaidentidad"),
    "given_names": ("nombres", "nombre", "nombresdepila", "givennames", "firstname"),
    "first_surname": (
        "primerapellido", "apellidopaterno", "paterno", "apellido1", "firstsurname",
    ),
    "second_surname": (
        "segundoapellido", "apellidomaterno", "materno", "apellido2", "secondsurname",
    ),
    "certificate_name": ("nombrecertificado", "nombreparaelcertificado", "certificatename"),
    "email": (
        "correo", "correoelectronico", "correoinstitucional", "email", "mail", "emailaddress",
    ),
    "position": ("cargo", "puesto", "funcion", "post", "position"),
    "phone": ("telefono", "fono", "celular", "movil", "telefonocelular", "phone", "mobile"),
}  # fmt: skip
"""How institutions head their columns, without accents, capitals and spaces."""
_NAME_PARTS: Final = ("given_names", "first_surname", "second_surname")
_MOST_SHOWN: Final = 100
_NAMES: Final = {name: column for column, names in COLUMNS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Registered:
    """A living official of the institution."""

    official: UUID
    person: Person


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What would happen with a row; `official` is who changes, `person` None where refused.

    `run` and `name` are for a refused row: how they stand in the list, however wrong.
    """

    number: int
    act: RowAct
    person: Person | None
    official: UUID | None
    findings: tuple[Finding, ...]
    run: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen with a list; `findings` are about the file as a whole.

    `digest` is the file's SHA-256: what is imported is what was shown. `columns` are those of an
    official's data that the list has.
    """

    digest: str
    rows: tuple[PreviewRow, ...]
    findings: tuple[Finding, ...]
    columns: frozenset[str] = frozenset()

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many rows each act has."""
        return Counter(row.act for row in self.rows)


def read_officials(
    content: bytes, policy: Policy, today: date, registered: Mapping[str, Registered]
) -> Preview:
    """Read a list of officials (CSV) and say row by row what would happen; nothing is done.

    Args:
        content: the file, as a spreadsheet saves it.
        policy: names an official's fields.
        today: the day at the office.
        registered: the institution's living officials by RUN in its normal form.
    """
    preview = read_rows(content, policy, today)
    return replace(preview, rows=tuple(against(row, preview, registered) for row in preview.rows))


def read_rows(content: bytes, policy: Policy, today: date) -> Preview:
    """Read a list as if nobody of it were registered yet."""
    digest = hashlib.sha256(content).hexdigest()
    text = read_list(content, _NAMES)
    if isinstance(text, Finding):
        return Preview(digest, (), (text,))
    missing = tuple(
        blocks(InstitutionCode.LIST_COLUMN_MISSING, rule.name, name=rule.name)
        for rule in person_rules(policy)
        if rule.required and rule.name not in text.columns
    )
    findings = (*text.findings, *missing)
    if any_blocks(findings):
        return Preview(digest, (), findings)
    rows = tuple(_row(each, text, policy, today) for each in text.rows)
    return Preview(digest, _compared(rows), findings, frozenset(text.columns))


def against(row: PreviewRow, preview: Preview, registered: Mapping[str, Registered]) -> PreviewRow:
    """Return what would happen with a row, now that these officials are registered."""
    known = registered.get(row.person.run) if row.person else None
    if row.person is None or known is None:
        return row
    # A column that the list does not have says nothing about what is registered.
    unsaid = {name: getattr(known.person, name) for name in COLUMNS if name not in preview.columns}
    person = row.person.model_copy(update=unsaid)
    act = "change" if changed_fields(known.person, person) else "unchanged"
    return PreviewRow(row.number, act, person, known.official, row.findings)


def plan_import(
    preview: Preview, import_id: UUID, institution: UUID, *, leave_out_refused: bool = False
) -> tuple[PlannedCommand[ListedBody], ...] | Finding:
    """Plan the commands of a list; the same list under the same import has the same ones.

    A list with refused rows is imported only when somebody said to leave them out.
    """
    refused_rows = preview.counts.get("refused", 0)
    if blocking := next((each for each in preview.findings if any_blocks([each])), None):
        return blocking
    if refused_rows and not leave_out_refused:
        return blocks(InstitutionCode.LIST_ROWS_REFUSED, count=refused_rows)
    return tuple(
        _command(row, preview.digest, import_id, institution)
        for row in preview.rows
        if row.act in {"register", "change"}
    )


def _row(
    row: ListRow,
    text: ListText,
    policy: Policy,
    today: date,
) -> PreviewRow:
    if len(row.cells) != text.width:
        code = InstitutionCode.LIST_ROW_WIDTH
        finding = blocks(code, expected=text.width, found=len(row.cells))
        return PreviewRow(row.number, "refused", None, None, (finding,), *_as_read(row, text))
    typed = {name: row.cells[place] for name, place in text.columns.items()}
    reading = read_person(policy, typed, today)
    if reading.person is None:
        told = _as_read(row, text)
        return PreviewRow(row.number, "refused", None, None, reading.findings, *told)
    return PreviewRow(row.number, "register", reading.person, None, reading.findings)


def _as_read(row: ListRow, text: ListText) -> tuple[str, str]:
    """Return RUN and name as they stand in a row, so that somebody finds it in the list."""
    cells = {
        name: row.cells[place] for name, place in text.columns.items() if place < len(row.cells)
    }
    name = " ".join(cells.get(part, "") for part in _NAME_PARTS)
    return one_line(cells.get("run", ""))[:_MOST_SHOWN], one_line(name)[:_MOST_SHOWN]


def _compared(rows: tuple[PreviewRow, ...]) -> tuple[PreviewRow, ...]:
    """Refuse a RUN that stands in an earlier row, and warn of an address that does."""
    runs: dict[str, int] = {}
    addresses: dict[str, int] = {}
    compared: list[PreviewRow] = []
    for row in rows:
        if row.person is None:
            compared.append(row)
            continue
        earlier = runs.setdefault(row.person.run, row.number)
        shared = addresses.setdefault(row.person.email.casefold(), row.number)
        if earlier != row.number:
            twice = blocks(InstitutionCode.LIST_RUN_TWICE, "run", row=earlier)
            run, name = row.person.run, row.person.full_name
            found = (*row.findings, twice)
            row = PreviewRow(row.number, "refused", None, None, found, run, name)
        elif shared != row.number:
            warning = warns(InstitutionCode.LIST_EMAIL_SHARED, "email", row=shared)
            findings = (*row.findings, warning)
            row = PreviewRow(row.number, row.act, row.person, row.official, findings)
        compared.append(row)
    return tuple(compared)


def _command(
    row: PreviewRow, digest: str, import_id: UUID, institution: UUID
) -> PlannedCommand[ListedBody]:
    if row.person is None:
        raise ValueError("a refused row is not imported")
    item = f"{digest}:{row.number}"
    person = plain(row.person)
    official = row.official or planned_id(import_id, "official", item)
    if row.official is None:
        body = RegisterOfficial(institution=institution, person=person, listed_in=import_id)
    else:
        body = ChangeOfficial(person=person, listed_in=import_id)
    return PlannedCommand(
        id=planned_id(import_id, "command", item),
        stream=StreamRef(kind=STREAM_KIND, id=official),
        body=body,
    )
