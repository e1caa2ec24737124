"""Signs what a request of the signing API brings, item by item: one that fails stops none."""

import hashlib
from dataclasses import replace
from typing import Final, cast

from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.chilean_time import chilean_text
from issuance.signing.documents import PDF, ContentType, Document, Holder, Signing
from issuance.signing.layout import Layout, read_layout
from issuance.signing.signature_log import LoggedItem
from issuance.signing.ticket_answer import Result
from issuance.signing.ticket_request import Item, TicketRequest, decoded

_LONGEST_TEXT: Final = 400
_LONGEST_LINE: Final = 300


def sign_request(
    request: TicketRequest, holder: Holder, signing: Signing, number: int
) -> tuple[Result, ...]:
    """Sign every item of an admitted request, whose number names the fields in PDFs."""
    if request.variant == "hashes":
        return tuple(Result(item, _sign_hash(item, holder, signing)) for item in request.items)
    return tuple(
        _file_result(item, holder, signing, f"FirmaGob-{number}-{place}")
        for place, item in enumerate(request.items, 1)
    )


def shown_as(holder: Holder, name: str) -> Holder:
    """Return the holder with the words of a signature that shows: who, and when by their clocks."""
    moment = chilean_text(holder.at).replace("T", " ")
    return replace(holder, text=(f"Firmado por: {name}"[:_LONGEST_LINE], f"Fecha: {moment}"))


def logged(request: TicketRequest, results: tuple[Result, ...]) -> tuple[LoggedItem, ...]:
    """Return what the signature log keeps of each item; no content among it."""
    return tuple(_logged(request, each) for each in results)


def _file_result(item: Item, holder: Holder, signing: Signing, field: str) -> Result:
    before = signing.unstamped
    outcome = _sign_file(item, holder, signing, field)
    return Result(item, outcome, unstamped=signing.unstamped > before)


def _sign_file(item: Item, holder: Holder, signing: Signing, field: str) -> bytes | Finding:
    content = decoded(item.content)
    if content is None:
        return blocks(SigningCode.CONTENT_NOT_BASE64)
    layout = _layout(item)
    if isinstance(layout, Finding):
        return layout
    document = Document(
        cast("ContentType", item.content_type), content, layout, item.references, item.objects
    )
    return signing.sign(document, holder, field)


def _sign_hash(item: Item, holder: Holder, signing: Signing) -> bytes | Finding:
    digest = decoded(item.content)
    if digest is None:
        return blocks(SigningCode.CONTENT_NOT_BASE64)
    return signing.sign_hash(digest, holder)


def _layout(item: Item) -> Layout | Finding | None:
    return read_layout(item.layout) if item.layout and item.content_type == PDF else None


def _logged(request: TicketRequest, result: Result) -> LoggedItem:
    item, outcome = result.item, result.outcome
    content = decoded(item.content) or b""
    layout = _layout(item)
    failed = isinstance(outcome, Finding)
    is_hash = request.variant == "hashes"
    return LoggedItem(
        kind="hash" if is_hash else item.content_type,
        name=(item.description or "")[:_LONGEST_TEXT],
        size=len(content),
        original=content.hex() if is_hash else hashlib.sha256(content).hexdigest(),
        said=(item.checksum or "")[:_LONGEST_TEXT],
        signed="" if failed else hashlib.sha256(outcome).hexdigest(),
        place=layout.place if isinstance(layout, Layout) else None,
        refusal=outcome.code if failed else "",
        unstamped=result.unstamped and not failed,
    )
