"""The issuing authority of one institution, as the State's own is published.

Subject (RFC 4514): e-mail, `CN=FIRMA ELECTRÓNICA AVANZADA – <name>–G2`, serialNumber (the RUT), O,
C=CL; the RUT stands as otherName 1.3.6.1.4.1.8321.1 in subjectAltName, too. Unlike the published
ones it has no name over 64 characters, and may certify holders only (path length 0).
"""

from typing import Final

from cryptography import x509

from issuance.certificates.der import encode_name, frame_of, with_names
from issuance.certificates.keys import PublicKey, certificate_der, hash_for
from issuance.certificates.profile import (
    Address,
    OtherNameField,
    ResolvedValue,
    SubjectAttribute,
    resolve_fields,
)
from issuance.certificates.signer import AuthoritySigner, issue
from issuance.certificates.to_be_signed import (
    ThrowAwayKeys,
    address_extensions,
    authority_key_identifier,
    key_of,
    key_usage_extension,
    other_names,
    signature_identifier,
)
from issuance.certificates.validity import Validity
from issuance.findings import Finding, any_blocks
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


def build_issuing_authority(
    institution: InstitutionState,
    plan: IssuingAuthorityPlan,
    public_key: PublicKey,
    root: AuthoritySigner,
    serial: int,
    validity: Validity,
    throw_away: ThrowAwayKeys,
) -> bytes | list[Finding]:
    """Return the certificate (DER) of an institution's issuing authority, signed by the root."""
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
    names = [each for each in subject if isinstance(each, ResolvedValue)]
    holder = other_names(each for each in alternative if isinstance(each, ResolvedValue))
    address = x509.RFC822Name(plan.email)
    policy = x509.PolicyInformation(x509.ObjectIdentifier(plan.policy_oid), [plan.cps_url])
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .serial_number(serial)
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .public_key(public_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage_extension("keyCertSign", "cRLSign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(authority_key_identifier(root.certificate), critical=False)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
        .add_extension(x509.SubjectAlternativeName([*holder, address]), critical=False)
    )
    for extension, critical in address_extensions(plan.crl_urls, (), ()):
        builder = builder.add_extension(extension, critical=critical)
    draft_key = throw_away.quickest()
    draft = builder.sign(draft_key, hash_for(draft_key.public_key()))
    to_be_signed = with_names(
        draft.tbs_certificate_bytes,
        subject=encode_name((each.oid, each.value, each.encoding) for each in names),
        issuer=frame_of(certificate_der(root.certificate)).subject,
        algorithm=signature_identifier(key_of(root.certificate)),
    )
    return issue(root, to_be_signed)
