"""The wheel holds everything: installed elsewhere, it starts and opens every screen."""

import json
import os
import subprocess
import sys
import sysconfig
from email import message_from_string
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it, without its dependencies, into an empty folder."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*build, "-w", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    target = folder / "installed"
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "-q", "--target", str(target)]
    subprocess.run([*install, str(wheel)], check=True)
    return target


def run(installed: Path, elsewhere: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The dependencies come from this environment; its editable install of the source does not,
    # since .pth files are read only in site folders.
    path = os.pathsep.join((str(installed), sysconfig.get_paths()["purelib"]))
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": path, "VENTANILLA_HOME": str(elsewhere)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_answers(installed: Path, tmp_path: Path):
    done = run(installed, tmp_path, "-m", "ventanilla", "--version")
    assert done.returncode == 0, done.stderr
    assert "0.1.0" in done.stdout


def test_every_screen_of_the_wheel_can_be_made(installed: Path, tmp_path: Path):
    code = (
        "import tui\n"
        "from pathlib import Path\n"
        "from ventanilla.screens import SCREENS\n"
        "for name, find in SCREENS.items():\n"
        "    screen = find()\n"
        "    source = __import__('inspect').getfile(screen)\n"
        f"    assert source.startswith({str(installed)!r}), source\n"
        "    paths = screen.CSS_PATH or []\n"
        "    for sheet in [paths] if isinstance(paths, str) else paths:\n"
        "        assert (Path(source).parent / sheet).exists(), sheet\n"
        "print(len(SCREENS))\n"
    )
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 15


def test_policies_and_catalogues_are_inside(installed: Path, tmp_path: Path):
    code = (
        "import tui\n"
        "from issuance.policies.loader import load_policy\n"
        "from tui.translation import Translator\n"
        "assert load_policy('ec-icert').policy.products\n"
        "assert Translator('es')('Help') == 'Ayuda', Translator('es')('Help')\n"
    )
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr


def test_extras_are_offered_and_the_base_does_without(installed: Path):
    (metadata,) = installed.glob("ventanilla-*.dist-info/METADATA")
    told = message_from_string(metadata.read_text("utf-8"))
    assert told.get_all("Provides-Extra") == ["hsm", "lint", "match", "server", "vision"]
    required = told.get_all("Requires-Dist") or []
    base = [line for line in required if "extra ==" not in line]
    assert any(line.startswith("pillow") for line in base)
    assert not [line for line in base if line.startswith(("numpy", "yuface", "pypdfium2", "dlib"))]
    for name, extra in (("numpy", "vision"), ("pypdfium2", "vision"), ("dlib-bin", "match")):
        assert any(
            line.startswith(name) and line.endswith(f"extra == '{extra}'") for line in required
        )


def test_sample_files_can_be_drawn_and_checked_from_the_wheel(installed: Path, tmp_path: Path):
    code = (
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from issuance.samples.files import write_sample_files\n"
        "write_sample_files(Path('samples'), date(2026, 11, 22))\n"
    )
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    photo = str(next((tmp_path / "samples").glob("0-*/photo.jpg")))
    checked = run(installed, tmp_path, "-m", "ventanilla", "check", "photo", photo, "--json")
    assert checked.returncode in {0, 1}, checked.stderr
    assert json.loads(checked.stdout)["verdict"] in {"accept", "review"}
