"""Checks of a photo, from the cheapest rung to the dearest; a blocking finding ends the climb."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from PIL.Image import Image

from issuance.evidence import picture
from issuance.evidence.engines import NO_ENGINES, Engines
from issuance.evidence.faces import look_at_faces
from issuance.evidence.fingerprint import fingerprint
from issuance.evidence.formats import name_format
from issuance.evidence.jpeg import Frame, Outline, read_outline
from issuance.evidence.jpeg_trailer import Trailer, read_trailer
from issuance.evidence.numbers import read_coded_number, read_number
from issuance.evidence.quality import measure
from issuance.evidence.report import FacesSeen, PhotoReport, Tell, tell_nobody
from issuance.evidence.rules import NOTHING_EXPECTED, Expected, PhotoRule
from issuance.findings import Finding, any_blocks, blocks, informs, warns
from issuance.findings.evidence import EvidenceCode

_BASELINE: Final = 0
_PROGRESSIVE: Final = 2
_GREY: Final = 1
_FOUR_INKS: Final = 4
_WALK: Final = "ventanilla"
"""What is proven by walking the markers, without a decoder."""

_STRICT: Final = "simplejpeg"
_MAXIMUM_SCANS: Final = 100
"""Cameras and editors write about ten; each costs the decoder a pass over the whole picture."""


def check_photo(
    content: bytes,
    rule: PhotoRule,
    expected: Expected = NOTHING_EXPECTED,
    engines: Engines = NO_ENGINES,
    tell: Tell = tell_nobody,
) -> PhotoReport:
    """Check a photo; whatever the bytes are, the answer is a report.

    A finding blocks only where the file itself proves it. What a blocking finding makes
    impossible or dangerous is not tried: a picture is decoded only when its markers are sound
    and its size is within the limit. `tell` is called with each finding as it is made.
    """
    return _Climb(content, rule, expected, engines, tell).report()


class _Climb:
    """One photo on the ladder: what the rungs so far have found."""

    def __init__(
        self, content: bytes, rule: PhotoRule, expected: Expected, engines: Engines, tell: Tell
    ) -> None:
        self._content = content
        self._rule = rule
        self._expected = expected
        self._engines = engines
        self._tell = tell
        self._findings: list[Finding] = []
        self._used = [picture.ENGINE]
        self._frame: Frame | None = None
        self._orientation = 1
        self._picture: Image | None = None
        self._fingerprint = ""
        self._seen = FacesSeen()

    def report(self) -> PhotoReport:
        rungs = (self._envelope, self._markers, self._pixels, self._quality, self._strictness)
        for rung in (*rungs, self._faces, self._number):
            rung()
            if any_blocks(self._findings):
                break
        width, height = self._upright_size()
        return PhotoReport(
            findings=tuple(self._findings),
            width=width,
            height=height,
            orientation=self._orientation,
            fingerprint=self._fingerprint,
            person=self._seen.person,
            portrait=self._seen.portrait,
            card=self._seen.card,
            engines=tuple(dict.fromkeys(self._used)),
        )

    def _add(self, *findings: Finding) -> None:
        for finding in findings:
            self._findings.append(finding)
            self._tell(finding)

    def _upright_size(self) -> tuple[int, int]:
        if self._frame is None:
            return 0, 0
        size = self._frame.width, self._frame.height
        return size if self._orientation < 5 else (size[1], size[0])

    def _envelope(self) -> None:
        found = name_format(self._content)
        if not self._content:
            self._add(blocks(EvidenceCode.EMPTY))
        elif len(self._content) > self._rule.maximum_bytes:
            self._add(too_large(len(self._content), self._rule.maximum_bytes))
        elif found != "JPEG":
            self._add(blocks(EvidenceCode.NOT_JPEG, found=found))

    def _markers(self) -> None:
        outline = read_outline(self._content)
        trailer = read_trailer(self._content, outline)
        refusal = _refuse_outline(outline, trailer, self._rule)
        # Disorder leaves no telling which frame header a decoder would believe.
        self._frame = outline.frame if outline.orderly else None
        self._add(*([refusal] if refusal else _remark_on(outline, trailer)))

    def _pixels(self) -> None:
        frame = self._frame
        if frame is None:
            return
        with self._decoding(), picture.open_jpeg(self._content) as image:
            self._orientation, located = picture.read_exif(image)
            if self._orientation != 1:
                self._add(informs(EvidenceCode.EXIF_ROTATED))
            if located:
                self._add(informs(EvidenceCode.EXIF_GPS))
            if min(frame.width, frame.height) < self._rule.minimum_side:
                self._add(self._too_small())
            # Another size than the walked one: decoder and walk read different files.
            elif image.size != (frame.width, frame.height):
                self._add(blocks(EvidenceCode.CORRUPT, engine=picture.ENGINE))
            else:
                self._decode(image)

    @contextmanager
    def _decoding(self) -> Generator[None]:
        try:
            yield
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a decoder fails in many ways on hostile data
            code = EvidenceCode.TRUNCATED if "truncated" in str(error) else EvidenceCode.CORRUPT
            self._add(blocks(code, engine=picture.ENGINE))

    def _decode(self, image: Image) -> None:
        small = picture.decode_small(image)
        if picture.lacks_tail(image, (self._frame or small).width / small.width):
            self._add(blocks(EvidenceCode.CORRUPT, engine=picture.ENGINE))
        else:
            self._picture = picture.turn(small, self._orientation)

    def _too_small(self) -> Finding:
        width, height = self._upright_size()
        minimum = self._rule.minimum_side
        return blocks(EvidenceCode.TOO_SMALL, width=width, height=height, minimum=minimum)

    def _quality(self) -> None:
        if self._picture is None or self._rule.quality is None:
            return
        self._fingerprint = fingerprint(self._picture)
        with self._decoding():
            self._add(*measure(self._picture, self._content, self._rule.quality))

    def _strictness(self) -> None:
        strict = self._engines.strict
        if strict is None:
            if self._rule.quality:
                self._add(warns(EvidenceCode.DAMAGE_NOT_CHECKED, engine=_STRICT))
            return
        self._used.append(strict.name)
        if not strict.is_sound(self._content):
            self._add(blocks(EvidenceCode.CORRUPT, engine=strict.name))

    def _faces(self) -> None:
        if self._picture is None or self._rule.faces is None:
            return
        self._seen = look_at_faces(
            self._picture, self._upright_size(), self._rule.faces, self._engines
        )
        self._used.extend(self._seen.engines)
        self._add(*self._seen.findings)

    def _number(self) -> None:
        if self._rule.faces is None or not self._expected.number:
            return
        text, codes, box = self._engines.text, self._engines.barcodes, self._seen.card
        card = picture.cut(self._content, box, self._seen.turned) if box else None
        if card and codes:
            self._used.append(codes.name)
            if found := read_coded_number(card, self._expected, codes):
                self._add(found)
                return
        if text is None or self._engines.faces is None:
            missing = "tesseract" if text is None else "yuface"
            self._add(warns(EvidenceCode.NUMBER_NOT_CHECKED, engine=missing))
        elif card is None:
            self._add(informs(EvidenceCode.NUMBER_NOT_READ, engine=text.name))
        else:
            self._used.append(text.name)
            self._add(*read_number(card, self._expected.number, text, self._seen.card_tilt))


def too_large(length: int, maximum: int) -> Finding:
    """Return the finding about a file of too many bytes, in kilobytes rounded up."""
    return blocks(EvidenceCode.TOO_LARGE, size_kb=-(-length // 1024), maximum_kb=maximum // 1024)


def _refuse_outline(outline: Outline, trailer: Trailer, rule: PhotoRule) -> Finding | None:
    if not outline.orderly:
        return blocks(EvidenceCode.CORRUPT, engine=_WALK)
    frame = outline.frame
    if frame is not None and frame.width * frame.height > rule.maximum_pixels:
        return blocks(
            EvidenceCode.PIXEL_BOMB,
            width=frame.width,
            height=frame.height,
            maximum_megapixels=rule.maximum_pixels // 1_000_000,
        )
    if outline.end is None:
        return blocks(EvidenceCode.TRUNCATED)
    if frame is None or not outline.scans:
        return blocks(EvidenceCode.CORRUPT, engine=_WALK)
    if trailer.kind == "unknown":
        return blocks(EvidenceCode.TRAILING_DATA, bytes=trailer.length, threshold=0)
    if _is_unusual(frame, outline.scans):
        return blocks(EvidenceCode.UNUSUAL_JPEG)
    return None


def _is_unusual(frame: Frame, scans: int) -> bool:
    return (
        frame.process not in {_BASELINE, _PROGRESSIVE}
        or frame.precision != 8
        or frame.components not in {_GREY, 3, _FOUR_INKS}
        or frame.width == 0
        or frame.height == 0
        or scans > _MAXIMUM_SCANS
    )


def _remark_on(outline: Outline, trailer: Trailer) -> list[Finding]:
    components = outline.frame.components if outline.frame else 0
    process = outline.frame.process if outline.frame else _BASELINE
    remarks = (
        (components == _FOUR_INKS, warns(EvidenceCode.CMYK)),
        (components == _GREY, warns(EvidenceCode.GRAYSCALE)),
        (process == _PROGRESSIVE, informs(EvidenceCode.PROGRESSIVE)),
        (outline.multi_picture, informs(EvidenceCode.MULTI_FRAME)),
        (
            bool(trailer.kind),
            informs(EvidenceCode.PHONE_TRAILER, kind=trailer.kind, bytes=trailer.length),
        ),
    )
    return [finding for applies, finding in remarks if applies]
