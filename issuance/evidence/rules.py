"""What a policy asks of a photo or document file; light to import, unlike the checks."""

from typing import Annotated

from pydantic import Field

from issuance.model import Frozen

_Positive = Annotated[int, Field(gt=0)]


class PhotoRule(Frozen):
    """The limits of a photo: bytes, pixels of the shorter side, pixels in all."""

    minimum_side: _Positive = 600
    maximum_bytes: _Positive = 20 * 1024 * 1024
    maximum_pixels: _Positive = 50_000_000


class DocumentRule(Frozen):
    """The limits of a PDF: bytes, pages, millimetres of a page's side, pixels of one image."""

    maximum_bytes: _Positive = 2 * 1024 * 1024
    maximum_pages: _Positive = 4
    maximum_page_millimetres: _Positive = 1000
    maximum_image_pixels: _Positive = 60_000_000
