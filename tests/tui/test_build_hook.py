import gettext
from typing import Any

import pytest
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

import build_hook
from build_hook import CatalogueHook, DependencyHook, compile_catalogues, dependencies
from tests.tui.running import ROOT


def test_comments_and_constraints_are_no_dependencies(tmp_path):
    listed = tmp_path / "base.in"
    listed.write_text("# top\n-c base.txt\n\ntextual==8.2.8   # the framework\npydantic>=2,<3\n")
    assert dependencies(listed) == ["textual==8.2.8", "pydantic>=2,<3"]


def test_what_a_file_includes_is_needed_too(tmp_path):
    (tmp_path / "vision.in").write_text("numpy>=2\n")
    (tmp_path / "match.in").write_text("-r vision.in\ndlib-bin>=20\n")
    assert dependencies(tmp_path / "match.in") == ["numpy>=2", "dlib-bin>=20"]


def test_the_metadata_names_what_the_counter_needs():
    metadata: dict[str, Any] = {}
    DependencyHook(str(ROOT), {}).update(metadata)
    assert "textual==8.2.8" in metadata["dependencies"]
    assert not [line for line in metadata["dependencies"] if "#" in line or not line]


def test_extras_hold_what_looks_into_pictures_and_compares_faces():
    metadata: dict[str, Any] = {}
    DependencyHook(str(ROOT), {}).update(metadata)
    vision, match = (metadata["optional-dependencies"][name] for name in ("vision", "match"))
    assert any(line.startswith("pypdfium2") for line in vision)
    assert set(vision) < set(match)
    assert not set(vision) & set(metadata["dependencies"])


def test_catalogues_are_compiled_where_they_are_read(tmp_path):
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (folder / "ventanilla.po").write_text(header + 'msgid "Help"\nmsgstr "Ayuda"\n', "utf-8")
    assert compile_catalogues(tmp_path) == [folder / "ventanilla.mo"]
    assert gettext.translation("ventanilla", tmp_path, ["es"]).gettext("Help") == "Ayuda"


@pytest.mark.parametrize(
    ("kind", "hook"), [(BuildHookInterface, CatalogueHook), (MetadataHookInterface, DependencyHook)]
)
def test_hatchling_finds_one_hook_of_each_kind(kind, hook):
    found = [each for each in vars(build_hook).values()
             if isinstance(each, type) and issubclass(each, kind) and each is not kind]  # fmt: skip
    assert found == [hook]
