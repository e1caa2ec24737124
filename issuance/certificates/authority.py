"""A certification authority's own certificates: a root, and the authority under it that issues."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509

from issuance.certificates.der import assemble, encode_name, frame_of
from issuance.certificates.keys import (
    KeyAlgorithm,
    PrivateKey,
    PublicKey,
    certificate_der,
    sign,
)
from issuance.certificates.profile import ResolvedValue, SubjectAttribute, resolve_fields
from issuance.certificates.revocation_list import ListPlan, list_to_be_signed, sign_list
from issuance.certificates.serials import new_serial
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.to_be_signed import (
    ThrowAwayKeys,
    address_extensions,
    authority_key_identifier,
    encode_to_be_signed,
    key_usage_extension,
)
from issuance.certificates.validity import Term, Validity
from issuance.findings import Finding
from issuance.model import Frozen, Text, plain
from issuance.sources import Randomness

_BACKDATE: Final = timedelta(minutes=5)

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
    """A root and its issuing authority, with the keys in clear: seal them at once.

    `root_list` is the root's revocation list in DER: nothing is revoked.
    """

    root_certificate: x509.Certificate
    issuing_certificate: x509.Certificate
    root_list: bytes
    root_key: PrivateKey = field(repr=False)
    issuing_key: PrivateKey = field(repr=False)


def create_authority(
    plan: AuthorityPlan,
    make_key: Callable[[str], PrivateKey],
    randomness: Randomness,
    now: datetime,
    make_issuing_key: Callable[[str], PrivateKey] | None = None,
    issuing_path_length: int = 0,
) -> NewAuthority | list[Finding]:
    """Make the keys and certificates of a root and of one issuing authority under it.

    `make_issuing_key` makes the issuing key elsewhere, in a token; only its public half is used.
    `issuing_path_length` is how many authorities may stand below the issuing one.
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
        path_length=issuing_path_length,
    )
    root_list = _root_list(root, root_key, issuing)
    return NewAuthority(root, issuing, root_list, root_key, issuing_key)


def _root_list(root: x509.Certificate, root_key: PrivateKey, issuing: x509.Certificate) -> bytes:
    """Return an empty list that holds as long as the issuing authority.

    The root's key is not at hand any more when a shorter one would have to be renewed.
    """
    window = Validity(issuing.not_valid_before_utc, issuing.not_valid_after_utc)
    plan = ListPlan(root, 1, window, ())
    signer = SoftwareSigner(root_key, root)
    return sign_list(signer, list_to_be_signed(plan, ThrowAwayKeys(lambda _: root_key)))


def build_root(name: bytes, key: PrivateKey, serial: int, validity: Validity) -> x509.Certificate:
    """Return a self-signed root certificate; `name` is DER."""
    extensions = _authority_extensions(key.public_key(), None)
    return _signed(name, key.public_key(), name, key, serial, validity, extensions)


def build_issuing(
    name: bytes,
    public_key: PublicKey,
    root: x509.Certificate,
    root_key: PrivateKey,
    serial: int,
    validity: Validity,
    *,
    crl_urls: tuple[str, ...] = (),
    aia_urls: tuple[str, ...] = (),
    path_length: int = 0,
) -> x509.Certificate:
    """Return the certificate of an issuing authority; `name` is DER.

    Of path length 0 it issues to holders only.
    """
    # Readers that demand policies find none below an authority that allows none (RFC 5280, 6.1).
    any_policy = x509.PolicyInformation(x509.ObjectIdentifier("2.5.29.32.0"), None)
    extensions = (
        *_authority_extensions(public_key, path_length),
        (authority_key_identifier(root), False),
        (x509.CertificatePolicies([any_policy]), False),
        *address_extensions(crl_urls, (), aia_urls),
    )
    issuer = frame_of(certificate_der(root)).subject
    return _signed(name, public_key, issuer, root_key, serial, validity, extensions)


def _signed(
    subject: bytes,
    public_key: PublicKey,
    issuer: bytes,
    issuer_key: PrivateKey,
    serial: int,
    validity: Validity,
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    to_be_signed = encode_to_be_signed(
        subject=subject,
        public_key=public_key,
        issuer=issuer,
        issuer_key=issuer_key.public_key(),
        serial=serial,
        validity=validity,
        extensions=extensions,
    )
    return x509.load_der_x509_certificate(assemble(to_be_signed, sign(issuer_key, to_be_signed)))


def _authority_extensions(
    public_key: PublicKey, path_length: int | None
) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    return (
        (x509.BasicConstraints(ca=True, path_length=path_length), True),
        (key_usage_extension("keyCertSign", "cRLSign"), True),
        (x509.SubjectKeyIdentifier.from_public_key(public_key), False),
    )


def _name_of(names: AuthorityNames) -> bytes | list[Finding]:
    """Return a name in DER, or what does not fit."""
    data: Mapping[str, str] = plain(names)
    resolved = resolve_fields(_NAME_ATTRIBUTES, data)
    findings = [each for each in resolved if isinstance(each, Finding)]
    return findings or encode_name(each for each in resolved if isinstance(each, ResolvedValue))
