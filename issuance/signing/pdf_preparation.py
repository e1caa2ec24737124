"""Makes a PDF ready for one signature more: behind what is there, which stays octet by octet.

pyHanko parses the file, and Pillow the picture: of what comes from outside, in the limited child.
"""

# pyHanko is typed in parts; what it returns is converted in this module alone.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportMissingTypeStubs=false

import io
from typing import Final

from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment as Align
from pyhanko.pdf_utils.layout import Margins, SimpleBoxLayoutRule
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.stamp import BaseStampStyle, StaticStampStyle, TextStampStyle

from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.preparation import (
    SIGNATURE_ROOM,
    PdfSigningTask,
    Place,
    Prepared,
    digest_around,
)

_LARGEST_PAGE: Final = 14_400
"""Points; the largest page a PDF has (ISO 32000-1, C.2)."""
_MOST_PIXELS: Final = 16_000_000
_LARGEST_PICTURE: Final = (1600, 1600)


class _RefusedError(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


def prepare_pdf(document: bytes, picture: bytes, task: PdfSigningTask) -> Prepared | Finding:
    """Return the PDF with an empty signature, and the SHA-256 of what it covers.

    Whatever the octets are, the answer is a document or a finding.
    """
    try:
        return _prepare(document, picture, task)
    except MemoryError:
        raise
    except _RefusedError as refused:
        return refused.finding
    except SigningError:
        return blocks(SigningCode.PDF_NOT_SIGNABLE)
    except Exception:  # noqa: BLE001 - a reader fails in many ways on hostile data
        return blocks(SigningCode.PDF_UNREADABLE)


def _prepare(document: bytes, picture: bytes, task: PdfSigningTask) -> Prepared:
    # Files in the wild keep the standard loosely, and their readers all look away.
    writer = IncrementalPdfFileWriter(io.BytesIO(document), strict=False)
    if writer.prev.encrypted:
        raise _RefusedError(blocks(SigningCode.PDF_ENCRYPTED))
    signer = PdfSigner(
        PdfSignatureMetadata(
            field_name=task.field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        ),
        ExternalSigner(None, None),
        stamp_style=_style(picture, task) if task.place else None,
        new_field_spec=_field(task, int(writer.root["/Pages"]["/Count"])),
    )
    session = signer.init_signing_session(writer)
    session.system_time = task.at
    prepared, output = session.prepare_tbs_document(None, 2 * SIGNATURE_ROOM).digest_tbs_document()
    output.seek(0)
    content = bytes(output.read())
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    # The hole is written between angle brackets, which the covered octets leave out, too.
    return Prepared(content, digest_around(content, start + 1, end - 1), start + 1, end - 1)


def _field(task: PdfSigningTask, pages: int) -> SigFieldSpec:
    if task.place is None:
        return SigFieldSpec(task.field)
    page = task.place.page or pages
    if page > pages:
        raise _RefusedError(blocks(SigningCode.LAYOUT_PAGE, page=page, pages=pages))
    return SigFieldSpec(task.field, on_page=page - 1, box=_box(task.place))


def _box(place: Place) -> tuple[int, int, int, int]:
    box = (place.left, place.bottom, place.right, place.top)
    is_box = place.left < place.right and place.bottom < place.top
    if not is_box or any(abs(each) > _LARGEST_PAGE for each in box):
        raise _RefusedError(blocks(SigningCode.LAYOUT_BOX))
    return box


def _style(picture: bytes, task: PdfSigningTask) -> BaseStampStyle:
    background = PdfImage(_redrawn(picture)) if picture else None
    centred = SimpleBoxLayoutRule(Align.ALIGN_MID, Align.ALIGN_MID, Margins.uniform(0))
    if background is not None and not task.text:
        return StaticStampStyle(0, None, background, centred, 1.0)
    # The typeface every reader has knows Western European letters only.
    text = "\n".join(task.text).encode("latin-1", "replace").decode("latin-1")
    return TextStampStyle(0, None, background, centred, 1.0, stamp_text=text.replace("%", "%%"))


def _redrawn(picture: bytes) -> Image.Image:
    """Return the picture's pixels alone; nothing else of its file goes into the document."""
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise _RefusedError(blocks(SigningCode.LAYOUT_IMAGE))
            is_seen_through = "A" in opened.getbands() or "transparency" in opened.info
            plain = opened.convert("RGBA" if is_seen_through else "RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise _RefusedError(blocks(SigningCode.LAYOUT_IMAGE)) from error
    plain.thumbnail(_LARGEST_PICTURE)
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare
