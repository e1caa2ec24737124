"""What is said of the house, and what must never be in it."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tui.translation import LANGUAGES
from ventanilla.cli import SUBCOMMANDS
from ventanilla.screens import SCREENS

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "screens"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
MODULES = [
    path
    for folder in (
        "ventanilla",
        "issuance",
        "server",
        "backend_client",
        "tui",
        "screens",
        "tests",
        "tools",
    )
    for path in sorted((ROOT / folder).rglob("*.py"))
]
LONGEST_MODULE = 400
MOST_PICTURE_BYTES = 9_000_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_has_its_picture(screen: str, language: str):
    taken = {path.stem.partition("-")[0] for path in (PICTURES / language).glob("*.svg")}
    assert screen in taken, "run `make screenshots`"


def test_both_languages_have_the_same_pictures():
    taken = [{path.name for path in (PICTURES / each).glob("*.svg")} for each in LANGUAGES]
    assert all(each == taken[0] for each in taken)


def test_pictures_are_small_and_fetch_nothing():
    content = b"".join(path.read_bytes() for path in PICTURES.rglob("*.svg"))
    assert 0 < len(content) < MOST_PICTURE_BYTES
    assert not re.search(rb"""(url\(["']?|href=["'])https?:""", content)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_links_to_is_there(document: Path):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("subcommand", SUBCOMMANDS)
def test_every_subcommand_is_documented(subcommand: str):
    assert any(f"ventanilla {subcommand}" in each.read_text("utf-8") for each in DOCUMENTS)


@pytest.mark.parametrize(
    "text",
    # Put together here, so that this file does not name them either.
    [
        "/".join(("", "work", "")),
        "/".join(("", "root", "")),
        ".".join(("pypi", "org")),
        "".join(("python", "hosted")),
        ".".join(("registry", "npmjs")),
        ".".join(("deb", "debian", "org")),
    ],
)
def test_no_file_names_a_machine_or_a_package_registry(text: str):
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("what is tracked is known only in a clone, where git is")
    this = Path(__file__).relative_to(ROOT)
    found = subprocess.run(
        ["git", "grep", "--untracked", "-l", "-I", "-F", "-e", text, "--", ".", f":!{this}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode in {0, 1}, found.stderr
    assert found.stdout.splitlines() == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_grows_too_long(module: Path):
    assert len(module.read_text("utf-8").splitlines()) <= LONGEST_MODULE


def test_the_changelog_knows_the_version():
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## {re.escape(PROJECT['version'])}\b", changelog, re.MULTILINE)


def test_the_licence_is_the_one_that_is_told():
    licence = (ROOT / "LICENSE").read_text("utf-8").split()
    assert PROJECT["license"] == "Apache-2.0"
    assert licence[:4] == ["Apache", "License", "Version", "2.0,"]
    assert (ROOT / "NOTICE").is_file()
