"""A stick without room while the key file is written: told, and the same certificate goes on."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend_client.at_the_station.saving import SavedFile, save_pkcs12
from backend_client.backend import Delivered
from issuance.engine.inspection import inspect_office
from issuance.findings import Finding
from issuance.register.fault import VerificationReport
from issuance.register.model import CertificateState
from tests.engine.conftest import FoundedOffice, MakeRehearsal
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal, RehearsalFailed

ROOM = 1000
"""Octets, fewer than any key file has."""


@contextmanager
def little_room() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def save_with_little_room(content: bytes, target: Path) -> SavedFile | Finding:
    """Save as ever, where there is no room; the register beside it keeps its own."""
    with little_room():
        return save_pkcs12(content, target)


def issued(rehearsal: Rehearsal) -> list[str]:
    with rehearsal.office.engine.office.register.reading() as reading:
        return [row.serial for row in reading.certificates(state=CertificateState.ISSUED)]


def test_nothing_is_half_issued_nothing_lost_and_never_two(
    office: FoundedOffice,
    approved: Rehearsal,
    rehearse: MakeRehearsal,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    for act in (approved.bring_evidence, approved.accept_evidence, approved.pay,
                approved.confirm_person, approved.enter_activation_code):  # fmt: skip
        act()
    serials: list[str] = []
    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr("backend_client.activation.save_pkcs12", save_with_little_room)
            with pytest.raises(RehearsalFailed) as failed:
                approved.hand_over()
        assert [each.code for each in failed.value.findings] == ["NO_SPACE"]
        assert not approved.target.exists()
        certificate = approved.state.activation.certificate
        assert certificate is not None
        assert certificate.issued
        assert certificate.delivered_at is None
        serials = serials or [certificate.serial]
        assert issued(approved) == serials
    approved.close()

    # Another day's work, another stick, the same password: the key waited sealed at the station.
    again = rehearse()
    again.case, again.password = approved.case, approved.password
    again.target = tmp_path / "another stick.p12"
    delivered = again.hand_over()
    assert isinstance(delivered, Delivered)
    assert delivered.findings == ()
    assert [delivered.serial] == issued(again) == serials
    again.close()
    report = inspect_office(office.folder, office.recovery_key, system_sources())
    assert isinstance(report, VerificationReport)
    assert report.ok, report.faults
