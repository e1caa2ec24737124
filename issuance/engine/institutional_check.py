"""Proves that the lists of institutions are what the events say: for `ventanilla verify`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from issuance.engine.institutional_items import item_of
from issuance.engine.institutional_streams import read_any
from issuance.engine.signing_streams import read_application
from issuance.findings.register import RegisterCode
from issuance.institutions import campaign_stream, import_stream, ticket_stream
from issuance.register.fault import Fault
from issuance.register.institution_items import ItemRow
from issuance.register.reading import Reading
from issuance.signing.application_stream import APPLICATION_KIND
from issuance.streams import StreamRef

_BY_CHANGE: Final = frozenset(
    {ticket_stream.STREAM_KIND, campaign_stream.STREAM_KIND, import_stream.STREAM_KIND}
)
"""Ordered by their last change, which their state does not know."""
_ANY_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def item_faults(reading: Reading, suspicious: set[StreamRef]) -> Iterator[Fault]:
    """Yield lines that differ from their streams; suspicious streams are passed over.

    States were compared with their events before.
    """
    after: ItemRow | None = None
    while batch := reading.item_rows(after):
        for row in batch:
            ref = StreamRef(kind=row.kind, id=row.id)
            if ref not in suspicious and _differs(reading, ref, row):
                yield Fault(
                    RegisterCode.INDEX_DIFFERS, stream=ref, figures={"index": f"line {row.kind}"}
                )
        after = batch[-1]


def _differs(reading: Reading, ref: StreamRef, row: ItemRow) -> bool:
    is_application = ref.kind == APPLICATION_KIND
    state, _ = read_application(reading, ref.id) if is_application else read_any(reading, ref)
    if state is None:
        return True
    expected = item_of(ref, state, _ANY_DAY)
    if ref.kind in _BY_CHANGE:
        expected = replace(expected, place=row.place)
    return expected != row
