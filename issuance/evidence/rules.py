"""What a policy asks of a photo or document file; light to import, unlike the checks.

The default thresholds are where good and bad pictures separated at a working size of 720 pixels;
no standard names any (ISO/IEC 29794-5 defines measures, not limits).
"""

from datetime import date
from typing import Annotated, Final

from pydantic import Field

from issuance.model import Frozen, Text

_Positive = Annotated[int, Field(gt=0)]
_Share = Annotated[int, Field(ge=0, le=100)]


class QualityRule(Frozen):
    """When a photo is too dark, pale, flat, blurred or compressed to be used.

    Luma is 0 to 255; shares are per cent of the pixels; a picture of which `lit_share` shows some
    shade is not refused for its white parts: a wall may be white. Edges are what halving takes from
    the strongest, in thousandths of the contrast. Below `minimum_edges` a picture is blurred; below
    `soft_edges` it is looked at for traces of enlargement (strength `enlargement` or more), and
    an enlarged one is refused below `minimum_enlarged_edges`.
    """

    dark_share: _Share = 60
    minimum_mean: int = 40
    overexposed_share: _Share = 50
    lit_share: _Share = 18
    minimum_contrast: int = 40
    minimum_detail_hundredths: int = 50
    minimum_edges: int = 12
    minimum_enlarged_edges: int = 20
    soft_edges: int = 30
    enlargement: int = 7
    minimum_jpeg_quality: int = 25
    border_share: _Share = 12
    duplicate_bits: int = 10


class FaceRule(Frozen):
    """What is asked of the two faces in a photo: the person's and the one on the card.

    Scores are 0 to 100, lengths pixels of the full picture, luma 0 to 255, all else per cent.
    `outline_support` is how plain the edges of a card must be, the second where it shows no
    portrait; `minimum_extra_face` how wide a further face counts, of the person's; `eye_contrast`
    and `mouth_contrast` are what lenses and masks hide; a face is in the shade where even the
    white of the eyes is darker than `dark_eye_white`. Distances of faces are in hundredths.
    """

    minimum_person_score: int = 70
    minimum_portrait_score: int = 60
    upright_score: int = 90
    minimum_card_width: int = 200
    outline_support: _Share = 58
    bare_outline_support: _Share = 70
    minimum_extra_face: _Share = 12
    passport_face_share: _Share = 50
    glasses_share: _Share = 18
    eye_contrast: _Share = 45
    mouth_contrast: _Share = 25
    cap_share: _Share = 50
    brim_share: _Share = 76
    yaw_share: _Share = 20
    dark_face_mean: int = 60
    dark_eye_white: int = 100
    compare_faces: bool = False
    minimum_compared_face: int = 40
    consistent_distance: int = 45
    different_distance: int = 60


class CardRule(Frozen):
    """What is asked of a scanned identity card, in dots per inch and pages."""

    minimum_dpi: _Positive = 150
    countries: tuple[str, ...] = ("ECU",)


class PhotoRule(Frozen):
    """The limits of a photo: bytes, pixels of the shorter side, pixels in all.

    `quality` and `faces` are left out where any picture will do, such as a proof of payment.
    """

    minimum_side: _Positive = 600
    maximum_bytes: _Positive = 20 * 1024 * 1024
    maximum_pixels: _Positive = 52_000_000
    quality: QualityRule | None = None
    faces: FaceRule | None = None


class DocumentRule(Frozen):
    """The limits of a PDF: bytes, pages, millimetres of a page's side, pixels of one image.

    `card` is set where the document is an identity card, both sides of it.
    """

    maximum_bytes: _Positive = 2 * 1024 * 1024
    maximum_pages: _Positive = 4
    maximum_page_millimetres: _Positive = 1000
    maximum_image_pixels: _Positive = 60_000_000
    card: CardRule | None = None


class Expected(Frozen):
    """What the application says, to be compared with what is read; empty where it does not say."""

    number: Text = ""
    given_names: Text = ""
    surnames: Text = ""
    birth_date: date | None = None
    sex: str = ""
    nationality: str = ""
    today: date | None = None


NOTHING_EXPECTED: Final = Expected()
