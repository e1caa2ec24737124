"""Checks of a PDF's structure: what the file proves without drawing a page or unpacking an image.

Source of the keys: ISO 32000-2:2020, 7.11.4 (embedded files), 12.6 (actions), 12.7 (forms).
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

import pypdf
from pypdf import PasswordType, PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    PdfObject,
)

from issuance.evidence.formats import name_format
from issuance.evidence.page_images import Scan, measure_scan
from issuance.evidence.photo import too_large
from issuance.evidence.rules import DocumentRule
from issuance.findings import Finding, any_blocks, blocks, warns
from issuance.findings.evidence import EvidenceCode

ENGINE: Final = f"pypdf {pypdf.__version__}"

_ACTIVE_KEYS: Final = frozenset({"/JavaScript", "/JS", "/AA", "/XFA", "/RichMediaContent"})
_ACTIVE_KINDS: Final = frozenset(
    {
        "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition",
        "/RichMedia", "/RichMediaExecute",
    }
)  # fmt: skip
_FILE_KEYS: Final = frozenset({"/EmbeddedFiles", "/EF", "/Collection"})
_FILE_KINDS: Final = frozenset({"/EmbeddedFile", "/FileAttachment"})
_KIND_KEYS: Final = ("/S", "/Subtype", "/Type")

_HIDDEN: Final = re.compile(rb"/(JavaScript|Launch|SubmitForm|ImportData|RichMedia)\b")
"""Names long enough not to occur by chance, sought in objects the cross-references leave out."""
_OBJECT: Final = re.compile(rb"\d\s+\d+\s+obj\b")
_PAINTS: Final = re.compile(
    rb"(?:^|[\s\])>])(?:Do|EI|Tj|TJ|'|\"|sh|[fF]\*?|[bB]\*?|[sS])(?=\s|$|[\[(</%])"
)
"""The operators that leave a mark on the page (ISO 32000-2, annex A)."""

_MAXIMUM_HEADER_OFFSET: Final = 1024
_MAXIMUM_OBJECTS: Final = 50_000
_MAXIMUM_UNPACKED: Final = 16 * 1024 * 1024
_MAXIMUM_PAGE_ENTRIES: Final = 2000
_POINTS_TO_MILLIMETRES: Final = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Structure:
    """Findings, the number of pages, and how fine each page's scan is, where none blocks."""

    findings: tuple[Finding, ...]
    pages: int = 0
    scans: tuple[Scan | None, ...] = ()


def check_structure(content: bytes, rule: DocumentRule) -> Structure:
    """Check what a PDF is made of; whatever the bytes are, the answer is a structure."""
    findings = _check_envelope(content, rule)
    if any_blocks(findings):
        return _structure(findings)
    limits = pypdf.Configuration(
        zlib_maximum_output_length=_MAXIMUM_UNPACKED,
        lzw_maximum_output_length=_MAXIMUM_UNPACKED,
        run_length_maximum_output_length=_MAXIMUM_UNPACKED,
        array_based_stream_maximum_output_length=_MAXIMUM_UNPACKED,
        page_tree_maximum_entries=_MAXIMUM_PAGE_ENTRIES,
        # Never start another program on a hostile file.
        jbig2dec_binary=None,
    )
    try:
        with pypdf.apply_configuration(limits):
            return _check_inside(content, findings, rule)
    except MemoryError:
        raise
    except LimitReachedError:
        return _structure([*findings, blocks(EvidenceCode.BOMB, engine=ENGINE)])
    except NotImplementedError:
        return _structure([*findings, blocks(EvidenceCode.ENCRYPTED, engine=ENGINE)])
    except Exception:  # noqa: BLE001 - a reader fails in many ways on hostile data
        return _structure(
            [*findings, blocks(EvidenceCode.DAMAGED, reason="structure", engine=ENGINE)]
        )


def _structure(findings: list[Finding], pages: int = 0) -> Structure:
    return Structure(findings=tuple(findings), pages=pages)


def _check_envelope(content: bytes, rule: DocumentRule) -> list[Finding]:
    if name_format(content) != "PDF":
        offset = content.find(b"%PDF-", 0, _MAXIMUM_HEADER_OFFSET)
        if offset > 0:
            return [blocks(EvidenceCode.LEADING_DATA, bytes=offset)]
        return [blocks(EvidenceCode.NOT_PDF, found=name_format(content))]
    if len(content) > rule.maximum_bytes:
        return [too_large(len(content), rule.maximum_bytes)]
    end = content.rfind(b"%%EOF")
    trailing = content[end + len(b"%%EOF") :].strip(b"\0\t\n\f\r ")
    # Objects after the last end: a later part of the file was begun and is cut off.
    if end < 0 or _OBJECT.search(trailing):
        return [blocks(EvidenceCode.DAMAGED, reason="end", engine=ENGINE)]
    if trailing:
        return [warns(EvidenceCode.TRAILING_DATA, bytes=len(trailing), threshold=0)]
    return []


def _check_inside(content: bytes, findings: list[Finding], rule: DocumentRule) -> Structure:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        if reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            return _structure([*findings, blocks(EvidenceCode.ENCRYPTED, engine=ENGINE)])
        findings.append(warns(EvidenceCode.ENCRYPTED_OWNER, engine=ENGINE))
    findings += _check_objects(reader, content, rule)
    pages = len(reader.pages)
    if pages == 0:
        findings.append(blocks(EvidenceCode.NO_PAGES, engine=ENGINE))
    elif pages > rule.maximum_pages:
        findings.append(
            blocks(
                EvidenceCode.TOO_MANY_PAGES,
                pages=pages,
                maximum=rule.maximum_pages,
                engine=ENGINE,
            )
        )
    else:
        for number, page in enumerate(reader.pages, start=1):
            findings += _check_page(page, number, rule)
    if any_blocks(findings):
        return _structure(findings, pages)
    scans = tuple(_scan(page) for page in reader.pages)
    return Structure(findings=tuple(findings), pages=pages, scans=scans)


def _scan(page: pypdf.PageObject) -> Scan | None:
    """Measure the scan of a page; what cannot be measured must be looked at when drawn."""
    try:
        return measure_scan(page)
    except (MemoryError, LimitReachedError):
        raise
    except Exception:  # noqa: BLE001 - operators of a hostile page fail in many ways
        return None


def _check_objects(reader: PdfReader, content: bytes, rule: DocumentRule) -> list[Finding]:
    """Look at every dictionary of the file, reachable from a page or not; each code once."""
    findings: dict[EvidenceCode, Finding] = {}
    if hidden := _HIDDEN.search(content):
        name = "/" + hidden[1].decode()
        findings[EvidenceCode.ACTIVE_CONTENT] = _active(name)
    for number, dictionary in enumerate(_dictionaries(reader)):
        if number > _MAXIMUM_OBJECTS:
            raise LimitReachedError
        if active := _active_name(dictionary):
            findings.setdefault(EvidenceCode.ACTIVE_CONTENT, _active(active))
        if _FILE_KEYS & dictionary.keys() or _FILE_KINDS & _kinds(dictionary):
            findings[EvidenceCode.EMBEDDED_FILE] = blocks(EvidenceCode.EMBEDDED_FILE, engine=ENGINE)
        if huge := _huge_image(dictionary, rule):
            findings.setdefault(EvidenceCode.HUGE_IMAGE, huge)
    return list(findings.values())


def _active(name: str) -> Finding:
    return blocks(EvidenceCode.ACTIVE_CONTENT, name=name, engine=ENGINE)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    waiting: list[PdfObject | None] = [reader.trailer]
    # Copies, because reading an object may mend the reader's tables.
    waiting += [IndirectObject(number, 0, reader) for number in tuple(reader.xref_objStm)]
    for generation, entries in tuple(reader.xref.items()):
        waiting += [IndirectObject(number, generation, reader) for number in tuple(entries)]
    for each in waiting:
        nested: list[Any] = [each.get_object() if each is not None else None]
        while nested:
            item = nested.pop()
            if isinstance(item, DictionaryObject):
                yield item
                nested.extend(cast("dict[Any, Any]", item).values())
            elif isinstance(item, ArrayObject):
                nested.extend(cast("list[Any]", item))


def _kinds(dictionary: DictionaryObject) -> set[str]:
    return {_name(dictionary, key) for key in _KIND_KEYS}


def _name(dictionary: DictionaryObject, key: str) -> str:
    value = _value(dictionary, key)
    return str(value) if isinstance(value, NameObject) else ""


def _value(dictionary: DictionaryObject, key: str) -> PdfObject | None:
    """Return the value of a key, looked up through a reference where it is one."""
    return dictionary.get(key, NullObject()).get_object()


def _active_name(dictionary: DictionaryObject) -> str:
    """Return the key or kind by which a dictionary acts of its own accord, or nothing."""
    opening = _value(dictionary, "/OpenAction")
    # A bare GoTo only says which page is shown first, as an array of a destination does.
    if isinstance(opening, DictionaryObject) and (
        _name(opening, "/S") != "/GoTo" or "/Next" in opening
    ):
        return "/OpenAction"
    return min(
        (_ACTIVE_KEYS & dictionary.keys()) | (_ACTIVE_KINDS & _kinds(dictionary)), default=""
    )


def _huge_image(dictionary: DictionaryObject, rule: DocumentRule) -> Finding | None:
    if _name(dictionary, "/Subtype") != "/Image":
        return None
    width = int(cast("Any", _value(dictionary, "/Width")))
    height = int(cast("Any", _value(dictionary, "/Height")))
    if width * height <= rule.maximum_image_pixels:
        return None
    return blocks(
        EvidenceCode.HUGE_IMAGE,
        width=width,
        height=height,
        maximum_megapixels=rule.maximum_image_pixels // 1_000_000,
        engine=ENGINE,
    )


def _check_page(page: pypdf.PageObject, number: int, rule: DocumentRule) -> list[Finding]:
    findings: list[Finding] = []
    scale = float(page.user_unit) * _POINTS_TO_MILLIMETRES
    width = abs(round(float(page.mediabox.width) * scale))
    height = abs(round(float(page.mediabox.height) * scale))
    if max(width, height) > rule.maximum_page_millimetres:
        findings.append(
            blocks(
                EvidenceCode.PAGE_TOO_LARGE,
                page=number,
                width_mm=width,
                height_mm=height,
                maximum_mm=rule.maximum_page_millimetres,
                engine=ENGINE,
            )
        )
    contents = page.get_contents()
    if contents is None or not _PAINTS.search(contents.get_data()):
        findings.append(warns(EvidenceCode.BLANK, page=number, engine=ENGINE))
    return findings
