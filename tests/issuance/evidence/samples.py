"""Small files made for the tests: pictures with Pillow, PDFs object by object."""

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterable

from PIL import Image

from issuance.findings import Finding, Severity

SIDE = 640


def picture(width: int = SIDE, height: int = SIDE, mode: str = "RGB") -> Image.Image:
    """A picture with detail everywhere, cheap to make."""
    return Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 60).convert(mode)


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    file = io.BytesIO()
    (image or picture()).save(file, "JPEG", **options)
    return file.getvalue()


def oriented(image: Image.Image, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return jpeg(image, exif=exif)


def multi_picture(*images: Image.Image) -> bytes:
    file = io.BytesIO()
    images[0].save(file, "MPO", save_all=True, append_images=images[1:])
    return file.getvalue()


def segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(payload) + 2) + payload


def with_frame(content: bytes, **changes: int) -> bytes:
    """Overwrite what the frame header of a baseline JPEG says."""
    start = content.index(b"\xff\xc0")
    changed = bytearray(content)
    if "marker" in changes:
        changed[start + 1] = changes["marker"]
    if "precision" in changes:
        changed[start + 4] = changes["precision"]
    if "height" in changes:
        changed[start + 5 : start + 7] = struct.pack(">H", changes["height"])
    if "width" in changes:
        changed[start + 7 : start + 9] = struct.pack(">H", changes["width"])
    return bytes(changed)


PAINTED = b"0 0 100 100 re f"


def stream(content: bytes, entries: str = "") -> bytes:
    return f"<<{entries}/Length {len(content)}>>stream\n".encode() + content + b"\nendstream"


def pdf(
    *extra: bytes | str,
    catalog: str = "",
    page: str = "",
    pages: int = 1,
    contents: bytes = PAINTED,
) -> bytes:
    """A PDF: 1 catalog, 2 page tree, 3 contents, then the extra objects from 4, then the pages."""
    others = [each.encode() if isinstance(each, str) else each for each in extra]
    first = 4 + len(others)
    kids = " ".join(f"{number} 0 R" for number in range(first, first + pages))
    leaf = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R{page}>>"
    return assemble(
        [
            f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
            f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
            stream(contents),
            *others,
            *([leaf.encode()] * pages),
        ]
    )


def assemble(objects: Iterable[bytes]) -> bytes:
    content = b"%PDF-1.7\n"
    offsets: list[int] = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    return (
        content
        + f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{table}".encode()
        + f"trailer<</Size {len(offsets) + 1}/Root 1 0 R>>\n".encode()
        + f"startxref\n{len(content)}\n%%EOF\n".encode()
    )


def pdf_with_packed(body: bytes) -> bytes:
    """A PDF whose object 5 lies compressed in an object stream, seen by no byte search."""
    head = b"%PDF-1.7\n"
    packed = stream_of(b"5 0 " + body, "/Type/ObjStm/N 1/First 4")
    leaf = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R>>"
    bodies = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[6 0 R]/Count 1>>",
        3: stream(PAINTED),
        4: packed,
        6: leaf,
    }
    offsets: dict[int, int] = {}
    for number, each in bodies.items():
        offsets[number] = len(head)
        head += f"{number} 0 obj\n".encode() + each + b"\nendobj\n"
    offsets[7] = len(head)
    rows = [(0, 0, 255)]
    for number in range(1, 8):
        rows.append((2, 4, 0) if number == 5 else (1, offsets[number], 0))
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    xref = stream_of(table, "/Type/XRef/Size 8/W[1 4 1]/Root 1 0 R")
    return head + b"7 0 obj\n" + xref + f"\nendobj\nstartxref\n{offsets[7]}\n%%EOF\n".encode()


def stream_of(content: bytes, entries: str) -> bytes:
    return stream(zlib.compress(content), entries + "/Filter/FlateDecode")


def mutants(content: bytes, count: int, seed: int) -> Iterable[bytes]:
    """Damaged copies: bytes changed, pieces cut out, doubled, or the end cut off."""
    chance = random.Random(seed)

    def change(data: bytearray) -> None:
        for _ in range(chance.choice((1, 4, 32))):
            data[chance.randrange(len(data))] = chance.randrange(256)

    def cut(data: bytearray) -> None:
        start = chance.randrange(len(data))
        del data[start : start + chance.randrange(1, 200)]

    def double(data: bytearray) -> None:
        start = chance.randrange(len(data))
        data[start:start] = data[start : start + chance.randrange(1, 200)]

    def end(data: bytearray) -> None:
        del data[chance.randrange(1, len(data)) :]

    damages: tuple[Callable[[bytearray], None], ...] = (change, change, cut, double, end)
    for _ in range(count):
        data = bytearray(content)
        chance.choice(damages)(data)
        yield bytes(data)


def blocking(findings: Iterable[Finding]) -> set[str]:
    return codes(findings, Severity.BLOCKS)


def codes(findings: Iterable[Finding], severity: Severity | None = None) -> set[str]:
    return {each.code for each in findings if severity in {None, each.severity}}
