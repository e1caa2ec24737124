"""Status answers about institutions' certificates: openssl asks, of each authority its own."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.engine import institution_status
from issuance.engine.institution_authority import certificate_of, read_authority
from issuance.engine.institution_status import publish_institution_answers
from issuance.engine.office import Office
from issuance.engine.portable_issuing import certify, key_ended
from issuance.engine.publishing import publish, status_files
from issuance.engine.signing_streams import read_key
from issuance.findings import blocks
from issuance.findings.signing import SigningCode
from issuance.institutions.portable_stream import PortableRevoked
from issuance.register.register import Writing
from issuance.signing.ticket_token import UNATTENDED
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import SetClock, sources_at
from tests.engine.institutional.verified import verified
from tests.engine.ministry import Ministry, opened
from tests.issuance.certificates.certificate_samples import needs_openssl
from ventanilla.compose import system_sources
from ventanilla.serve_status import HOST, StatusServer


@pytest.fixture
def clock() -> SetClock:
    return SetClock(system_sources().clock.now())


@pytest.fixture
def office(founded: FoundedOffice, clock: SetClock, tmp_path: Path) -> Iterator[Office]:
    folder = shutil.copytree(founded.folder, tmp_path / "office")
    platform = opened(folder, sources_at(clock))
    yield platform.engine.office
    platform.close()
    assert verified(folder, founded, sources_at(clock)).faults == ()


class Issued:
    """A certificate of a ministry's official, as openssl takes it."""

    def __init__(self, ministry: Ministry, run: str, folder: Path) -> None:
        self.office, self.ministry, self.folder = ministry.office, ministry, folder
        self.id = ministry.approved(ministry.register(run), UNATTENDED)
        assert certify(self.office, "mario", self.id) == ()
        with self.office.register.reading() as reading:
            key, _ = read_key(reading, self.id)
            assert key is not None
            authority = read_authority(reading, key.authority_key)
        assert authority is not None
        self.certificate = certificate_of(key.certificate)
        self.issuer = certificate_of(authority.certificate)

    def revoke(self) -> None:
        reason = RevocationReason.KEY_COMPROMISE

        def act(writing: Writing) -> None:
            event = PortableRevoked(cause="key_compromise", reason=reason, role="holder", by="ana")
            self.ministry.append(self.id, writing, event)
            key_ended(writing, self.office, self.id, reason, self.ministry.origin)

        self.office.register.write(act)

    def asked(
        self,
        url: str,
        at: SetClock,
        issuer: x509.Certificate | None = None,
        naming: str = "sha1",
    ) -> str:
        """Return what openssl says of it, its chain checked up to the office's root."""
        above = self.office.authority.chain
        files = {
            "leaf": [self.certificate],
            "issuer": [issuer or self.issuer],
            "chain": [self.issuer, *above[:-1]],
            "root": [above[-1]],
        }
        for name, certificates in files.items():
            pem = b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
            (self.folder / f"{name}.pem").write_bytes(pem)
        done = subprocess.run(
            ["openssl", "ocsp", "-issuer", "issuer.pem", f"-{naming}", "-cert", "leaf.pem",
             "-url", url, "-CAfile", "root.pem", "-verify_other", "chain.pem", "-no_nonce",
             "-attime", str(int(at.now().timestamp()) + 1)],
            cwd=self.folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return done.stdout + done.stderr


@contextmanager
def served(office: Office, clock: SetClock) -> Iterator[str]:
    with StatusServer((HOST, 0), status_files(office), clock.now) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/ocsp"
        finally:
            server.shutdown()
            thread.join()


def answered(office: Office, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    from issuance.certificates.ocsp import certificate_id

    asked = certificate_id(issuer, certificate.serial_number)
    return status_files(office).answers_of(issuer).answer(asked) is not None


@needs_openssl
def test_openssl_hears_good_then_revoked_and_of_others_nothing(
    office: Office, clock: SetClock, tmp_path: Path
):
    energy = Ministry.enabled(office)
    works = Ministry.enabled(office, "Ministerio de Obras Públicas", "61202000-0")
    publish(office, "mario")
    for each in ("a", "b"):
        (tmp_path / each).mkdir()
    mine = Issued(energy, "12345678-5", tmp_path / "a")
    other = Issued(works, "11111111-1", tmp_path / "b")
    with served(office, clock) as url:
        assert "unauthorized" in mine.asked(url, clock)
        assert publish_institution_answers(office, "") == (2, ())
        assert publish_institution_answers(office, "") == (0, ())
        shutil.rmtree(status_files(office).folder / "institutions")
        assert publish_institution_answers(office, "") == (2, ()), "somebody took them away"
        for each in (mine, other):
            told = each.asked(url, clock)
            assert "Response verify OK" in told, told
            assert "leaf.pem: good" in told
            assert "leaf.pem: good" in each.asked(url, clock, naming="sha256")
            assert "unauthorized" in each.asked(url, clock, naming="sha384")
        # The other ministry's authority knows nothing of this certificate.
        assert "unauthorized" in mine.asked(url, clock, issuer=other.issuer)
        mine.revoke()
        clock.moment += timedelta(minutes=1)
        assert publish_institution_answers(office, "") == (1, ())
        told = mine.asked(url, clock)
        assert "Response verify OK" in told, told
        assert "leaf.pem: revoked" in told
        assert "keyCompromise" in told
        assert "leaf.pem: revoked" in mine.asked(url, clock, naming="sha256")
        assert "leaf.pem: good" in other.asked(url, clock)
        clock.moment += timedelta(days=30)
        assert "trylater" in other.asked(url, clock)
        assert publish_institution_answers(office, "")[0] == 2
        # It compares the times with this computer's clock, whatever moment it is told.
        assert "good\n" in other.asked(url, clock)


def test_answers_are_renewed_in_time_a_few_at_once_and_end_with_the_certificate(
    office: Office, clock: SetClock, tmp_path: Path
):
    ministry = Ministry.enabled(office)
    issued = [Issued(ministry, run, tmp_path) for run in ("12345678-5", "11111111-1")]
    assert publish_institution_answers(office, "")[0] == 2
    clock.moment += timedelta(hours=25)
    assert publish_institution_answers(office, "")[0] == 2
    first = responder_of(office, issued[0].id)
    clock.moment += timedelta(days=70)
    assert publish_institution_answers(office, "")[0] == 2
    assert responder_of(office, issued[0].id) != first, "its responder was made anew"
    clock.moment = issued[0].certificate.not_valid_after_utc + timedelta(seconds=1)
    assert publish_institution_answers(office, "")[0] == 2
    clock.moment += timedelta(days=400)
    assert publish_institution_answers(office, "") == (0, ())
    # Nobody is to try again for what is answered no more.
    assert not any(answered(office, each.certificate, each.issuer) for each in issued)


def responder_of(office: Office, certificate: UUID) -> str:
    with office.register.reading() as reading:
        key, _ = read_key(reading, certificate)
        authority = read_authority(reading, key.authority_key if key else "")
    assert authority is not None
    assert authority.responder is not None
    return authority.responder.certificate


def test_what_is_revoked_is_called_good_no_longer_though_nothing_can_be_signed(
    office: Office, clock: SetClock, tmp_path: Path
):
    ministry = Ministry.enabled(office)
    issued = [Issued(ministry, run, tmp_path) for run in ("12345678-5", "11111111-1")]
    assert publish_institution_answers(office, "")[0] == 2
    for each in issued:
        each.revoke()
    lost = blocks(SigningCode.CUSTODY_KEY_DAMAGED)
    # Fewer are looked at, at once, than were revoked.
    with (
        patch.object(institution_status, "_AT_ONCE", 1),
        patch.object(type(office.custody), "unwrap", lambda *_: lost),
        patch.object(type(office.custody), "open", lambda *_: lost),
    ):
        assert publish_institution_answers(office, "") == (0, (lost,))
    assert not any(answered(office, each.certificate, each.issuer) for each in issued)
    clock.moment += timedelta(minutes=1)
    assert publish_institution_answers(office, "") == (2, ())
    assert all(answered(office, each.certificate, each.issuer) for each in issued)
