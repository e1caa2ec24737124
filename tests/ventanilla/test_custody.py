"""`ventanilla custody`: what seals keys, its renewal, and the move to a token, as typed."""

import json
import os
import shutil
from pathlib import Path

import pytest

from issuance.certificates.token_calls import TokenAddress
from issuance.engine.custody import Custody
from issuance.engine.institution_authority import certificate_of
from issuance.engine.portable_issuing import certify
from issuance.engine.signing_streams import read_key
from issuance.signing.custody import Wrapped
from issuance.signing.ticket_token import UNATTENDED
from tests.engine.conftest import FoundedOffice
from tests.engine.ministry import Ministry, found_platform, opened
from tests.soft_token import PIN, needs_soft_token, soft_tokens
from ventanilla.cli import main

Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory) -> FoundedOffice:
    return found_platform(tmp_path_factory.mktemp("platform") / "office")


@pytest.fixture
def typed(founded: FoundedOffice, tmp_path: Path) -> list[str]:
    """Return what follows every act: the office's folder, and where its recovery key is."""
    folder = shutil.copytree(founded.folder, tmp_path / "office")
    key = tmp_path / "recovery-key.txt"
    key.write_text(founded.recovery_key.reveal(), "utf-8")
    return [str(folder), "--key-file", str(key)]


def status(typed: list[str], capsys: Told, code: int = 0) -> dict[str, object]:
    capsys.readouterr()
    assert main(["custody", "status", *typed, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def pin_file(folder: Path, pin: str) -> list[str]:
    file = folder / "pin"
    file.write_text(pin + "\n")
    return ["--pin-file", str(file)]


@pytest.mark.parametrize(
    ("language", "sealed", "none"),
    [("es", "Selladas por la clave 1: 0 claves", "No hay token"),
     ("en", "Sealed by key 1: 0 keys", "There is no token")],
)  # fmt: skip
def test_a_renewal_lets_a_process_that_runs_read_what_another_seals(
    typed: list[str], capsys: Told, monkeypatch: pytest.MonkeyPatch,
    language: str, sealed: str, none: str,
):  # fmt: skip
    monkeypatch.setenv("VENTANILLA_LANGUAGE", language)
    assert main(["custody", "status", *typed]) == 0
    told = capsys.readouterr().out
    assert sealed in told
    assert none in told
    platform = opened(Path(typed[0]))
    office = platform.engine.office
    running = office.custody
    ministry = Ministry.enabled(office)
    assert main(["custody", "renew", *typed]) == 0
    assert "2" in capsys.readouterr().out
    another = Custody(
        running.folder, running.ring, running.clock, running.randomness, running.make_private_key
    )
    sealed_there = another.wrap(b"something", "label")
    assert isinstance(sealed_there, Wrapped)
    assert sealed_there.version == 2
    assert running.unwrap(sealed_there, "label") == b"something"
    certificate = ministry.approved(ministry.register("12345678-5"), UNATTENDED)
    assert certify(office, "mario", certificate) == ()
    platform.close()
    assert status(typed, capsys)["sealed"] == {"1": 1, "2": 1}


@needs_soft_token
def test_new_keys_are_made_in_the_token_it_names(typed: list[str], capsys: Told, tmp_path: Path):
    with soft_tokens(tmp_path / "tokens") as tokens:
        first, second = tokens.make(), tokens.make("OTRO")
        at = where(first)
        assert main(["custody", "token", *typed, *at, *pin_file(tmp_path, "999999")]) == 1
        assert "TOKEN_PIN_WRONG" in capsys.readouterr().err
        assert status(typed, capsys)["token"] is None
        reading, writing = os.pipe()
        os.write(writing, PIN.reveal().encode())
        os.close(writing)
        assert main(["custody", "token", *typed, *at, "--pin-file", f"/dev/fd/{reading}"]) == 0
        os.close(reading)
        assert PIN.reveal() not in capsys.readouterr().out
        platform = opened(Path(typed[0]))
        office = platform.engine.office
        ministry = Ministry.enabled(office)
        certificate = ministry.approved(ministry.register("12345678-5"), UNATTENDED)
        assert certify(office, "mario", certificate) == ()
        with office.register.reading() as register:
            key, _ = read_key(register, certificate)
        assert key is not None
        assert key.kept is not None
        assert key.kept.token is not None
        opened_key = office.custody.open(key.kept, certificate_of(key.certificate))
        assert len(opened_key.sign_digest(bytes(32))) == 256  # pyright: ignore
        platform.close()
        known = status(typed, capsys)
        assert (known["in_token"], known["trouble"]) == (2, None)
        other = [*typed, *where(second), *pin_file(tmp_path, PIN.reveal())]
        assert main(["custody", "token", *other]) == 1
        assert "CUSTODY_IN_ANOTHER_TOKEN" in capsys.readouterr().err
        assert status(typed, capsys)["token"] == known["token"]
        tokens.take_out()
        assert status(typed, capsys, code=1)["trouble"] in {"TOKEN_LOST", "TOKEN_MISSING"}


def test_without_what_it_needs_it_says_so(typed: list[str], capsys: Told, tmp_path: Path):
    assert main(["custody", "renew", str(tmp_path)]) == 66
    assert "OFFICE_MISSING" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["custody"])
    assert ended.value.code == 64
    place = ["--module", str(tmp_path / "none.so"), "--label", "X"]
    missing = ["--pin-file", str(tmp_path / "none")]
    assert main(["custody", "token", *typed, *place, *missing]) == 1
    assert "TOKEN_PIN_UNREADABLE" in capsys.readouterr().err


def where(address: TokenAddress) -> list[str]:
    return ["--module", address.module, "--label", address.label]
