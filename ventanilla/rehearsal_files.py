"""What a rehearsed case leaves: certificate, key files, status, contract and history."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import ocsp

from issuance.certificates.description import contents_of
from issuance.certificates.keys import is_private_key
from issuance.certificates.pkcs12 import write_pkcs12
from issuance.engine.opening import OpenedOffice
from issuance.engine.publishing import status_files
from issuance.engine.streams import every_entry
from issuance.findings import Finding
from issuance.institution_queries import PortableAnswer
from issuance.institutions.portable_stream import STREAM_KIND as PORTABLE
from issuance.model import format_instant
from issuance.queries import CertificateAnswer, CertificateQuery
from issuance.secret import Secret
from issuance.streams import StreamRef
from ventanilla.rehearsal import Rehearsal
from ventanilla.rehearsal_custody import CustodyRehearsal

KEY_FILE = "certificate.p12"


def write_case(rehearsal: Rehearsal, folder: Path) -> None:
    """Write what a delivered case leaves; secrets in clear only because the person is invented."""
    opened = rehearsal.office
    answer = opened.engine.ask(CertificateQuery(case=rehearsal.case), opened.session)
    if not isinstance(answer, CertificateAnswer):
        raise TypeError("a delivered case has its certificate")
    _write_certificate(answer, folder)
    write_secret(folder / "password.txt", rehearsal.password.reveal())
    if rehearsal.target.exists():
        _write_compatible(rehearsal.target, rehearsal.password, rehearsal.person.name)
    contract = rehearsal.state.activation.newest_contract
    if contract is not None:
        (folder / "contract.pdf").write_bytes(opened.engine.office.blobs.read(contract))
    write_history(rehearsal, folder)


def write_history(rehearsal: Rehearsal, folder: Path) -> None:
    """Write how far a case came, and everything that happened in it."""
    known = rehearsal.known
    case = {
        "case": known.state.number if known else None,
        "state": known.state.status.value if known else "unopened",
        "events": _events(rehearsal.office, "case", rehearsal.case) if known else [],
    }
    if rehearsal.token is not None:
        case["key"] = f"in the {rehearsal.product.container}: no .p12 is left"
    write_json(folder / "case.json", case)


def write_in_custody(rehearsal: CustodyRehearsal, folder: Path) -> None:
    """Write how far a certificate with its key in custody came; no file has the key."""
    known = rehearsal.known
    if known is not None and known.certificate:
        _write_certificate(known, folder)
    case = {
        "case": str(known.line.certificate) if known else None,
        "state": known.line.status if known else "unopened",
        "events": _events(rehearsal.office, PORTABLE, known.line.certificate) if known else [],
        "key": "in custody: no .p12 is left, and no contract is signed",
    }
    write_json(folder / "case.json", case)


def write_status(opened: OpenedOffice, folders: list[Path]) -> tuple[Finding, ...]:
    """Publish, and write list and answer beside each certificate; return what had to wait."""
    office = opened.engine.office
    report = opened.engine.run_due(opened.session)
    files = status_files(office)
    for folder in folders:
        certificate = x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())
        issuer = x509.load_pem_x509_certificates((folder / "chain.pem").read_bytes())[0]
        # RFC 5019 wants the issuer named so; nothing rests on it.
        naming = hashes.SHA1()  # noqa: S303
        builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, naming)
        request = builder.build().public_bytes(Encoding.DER)
        (folder / "ocsp.der").write_bytes(files.answer(request, office.now()).content)
        # A profile may name no list; the issuing authority still has its own.
        address = next(iter(contents_of(certificate).crl_urls), "")
        if revoked := files.list_at(address):
            (folder / "crl.der").write_bytes(revoked)
    return report.published.waits


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Write a document as readable text."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def write_secret(path: Path, text: str) -> None:
    """Write a line that only the owner may read."""
    path.touch(mode=0o600)
    path.write_text(text + "\n", encoding="utf-8")


def _write_certificate(answer: CertificateAnswer | PortableAnswer, folder: Path) -> None:
    (folder / "certificate.pem").write_text(_pem(answer.certificate))
    (folder / "chain.pem").write_text("".join(map(_pem, answer.chain)))


def _write_compatible(key_file: Path, password: Secret, name: str) -> None:
    """Write the same key for old readers, beside the file the applicant would take away."""
    key, certificate, chain = pkcs12.load_key_and_certificates(
        key_file.read_bytes(), password.reveal().encode("ascii")
    )
    if certificate is None or not is_private_key(key):
        raise TypeError("a key file has a key and its certificate")
    content = write_pkcs12(key, certificate, chain, password, name, compatible=True)
    path = key_file.with_name(f"{key_file.stem}-compatible{key_file.suffix}")
    path.touch(mode=0o600)
    path.write_bytes(content)


def _events(opened: OpenedOffice, kind: str, stream: UUID) -> list[dict[str, Any]]:
    with opened.engine.office.register.reading() as reading:
        entries = every_entry(reading, StreamRef(kind=kind, id=stream))
    return [
        {
            "seq": entry.seq,
            "revision": entry.revision,
            "kind": entry.kind,
            "at": format_instant(entry.at),
            "operator": entry.operator,
            **entry.public,
            **(entry.personal or {}),
        }
        for entry in entries
    ]


def _pem(encoded: str) -> str:
    certificate = x509.load_der_x509_certificate(base64.b64decode(encoded))
    return certificate.public_bytes(Encoding.PEM).decode("ascii")
