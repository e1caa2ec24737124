"""An authority of these days with holders and a responder, for judges that use their own clock."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509

from issuance.certificates.authority import AuthorityPlan, NewAuthority, create_authority
from issuance.certificates.keys import make_private_key
from issuance.certificates.responder import responder_to_be_signed
from issuance.certificates.revocation_list import ListPlan, list_to_be_signed, sign_list
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.serials import new_serial
from issuance.certificates.service_certificate import ServiceTemplate
from issuance.certificates.signer import SoftwareSigner, issue
from issuance.certificates.to_be_signed import (
    CertificateTemplate,
    ThrowAwayKeys,
    build_to_be_signed,
)
from issuance.certificates.validity import Validity
from tests.issuance.certificates.certificate_samples import (
    SeededRandomness,
    icert_profile,
    resolved_for,
)

TODAY = datetime.now(UTC).replace(microsecond=0)
FOUNDED = TODAY - timedelta(days=60)
WEEK = Validity(TODAY, TODAY + timedelta(days=7))
PAST = Validity(TODAY - timedelta(days=9), TODAY - timedelta(days=2))
YEAR = Validity(FOUNDED, FOUNDED + timedelta(days=365))

THROW_AWAY = ThrowAwayKeys(cache(make_private_key))


def revocation(
    certificate: x509.Certificate,
    reason: RevocationReason = RevocationReason.KEY_COMPROMISE,
    *,
    invalid_since: datetime | None = None,
) -> Revocation:
    revoked_at = TODAY - timedelta(days=30)
    return Revocation(certificate.serial_number, revoked_at, reason, invalid_since)


class StatusOffice:
    """A root, an issuing authority under it, three holders and a responder."""

    def __init__(self, algorithm: str) -> None:
        names = {"organization": "CONSEJO DE LA JUDICATURA, Ñ", "country": "EC"}
        plan = AuthorityPlan.model_validate(
            {
                "root": {"common_name": "RAIZ DE PRUEBA", **names},
                "issuing": {"common_name": "ENTIDAD DE PRUEBA", **names},
                "algorithm": algorithm,
            }
        )
        authority = create_authority(plan, make_private_key, SeededRandomness(1), FOUNDED)
        assert isinstance(authority, NewAuthority), authority
        self.root, self.issuing = authority.root_certificate, authority.issuing_certificate
        self.root_signer = SoftwareSigner(authority.root_key, self.root)
        self.signer = SoftwareSigner(authority.issuing_key, self.issuing)
        self.randomness = SeededRandomness()
        self.holder_key = make_private_key("p-256")
        self.good, self.revoked, self.suspended = (self._holder() for _ in range(3))
        self.responder_key = make_private_key("p-256" if algorithm.startswith("p") else "rsa-2048")
        certificate = x509.load_der_x509_certificate(
            issue(self.signer, responder_to_be_signed(self.responder_template()))
        )
        self.responder = SoftwareSigner(self.responder_key, certificate)

    def responder_template(self, validity: Validity = YEAR) -> ServiceTemplate:
        return ServiceTemplate(
            common_name="OCSP DE PRUEBA Ñ",
            public_key=self.responder_key.public_key(),
            issuer=self.issuing,
            serial=new_serial(self.randomness),
            validity=validity,
        )

    def list(
        self, *entries: Revocation, number: int = 1, window: Validity = WEEK, root: bool = False
    ) -> bytes:
        signer = self.root_signer if root else self.signer
        plan = ListPlan(signer.certificate, number, window, entries)
        return sign_list(signer, list_to_be_signed(plan, THROW_AWAY))

    def _holder(self) -> x509.Certificate:
        template = CertificateTemplate(
            resolved_for(icert_profile()),
            self.holder_key.public_key(),
            self.issuing,
            new_serial(self.randomness),
            YEAR,
        )
        return x509.load_der_x509_certificate(issue(self.signer, build_to_be_signed(template)))


status_office = cache(StatusOffice)
