import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from issuance.evidence.engines_here import engines_here
from issuance.samples.files import PHOTO, folder_name, write_sample_files
from issuance.samples.people import sample_person
from ventanilla.cli import main
from ventanilla.compose import SystemClock

ROOT = Path(__file__).parents[2]
PERSON = sample_person("natural", 0)
OTHER = sample_person("natural", 1)
NUMBER = PERSON.values["cedula"]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples") / "all"
    write_sample_files(folder, SystemClock().now().date())
    return folder


@pytest.fixture
def photo(samples: Path) -> Path:
    return samples / folder_name(PERSON) / PHOTO


@pytest.fixture
def checked(capsys: pytest.CaptureFixture[str]):
    """Check files; gives the exit code, the objects told and the sentences."""

    def check(*arguments: str | Path) -> tuple[int, list[dict[str, object]], str]:
        code = main(["check", *map(str, arguments), "--json"])
        told = capsys.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return check


def codes(told: dict[str, object]) -> dict[str, str]:
    findings = told["findings"]
    assert isinstance(findings, list)
    return {each["code"]: each["severity"] for each in findings}


def test_each_file_gets_one_object_in_the_order_they_were_named(checked, photo, samples):
    wrong = samples / "con-errores"
    files = [wrong / "foto-cortada-a-la-mitad.jpg", photo, wrong / "foto-demasiado-pequena.jpg"]
    exit_code, told, sentences = checked("photo", *files)
    assert exit_code == 2
    assert [each["file"] for each in told] == [str(file) for file in files]
    assert [set(each) for each in told] == [{"file", "kind", "verdict", "findings"}] * 3
    assert {each["kind"] for each in told} == {"photo"}
    assert [told[0]["verdict"], told[2]["verdict"]] == ["reject", "reject"]
    assert told[0]["findings"] == [
        {
            "code": "TRUNCATED",
            "severity": "blocks",
            "value": None,
            "threshold": None,
            "engine": None,
        }
    ]
    (small,) = told[2]["findings"]
    assert (small["value"], small["threshold"]) == (320, 600)
    assert "TRUNCATED: Corrija esto: La foto está incompleta" in sentences


def test_exit_code_tells_the_worst_verdict(checked, photo, samples, tmp_path):
    grey = tmp_path / "grey.jpg"
    Image.open(photo).convert("L").save(grey, "JPEG", quality=90)
    review, _, _ = checked("photo", grey)
    reject, _, _ = checked("photo", grey, samples / "con-errores" / "foto-oscura.jpg")
    assert (review, reject) == (1, 2)


def test_a_good_photo_is_accepted_where_every_engine_is_installed(checked, photo):
    exit_code, (told,), _ = checked("photo", photo, "--number", NUMBER)
    found = codes(told)
    if not {"FACES_NOT_CHECKED", "NUMBER_NOT_CHECKED"} & set(found):
        assert (exit_code, told["verdict"]) == (0, "accept")
        assert found["NUMBER_MATCHES"] == "informs"


def test_a_document_is_judged_by_the_rules_for_identity_cards(checked, samples):
    card = samples / folder_name(PERSON) / "cedula.pdf"
    _, (told,), _ = checked("document", card, "--number", NUMBER)
    assert told["kind"] == "document"
    assert told["verdict"] in {"accept", "review"}
    exit_code, (told,), _ = checked(
        "document", samples / "con-errores" / "documento-con-javascript.pdf"
    )
    assert (exit_code, codes(told)) == (2, {"ACTIVE_CONTENT": "blocks"})


@pytest.mark.skipif(
    not (engines_here().text and engines_here().pages), reason="the card cannot be read here"
)
def test_a_number_may_be_typed_as_the_card_prints_it(checked, samples):
    card = samples / folder_name(PERSON) / "cedula.pdf"
    _, (told,), _ = checked("document", card, "--number", f"{NUMBER[:9]}-{NUMBER[9]}")
    assert codes(told)["CARD_AGREES"] == "informs"
    assert "CARD_DIFFERS" not in codes(told)


def test_a_link_to_itself_is_one_bad_file_among_others(checked, photo, tmp_path):
    loop = tmp_path / "loop.jpg"
    loop.symlink_to(loop)
    others = tmp_path / "others"
    others.mkdir()
    (others / "round.jpg").symlink_to(others / "round.jpg")
    exit_code, (first, second), _ = checked("photo", loop, photo, "--against", others)
    assert exit_code == 2
    assert codes(first) == {"FILE_UNREADABLE": "blocks"}
    assert second["verdict"] != "reject"


def test_whoever_reads_may_stop_reading(samples):
    wrong = samples / "con-errores" / "foto-demasiado-pequena.jpg"
    with subprocess.Popen(
        [sys.executable, "-m", "ventanilla", "check", "photo", *[str(wrong)] * 3],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as checking:
        assert checking.stdout is not None
        assert checking.stderr is not None
        assert checking.stdout.readline().startswith(b"reject")
        checking.stdout.close()
        told = checking.stderr.read()
    assert checking.returncode == 141
    assert b"Traceback" not in told
    assert b"BrokenPipe" not in told


def test_what_cannot_be_read_is_a_finding(checked, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    files = [tmp_path / "missing.jpg", tmp_path, pipe, Path("/dev/zero")]
    exit_code, told, _ = checked("photo", *files)
    assert exit_code == 2
    assert [each["verdict"] for each in told] == ["reject"] * 4
    no_file = {"FILE_NOT_REGULAR": "blocks"}
    assert [codes(each) for each in told] == [
        {"FILE_UNREADABLE": "blocks"}, no_file, no_file, no_file
    ]  # fmt: skip


def test_a_double_of_anothers_photo_is_to_be_looked_at(checked, photo, samples, tmp_path):
    others = tmp_path / "others"
    others.mkdir()
    (others / "maria.jpg").write_bytes(photo.read_bytes())
    again = tmp_path / "again.jpg"
    picture = Image.open(photo)
    picture.resize((picture.width * 9 // 10, picture.height * 9 // 10)).save(again, quality=80)
    _, (told,), sentences = checked("photo", again, "--against", others)
    assert codes(told)["DUPLICATE"] == "warns"
    (double,) = (each for each in told["findings"] if each["code"] == "DUPLICATE")
    assert 0 <= double["value"] <= double["threshold"] == 10
    assert "maria.jpg" in sentences
    _, (told,), _ = checked("photo", samples / folder_name(OTHER) / PHOTO, "--against", others)
    assert "DUPLICATE" not in codes(told)


def test_a_photo_is_no_double_of_itself(checked, photo):
    _, (told,), _ = checked("photo", photo, "--against", photo.parent)
    assert "DUPLICATE" not in codes(told)


def test_doubles_within_a_run_are_only_told(checked, photo, tmp_path):
    again = tmp_path / "again.jpg"
    again.write_bytes(photo.read_bytes())
    _, (first, second), sentences = checked("photo", photo, again, "--language", "en")
    assert "DUPLICATE" not in codes(first)
    assert codes(second)["DUPLICATE"] == "informs"
    # Nobody knows whose the other one is.
    assert "if that one is another applicant's" in sentences
    assert first["verdict"] == second["verdict"]


def test_without_json_a_short_list_for_people(capsys, samples):
    file = samples / "con-errores" / "foto-demasiado-pequena.jpg"
    assert main(["check", "photo", str(file), "--language", "en"]) == 2
    told = capsys.readouterr()
    first, second = told.out.splitlines()
    assert first == f"reject  {file}"
    assert second.split() == ["blocks", "TOO_SMALL", "320", "(600)"]
    assert "Correct this: The photo has 320 x 400 pixels" in told.err


def test_the_language_of_the_environment_is_spoken(monkeypatch, capsys, samples):
    for name in ("VENTANILLA_LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    main(["check", "photo", str(samples / "con-errores" / "foto-demasiado-pequena.jpg")])
    assert "Correct this" in capsys.readouterr().err


def test_a_file_name_cannot_act_on_the_terminal(capsys, tmp_path):
    file = tmp_path / "a\x1b[2Jb.jpg"
    file.write_bytes(b"")
    assert main(["check", "photo", str(file)]) == 2
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("photo",),
        ("picture", "a.jpg"),
        ("photo", "a.jpg", "--against", "/nowhere"),
        ("document", "a.pdf", "--against", "/"),
        ("photo", "a.jpg", "--number", "abc"),
        ("photo", "a.jpg", "--number", "3059999114;"),
    ],
)
def test_a_wrong_call_ends_with_64(arguments, capsys):
    try:
        exit_code = main(["check", *arguments])
    except SystemExit as ended:
        exit_code = ended.code
    assert exit_code == 64
    assert capsys.readouterr().err


def test_a_checker_that_cannot_start_ends_with_70(monkeypatch, checked, photo):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    exit_code, (told,), _ = checked("photo", photo)
    assert exit_code == 70
    assert "CHECK_UNAVAILABLE" in codes(told)


def test_any_encoding_of_the_terminal_will_do(tmp_path):
    file = tmp_path / "ñandú.jpg"
    Image.new("RGB", (20, 20)).save(file)
    done = subprocess.run(
        [sys.executable, "-m", "ventanilla", "check", "photo", str(file)],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert io.BytesIO(done.stdout).readline().startswith(b"reject")
