import random
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from stringprep import in_table_a1

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import strategies as st

from issuance.certificates.authority import (
    AuthorityPlan,
    NewAuthority,
    create_authority,
)
from issuance.certificates.keys import PrivateKey, make_private_key
from issuance.certificates.profile import CertificateProfile, ResolvedProfile, resolve
from issuance.certificates.serials import new_serial
from issuance.certificates.signer import SoftwareSigner, issue
from issuance.certificates.to_be_signed import (
    CertificateTemplate,
    ThrowAwayKeys,
    build_to_be_signed,
)
from issuance.certificates.validity import Term, Validity, validity_from

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is missing")

NOW = datetime(2026, 11, 20, 15, 30, 12, 345678, tzinfo=UTC)
ICERT = "1.3.6.1.4.1.43745"

PERSON = {
    "cedula": "1710034065",
    "given_names": "JOSÉ MARÍA",
    "first_surname": "NUÑEZ",
    "second_surname": "PÉREZ",
    "address": "AV. 10 DE AGOSTO N34-12",
    "phone": "+593991234567",
    "city": "QUITO",
}


class SeededRandomness:
    """Repeatable randomness, for tests only."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)

    def octets(self, count: int) -> bytes:
        return self._random.randbytes(count)

    def digits(self, count: int) -> str:
        return "".join(self._random.choices("0123456789", k=count))


def icert_profile(**changes: object) -> CertificateProfile:
    fields = {
        "1": "cedula",
        "2": "given_names",
        "3": "first_surname",
        "4": "second_surname",
        "7": "address",
        "8": "phone",
        "9": "city",
    }
    profile = {
        "id": "icert-natural-pkcs12",
        "subject": [
            {"oid": "2.5.4.6", "constant": "EC"},
            {"oid": "2.5.4.10", "constant": "CONSEJO DE LA JUDICATURA"},
            {"oid": "2.5.4.5", "source": "cedula"},
            {
                "oid": "2.5.4.3",
                "template": "{given_names} {first_surname} {second_surname}",
                "maximum_length": 64,
            },
        ],
        "other_names": [
            {"oid": f"{ICERT}.1.3.{n}", "source": name, "required": name != "second_surname"}
            for n, name in fields.items()
        ],
        "policy_oids": [f"{ICERT}.1.2.1.1.2.1"],
        "key_algorithms": ["rsa-2048", "p-256"],
        "crl_urls": ["http://crl.example.org/issuing.crl"],
        "ocsp_urls": ["http://ocsp.example.org"],
        "aia_urls": ["http://ca.example.org/issuing.cer"],
        "cps_url": "https://ca.example.org/cps",
    }
    return CertificateProfile.model_validate(profile | changes)


def resolved_for(profile: CertificateProfile, data: dict[str, str] = PERSON) -> ResolvedProfile:
    resolved = resolve(profile, data)
    assert isinstance(resolved, ResolvedProfile), resolved
    return resolved


class Office:
    """An authority with everything around it that an issue takes."""

    def __init__(self, authority: NewAuthority) -> None:
        self.root = authority.root_certificate
        self.issuing = authority.issuing_certificate
        self.issuing_key = authority.issuing_key
        self.chain = [self.issuing, self.root]
        self.signer = SoftwareSigner(authority.issuing_key, self.issuing)
        self.throw_away = ThrowAwayKeys(make_private_key)
        self._randomness = SeededRandomness()

    def template(self, resolved: ResolvedProfile, key: PrivateKey) -> CertificateTemplate:
        validity = validity_from(NOW, Term(years=2), self.issuing)
        assert isinstance(validity, Validity)
        serial = new_serial(self._randomness)
        return CertificateTemplate(resolved, key.public_key(), self.issuing, serial, validity)

    def issue(self, resolved: ResolvedProfile, key: PrivateKey) -> x509.Certificate:
        body = build_to_be_signed(self.template(resolved, key))
        return x509.load_der_x509_certificate(issue(self.signer, body))


def make_office(
    algorithm: str, make_key: Callable[[str], PrivateKey], *, issuing: str = "ENTIDAD DE PRUEBA"
) -> Office:
    names = {"organization": "CONSEJO DE LA JUDICATURA", "locality": "DM QUITO", "country": "EC"}
    plan = AuthorityPlan.model_validate(
        {
            "root": {"common_name": "RAIZ DE PRUEBA", **names},
            "issuing": {"common_name": issuing, **names},
            "algorithm": algorithm,
        }
    )
    authority = create_authority(plan, make_key, SeededRandomness(1), NOW)
    assert isinstance(authority, NewAuthority), authority
    return Office(authority)


def write_pem(path: Path, *certificates: x509.Certificate) -> Path:
    path.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in certificates))
    return path


def run(*command: str, secret: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        input=secret,
        timeout=60,
        errors="replace",
    )


NAME_CHARACTERS = st.characters(
    exclude_categories=["C", "Zl", "Zp"], exclude_characters="\ufffd"
).filter(lambda character: not in_table_a1(character))
"""What a certificate carries: shown, and no younger than Unicode 3.2."""
