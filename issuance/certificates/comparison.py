"""Whether a certificate says exactly what its profile means, field by field."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from issuance.certificates.description import CertificateContents, contents_of
from issuance.certificates.profile import CertificateProfile, ResolvedProfile
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding

_Row = tuple[str, str, str]
"""Identifier, value and encoding: what a `ResolvedValue` and a `NameRow` are alike."""

_CRITICAL: Final = {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE}
"""What every holder's certificate has as critical, and nothing else: readers refuse the rest."""


def compare_with_profile(certificate: x509.Certificate, resolved: ResolvedProfile) -> list[Finding]:
    """Return every difference between a certificate and the profile it was issued for."""
    found = contents_of(certificate)
    return [
        *_name_findings(found, resolved),
        *_list_findings(found, resolved.profile),
        *_extension_findings(certificate.extensions, resolved),
    ]


def _name_findings(found: CertificateContents, resolved: ResolvedProfile) -> Iterator[Finding]:
    for group in (found.subject, found.other_names, found.issuer_other_names):
        for oid in duplicates(each.oid for each in group):
            yield blocks(CertificateFinding.ATTRIBUTE_DUPLICATE, oid=oid)
    for oid in _differing(resolved.subject, found.subject):
        yield blocks(CertificateFinding.SUBJECT_DIFFERS, oid=oid)
    for oid in _differing(resolved.other_names, found.other_names):
        yield blocks(CertificateFinding.OTHER_NAME_DIFFERS, oid=oid)
    for oid in _differing(resolved.issuer_other_names, found.issuer_other_names):
        yield blocks(CertificateFinding.OTHER_NAME_DIFFERS, oid=oid)


def _differing(expected: tuple[_Row, ...], found: tuple[_Row, ...]) -> list[str]:
    if expected == found:
        return []
    # Where only the order differs, the first one stands for all.
    return sorted({oid for oid, _, _ in set(expected) ^ set(found)}) or [found[0][0]]


def _list_findings(found: CertificateContents, profile: CertificateProfile) -> Iterator[Finding]:
    usage, addresses = set(profile.key_usage), (profile.cps_url,) * len(profile.policy_oids)
    cps_urls = tuple(url for url in addresses if url)
    comparisons = (
        (CertificateFinding.POLICY_DIFFERS, profile.policy_oids, found.policies),
        (CertificateFinding.KEY_USAGE_DIFFERS, sorted(usage), sorted(found.key_usage)),
        (
            CertificateFinding.EXTENDED_KEY_USAGE_DIFFERS,
            profile.extended_key_usage,
            found.extended_key_usage,
        ),
        (CertificateFinding.ADDRESSES_DIFFER, profile.crl_urls, found.crl_urls),
        (CertificateFinding.ADDRESSES_DIFFER, profile.ocsp_urls, found.ocsp_urls),
        (CertificateFinding.ADDRESSES_DIFFER, profile.aia_urls, found.aia_urls),
        (CertificateFinding.ADDRESSES_DIFFER, cps_urls, found.cps_urls),
    )
    for code, expected, there in comparisons:
        if expected != there:
            yield blocks(code, expected=", ".join(expected), found=", ".join(there))


def _extension_findings(
    extensions: x509.Extensions, resolved: ResolvedProfile
) -> Iterator[Finding]:
    present = {each.oid: each for each in extensions}
    for oid in present.keys() - _expected_extensions(resolved):
        yield blocks(CertificateFinding.EXTENSION_UNEXPECTED, oid=oid.dotted_string)
    for oid, extension in present.items():
        if extension.critical != (oid in _CRITICAL):
            yield blocks(CertificateFinding.EXTENSION_CRITICALITY, oid=oid.dotted_string)
    constraints = present.get(ExtensionOID.BASIC_CONSTRAINTS)
    if constraints is None or constraints.value.ca:
        yield blocks(CertificateFinding.IS_AUTHORITY)
    for oid, meant in (
        (ExtensionOID.SUBJECT_ALTERNATIVE_NAME, resolved.emails),
        (ExtensionOID.ISSUER_ALTERNATIVE_NAME, ()),
    ):
        if oid not in present:
            continue
        rest = [name for name in present[oid].value if not isinstance(name, x509.OtherName)]
        if rest != [x509.RFC822Name(email.value) for email in meant]:
            yield blocks(CertificateFinding.OTHER_NAME_DIFFERS, oid=oid.dotted_string)


def _expected_extensions(resolved: ResolvedProfile) -> set[x509.ObjectIdentifier]:
    profile = resolved.profile
    optional = {
        ExtensionOID.EXTENDED_KEY_USAGE: profile.extended_key_usage,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME: resolved.other_names + resolved.emails,
        ExtensionOID.ISSUER_ALTERNATIVE_NAME: resolved.issuer_other_names,
        ExtensionOID.CRL_DISTRIBUTION_POINTS: profile.crl_urls,
        ExtensionOID.AUTHORITY_INFORMATION_ACCESS: profile.ocsp_urls + profile.aia_urls,
    }
    return {
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.SUBJECT_KEY_IDENTIFIER,
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.CERTIFICATE_POLICIES,
        *(oid for oid, values in optional.items() if values),
    }


def duplicates(values: Iterable[str]) -> list[str]:
    """Return what stands more than once."""
    return [value for value, count in Counter(values).items() if count > 1]
