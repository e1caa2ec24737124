"""The published test identities: made when first wanted, under a root that nobody trusts."""

import base64
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from cryptography import x509
from cryptography.x509.oid import NameOID

from issuance.certificates.authority import build_root
from issuance.certificates.keys import PrivateKey, PublicKey, certificate_der, hash_for
from issuance.certificates.serials import new_serial
from issuance.certificates.to_be_signed import authority_key_identifier, key_usage_extension
from issuance.certificates.validity import Validity
from issuance.engine.office import Office
from issuance.engine.signing_streams import (
    APPLICATION_CLAIM,
    application_ref,
    continue_signing,
    key_ref,
    permission_ref,
)
from issuance.findings import Finding
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.signing.application_stream import (
    ApplicationState,
    Grant,
    PermissionEnabled,
    PermissionState,
    application_label,
    decide_register,
)
from issuance.signing.custody import KeptKey, Wrapped
from issuance.signing.key_decisions import otp_label
from issuance.signing.key_stream import (
    KeyKept,
    OtpConfirmed,
    OtpOffered,
    SandboxKeyCertified,
    SigningKeyEvent,
    SigningKeyState,
)
from issuance.signing.sandbox_stream import (
    API_KEY,
    ENTITY,
    OTP_SECRET,
    RUNS,
    SECRET,
    SandboxEvent,
    SandboxMade,
    SandboxSwitched,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED

_YEARS: Final = 3
_NAME: Final = "PRUEBA SIN VALOR LEGAL"


def sandbox_institution(office: UUID) -> UUID:
    """Return what stands for an institution in the sandbox; it is in no list of institutions."""
    return uuid5(office, "sandbox institution")


def sandbox_certificate(office: UUID, purpose: str) -> UUID:
    """Return the stand-in for a portable certificate of this purpose."""
    return uuid5(office, f"sandbox certificate:{purpose}")


def sandbox_application(office: UUID) -> UUID:
    """Return the sandbox's application."""
    return uuid5(office, "sandbox application")


def switch_events(roots: tuple[str, ...], by: str, *, on: bool) -> tuple[SandboxEvent, ...]:
    """Return what happens when the sandbox is switched, and made before."""
    return (*(SandboxMade(root=root) for root in roots), SandboxSwitched(on=on, by=by))


def make_sandbox(office: Office, writing: Writing, origin: Origin) -> str | Finding:
    """Make keys, certificates and application of the sandbox; return its root (DER in base64)."""
    begins = origin.at.replace(microsecond=0) - timedelta(minutes=5)
    validity = Validity(begins, begins + timedelta(days=365 * _YEARS))
    root_key = office.custody.make_private_key("p-256")
    serial = new_serial(office.sources.randomness)
    root = build_root(_name(_NAME).public_bytes(), root_key, serial, validity)
    for purpose, run in RUNS.items():
        finding = _make_key(office, writing, origin, purpose, run, (root, root_key))
        if finding is not None:
            return finding
    secret = office.custody.wrap(SECRET.reveal().encode(), application_label(API_KEY))
    if isinstance(secret, Finding):
        return secret
    _register(office, writing, origin, secret)
    return _encoded(root)


def _make_key(
    office: Office,
    writing: Writing,
    origin: Origin,
    purpose: str,
    run: str,
    issuer: tuple[x509.Certificate, PrivateKey],
) -> Finding | None:
    certificate = sandbox_certificate(office.id, purpose)
    made = office.custody.make_key(
        office.sources.identifiers.new().hex,
        "rsa-2048",
        lambda public: _issued(office, public, run, *issuer),
    )
    otp = office.custody.wrap(OTP_SECRET.reveal().encode(), otp_label(certificate.hex))
    for each in (made, otp):
        if isinstance(each, Finding):
            return each
    kept, leaf = _both(made)
    events: list[SigningKeyEvent] = [
        KeyKept(entity=ENTITY, purpose=purpose, run=run, kept=kept),
        SandboxKeyCertified(
            certificate=_encoded(leaf),
            not_before=leaf.not_valid_before_utc,
            not_after=leaf.not_valid_after_utc,
        ),
    ]
    if purpose == ATTENDED and isinstance(otp, Wrapped):
        events += [OtpOffered(secret=otp, by=origin.operator), OtpConfirmed(step=0)]
    none: SigningKeyState | None = None
    continue_signing(writing, key_ref(certificate), none, 0, events, origin, None)
    return None


def _both(
    made: tuple[KeptKey, x509.Certificate] | Finding,
) -> tuple[KeptKey, x509.Certificate]:
    if isinstance(made, Finding):
        raise TypeError(made.code)
    return made


def _register(office: Office, writing: Writing, origin: Origin, secret: Wrapped) -> None:
    application, owner = sandbox_application(office.id), sandbox_institution(office.id)
    grants = tuple(Grant(purpose=purpose, run=run) for purpose, run in RUNS.items())
    registered = decide_register(
        None, _NAME, owner, ENTITY, API_KEY, grants, secret, origin.operator
    )
    none: ApplicationState | None = None
    continue_signing(
        writing, application_ref(application), none, 0, registered.events, origin, None
    )
    writing.take_claim(APPLICATION_CLAIM, API_KEY, application)
    enabled = PermissionEnabled(by=origin.operator)
    nothing: PermissionState | None = None
    ref = permission_ref(sandbox_certificate(office.id, UNATTENDED), application)
    continue_signing(writing, ref, nothing, 0, [enabled], origin, None)


def _issued(
    office: Office, public: PublicKey, run: str, root: x509.Certificate, key: PrivateKey
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(f"{_NAME} {run}"))
        .issuer_name(root.subject)
        .public_key(public)
        .serial_number(new_serial(office.sources.randomness))
        .not_valid_before(root.not_valid_before_utc)
        .not_valid_after(root.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage_extension("digitalSignature", "nonRepudiation"), critical=True)
        .add_extension(authority_key_identifier(root), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return builder.sign(key, hash_for(key.public_key()))


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CL"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _encoded(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate_der(certificate)).decode("ascii")
