"""An office on the eve of the hand-over, and what is read of its contract."""

import dataclasses
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography import x509

from issuance.cases.state import CertificateState, ContractState
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.certificates.stream import AuthorityState
from issuance.engine.inspection import inspect_office
from issuance.engine.office import named_stream
from issuance.engine.streams import read_state
from issuance.evidence.blob import BlobRef
from issuance.policies.loader import load_policy
from issuance.register.fault import VerificationReport
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.unsigned import hand_over_unsigned, load_certificate
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

PASSWORD = Secret("Zanja-Trueno-Marmol-58")
PRODUCT = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
_KEYS: dict[str, Iterator[PrivateKey]] = {}


def some_key(algorithm: str) -> PrivateKey:
    """Return one of a few keys: making each anew would take most of the time."""
    if algorithm not in _KEYS:
        _KEYS[algorithm] = itertools.cycle([make_private_key(algorithm) for _ in range(4)])
    return next(_KEYS[algorithm])


def rehearsal_in(folder: Path, target: Path, case: UUID | None = None) -> Rehearsal:
    assert PRODUCT is not None
    played = Rehearsal(folder, system_sources(), some_key, PRODUCT, target)
    played.password = PASSWORD
    if case is not None:
        played.case = case
    return played


@dataclasses.dataclass(frozen=True)
class Waiting:
    """An office with a case whose activation code was entered."""

    office: FoundedOffice
    case: UUID


@pytest.fixture(scope="session")
def authorised(pristine: FoundedOffice, tmp_path_factory: pytest.TempPathFactory) -> Waiting:
    folder = tmp_path_factory.mktemp("authorised") / "office"
    shutil.copytree(pristine.folder, folder)
    played = rehearsal_in(folder, folder / "unused.p12")
    for act in (played.apply, played.approve, played.bring_evidence, played.accept_evidence,
                played.pay, played.confirm_person, played.enter_activation_code):  # fmt: skip
        act()
    played.close()
    return Waiting(FoundedOffice(folder, pristine.recovery_key), played.case)


@pytest.fixture
def rehearsal(authorised: Waiting, tmp_path: Path) -> Iterator[Rehearsal]:
    """The office on the eve of the hand-over; its register is verified in the end."""
    folder = tmp_path / "office"
    shutil.copytree(authorised.office.folder, folder)
    played = rehearsal_in(folder, tmp_path / "0.p12", authorised.case)
    played.become("olga")
    yield played
    played.close()
    report = inspect_office(folder, authorised.office.recovery_key, system_sources())
    assert isinstance(report, VerificationReport)
    assert report.ok, report.faults


@pytest.fixture
def unsigned(rehearsal: Rehearsal) -> PrivateKey:
    """Hand the key file over, the contract unsigned."""
    key = some_key("rsa-2048")
    hand_over_unsigned(rehearsal, key, PASSWORD)
    return key


def certificate_of(rehearsal: Rehearsal) -> CertificateState:
    certificate = rehearsal.state.activation.certificate
    assert certificate is not None
    return certificate


def contract_of(rehearsal: Rehearsal) -> ContractState:
    return certificate_of(rehearsal).contract


def read(rehearsal: Rehearsal, blob: BlobRef | None) -> bytes:
    assert blob is not None
    return rehearsal.office.engine.office.blobs.read(blob)


def prepared(rehearsal: Rehearsal) -> bytes:
    blob = rehearsal.contract_desk.prepare(rehearsal.case)
    assert isinstance(blob, BlobRef), blob
    return read(rehearsal, blob)


def seal_of(rehearsal: Rehearsal) -> x509.Certificate:
    office = rehearsal.office.engine.office
    with office.register.reading() as reading:
        state, _ = read_state(reading, named_stream(office.id, "authority"), AuthorityState)
    assert state is not None
    assert state.seal is not None
    return load_certificate(state.seal.certificate)
