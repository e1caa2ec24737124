"""Which engines this installation has; each is loaded only here, inside the limited child."""

from collections.abc import Callable
from typing import TypeVar

from issuance.evidence.engines import (
    BarcodeReader,
    Engines,
    FaceFinder,
    FaceMatcher,
    PageRenderer,
    StrictDecoder,
    TextReader,
)

E = TypeVar("E")


def engines_here(*, compare_faces: bool = False) -> Engines:
    """Load the engines at hand; None stands where a package or program is missing.

    The face matcher is large and advice only: it is loaded where a policy wants faces compared.
    """
    return Engines(
        faces=_if_installed(_face_finder),
        matcher=_if_installed(_face_matcher) if compare_faces else None,
        text=_if_installed(_text_reader),
        pages=_if_installed(_page_renderer),
        barcodes=_if_installed(_barcode_reader),
        strict=_if_installed(_strict_decoder),
    )


def _if_installed(load: Callable[[], E | None]) -> E | None:
    try:
        return load()
    # A package whose own library does not load is as good as none.
    except (ImportError, OSError):
        return None


def _face_finder() -> FaceFinder:
    from issuance.evidence.finder_yuface import YuFace

    return YuFace()


def _face_matcher() -> FaceMatcher:
    from issuance.evidence.matcher_dlib import DlibMatcher

    return DlibMatcher()


def _text_reader() -> TextReader:
    from issuance.evidence.reader_tesseract import TesseractReader

    return TesseractReader()


def _page_renderer() -> PageRenderer:
    from issuance.evidence.renderer_pdfium import PdfiumRenderer

    return PdfiumRenderer()


def _barcode_reader() -> BarcodeReader:
    from issuance.evidence.barcodes_zxing import ZxingReader

    return ZxingReader()


def _strict_decoder() -> StrictDecoder:
    from issuance.evidence.strict_simplejpeg import SimplejpegDecoder

    return SimplejpegDecoder()
