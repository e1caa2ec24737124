"""Seeded damage to photos and PDFs, and what a checker in its child process makes of each.

`python -m tests.issuance.evidence.mutants photo --count 100 --seed 1 --start 0` prints one JSON
object: outcomes, the slowest check and the largest child. Any mutant can be made again from its
seed and number.
"""

import argparse
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from typing import Final, Literal

from issuance.evidence.checker import LimitedChecker
from issuance.evidence.report import verdict
from issuance.evidence.rules import Expected
from issuance.findings.evidence import EvidenceCode
from issuance.samples.documents import DOCUMENT_KINDS, sample_document
from issuance.samples.files import document_kinds
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo
from tests.shared_material import labels, material
from ventanilla.check import policy_rule

Kind = Literal["photo", "document"]
Damage = Callable[[bytearray, random.Random], None]

TODAY: Final = date(2026, 11, 22)
_LARGEST: Final = 300_000
_RUN: Final = 200

_JPEG_MARKERS: Final = bytes((0xC0, 0xC2, 0xC4, 0xD0, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE1, 0xFE))
_PDF_WORDS: Final = (
    b"/Length 999999999", b"/JavaScript", b"/Kids[1 0 R]", b"/Filter[/FlateDecode/FlateDecode]",
    b"/Parent 1 0 R", b"stream\n", b"endstream", b"endobj", b"1 0 obj", b"<<", b">>", b"[" * 200,
    b"/Width 100000", b"/Count 100000000", b"startxref\n0", b"(" * 100, b"-1 0 R", b"/ObjStm",
)  # fmt: skip


def mutant(kind: Kind, seed: int, number: int) -> bytes:
    """Return damaged file `number` of a seed."""
    chance = random.Random(f"{kind} {seed} {number}")
    originals = sound_files(kind)
    data = bytearray(originals[number % len(originals)])
    damages = (*_ANYWHERE, *(_IN_JPEG if kind == "photo" else _IN_PDF))
    for _ in range(chance.choice((1, 1, 2, 4))):
        chance.choice(damages)(data, chance)
    return bytes(data)


@cache
def sound_files(kind: Kind) -> tuple[bytes, ...]:
    """Return what is damaged: the labelled files where they are, else the samples."""
    folder, magic = ("photos", b"\xff\xd8\xff") if kind == "photo" else ("pdfs", b"%PDF")
    labelled = (material(folder, row["file"]) for row in labels(folder))
    if kept := tuple(each for each in labelled if each.startswith(magic) and len(each) < _LARGEST):
        return kept
    people = [
        sample_person(*each) for each in (("natural", 0), ("juridica-privada", 1), ("natural", 2))
    ]
    if kind == "photo":
        return tuple(sample_photo(person) for person in people)
    return tuple(
        sample_document(each, person, TODAY)
        for person in people
        for each in DOCUMENT_KINDS
        if each in document_kinds(person)
    )


def _change(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 4, 32))):
        data[chance.randrange(len(data))] = chance.randrange(256)


def _flip_early(data: bytearray, chance: random.Random) -> None:
    """Change one bit of the first kilobyte, where most of the structure lies."""
    data[chance.randrange(min(1024, len(data)))] ^= 1 << chance.randrange(8)


def _cut(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data) - 1)
    del data[start : min(len(data) - 1, start + chance.randrange(1, _RUN))]


def _double(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    data[start:start] = data[start : start + chance.randrange(1, _RUN)]


def _swap(data: bytearray, chance: random.Random) -> None:
    one, other = (chance.randrange(len(data)) for _ in range(2))
    size = chance.randrange(1, _RUN)
    first, second = bytes(data[one : one + size]), bytes(data[other : other + size])
    data[one : one + len(second)] = second
    data[other : other + len(first)] = first


def _end(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(1, len(data)) :]


def _noise(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    size = min(chance.randrange(1, _RUN), len(data) - start)
    data[start : start + size] = chance.randbytes(size)


def _append(data: bytearray, chance: random.Random) -> None:
    data += chance.randbytes(chance.randrange(1, _RUN))


def _new_marker(data: bytearray, chance: random.Random) -> None:
    """Put a marker of a JPEG with a length of its own somewhere."""
    place = chance.randrange(2, len(data) + 1)
    data[place:place] = bytes((0xFF, chance.choice(_JPEG_MARKERS))) + chance.randbytes(2)


def _other_frame(data: bytearray, chance: random.Random) -> None:
    """Change size, precision or components where a JPEG's frame header says them."""
    for marker in (b"\xff\xc0", b"\xff\xc2"):
        if (place := data.find(marker)) >= 0 and place + 20 < len(data):
            data[place + chance.randrange(4, 20)] = chance.choice((0, 1, 2, 4, 16, 255))


def _new_word(data: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(data) + 1)
    data[place:place] = chance.choice(_PDF_WORDS)


def _other_number(data: bytearray, chance: random.Random) -> None:
    """Change a run of digits: an offset, a length, a reference."""
    start = chance.randrange(len(data))
    digits = [at for at in range(start, min(len(data), start + 2000)) if 48 <= data[at] <= 57]
    for at in digits[: chance.randrange(1, 6)]:
        data[at] = chance.randrange(48, 58)


_ANYWHERE: Final[Sequence[Damage]] = (
    _change, _flip_early, _cut, _double, _swap, _end, _noise, _append
)  # fmt: skip
_IN_JPEG: Final[Sequence[Damage]] = (_new_marker, _other_frame, _flip_early)
_IN_PDF: Final[Sequence[Damage]] = (_new_word, _new_word, _other_number, _other_number)


def campaign(kind: Kind, seed: int, start: int, count: int) -> dict[str, object]:
    """Check mutants side by side; the figures hold for the children of this process."""
    workers = os.cpu_count() or 1
    checker = LimitedChecker(workers=workers)
    rule = policy_rule(kind)
    expected = Expected(number="3059999114", today=TODAY)

    def check(number: int) -> tuple[int, frozenset[str], str, str, float]:
        content = mutant(kind, seed, number)
        began = time.monotonic()
        report = checker.check(kind, content, rule, expected)
        seconds = time.monotonic() - began
        reason = next(
            (
                str(each.parameters["reason"])
                for each in report.findings
                if each.code == EvidenceCode.DAMAGED
            ),
            "",
        )
        codes = frozenset(each.code for each in report.findings)
        return number, codes, verdict(report.findings).value, reason, seconds

    verdicts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    deaths: dict[str, list[int]] = {"crashed": [], "timeout": []}
    slowest = (0.0, start)
    with ThreadPoolExecutor(workers) as threads:
        for number, found, outcome, reason, seconds in threads.map(
            check, range(start, start + count)
        ):
            verdicts[outcome] += 1
            codes.update(found)
            deaths.get(reason, []).append(number)
            slowest = max(slowest, (seconds, number))
            if number % 500 == 499:
                sys.stderr.write(f"{kind} {seed} {number + 1 - start}/{count}\n")
    checker.close()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return {
        "kind": kind,
        "seed": seed,
        "start": start,
        "count": count,
        "verdicts": dict(verdicts),
        "codes": dict(codes.most_common()),
        "deaths": deaths,
        "maximum_seconds": round(slowest[0], 1),
        "slowest": slowest[1],
        "maximum_megabytes": largest,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("photo", "document"))
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    chosen = parser.parse_args()
    figures = campaign(chosen.kind, chosen.seed, chosen.start, chosen.count)
    sys.stdout.write(json.dumps(figures) + "\n")
