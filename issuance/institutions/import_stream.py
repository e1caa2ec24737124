"""The import of a list of officials: begun with a file, then gone through row by row."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Final, Literal

from issuance.events import Event
from issuance.evidence.blob import BlobRef
from issuance.model import PERSONAL, Count, Frozen, Identifier

FOLD_VERSION: Final = 1
STREAM_KIND: Final = "officials_import"


class BeginImport(Frozen):
    """Import a list of officials that was looked at; the stream's id is the import's.

    A list with refused rows is imported only when somebody said to leave them out.
    """

    kind: Literal["begin_import"] = "begin_import"
    institution: Identifier
    file: BlobRef
    leave_out_refused: bool = False


class ContinueImport(Frozen):
    """Import the next rows; given until none is left, whoever was interrupted."""

    kind: Literal["continue_import"] = "continue_import"


ImportBody = BeginImport | ContinueImport


class ImportEvent(Event):
    """Something that happened to an import."""


class ImportBegun(ImportEvent):
    """A list is to be imported: `rows` are its rows, `refused` of them are left out."""

    KIND: ClassVar[str] = "import_begun"
    PURGED: ClassVar[Mapping[str, Any]] = MappingProxyType({"file": None})
    institution: Identifier
    file: Annotated[BlobRef | None, PERSONAL]
    rows: Count
    refused: Count
    by: str


class ImportRowsDone(ImportEvent):
    """Rows up to `last` were gone through; `failed` names those that could not be done any more."""

    KIND: ClassVar[str] = "import_rows_done"
    last: Count
    registered: Count
    changed: Count
    failed: tuple[Count, ...] = ()
    finished: bool


class ImportStatus(StrEnum):
    """Where an import stands."""

    RUNNING = "running"
    DONE = "done"


class ImportState(Frozen):
    """An import; `last` is the row it has come to."""

    institution: Identifier
    file: BlobRef | None
    rows: Count
    refused: Count
    status: ImportStatus = ImportStatus.RUNNING
    last: Count = 0
    registered: Count = 0
    changed: Count = 0
    failed: tuple[Count, ...] = ()


def evolve_import(state: ImportState | None, event: ImportEvent) -> ImportState:
    """Return the import after an event."""
    if isinstance(event, ImportBegun):
        return ImportState(
            institution=event.institution, file=event.file, rows=event.rows, refused=event.refused
        )
    if state is None or not isinstance(event, ImportRowsDone):
        raise TypeError(f"no rule for {event.KIND}")
    return state.model_copy(
        update={
            "last": event.last,
            "registered": state.registered + event.registered,
            "changed": state.changed + event.changed,
            "failed": (*state.failed, *event.failed),
            "status": ImportStatus.DONE if event.finished else state.status,
        }
    )
