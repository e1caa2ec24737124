"""The examples of the integrators' guide run as they stand, in both languages."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from issuance.findings.signing import SigningCode
from issuance.signing.layout import Layout, read_layout
from issuance.signing.sandbox_stream import API_KEY, ENTITY, OTP_SECRET, RUNS, SECRET
from tests.issuance.signing.signing_samples import pdf
from tests.live_server import live_server
from tests.server.signing_platform import Known

GUIDES = Path(__file__).parent.parent.parent / "docs" / "signing"
_BLOCK = re.compile(r"```(python|bash)\n(.*?)```", re.DOTALL)


def examples(language: str) -> list[tuple[str, str]]:
    return _BLOCK.findall((GUIDES / f"{language}.md").read_text())


def run(kind: str, text: str, folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", text] if kind == "python" else ["bash", "-euc", text]
    environment = {**os.environ, "URL": url, "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


def test_every_example_runs_as_it_stands(known: Known, tmp_path: Path):
    if not shutil.which("curl"):
        pytest.skip("no curl here")
    (tmp_path / "oficio.pdf").write_bytes(pdf())
    # The examples state real time.
    with live_server(known.folder, background=False) as server:
        said = [run(*each, tmp_path, server.url) for each in examples("es")]
    for each in said:
        assert each.returncode == 0, each.stderr + each.stdout
    assert "idSolicitud" in said[0].stdout
    assert '"filesSigned": 1' in said[1].stdout
    assert len(said[2].stdout.split('"')) == 7, "two credentials"
    assert (tmp_path / "firmado.pdf").read_bytes().startswith(pdf())


def test_the_examples_are_the_same_in_both_languages():
    assert len(examples("es")) == 3
    assert examples("es") == examples("en")


def test_the_guide_names_the_published_identities():
    for language in ("es", "en"):
        text = (GUIDES / f"{language}.md").read_text()
        for name in (API_KEY, ENTITY, OTP_SECRET.reveal(), SECRET.reveal(), *RUNS.values()):
            assert f"`{name}`" in text


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_guide_tells_every_reason_a_document_may_fail_for(language: str):
    text = (GUIDES / f"{language}.md").read_text()
    kinds = ("PDF_", "LAYOUT_", "XML_", "JSON_", "HASH_", "CONTENT_NOT")
    assert [
        each for each in SigningCode if each.startswith(kinds) and f"`{each}`" not in text
    ] == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_guides_layout_is_one(language: str):
    text = (GUIDES / f"{language}.md").read_text()
    assert isinstance(read_layout(text.partition("```xml\n")[2].partition("```")[0]), Layout)
