"""`ventanilla stations-authority`: what a proxy is given to know the office's stations by."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.engine.station_certificates import station_authority
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import Desk
from ventanilla.cli import main


def test_it_writes_the_authority_a_server_certifies_stations_with(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    office: FoundedOffice = desk.office
    made = station_authority(desk.log_in("olga").engine.office).certificate
    key, out = tmp_path / "recovery-key.txt", tmp_path / "stations.pem"
    key.write_text(office.recovery_key.reveal(), "utf-8")
    typed = ["stations-authority", str(office.folder), "--key-file", str(key), "--out"]
    assert main([*typed, str(out)]) == 0
    assert out.read_bytes() == made.public_bytes(Encoding.PEM)
    assert out.stat().st_mode & 0o777 == 0o644
    made.verify_directly_issued_by(made)
    capsys.readouterr()
    assert main([*typed, str(tmp_path / "absent" / "stations.pem")]) == 1
    key.write_text("nothing of the kind", "utf-8")
    assert main([*typed, str(out)]) == 1
    assert "RECOVERY_KEY" in capsys.readouterr().err
    assert main(["stations-authority", str(tmp_path), "--out", str(out)]) == 66
