"""Whether a certificate says exactly what its profile means, field by field."""

from collections import Counter
from collections.abc import Iterable, Iterator

from cryptography import x509
from cryptography.x509.oid import ExtensionOID

from issuance.certificates.description import (
    CertificateDescription,
    NamedValue,
    describe_certificate,
)
from issuance.certificates.profile import CertificateProfile, ResolvedProfile, ResolvedValue
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding


def compare_with_profile(certificate: x509.Certificate, resolved: ResolvedProfile) -> list[Finding]:
    """Return every difference between a certificate and the profile it was issued for."""
    found = describe_certificate(certificate)
    return [
        *_name_findings(found, resolved),
        *_list_findings(found, resolved.profile),
        *_extension_findings(certificate.extensions, resolved),
    ]


def _name_findings(found: CertificateDescription, resolved: ResolvedProfile) -> Iterator[Finding]:
    for group in (found.subject, found.other_names, found.issuer_other_names):
        for oid, count in Counter(each.oid for each in group).items():
            if count > 1:
                yield blocks(CertificateFinding.ATTRIBUTE_DUPLICATE, oid=oid)
    for oid in _differing(resolved.subject, found.subject):
        yield blocks(CertificateFinding.SUBJECT_DIFFERS, oid=oid)
    for oid in _differing(resolved.other_names, found.other_names):
        yield blocks(CertificateFinding.OTHER_NAME_DIFFERS, oid=oid)
    for oid in _differing(resolved.issuer_other_names, found.issuer_other_names):
        yield blocks(CertificateFinding.OTHER_NAME_DIFFERS, oid=oid)


def _differing(expected: Iterable[ResolvedValue], found: Iterable[NamedValue]) -> list[str]:
    meant = [(each.oid, each.value, each.encoding) for each in expected]
    there = [(each.oid, each.value, each.encoding) for each in found]
    if differences := set(meant) ^ set(there):
        return sorted({oid for oid, _, _ in differences})
    return [there[0][0]] if meant != there else []


def _list_findings(found: CertificateDescription, profile: CertificateProfile) -> Iterator[Finding]:
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
    critical = {each.oid: each.critical for each in extensions}
    for oid in critical.keys() - _expected_extensions(resolved):
        yield blocks(CertificateFinding.EXTENSION_UNEXPECTED, oid=oid.dotted_string)
    constraints = next(
        (each.value for each in extensions if isinstance(each.value, x509.BasicConstraints)), None
    )
    if constraints is None or constraints.ca or not critical[x509.BasicConstraints.oid]:
        yield blocks(CertificateFinding.IS_AUTHORITY)
    if not critical.get(ExtensionOID.KEY_USAGE, True):
        yield blocks(
            CertificateFinding.KEY_USAGE_DIFFERS, expected="critical", found="not critical"
        )
    for each in extensions:
        names = each.value
        if not isinstance(names, x509.SubjectAlternativeName | x509.IssuerAlternativeName):
            continue
        rest = [name for name in names if not isinstance(name, x509.OtherName)]
        holders = isinstance(names, x509.SubjectAlternativeName)
        meant = resolved.emails if holders else ()
        if rest != [x509.RFC822Name(email.value) for email in meant]:
            yield blocks(CertificateFinding.OTHER_NAME_DIFFERS, oid=each.oid.dotted_string)


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
