"""A certification authority's own certificates: a root, and the authority under it that issues."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from issuance.certificates.keys import KeyAlgorithm, PrivateKey, PublicKey, hash_for
from issuance.certificates.profile import ResolvedValue, SubjectAttribute, resolve_fields
from issuance.certificates.serials import new_serial
from issuance.certificates.to_be_signed import (
    address_extensions,
    authority_key_identifier,
    key_usage_extension,
)
from issuance.certificates.validity import Term, Validity
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.model import Frozen, Text, plain
from issuance.sources import Randomness

_BACKDATE: Final = timedelta(minutes=5)
_COMMON_NAME_OCTETS: Final = 64

_NAME_ATTRIBUTES: Final = (
    SubjectAttribute(oid="2.5.4.6", source="country"),
    SubjectAttribute(oid="2.5.4.7", source="locality", required=False),
    SubjectAttribute(oid="2.5.4.10", source="organization"),
    SubjectAttribute(oid="2.5.4.11", source="organizational_unit", required=False),
    SubjectAttribute(oid="2.5.4.3", source="common_name"),
)


class AuthorityNames(Frozen):
    """The name of an authority; a demonstration's common name says that it is a test."""

    common_name: Text
    organization: Text
    organizational_unit: Text = ""
    locality: Text = ""
    country: Text


class AuthorityPlan(Frozen):
    """What a new authority's certificates are to be."""

    root: AuthorityNames
    issuing: AuthorityNames
    algorithm: KeyAlgorithm = "rsa-3072"
    root_years: int = 20
    issuing_years: int = 10
    root_crl_urls: tuple[str, ...] = ()
    root_aia_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """A root and its issuing authority, with the keys in clear: seal them at once."""

    root_certificate: x509.Certificate
    issuing_certificate: x509.Certificate
    root_key: PrivateKey = field(repr=False)
    issuing_key: PrivateKey = field(repr=False)


def create_authority(
    plan: AuthorityPlan,
    make_key: Callable[[str], PrivateKey],
    randomness: Randomness,
    now: datetime,
    make_issuing_key: Callable[[str], PrivateKey] | None = None,
) -> NewAuthority | list[Finding]:
    """Make the keys and certificates of a root and of one issuing authority under it.

    `make_issuing_key` makes the issuing key elsewhere, in a token; only its public half is used.
    """
    root_name, issuing_name = _name_of(plan.root), _name_of(plan.issuing)
    if isinstance(root_name, list) or isinstance(issuing_name, list):
        return [
            each for name in (root_name, issuing_name) if isinstance(name, list) for each in name
        ]
    begin = (now - _BACKDATE).replace(microsecond=0)
    root_key = make_key(plan.algorithm)
    issuing_key = (make_issuing_key or make_key)(plan.algorithm)
    root = build_root(
        root_name,
        root_key,
        new_serial(randomness),
        Validity(begin, Term(years=plan.root_years).end(begin)),
    )
    years = min(plan.issuing_years, plan.root_years)
    issuing = build_issuing(
        issuing_name,
        issuing_key.public_key(),
        root,
        root_key,
        new_serial(randomness),
        Validity(begin, Term(years=years).end(begin)),
        crl_urls=plan.root_crl_urls,
        aia_urls=plan.root_aia_urls,
    )
    return NewAuthority(root, issuing, root_key, issuing_key)


def build_root(
    name: x509.Name, key: PrivateKey, serial: int, validity: Validity
) -> x509.Certificate:
    """Return a self-signed root certificate."""
    builder = _authority_builder(name, name, key.public_key(), serial, validity, None)
    return builder.sign(key, hash_for(key.public_key()))


def build_issuing(
    name: x509.Name,
    public_key: PublicKey,
    root: x509.Certificate,
    root_key: PrivateKey,
    serial: int,
    validity: Validity,
    *,
    crl_urls: tuple[str, ...] = (),
    aia_urls: tuple[str, ...] = (),
) -> x509.Certificate:
    """Return the certificate of an authority that issues to holders only (path length 0)."""
    builder = _authority_builder(name, root.subject, public_key, serial, validity, 0)
    # Readers that demand policies find none below an authority that allows none (RFC 5280, 6.1).
    any_policy = x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)
    builder = builder.add_extension(authority_key_identifier(root), critical=False)
    builder = builder.add_extension(x509.CertificatePolicies([any_policy]), critical=False)
    for extension, critical in address_extensions(crl_urls, (), aia_urls):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(root_key, hash_for(root_key.public_key()))


def _authority_builder(
    name: x509.Name,
    issuer: x509.Name,
    public_key: PublicKey,
    serial: int,
    validity: Validity,
    path_length: int | None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(validity.not_before)
        .not_valid_after(validity.not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(key_usage_extension("keyCertSign", "cRLSign"), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _name_of(names: AuthorityNames) -> x509.Name | list[Finding]:
    data: Mapping[str, str] = plain(names)
    resolved = resolve_fields(_NAME_ATTRIBUTES, data)
    findings = [each for each in resolved if isinstance(each, Finding)]
    # `cryptography` counts the characters of a common name in octets.
    octets = len(names.common_name.encode("utf-8", "surrogatepass"))
    if not findings and octets > _COMMON_NAME_OCTETS:
        findings = [_common_name_too_long(octets)]
    return findings or x509.Name(
        x509.NameAttribute(x509.ObjectIdentifier(each.oid), each.value)
        for each in resolved
        if isinstance(each, ResolvedValue)
    )


def _common_name_too_long(octets: int) -> Finding:
    return blocks(
        CertificateFinding.VALUE_TOO_LONG,
        "common_name",
        name="common_name",
        oid="2.5.4.3",
        length=octets,
        limit=_COMMON_NAME_OCTETS,
    )
