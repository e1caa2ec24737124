"""What checking photos costs, as ratios of the same run; ends with 1 when a limit is broken.

Times are processor seconds, the least of several rounds, so that other work on the machine
matters little.
"""

import io
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from PIL import Image

from issuance.evidence.checker import LimitedChecker
from issuance.evidence.engines import Engines
from issuance.evidence.engines_here import engines_here
from issuance.evidence.photo import check_photo
from issuance.evidence.picture import WORKING_SIDE
from issuance.evidence.report import verdict
from issuance.evidence.rules import Expected, FaceRule, PhotoRule, QualityRule
from issuance.samples.people import sample_person
from issuance.samples.photo import sample_photo

ROUNDS = 9
FOLDER_OF = 200
BASE = PhotoRule(quality=QualityRule())
WHOLE = PhotoRule(quality=QualityRule(), faces=FaceRule())

BASE_LIMIT = 2.5
VISION_LIMIT = 4.0
MEMORY_LIMIT = 400
PERSON = sample_person("natural", 0)
CORES_LIMIT = 0.8


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def photo(width: int, height: int, **options: object) -> bytes:
    """Return a sample photo at another size, with the grain a camera would add."""
    sample = files("issuance.samples").joinpath("faces", "person-1.jpg").read_bytes()
    with Image.open(io.BytesIO(sample)) as small:
        large = small.resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.effect_noise(large.size, 40).convert("RGB")
    file = io.BytesIO()
    Image.blend(large, grain, 0.08).save(file, "JPEG", quality=88, **options)
    return file.getvalue()


def photo_with_card(width: int, height: int, subsampling: int) -> bytes:
    """Return a sample photo with a card, progressive: decoded whole, its card cut out and read.

    `subsampling` is 0 for 4:4:4, 1 for 4:2:2, 2 for 4:2:0.
    """
    with Image.open(io.BytesIO(sample_photo(PERSON))) as small:
        large = small.resize((width, height), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    large.save(file, "JPEG", quality=88, progressive=True, subsampling=subsampling)
    return file.getvalue()


def seconds(work: Callable[[], object]) -> float:
    """Return the least processor time of a call."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def draft_decode(content: bytes) -> Image.Image:
    """Decode as small as the checks do, and nothing else."""
    with Image.open(io.BytesIO(content)) as image:
        image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
        image.load()
        return image


def base_ratio(content: bytes) -> float:
    """Compare the checks of the base installation with the decoding."""
    return seconds(lambda: check_photo(content, BASE)) / seconds(lambda: draft_decode(content))


def vision_ratio(content: bytes, engines: Engines) -> float:
    """Compare the ladder without text reading with one look for faces and the decoding."""
    finder = engines.faces
    if finder is None:
        raise LookupError("no face finder")
    small = draft_decode(content).convert("RGB")
    small.thumbnail((640, 640))
    silent = replace(engines, text=None)
    ladder = seconds(lambda: check_photo(content, WHOLE, Expected(), silent))
    return ladder / (seconds(lambda: finder.find(small)) + seconds(lambda: draft_decode(content)))


def memory_megabytes(content: bytes) -> int:
    """Return the most memory a child held, or it and its text reader at once, during a check."""
    checker = LimitedChecker(wall_seconds=120)
    most = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(0.02):
            most = max(most, held_by_all())

    watcher = threading.Thread(target=watch)
    watcher.start()
    report = checker.check("photo", content, WHOLE, Expected(number=PERSON.values["cedula"]))
    most = max(most, held_by_all())
    ended.set()
    watcher.join()
    checker.close()
    codes = ", ".join(sorted({finding.code for finding in report.findings}))
    say(f"  48 MP progressive: {verdict(report.findings)} ({codes})")
    return most // 1024


def held_by_all() -> int:
    """Return the kilobytes the processes below this one hold, or the most one of them ever held."""
    below = children(grandchildren=True)
    now = sum(memory(process, "VmRSS") for process in below)
    return max([now, *(memory(process, "VmHWM") for process in below)])


def children(*, grandchildren: bool = False) -> list[Path]:
    """Return the processes this one started, and those that they started."""
    own, parents = os.getpid(), {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(status.parent.name)] = int(fields[1])
    found = [process for process, parent in parents.items() if parent == own]
    if grandchildren:
        found += [process for process, parent in parents.items() if parent in found]
    return [Path(f"/proc/{process}") for process in found]


def memory(process: Path, line: str) -> int:
    """Return kilobytes from a line of a process's status; 0 when it is gone."""
    try:
        status = (process / "status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(each.split()[1]) for each in status.splitlines() if line in each), 0)


def folder_share(content: bytes) -> tuple[float, float]:
    """Check a folder of photos with a child per core.

    Return the seconds it took, and our share of what the cores had to give: what they did for us
    of that and of what they idled away. On a machine that does nothing else this is processor
    seconds by cores times seconds.
    """
    cores = os.cpu_count() or 1
    checker = LimitedChecker(wall_seconds=120, workers=cores)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.jpg" for number in range(FOLDER_OF)]
        for path in paths:
            path.write_bytes(content)
        with ThreadPoolExecutor(cores) as threads:
            start, used, idle = time.monotonic(), our_ticks(), idle_ticks()
            list(threads.map(lambda path: checker.check("photo", path.read_bytes(), WHOLE), paths))
            used, idle = our_ticks() - used, idle_ticks() - idle
            taken = time.monotonic() - start
    checker.close()
    return taken, used / max(1, used + idle)


def our_ticks() -> int:
    """Return the processor ticks of this process and its living children."""
    ticks = 0
    for process in (Path("/proc/self"), *children()):
        fields = (process / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks


def idle_ticks() -> int:
    """Return the ticks all cores had nothing to do."""
    first = Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()
    return int(first[4]) + int(first[5])


def main() -> int:
    """Measure, print a table, and tell whether every limit held."""
    engines = engines_here()
    large = photo(3098, 3873)
    rows = [("base checks / draft decode, 12 MP", base_ratio(large), BASE_LIMIT, True)]
    if engines.faces:
        vision = vision_ratio(large, engines)
        rows.append(("ladder without text / (faces + decode)", vision, VISION_LIMIT, True))
    else:
        say("  no face finder is installed: the ladder with faces is not measured")
    for subsampling, name in enumerate(("4:4:4", "4:2:2", "4:2:0")):
        most = memory_megabytes(photo_with_card(6197, 7746, subsampling))
        label = f"child, 48 MP progressive {name}, MB"
        rows.append((label, float(most), float(MEMORY_LIMIT), True))
    taken, share = folder_share(photo(1440, 1800))
    say(f"  {FOLDER_OF} photos of a folder: {taken:.1f} s")
    rows.append(("share of the cores, photos of a folder", share, CORES_LIMIT, False))
    failed = False
    for name, value, limit, at_most in rows:
        held = value <= limit if at_most else value >= limit
        failed = failed or not held
        sign = "<=" if at_most else ">="
        say(f"{name:42} {value:8.2f} {sign} {limit:6.2f}  {'ok' if held else 'BROKEN'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
