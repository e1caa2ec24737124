"""What a file really is, by its first bytes and never by its name."""

from typing import Final

UNKNOWN: Final = "?"

_SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"%PDF-", "PDF"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (8, b"WEBP", "WEBP"),
    (4, b"ftypavi", "AVIF"),
    (4, b"ftyphe", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (4, b"ftypmsf1", "HEIC"),
    (4, b"ftyp", "MP4"),
    (0, b"GIF8", "GIF"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"BM", "BMP"),
    (0, b"PK\x03\x04", "ZIP"),
)


def name_format(content: bytes) -> str:
    """Name the format of a file's content; `?` when it is none we know, `0 B` when empty."""
    if not content:
        return "0 B"
    return next(
        (name for start, magic, name in _SIGNATURES if content.startswith(magic, start)), UNKNOWN
    )
