"""Fingerprints find pictures again, and tell different people apart."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from issuance.evidence.fingerprint import DIGITS, alike, find_alike, fingerprint
from issuance.evidence.rules import QualityRule
from tests.issuance.evidence.pictures import HEIGHT, WIDTH, scene
from tests.issuance.evidence.samples import jpeg
from tests.shared_material import labels, material, needs_shared_material

BITS = QualityRule().duplicate_bits
FINGERPRINTS = st.integers(0, 2**128 - 1).map(lambda number: f"{number:032x}")


def recoded(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(jpeg(picture, quality=quality)))


def cropped(picture: Image.Image, share: float) -> Image.Image:
    across, down = round(picture.width * share), round(picture.height * share)
    return picture.crop((across, down, picture.width - across, picture.height - down))


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: recoded(picture, 40),
        lambda picture: picture.resize((WIDTH // 2, HEIGHT // 2)),
        lambda picture: picture.resize((WIDTH * 2, HEIGHT * 2)),
        lambda picture: cropped(picture, 0.02),
        lambda picture: picture.point([min(255, value * 6 // 5) for value in range(256)] * 3),
        lambda picture: picture.convert("L"),
        ImageOps.mirror,
        lambda picture: ImageOps.mirror(cropped(recoded(picture, 60), 0.01)),
    ],
)
def test_the_same_picture_is_found_again(change):
    for seed in range(3):
        original = scene(seed=seed)
        assert alike(fingerprint(original), fingerprint(change(original)), BITS)


def test_different_people_in_the_same_room_are_not_alike():
    fingerprints = [fingerprint(scene(seed=seed)) for seed in range(12)]
    for place, first in enumerate(fingerprints):
        assert find_alike(first, enumerate(fingerprints), BITS) == (place,)


@needs_shared_material
def test_labelled_duplicate_is_found_and_nobody_else():
    prints = {
        row["file"]: (row["identity"], fingerprint(upright(row["file"])))
        for row in labels("photos")
        if row["expected"] == "accept" or row["reasons"].startswith("DUPLICATE")
    }
    _, copied = prints.pop("bad_duplicate_of_ok_p2.jpg")
    found = find_alike(copied, ((name, each) for name, (_, each) in prints.items()), BITS)
    assert "ok_p2.jpg" in found
    assert {prints[name][0] for name in found} == {"p2"}
    for identity, own in prints.values():
        others = ((other, each) for other, each in prints.values())
        assert set(find_alike(own, others, BITS)) == {identity}


def upright(name: str) -> Image.Image:
    with Image.open(io.BytesIO(material("photos", name))) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


@given(FINGERPRINTS, FINGERPRINTS)
def test_likeness_is_mutual_and_everything_is_like_itself(first, second):
    assert alike(first, first, 0)
    for bits in (0, 10, 32, 64):
        assert alike(first, second, bits) == alike(second, first, bits)
    assert alike(first, second, 64)


@given(FINGERPRINTS, st.sets(st.integers(0, 63)), st.sets(st.integers(0, 63)))
def test_bits_are_counted_in_each_hash(first, in_cosines, in_steps):
    flipped = int(first, 16)
    for place in in_steps:
        flipped ^= 1 << place
    for place in in_cosines:
        flipped ^= 1 << 64 + place
    assert alike(first, f"{flipped:032x}", max(len(in_cosines), len(in_steps)))


def test_the_nearest_comes_first_and_none_is_like_none():
    wanted = "0" * DIGITS
    candidates = [("far", f"{0b111:032x}"), ("none", ""), ("near", f"{0b1:032x}")]
    assert find_alike(wanted, candidates, BITS) == ("near", "far")
    assert find_alike("", candidates, BITS) == ()


def test_a_hundred_thousand_are_searched_in_a_moment():
    step = 0x9E3779B97F4A7C15F39CC0605CEDC834
    candidates = [(number, f"{number * step % 2**128:032x}") for number in range(1, 100_001)]
    started = time.process_time()
    assert 77 in find_alike(candidates[76][1], candidates, BITS)
    assert time.process_time() - started < 1


def test_a_plain_picture_has_a_fingerprint():
    assert len(fingerprint(Image.new("RGB", (600, 600)))) == DIGITS
