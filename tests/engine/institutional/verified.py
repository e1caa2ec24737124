"""What a verification with the recovery key says of an office."""

from pathlib import Path

from issuance.engine.inspection import inspect_office
from issuance.engine.office import Sources
from issuance.register.fault import VerificationReport
from tests.engine.conftest import FoundedOffice
from ventanilla.compose import system_sources


def verified(
    folder: Path, founded: FoundedOffice, sources: Sources | None = None
) -> VerificationReport:
    report = inspect_office(folder, founded.recovery_key, sources or system_sources())
    assert isinstance(report, VerificationReport), report
    return report
