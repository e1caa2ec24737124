"""Hostile files change nothing: each gets a verdict in bounded time and memory, and nobody dies.

The full figures run in `make soak`; SEED repeats or varies a run, and a part of one is chosen by
its first number: `make soak` of one part is `pytest -m soak -k 3000`.
"""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from issuance.evidence.checker import LimitedChecker
from issuance.evidence.engines_here import engines_here
from issuance.evidence.report import Verdict, verdict
from issuance.findings.evidence import EvidenceCode
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from tests.issuance.evidence.mutants import mutant
from tests.issuance.evidence.samples import (
    blocking,
    codes,
    jpeg,
    pdf,
    pdf_with_packed,
    stream,
    stream_of,
    with_frame,
)
from ventanilla.check import policy_rule

ROOT = Path(__file__).parents[3]
SEED = os.environ.get("SEED", "20261122")
PART = 1000
LONGEST_CHECK = 33.0
"""Seconds: 30 until a child is ended, and a new one to be started on a busy machine."""
LARGEST_CHILD = 1024
"""Megabytes, the address space a child may have."""


def campaign(kind, start, count):
    command = [sys.executable, "-m", "tests.issuance.evidence.mutants", kind, "--seed", SEED]
    done = subprocess.run(
        [*command, "--start", str(start), "--count", str(count)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert sum(figures["verdicts"].values()) == count
    assert set(figures["verdicts"]) <= set(Verdict)
    assert EvidenceCode.CHECK_UNAVAILABLE not in figures["codes"]
    assert figures["maximum_seconds"] < LONGEST_CHECK
    assert figures["maximum_megabytes"] < LARGEST_CHILD
    return figures


@pytest.mark.timeout(600)
def test_damaged_photos():
    campaign("photo", 0, 2)


@pytest.mark.timeout(600)
def test_damaged_documents():
    campaign("document", 5, 3)


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 10 * PART, PART))
def test_ten_thousand_damaged_photos(start):
    sys.stderr.write(json.dumps(campaign("photo", start, PART)) + "\n")


@pytest.mark.soak
@pytest.mark.parametrize("start", range(0, 2 * PART, PART))
def test_two_thousand_damaged_documents(start):
    sys.stderr.write(json.dumps(campaign("document", start, PART)) + "\n")


def test_a_mutant_is_made_again_from_seed_and_number():
    assert mutant("photo", 5, 17) == mutant("photo", 5, 17)
    assert mutant("photo", 5, 17) != mutant("photo", 6, 17)


@pytest.fixture(scope="module")
def checker():
    checker = LimitedChecker()
    yield checker
    checker.close()


def sound_photo():
    return sample_photo(sample_person("natural", 0))


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("run.sh", "#!/bin/sh\n")
    return file.getvalue()


def ninety_nine_megapixels():
    return jpeg(Image.new("RGB", (11_000, 9_000), (200, 190, 180)), quality=30)


HOSTILE_PHOTOS = {
    "claims 65500 x 65500": (lambda: with_frame(jpeg(), width=65500, height=65500), "PIXEL_BOMB"),
    "99 megapixels": (ninety_nine_megapixels, "PIXEL_BOMB"),
    "a ZIP behind it": (lambda: sound_photo() + zipped(), "TRAILING_DATA"),
    "a page of HTML behind it": (
        lambda: sound_photo() + b"<html><script>alert(1)</script></html>",
        "TRAILING_DATA",
    ),
    "no end marker": (lambda: sound_photo()[:-2], "TRUNCATED"),
    "a PDF behind it": (lambda: sound_photo() + pdf(), "TRAILING_DATA"),
}


@pytest.mark.parametrize("name", HOSTILE_PHOTOS)
def test_hostile_photo_is_refused_for_what_it_is(checker, name):
    make, code = HOSTILE_PHOTOS[name]
    report = checker.check("photo", make(), policy_rule("photo"))
    assert blocking(report.findings) == {code}


def a_stream_that_unpacks_a_thousandfold():
    return pdf(stream_of(b"0 0 m " * 10_000_000, ""), page="/Resources 4 0 R")


def nine_hundred_megapixels():
    image = stream_of(b"\0" * 1000, "/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 1")
    return pdf(image, page="/Resources<</XObject<</I 4 0 R>>>>", contents=b"/I Do")


HOSTILE_DOCUMENTS = {
    "Flate bomb": (
        lambda: pdf_with_packed(b" " * 60_000_000),
        "BOMB",
    ),
    "an image of 900 megapixels": (nine_hundred_megapixels, "HUGE_IMAGE"),
    "JavaScript in an object stream": (
        lambda: pdf_with_packed(b"<</S/JavaScript/JS(app.alert\\(1\\))>>"),
        "ACTIVE_CONTENT",
    ),
    "no end": (lambda: pdf()[:-30], "DAMAGED"),
    "a ZIP in front": (lambda: zipped() + pdf(), "LEADING_DATA"),
}


@pytest.mark.parametrize("name", HOSTILE_DOCUMENTS)
def test_hostile_document_is_refused_for_what_it_is(checker, name):
    make, code = HOSTILE_DOCUMENTS[name]
    report = checker.check("document", make(), policy_rule("document"))
    assert blocking(report.findings) == {code}


def forms_that_draw_each_other(depth=4, repeated=12):
    """A small file whose page takes for ever to draw: each form draws the next one many times."""
    forms = [
        stream(
            f"/F{level + 1} Do ".encode() * repeated,
            "/Type/XObject/Subtype/Form/BBox[0 0 600 850]/Group<</S/Transparency>>"
            f"/Resources<</XObject<</F{level + 1} {5 + level} 0 R>>>>",
        )
        for level in range(depth)
    ]
    last = stream(b"0 0 600 850 re f ", "/Type/XObject/Subtype/Form/BBox[0 0 600 850]")
    page = "/Resources<</XObject<</F0 4 0 R>>>>"
    return pdf(*forms, last, page=page, contents=b"/F0 Do")


@pytest.mark.skipif(
    engines_here().pages is None, reason="no page renderer is installed (see ventanilla doctor)"
)
def test_a_page_that_takes_for_ever_to_draw_ends_its_child_only():
    checker = LimitedChecker(wall_seconds=2)
    began = time.monotonic()
    report = checker.check("document", forms_that_draw_each_other(), policy_rule("document"))
    assert verdict(report.findings) == Verdict.REJECT
    assert codes(report.findings) >= {EvidenceCode.DAMAGED}
    assert time.monotonic() - began < 30
    checker._wall_seconds = 60
    after = checker.check("photo", sound_photo(), policy_rule("photo"))
    assert verdict(after.findings) != Verdict.REJECT
    checker.close()
