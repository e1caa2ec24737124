"""Signed PDFs with time stamps of a real authority, asked by a live server."""

import base64
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from issuance.certificates.keys import certificate_der
from issuance.engine.signing_keys import signer_of
from issuance.findings import FindingCode
from issuance.findings.time_stamps import TimeStampCode
from issuance.secret import Secret
from issuance.signing.commands import SetTimeStamping
from issuance.signing.queries import (
    RefusedRequestsAnswer,
    RefusedRequestsQuery,
    SignatureLogAnswer,
    SignatureLogQuery,
    TimeStampingAnswer,
    TimeStampingQuery,
    TimeStampTrialAnswer,
    TimeStampTrialQuery,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from issuance.signing.time_stamp_settings import TimeStampSettings
from issuance.streams import StreamRef
from tests.engine.desk import SetClock
from tests.issuance.signing.signing_samples import pdf
from tests.live_server import LiveServer
from tests.server.signing_platform import Known, System, file
from tests.server.speaking import Voice
from tests.time_stamp_authority import PASSWORD, USER, RunningAuthority, time_stamp_authority

NOWHERE = "http://127.0.0.1:9/"


@pytest.fixture(scope="module")
def running(clock: SetClock) -> Iterator[RunningAuthority]:
    with time_stamp_authority(clock.now) as authority:
        yield authority


def give(administrator: Voice, settings: TimeStampSettings | None, password: str = "") -> list[str]:
    body = SetTimeStamping(settings=settings, password=Secret(password) if password else None)
    stream = StreamRef(kind="office", id=administrator.started.session.office)
    return [each.code for each in administrator.give(body, stream).findings]


@pytest.fixture
def authority(
    running: RunningAuthority, administrator: Voice, system: System
) -> Iterator[RunningAuthority]:
    """The authority, set up; the system's clock has moved on already."""
    running.behaves()
    running.login = f"{USER}:{PASSWORD}"
    assert give(administrator, TimeStampSettings(address=running.url, user=USER), PASSWORD) == []
    yield running
    assert give(administrator, None) == []


def signed(answer: httpx.Response) -> bytes:
    assert answer.status_code == 200, answer.text
    return base64.b64decode(answer.json()["files"][0]["content"])


def status_of(document: bytes, platform: LiveServer, known: Known, tsa: Certificate) -> Any:
    """Return pyHanko's judgement, which trusts the office's root and the authority."""
    office = platform.served.office
    with office.register.reading() as reading:
        signer = signer_of(office, reading, known.certificates[UNATTENDED])
    assert signer is not None
    roots = [Certificate.load(certificate_der(signer.chain[-1])), tsa]
    trust = ValidationContext(trust_roots=roots, moment=office.now(), allow_fetching=False)
    (signature,) = PdfFileReader(io.BytesIO(document)).embedded_signatures
    return validate_pdf_signature(signature, trust)


def trial(administrator: Voice) -> str:
    told = administrator.ask(TimeStampTrialQuery())
    assert isinstance(told, TimeStampTrialAnswer)
    return told.finding.code


def test_a_pdf_gets_a_stamp_that_every_judge_accepts(
    authority: RunningAuthority,
    system: System,
    platform: LiveServer,
    known: Known,
    tmp_path: Path,
):
    document = signed(system.send(file(pdf()), file(b"{}", "application/json")))
    assert authority.asked == 1
    status = status_of(document, platform, known, authority.certificate)
    assert status.bottom_line
    assert status.timestamp_validity.intact
    assert status.timestamp_validity.trusted
    assert status.timestamp_validity.timestamp == system.clock.now()
    path = tmp_path / "signed.pdf"
    path.write_bytes(document)
    if shutil.which("pdfsig"):
        told = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True)
        assert "Signature is Valid" in told.stdout, told.stdout


def refused_last(administrator: Voice) -> FindingCode | str:
    told = administrator.ask(RefusedRequestsQuery(limit=1))
    assert isinstance(told, RefusedRequestsAnswer)
    return told.entries[0].finding.code


def test_without_the_authority_nothing_is_signed(
    authority: RunningAuthority, administrator: Voice, system: System
):
    assert give(administrator, TimeStampSettings(address=NOWHERE)) == []
    answer = system.send(file(b"{}", "application/json"), file(pdf()))
    assert answer.status_code == 503
    assert answer.json() == {"error": "Sellado de tiempo no disponible"}
    assert int(answer.headers["Retry-After"]) > 0
    assert refused_last(administrator) == TimeStampCode.TIME_STAMP_UNREACHABLE
    assert trial(administrator) == TimeStampCode.TIME_STAMP_UNREACHABLE
    # What takes no stamp is signed as ever.
    assert system.send(file(b"{}", "application/json")).status_code == 200


def test_or_pdfs_are_signed_without_as_it_was_chosen(
    authority: RunningAuthority,
    administrator: Voice,
    system: System,
    platform: LiveServer,
    known: Known,
):
    authority.answer = lambda _: (200, b"<html>maintenance</html>")
    chosen = TimeStampSettings(address=authority.url, user=USER, without="sign_without")
    assert give(administrator, chosen) == []
    document = signed(system.send(file(pdf()), file(pdf())))
    # One that failed is not asked again for the same request.
    assert authority.asked == 1
    status = status_of(document, platform, known, authority.certificate)
    assert status.bottom_line
    assert status.timestamp_validity is None
    authority.behaves()
    signed(system.send(file(pdf()), file(b"{}", "application/json")))
    # The log says which went without.
    told = administrator.ask(SignatureLogQuery(limit=2))
    assert isinstance(told, SignatureLogAnswer)
    unstamped = [[each.unstamped for each in line.items] for line in told.entries]
    assert unstamped == [[False, False], [True, True]]


def test_settings_that_were_changed_on_disk_sign_nothing(
    authority: RunningAuthority, system: System, platform: LiveServer, administrator: Voice
):
    path = platform.served.office.folder / "time-stamps.sealed"
    kept = path.read_bytes()
    assert PASSWORD.encode() not in kept
    path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    assert system.send(file(pdf())).status_code == 503
    assert refused_last(administrator) == TimeStampCode.TIME_STAMP_SETTINGS_DAMAGED


def test_an_administrator_sets_sees_and_tries(authority: RunningAuthority, administrator: Voice):
    told = administrator.ask(TimeStampingQuery())
    assert told == TimeStampingAnswer(settings=TimeStampSettings(address=authority.url, user=USER))
    assert trial(administrator) == TimeStampCode.TIME_STAMP_ANSWERS
    elsewhere = TimeStampSettings(address="https://tsa.example.cl/", user=USER)
    # The password goes to no other address.
    assert give(administrator, elsewhere) == [TimeStampCode.TIME_STAMP_USER_INVALID]
    assert give(administrator, None) == []
    assert trial(administrator) == TimeStampCode.TIME_STAMP_NOT_SET_UP


def test_attended_requests_are_stamped_too(authority: RunningAuthority, system: System):
    system.purpose = ATTENDED
    signed(system.send(file(pdf()), code=system.code()))
    assert authority.asked == 1
