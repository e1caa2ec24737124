"""The issuing authority of one institution, as the State's own is published.

Subject (RFC 4514): e-mail, `CN=FIRMA ELECTRÓNICA AVANZADA – <name>–G2`, serialNumber (the RUT), O,
C=CL; the RUT stands as otherName 1.3.6.1.4.1.8321.1 in subjectAltName, too. Unlike the published
ones it has no name over 64 characters, and may certify holders only (path length 0).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from issuance.certificates.der import NameRow, encode_name, frame_of
from issuance.certificates.description import contents_of
from issuance.certificates.keys import PublicKey, certificate_der
from issuance.certificates.lint import lint_structure
from issuance.certificates.profile import (
    Address,
    OtherNameField,
    ResolvedValue,
    SubjectAttribute,
    resolve_fields,
)
from issuance.certificates.to_be_signed import (
    ThrowAwayKeys,
    address_extensions,
    authority_key_identifier,
    encode_to_be_signed,
    key_of,
    key_usage_extension,
    other_names,
)
from issuance.certificates.validity import Validity
from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.identity.email import read_email
from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.names import authority_common_name, organization_name, padded
from issuance.model import Frozen, Text

_SUBJECT: Final = (
    SubjectAttribute(oid="2.5.4.6", constant="CL"),
    SubjectAttribute(oid="2.5.4.10", source="organization"),
    SubjectAttribute(oid="2.5.4.5", source="rut"),
    SubjectAttribute(oid="2.5.4.3", source="common_name"),
    SubjectAttribute(oid="1.2.840.113549.1.9.1", source="email"),
)
_OTHER_NAMES: Final = (OtherNameField(oid="1.3.6.1.4.1.8321.1", source="rut", encoding="ia5"),)


class IssuingAuthorityPlan(Frozen):
    """What an institution's authority says beside the institution's own names.

    `generation` is the root's, for example `G2`; policy, statement and list are the root's, too.
    """

    generation: Text
    email: Text
    policy_oid: str
    cps_url: Address
    crl_urls: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True)
class IssuingAuthorityTemplate:
    """All that decides the certificate of an institution's authority but the signature."""

    subject: tuple[ResolvedValue, ...]
    alternative_name: x509.SubjectAlternativeName
    plan: IssuingAuthorityPlan
    public_key: PublicKey
    issuer: x509.Certificate
    serial: int
    validity: Validity


def issuing_authority_template(
    institution: InstitutionState,
    plan: IssuingAuthorityPlan,
    public_key: PublicKey,
    issuer: x509.Certificate,
    serial: int,
    validity: Validity,
) -> IssuingAuthorityTemplate | list[Finding]:
    """Return what an institution's authority is meant to say, or why it cannot."""
    data = {
        "organization": organization_name(institution.name, institution.short_name),
        "rut": padded(institution.rut),
        "common_name": authority_common_name(
            institution.name, institution.short_name, plan.generation
        ),
        "email": plan.email,
    }
    subject, alternative = (resolve_fields(fields, data) for fields in (_SUBJECT, _OTHER_NAMES))
    findings = [
        *(each for each in (*subject, *alternative) if isinstance(each, Finding)),
        *(each for each in read_email(plan.email).findings if any_blocks([each])),
    ]
    if findings:
        return findings
    holder = other_names(each for each in alternative if isinstance(each, ResolvedValue))
    return IssuingAuthorityTemplate(
        subject=tuple(each for each in subject if isinstance(each, ResolvedValue)),
        alternative_name=x509.SubjectAlternativeName([*holder, x509.RFC822Name(plan.email)]),
        plan=plan,
        public_key=public_key,
        issuer=issuer,
        serial=serial,
        validity=validity,
    )


def issuing_authority_to_be_signed(template: IssuingAuthorityTemplate) -> bytes:
    """Return the TBSCertificate of an institution's authority in DER."""
    public_key, issuer = template.public_key, template.issuer
    return encode_to_be_signed(
        subject=encode_name(template.subject),
        public_key=public_key,
        issuer=frame_of(certificate_der(issuer)).subject,
        issuer_key=key_of(issuer),
        serial=template.serial,
        validity=template.validity,
        extensions=(
            (x509.BasicConstraints(ca=True, path_length=0), True),
            (key_usage_extension("keyCertSign", "cRLSign"), True),
            (x509.SubjectKeyIdentifier.from_public_key(public_key), False),
            (authority_key_identifier(issuer), False),
            *((each, False) for each in _said(template)),
        ),
    )


def lint_issuing_authority(
    to_be_signed: bytes, template: IssuingAuthorityTemplate, throw_away: ThrowAwayKeys
) -> list[Finding]:
    """Return everything that makes these bytes unfit to be signed; empty when they are fit."""
    return lint_structure(
        to_be_signed, template, throw_away, lambda draft: _differences(draft, template)
    )


def _said(template: IssuingAuthorityTemplate) -> list[x509.ExtensionType]:
    """Return the extensions that say something of this institution, or that are the root's, too."""
    plan = template.plan
    policy = x509.PolicyInformation(x509.ObjectIdentifier(plan.policy_oid), [plan.cps_url])
    addresses = (each for each, _ in address_extensions(plan.crl_urls, (), ()))
    return [x509.CertificatePolicies([policy]), template.alternative_name, *addresses]


def _differences(draft: x509.Certificate, template: IssuingAuthorityTemplate) -> Iterator[Finding]:
    meant = [NameRow(*each) for each in template.subject]
    found = list(contents_of(draft).subject)
    for oid in sorted({each.oid for each in set(meant) ^ set(found)}):
        yield blocks(CertificateFinding.SUBJECT_DIFFERS, oid=oid)
    present = {each.oid: each for each in draft.extensions}
    constraints = present.pop(ExtensionOID.BASIC_CONSTRAINTS, None)
    holders_only = x509.BasicConstraints(ca=True, path_length=0)
    if constraints is None or not constraints.critical or constraints.value != holders_only:
        yield blocks(CertificateFinding.NOT_HOLDERS_AUTHORITY)
    usage = present.pop(ExtensionOID.KEY_USAGE, None)
    signs = key_usage_extension("keyCertSign", "cRLSign")
    if usage is None or not usage.critical or usage.value != signs:
        there = ", ".join(contents_of(draft).key_usage)
        yield blocks(
            CertificateFinding.KEY_USAGE_DIFFERS, expected="keyCertSign, cRLSign", found=there
        )
    for extension in _said(template):
        found_one = present.pop(extension.oid, None)
        if found_one is None or found_one.critical or found_one.value != extension:
            yield blocks(CertificateFinding.EXTENSION_DIFFERS, oid=extension.oid.dotted_string)
    # Whose these are is looked at with every certificate.
    identifiers = {ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER}
    for oid in present.keys() - identifiers:
        yield blocks(CertificateFinding.EXTENSION_UNEXPECTED, oid=oid.dotted_string)
