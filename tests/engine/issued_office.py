"""An office with one certificate handed over, a clock to set, and judges of its status."""

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from issuance.cases.commands.life import RevokeCertificate
from issuance.certificates.keys import make_private_key
from issuance.certificates.revocation_list import ListContents, read_list
from issuance.commands import Body, Receipt
from issuance.engine.clocks import DueReport
from issuance.engine.office import Office
from issuance.engine.publishing import status_files
from issuance.policies.loader import load_policy
from issuance.queries import (
    CertificateLife,
    CertificateLifeQuery,
    CertificatesAnswer,
    CertificatesQuery,
)
from tests.engine.desk import SetClock, sources_at
from tests.engine.giving import give
from tests.issuance.certificates.certificate_samples import run
from ventanilla.rehearsal import Rehearsal

PRODUCT = "natural-pkcs12-2y"


def rehearsal_at(folder: Path, clock: SetClock, target: Path, number: int = 0) -> Rehearsal:
    product = load_policy("ec-icert").policy.product(PRODUCT)
    assert product is not None
    sources = sources_at(clock)
    return Rehearsal(folder, sources, make_private_key, product, target, number)


@dataclass(frozen=True)
class IssuedCase:
    """A played office as it lies on the disk, and the case that was played."""

    folder: Path
    case: UUID
    clock: SetClock


@dataclass
class IssuedOffice:
    """A copy of a played office for one test."""

    played: IssuedCase
    work: Path

    def __post_init__(self) -> None:
        self.folder = self.work / "office"
        shutil.copytree(self.played.folder, self.folder)
        self.clock = SetClock(self.played.clock.now())
        self.rehearsal = rehearsal_at(self.folder, self.clock, self.work / "0.p12")
        self.rehearsal.case = self.played.case
        self.become("olga")

    def become(self, user: str) -> None:
        self.rehearsal.become(user)

    def later(self, **duration: float) -> None:
        self.clock.pass_time(**duration)

    def give(self, body: Body) -> Receipt:
        return give(self.rehearsal, body)

    def run_due(self) -> DueReport:
        office = self.rehearsal.office
        return office.engine.run_due(office.session)

    @cached_property
    def serial(self) -> str:
        certificate = self.rehearsal.state.activation.certificate
        assert certificate is not None
        return certificate.serial

    @property
    def life(self) -> CertificateLife:
        office = self.rehearsal.office
        answer = office.engine.ask(CertificateLifeQuery(serial=self.serial), office.session)
        assert isinstance(answer, CertificateLife), answer
        return answer

    def listed(self, **query: object) -> list[str]:
        """Return the serials a query for certificates finds."""
        office = self.rehearsal.office
        answer = office.engine.ask(CertificatesQuery.model_validate(query), office.session)
        assert isinstance(answer, CertificatesAnswer), answer
        return [line.serial for line in answer.entries]

    def revoking(self, cause: str = "key_compromise", **changes: object) -> RevokeCertificate:
        values = {
            "serial": self.serial,
            "cause": cause,
            "asked_by": "holder",
            "identified_by": "card_at_counter",
        }
        return RevokeCertificate.model_validate(values | changes)

    @property
    def published(self) -> ListContents:
        content = status_files(self.rehearsal.office.engine.office).revocation_list()
        assert content is not None
        found = read_list(content, self.rehearsal.office.engine.office.authority.issuing)
        assert isinstance(found, ListContents), found
        return found

    def pem(self, name: str, certificate: x509.Certificate) -> str:
        path = self.work / f"{name}.pem"
        path.write_bytes(certificate.public_bytes(Encoding.PEM))
        return str(path)

    @property
    def certificate(self) -> str:
        with self.rehearsal.office.engine.office.register.reading() as reading:
            row = reading.certificate(self.serial)
        assert row is not None
        assert row.certificate is not None
        return self.pem("holder", x509.load_der_x509_certificate(row.certificate))

    @property
    def issuing(self) -> str:
        return self.pem("issuing", self.rehearsal.office.engine.office.authority.issuing)

    @property
    def root(self) -> str:
        return self.pem("root", self.rehearsal.office.engine.office.authority.root)

    def openssl_verify(self, *lists: str) -> str:
        """Return what OpenSSL says of the certificate by the published list.

        By several lists the authorities are checked, too.
        """
        rule = self.rehearsal.office.engine.office.policy.policy.publication
        names = lists or (rule.list_name,)
        listed = self.work / "list.pem"
        found = [
            x509.load_der_x509_crl((self.folder / rule.folder / name).read_bytes())
            for name in names
        ]
        listed.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in found))
        check = "-crl_check_all" if lists else "-crl_check"
        done = run(
            "openssl", "verify", "-x509_strict", check, "-CAfile", self.root,
            "-untrusted", self.issuing, "-CRLfile", str(listed),
            "-attime", str(int(self.clock.now().timestamp())), self.certificate,
        )  # fmt: skip
        return "OK" if done.returncode == 0 else done.stderr


def published_answer(office: Office, certificate: x509.Certificate) -> bytes:
    """Return what the published folder answers to a request as RFC 5019 wants it."""
    naming = hashes.SHA1()  # noqa: S303
    request = ocsp.OCSPRequestBuilder().add_certificate(
        certificate, office.authority.issuing, naming
    )
    asked = request.build().public_bytes(Encoding.DER)
    return status_files(office).answer(asked, office.now()).content
