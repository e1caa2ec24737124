"""A second opinion on a certificate before it is signed: `pkilint`, where it is installed."""

import logging
from collections.abc import Collection, Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from issuance.findings import Finding, Severity, blocks
from issuance.findings.certificates import CertificateFinding

_SEVERITIES: Final = {
    "FATAL": Severity.BLOCKS,
    "ERROR": Severity.BLOCKS,
    "WARNING": Severity.WARNS,
}
"""What the linter only notices or informs about is no finding."""

_ISSUER: Final = "certificate.tbsCertificate.issuer."
"""The authority's name, octet by octet its own certificate's (RFC 5280, 4.1.2.4)."""


def is_installed() -> bool:
    """Tell whether there is a linter to ask."""
    return find_spec("pkilint") is not None


def second_opinion(draft: bytes, allowed: Collection[str] = ()) -> list[Finding]:
    """Return what the linter finds against RFC 5280 in a certificate in DER.

    `allowed` names findings of its own (for example `pkix.subject_key_identifier_method_1`) that a
    policy lives with. How the authority is called is nothing a certificate could mend: one that was
    taken over may have a longer name than the standard allows. It takes about 7 ms, and half a
    second the first time: call it in a thread.

    Raises ImportError when the linter is not installed.
    """
    load, validator = _linter()
    try:
        document = load(draft, "draft")
    except ValueError:
        return [blocks(CertificateFinding.CERTIFICATE_UNREADABLE)]
    return [
        Finding(CertificateFinding.LINTER_OBJECTS, severity, None, {"rule": rule, "place": place})
        for rule, place, severity in _objections(validator.validate(document.root))
        if rule not in allowed and not place.startswith(_ISSUER)
    ]


def _objections(results: Any) -> Iterator[tuple[str, str, Severity]]:
    """Yield rule and place, without the linter's message: it may quote a holder's data."""
    for result in results:
        for each in result.finding_descriptions:
            if severity := _SEVERITIES.get(each.finding.severity.name):
                yield each.finding.code, str(result.node.path), severity


@cache
def _linter() -> tuple[Any, Any]:
    """Return the loader and the validator of RFC 5280; they keep nothing between certificates."""
    # It logs what it stumbles over; holders' data must not reach a log, or the screen.
    log = logging.getLogger("pkilint")
    log.propagate = False
    log.addHandler(logging.NullHandler())
    certificate = import_module("pkilint.pkix.certificate")
    names, extension = import_module("pkilint.pkix.name"), import_module("pkilint.pkix.extension")
    validator = certificate.create_pkix_certificate_validator_container(
        certificate.create_decoding_validators(
            names.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS
        ),
        [
            certificate.create_issuer_validator_container([]),
            certificate.create_validity_validator_container(),
            certificate.create_subject_validator_container([]),
            certificate.create_extensions_validator_container([]),
            certificate.create_spki_validator_container([]),
        ],
    )
    return import_module("pkilint.loader").load_der_certificate, validator
