"""What a photo file proves about itself."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from issuance.evidence.engines import Engines, Face, Reading
from issuance.evidence.engines_here import engines_here
from issuance.evidence.fingerprint import DIGITS, alike
from issuance.evidence.photo import check_photo
from issuance.evidence.report import verdict
from issuance.evidence.rules import Expected, FaceRule, PhotoRule, QualityRule
from issuance.findings import Severity
from tests.examples import examples
from tests.issuance.evidence.pictures import blurred, scene
from tests.issuance.evidence.samples import (
    SIDE,
    blocking,
    codes,
    jpeg,
    multi_picture,
    mutants,
    oriented,
    picture,
    segment,
    with_frame,
)
from tests.shared_material import labels, material, needs_shared_material

RULE = PhotoRule()
BASE_RULE = PhotoRule(quality=QualityRule())
STRICT = Engines(strict=engines_here().strict)
needs_strict_decoder = pytest.mark.skipif(
    STRICT.strict is None, reason="simplejpeg is not installed: Pillow repairs in silence"
)


def base_rows() -> list[dict[str, str]]:
    return [
        row
        for row in labels("photos")
        if row["tier"] == "base" and not row["reasons"].startswith("DUPLICATE")
    ]


def accepted_rows() -> list[dict[str, str]]:
    return [row for row in labels("photos") if row["expected"] == "accept"]


@needs_shared_material
@needs_strict_decoder
@pytest.mark.parametrize("row", base_rows(), ids=lambda row: row["file"])
def test_labelled_bad_photo_gets_its_verdict_and_reason(row):
    report = check_photo(material("photos", row["file"]), BASE_RULE, engines=STRICT)
    assert verdict(report.findings).value in {row["expected"], row["also_ok"]}
    assert codes(report.findings) & set(row["reasons"].split("|"))


@needs_shared_material
@pytest.mark.parametrize("row", accepted_rows(), ids=lambda row: row["file"])
def test_labelled_good_photo_passes_with_its_remark_only(row):
    findings = check_photo(material("photos", row["file"]), BASE_RULE, engines=STRICT).findings
    assert codes(findings) == ({row["info"]} if row["info"] else set())
    assert codes(findings, Severity.INFORMS) == codes(findings)


@needs_strict_decoder
def test_what_pillow_repairs_in_silence_is_refused_by_the_strict_decoder():
    # Restart markers keep the damage to one row of blocks.
    content = bytearray(jpeg(restart_marker_rows=1))
    middle = content.index(b"\xff\xd2")
    content[middle + 20 : middle + 60] = bytes(range(1, 41))
    assert check_photo(bytes(content), RULE).findings == ()
    report = check_photo(bytes(content), RULE, engines=STRICT)
    assert blocking(report.findings) == {"CORRUPT"}
    assert report.engines[1].startswith("simplejpeg ")


@needs_strict_decoder
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_the_strict_decoder_takes_every_sound_kind(mode, options):
    report = check_photo(jpeg(picture(mode=mode), **options), RULE, engines=STRICT)
    assert not blocking(report.findings)


def test_findings_are_told_as_they_are_made_and_end_with_the_first_that_blocks():
    told = []
    content = oriented(picture(700, 599), 6)
    report = check_photo(content, BASE_RULE, engines=STRICT, tell=told.append)
    assert tuple(told) == report.findings
    assert [finding.code for finding in told] == ["EXIF_ROTATED", "TOO_SMALL"]
    assert "simplejpeg" not in " ".join(report.engines)


def test_quality_and_fingerprint_where_the_policy_asks_for_quality():
    content = jpeg(blurred(scene(), 6))
    assert check_photo(content, RULE).findings == ()
    assert check_photo(content, RULE).fingerprint == ""
    report = check_photo(content, BASE_RULE)
    assert blocking(report.findings) == {"BLUR"}
    assert len(report.fingerprint) == DIGITS


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_fingerprint_is_that_of_the_upright_picture(orientation):
    turned = {3: 180, 6: 90, 8: 270}[orientation]
    stored = scene().rotate(turned, expand=True)
    first = check_photo(oriented(stored, orientation), BASE_RULE).fingerprint
    assert alike(first, check_photo(jpeg(scene()), BASE_RULE).fingerprint, 4)


def test_without_engines_a_person_must_look():
    rule = PhotoRule(quality=QualityRule(), faces=FaceRule())
    report = check_photo(jpeg(scene()), rule, Expected(number="1710034065"))
    assert codes(report.findings, Severity.WARNS) == {
        "DAMAGE_NOT_CHECKED", "FACES_NOT_CHECKED", "NUMBER_NOT_CHECKED",
    }  # fmt: skip
    proof = check_photo(jpeg(scene()), PhotoRule())
    assert proof.findings == ()


def test_sound_photo_has_no_findings_and_tells_its_size():
    report = check_photo(jpeg(picture(700, SIDE)), RULE)
    assert report.findings == ()
    assert (report.width, report.height, report.orientation) == (700, SIDE, 1)
    assert report.engines[0].startswith("pillow ")


@pytest.mark.parametrize(
    ("content", "code", "found"),
    [
        (b"", "EMPTY", None),
        (b"plain words", "NOT_JPEG", "?"),
        (b"\x89PNG\r\n\x1a\n....", "NOT_JPEG", "PNG"),
        (b"RIFF....WEBPVP8 ", "NOT_JPEG", "WEBP"),
        (b"%PDF-1.7\n", "NOT_JPEG", "PDF"),
        (b"\0\0\0\x18ftypheic", "NOT_JPEG", "HEIC"),
        (b"GIF89a..", "NOT_JPEG", "GIF"),
        (b"\xff\xd8\xff", "TRUNCATED", None),
        (b"\xff\xd8\xff\xd9", "CORRUPT", None),
    ],
)
def test_what_is_no_photo_is_named(content, code, found):
    (finding,) = check_photo(content, RULE).findings
    assert finding.code == code
    assert finding.severity is Severity.BLOCKS
    assert finding.parameters.get("found") == found


def test_too_many_bytes():
    content = jpeg()
    assert check_photo(content, PhotoRule(maximum_bytes=len(content))).findings == ()
    (finding,) = check_photo(content, PhotoRule(maximum_bytes=len(content) - 1)).findings
    assert finding.code == "TOO_LARGE"


def test_shorter_side_is_what_counts():
    assert check_photo(jpeg(picture(600, 700)), RULE).findings == ()
    (finding,) = check_photo(jpeg(picture(700, 599)), RULE).findings
    assert finding.code == "TOO_SMALL"
    assert dict(finding.parameters) == {"width": 700, "height": 599, "minimum": 600}


def test_sizes_are_told_upright():
    report = check_photo(oriented(picture(700, 599), 6), RULE)
    assert codes(report.findings) == {"EXIF_ROTATED", "TOO_SMALL"}
    assert (report.width, report.height, report.orientation) == (599, 700, 6)


def test_senseless_orientation_is_ignored():
    assert check_photo(oriented(picture(), 9), RULE).findings == ()


def test_place_is_told():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "S"
    assert codes(check_photo(jpeg(exif=exif), RULE).findings) == {"EXIF_GPS"}


def test_broken_exif_does_not_refuse_a_photo():
    content = jpeg()
    broken = content[:2] + segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff") + content[2:]
    assert check_photo(broken, RULE).findings == ()


def test_progressive_is_only_told():
    findings = check_photo(jpeg(progressive=True), RULE).findings
    assert codes(findings, Severity.INFORMS) == codes(findings) == {"PROGRESSIVE"}


@pytest.mark.parametrize(("mode", "code"), [("CMYK", "CMYK"), ("L", "GRAYSCALE")])
def test_unusual_colours_ask_for_a_look(mode, code):
    findings = check_photo(jpeg(picture(mode=mode)), RULE).findings
    assert codes(findings, Severity.WARNS) == codes(findings) == {code}


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_cut_off_photo(share):
    content = jpeg()
    assert codes(check_photo(content[: int(len(content) * share)], RULE).findings) == {"TRUNCATED"}


def test_missing_end_marker():
    assert codes(check_photo(jpeg()[:-2], RULE).findings) == {"TRUNCATED"}


@pytest.mark.parametrize("options", [{}, {"subsampling": 0}, {"restart_marker_rows": 1}])
def test_cut_off_photo_with_an_end_marker_put_after_it(options):
    content = jpeg(**options)
    patched = content[: len(content) // 2].rstrip(b"\xff") + b"\xff\xd9"
    assert codes(check_photo(patched, RULE).findings) == {"CORRUPT"}


def test_plain_grey_photo_is_not_taken_for_a_cut_off_one():
    grey = Image.new("RGB", (SIDE, SIDE), (128, 128, 128))
    assert check_photo(jpeg(grey), RULE).findings == ()


@pytest.mark.parametrize("extra", [b"<html>", b"PK\x03\x04zip", b"\0\0\0x", b"\xff\xd8\xff\xd9"])
def test_data_after_the_end(extra):
    content = jpeg() + extra
    (finding,) = check_photo(content, RULE).findings
    assert finding.code == "TRAILING_DATA"


@pytest.mark.parametrize("padding", [bytes(4096), b"\n", b"\r\n ", b"\xff" * 9, b"\xff\xd9" * 3])
def test_what_means_nothing_after_the_end_is_passed_over(padding):
    assert check_photo(jpeg() + padding, RULE).findings == ()
    (finding,) = check_photo(jpeg() + padding + b"PK\x03\x04", RULE).findings
    assert finding.code == "TRAILING_DATA"
    assert finding.parameters["bytes"] == 4


def samsung(blocks=(), gap=b"", count=None):
    """What Samsung's gallery puts behind a photo: blocks, then a directory that names each."""
    kinds = range(0x0A01, 0x0A01 + len(blocks))
    data = [
        struct.pack("<HHI", 0, kind, 4) + b"Name" + block
        for kind, block in zip(kinds, blocks, strict=True)
    ]
    before = len(b"".join(data)) + len(gap)
    entries = b""
    for kind, each in zip(kinds, data, strict=True):
        entries += struct.pack("<HHII", 0, kind, before, len(each))
        before -= len(each)
    head = b"SEFH" + struct.pack("<II", 106, len(blocks) if count is None else count)
    return b"".join(data) + gap + head + entries + struct.pack("<I", len(head + entries)) + b"SEFT"


def test_what_samsung_puts_behind_a_photo_is_only_told():
    for behind in (samsung([b"1700000000000"]), samsung([b"a", b"bc"]), samsung([b"a"]) + bytes(8)):
        (finding,) = check_photo(jpeg() + behind, RULE).findings
        assert (finding.code, finding.severity) == ("PHONE_TRAILER", Severity.INFORMS)
        assert finding.parameters["kind"] == "samsung"


@pytest.mark.parametrize(
    "behind",
    [
        b"PK\x03\x04" + samsung([b"a"]),
        samsung([b"a"]) + b"PK\x03\x04",
        samsung([b"a"], gap=b"PK\x03\x04"),
        samsung([b"a"], count=2),
        samsung([b"a"], count=2**31),
        samsung(),
        samsung([b"a"])[:-1],
        b"SEFT",
        b"SEFH" + bytes(12) + b"SEFT",
    ],
)
def test_a_trailer_that_hides_anything_is_refused(behind):
    assert codes(check_photo(jpeg() + behind, RULE).findings) == {"TRAILING_DATA"}


MOVING = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description GCamera:MotionPhoto="1"/>'
VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"\0\0\0\x10mdatvideo..."


@pytest.mark.parametrize("length", [b"\0\0\0\x18", b"\0\0\0\x20", b"\0\0\0\x0d"])
def test_a_moving_photo_is_only_told_where_it_announces_its_video(length):
    still, video = jpeg(), length + VIDEO[4:]
    moving = still[:2] + segment(0xE1, MOVING) + still[2:]
    (finding,) = check_photo(moving + video, RULE).findings
    assert (finding.code, finding.severity) == ("PHONE_TRAILER", Severity.INFORMS)
    assert finding.parameters["kind"] == "motion_photo"
    assert codes(check_photo(still + video, RULE).findings) == {"TRAILING_DATA"}
    assert codes(check_photo(moving + b"PK\x03\x04", RULE).findings) == {"TRAILING_DATA"}


def test_further_pictures_are_told_and_hide_nothing():
    content = multi_picture(picture(), picture(320, 320))
    assert codes(check_photo(content, RULE).findings) == {"MULTI_FRAME"}
    assert codes(check_photo(content + b"PK\x03\x04", RULE).findings) == {"TRAILING_DATA"}


def test_claimed_size_is_refused_unopened():
    (finding,) = check_photo(with_frame(jpeg(), width=65500, height=65500), RULE).findings
    assert finding.code == "PIXEL_BOMB"
    assert finding.parameters["maximum_megapixels"] == 52


def test_pixel_limit_is_exact():
    content = jpeg(picture(700, 700))
    assert check_photo(content, PhotoRule(maximum_pixels=490_000)).findings == ()
    assert codes(check_photo(content, PhotoRule(maximum_pixels=489_999)).findings) == {"PIXEL_BOMB"}


@pytest.mark.parametrize("change", [{"precision": 12}, {"marker": 0xC3}, {"height": 0}])
def test_rare_kinds_of_jpeg(change):
    assert codes(check_photo(with_frame(jpeg(), **change), RULE).findings) == {"UNUSUAL_JPEG"}


def test_endless_scans_are_not_decoded():
    content = jpeg(progressive=True)
    scan = content.rindex(b"\xff\xda")
    flooded = content[:scan] + content[scan:-2] * 200 + b"\xff\xd9"
    assert codes(check_photo(flooded, RULE).findings) == {"UNUSUAL_JPEG"}


def test_restart_markers_must_come_in_order():
    content = jpeg(restart_marker_rows=1)
    assert check_photo(content, RULE).findings == ()
    start = content.index(b"\xff\xd1", content.index(b"\xff\xda"))
    swapped = content[:start] + b"\xff\xd5" + content[start + 2 :]
    assert codes(check_photo(swapped, RULE).findings) == {"CORRUPT"}


def test_forbidden_marker_in_the_picture_data():
    content = bytearray(jpeg())
    middle = (content.index(b"\xff\xda") + len(content)) // 2
    content[middle : middle + 2] = b"\xff\x42"
    assert codes(check_photo(bytes(content), RULE).findings) == {"CORRUPT"}


def test_long_runs_of_marker_bytes_are_walked_in_time():
    head = jpeg()[: jpeg().index(b"\xff\xda")]
    flood = head + segment(0xDA, bytes(10)) + (b"\xff" * 999_999 + b"\0") * 4
    assert codes(check_photo(flood, RULE).findings) == {"TRUNCATED"}


def test_mutated_photos_always_get_a_report():
    seen = set()
    for base in (
        jpeg(picture(600, 600), exif=oriented_exif()),
        jpeg(picture(600, 600), progressive=True),
        multi_picture(picture(600, 600), picture(64, 64)),
    ):
        for mutant in mutants(base, 80, seed=len(base)):
            seen |= codes(check_photo(mutant, RULE).findings)
    assert {"TRUNCATED", "CORRUPT"} <= seen


def oriented_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "S"
    return exif


@settings(max_examples=examples(100), deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_after_the_magic_get_a_report(tail):
    assert blocking(check_photo(b"\xff\xd8\xff" + tail, RULE).findings)


class SeesNothing:
    """A finder and a reader on a picture with neither face nor text."""

    name = "none 1"

    def find(self, picture: Image.Image) -> tuple[Face, ...]:
        return ()

    def read(self, picture: Image.Image, reading: Reading) -> tuple[str, ...]:
        return ()


def test_where_no_card_is_found_the_number_counts_as_not_read():
    engines = Engines(faces=SeesNothing(), text=SeesNothing())
    rule = PhotoRule(faces=FaceRule())
    report = check_photo(jpeg(scene()), rule, Expected(number="3059999031"), engines)
    assert "NUMBER_NOT_READ" in {finding.code for finding in report.findings}
    silent = check_photo(jpeg(scene()), rule, Expected(), engines)
    assert "NUMBER_NOT_READ" not in {finding.code for finding in silent.findings}
