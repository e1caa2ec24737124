import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_client.at_the_station.sealed_keys import SealedKeyStore
from issuance.certificates.keys import PrivateKey, make_private_key, private_key_bytes
from issuance.certificates.sealing import PassphraseParameters
from issuance.findings import Finding
from issuance.secret import Secret
from tests.backend_client.at_the_station.conftest import SeededRandomness, SettableClock
from tests.examples import examples

CASE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
OTHER_CASE = UUID("01890a5d-ac96-774b-bcce-b302099a8058")
PASSWORD = Secret("the applicant's own")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sealed"


@pytest.fixture
def store(
    folder: Path,
    randomness: SeededRandomness,
    clock: SettableClock,
    cheap: PassphraseParameters,
) -> SealedKeyStore:
    return SealedKeyStore(folder, randomness, clock, cheap)


def code_of(result: object) -> str:
    assert isinstance(result, Finding), result
    return result.code


def opens(store: SealedKeyStore, case: UUID, key: PrivateKey) -> bool:
    opened = store.open(case, PASSWORD)
    assert not isinstance(opened, Finding), opened
    return opened.public_key() == key.public_key()


def test_a_sealed_key_opens_with_its_password_only(
    store: SealedKeyStore, private_key: PrivateKey, folder: Path
):
    assert not store.exists(CASE)
    assert store.seal(CASE, private_key, PASSWORD) is None
    assert store.exists(CASE)
    assert opens(store, CASE, private_key)
    assert code_of(store.open(CASE, Secret("guess"))) == "SEALED_KEY_WRONG_PASSWORD"
    assert code_of(store.open(OTHER_CASE, PASSWORD)) == "SEALED_KEY_MISSING"
    assert [path.name for path in folder.iterdir()] == [f"{CASE}.key"]


def test_a_sealed_key_is_private_and_not_in_clear(
    store: SealedKeyStore, private_key: PrivateKey, folder: Path
):
    store.seal(CASE, private_key, PASSWORD)
    path = folder / f"{CASE}.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert private_key_bytes(private_key).hex() not in path.read_text()
    assert PASSWORD.reveal() not in path.read_text()


def test_a_key_that_waits_is_never_replaced(store: SealedKeyStore, private_key: PrivateKey):
    store.seal(CASE, private_key, PASSWORD)
    finding = store.seal(CASE, make_private_key("p-256"), Secret("another"))
    assert code_of(finding) == "SEALED_KEY_EXISTS"
    assert opens(store, CASE, private_key)


def test_a_sealed_key_belongs_to_one_case(
    store: SealedKeyStore, private_key: PrivateKey, folder: Path
):
    store.seal(CASE, private_key, PASSWORD)
    (folder / f"{CASE}.key").rename(folder / f"{OTHER_CASE}.key")
    assert code_of(store.open(OTHER_CASE, PASSWORD)) == "SEALED_KEY_WRONG_PASSWORD"


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_a_damaged_file_is_a_finding(store: SealedKeyStore, folder: Path, content: bytes):
    folder.mkdir(exist_ok=True)
    (folder / f"{CASE}.key").write_bytes(content)
    assert code_of(store.open(CASE, PASSWORD)) == "SEALED_KEY_DAMAGED"


def test_a_destroyed_key_is_overwritten_and_gone(
    store: SealedKeyStore, private_key: PrivateKey, folder: Path, tmp_path: Path
):
    store.seal(CASE, private_key, PASSWORD)
    witness = tmp_path / "witness"
    witness.hardlink_to(folder / f"{CASE}.key")
    store.destroy(CASE)
    assert set(witness.read_bytes()) == {0}
    assert list(folder.iterdir()) == []
    store.destroy(CASE)


def test_old_keys_are_destroyed_and_named(
    store: SealedKeyStore, private_key: PrivateKey, clock: SettableClock, folder: Path
):
    assert store.destroy_older_than() == []
    store.seal(CASE, private_key, PASSWORD)
    clock.moment += timedelta(hours=23)
    store.seal(OTHER_CASE, private_key, PASSWORD)
    (folder / "note.key").write_text("not ours")
    assert store.destroy_older_than(24) == []
    clock.moment += timedelta(hours=2)
    assert store.destroy_older_than(24) == [CASE]
    assert not store.exists(CASE)
    assert opens(store, OTHER_CASE, private_key)
    assert (folder / "note.key").exists()


def test_what_a_crash_left_behind_is_swept(
    store: SealedKeyStore, clock: SettableClock, folder: Path
):
    folder.mkdir()
    half = folder / f".{CASE}.key.partial"
    half.write_bytes(b"{")
    assert store.destroy_older_than(24) == []
    clock.moment += timedelta(hours=25)
    assert store.destroy_older_than(24) == [CASE]
    assert list(folder.iterdir()) == []


def test_a_full_disk_is_a_finding_and_leaves_nothing(folder: Path, tmp_path: Path):
    script = textwrap.dedent(f"""
        import resource
        from pathlib import Path
        from tests.backend_client.at_the_station.test_sealed_keys import *
        store = SealedKeyStore(
            Path({str(folder)!r}), SeededRandomness(), SettableClock(),
            PassphraseParameters(memory_kib=8, iterations=1),
        )
        key = make_private_key("p-256")
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        print(store.seal(CASE, key, PASSWORD).code)
    """)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "NO_SPACE"
    assert list(folder.iterdir()) == []


def test_every_key_reported_as_sealed_survives_a_kill(
    store: SealedKeyStore, folder: Path, tmp_path: Path
):
    script = textwrap.dedent(f"""
        from pathlib import Path
        from tests.backend_client.at_the_station.test_sealed_keys import *
        store = SealedKeyStore(
            Path({str(folder)!r}), SeededRandomness(), SettableClock(),
            PassphraseParameters(memory_kib=8, iterations=1),
        )
        key = make_private_key("p-256")
        for number in range(100_000):
            case = UUID(int=number)
            assert store.seal(case, key, PASSWORD) is None
            print(case, flush=True)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline() for _ in range(25)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [line for line in writer.stdout if line.endswith("\n")]
    for line in acknowledged:
        opened = store.open(UUID(line.strip()), PASSWORD)
        assert not isinstance(opened, Finding), opened
