"""Checks of a photo: what the file itself proves, from the cheapest check to the dearest."""

from typing import Final

from PIL.Image import Image

from issuance.evidence import picture
from issuance.evidence.formats import name_format
from issuance.evidence.jpeg import Frame, Outline, count_trailing, read_outline
from issuance.evidence.report import PhotoReport
from issuance.evidence.rules import PhotoRule
from issuance.findings import Finding, any_blocks, blocks, informs, warns
from issuance.findings.evidence import EvidenceCode

_BASELINE: Final = 0
_PROGRESSIVE: Final = 2
_GREY: Final = 1
_FOUR_INKS: Final = 4
_MAXIMUM_SCANS: Final = 100
"""Cameras and editors write about ten; each costs the decoder a pass over the whole picture."""


def check_photo(content: bytes, rule: PhotoRule) -> PhotoReport:
    """Check a photo; whatever the bytes are, the answer is a report.

    A finding blocks only where the file itself proves it. What a blocking finding makes
    impossible or dangerous is not tried: a picture is decoded only when its markers are sound
    and its size is within the limit.
    """
    refusal = _check_envelope(content, rule)
    if refusal:
        return _report((refusal,))
    outline = read_outline(content)
    findings = _check_outline(content, outline, rule)
    frame = outline.frame
    if frame is None or any_blocks(findings):
        return _report(findings, frame)
    return _check_picture(content, frame, findings, rule)


def _report(
    findings: list[Finding] | tuple[Finding, ...], frame: Frame | None = None, orientation: int = 1
) -> PhotoReport:
    width, height = (frame.width, frame.height) if frame else (0, 0)
    if orientation >= 5:
        width, height = height, width
    return PhotoReport(
        findings=tuple(findings),
        width=width,
        height=height,
        orientation=orientation,
        engine=picture.ENGINE,
    )


def _check_envelope(content: bytes, rule: PhotoRule) -> Finding | None:
    if not content:
        return blocks(EvidenceCode.EMPTY)
    if len(content) > rule.maximum_bytes:
        return too_large(len(content), rule.maximum_bytes)
    found = name_format(content)
    return None if found == "JPEG" else blocks(EvidenceCode.NOT_JPEG, found=found)


def too_large(length: int, maximum: int) -> Finding:
    """Return the finding about a file of too many bytes, in kilobytes rounded up."""
    return blocks(EvidenceCode.TOO_LARGE, size_kb=-(-length // 1024), maximum_kb=maximum // 1024)


def _check_outline(content: bytes, outline: Outline, rule: PhotoRule) -> list[Finding]:
    if not outline.orderly:
        return [blocks(EvidenceCode.CORRUPT)]
    frame = outline.frame
    if frame is not None and frame.width * frame.height > rule.maximum_pixels:
        return [
            blocks(
                EvidenceCode.PIXEL_BOMB,
                width=frame.width,
                height=frame.height,
                maximum_megapixels=rule.maximum_pixels // 1_000_000,
            )
        ]
    if outline.end is None:
        return [blocks(EvidenceCode.TRUNCATED)]
    if frame is None or not outline.scans:
        return [blocks(EvidenceCode.CORRUPT)]
    if trailing := count_trailing(content, outline):
        return [blocks(EvidenceCode.TRAILING_DATA, bytes=trailing)]
    if _is_unusual(frame, outline.scans):
        return [blocks(EvidenceCode.UNUSUAL_JPEG)]
    return _remark_on(outline, frame)


def _is_unusual(frame: Frame, scans: int) -> bool:
    return (
        frame.process not in {_BASELINE, _PROGRESSIVE}
        or frame.precision != 8
        or frame.components not in {_GREY, 3, _FOUR_INKS}
        or frame.width == 0
        or frame.height == 0
        or scans > _MAXIMUM_SCANS
    )


def _remark_on(outline: Outline, frame: Frame) -> list[Finding]:
    remarks = (
        (frame.components == _FOUR_INKS, warns(EvidenceCode.CMYK)),
        (frame.components == _GREY, warns(EvidenceCode.GRAYSCALE)),
        (frame.process == _PROGRESSIVE, informs(EvidenceCode.PROGRESSIVE)),
        (outline.multi_picture, informs(EvidenceCode.MULTI_FRAME)),
    )
    return [finding for applies, finding in remarks if applies]


def _check_picture(
    content: bytes, frame: Frame, findings: list[Finding], rule: PhotoRule
) -> PhotoReport:
    orientation = 1
    try:
        with picture.open_jpeg(content) as image:
            orientation, located = picture.read_exif(image)
            if orientation != 1:
                findings.append(informs(EvidenceCode.EXIF_ROTATED))
            if located:
                findings.append(informs(EvidenceCode.EXIF_GPS))
            report = _report(findings, frame, orientation)
            if min(frame.width, frame.height) < rule.minimum_side:
                findings.append(_too_small(report, rule))
            # A size other than the walked one means that decoder and walk read different files.
            elif image.size != (frame.width, frame.height) or not _decodes(image):
                findings.append(blocks(EvidenceCode.CORRUPT))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a decoder fails in many ways on hostile data
        code = EvidenceCode.TRUNCATED if "truncated" in str(error) else EvidenceCode.CORRUPT
        findings.append(blocks(code))
    return _report(findings, frame, orientation)


def _decodes(image: Image) -> bool:
    image.load()
    return not picture.lacks_tail(image)


def _too_small(report: PhotoReport, rule: PhotoRule) -> Finding:
    return blocks(
        EvidenceCode.TOO_SMALL,
        width=report.width,
        height=report.height,
        minimum=rule.minimum_side,
    )
