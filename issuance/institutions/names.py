"""Names of institutions, in full and in the form that fits into a certificate."""

from typing import Final

from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode

LONGEST_NAME: Final = 200
CERTIFICATE_LENGTH: Final = 64
"""Characters of organizationName and commonName (X.520; RFC 5280, appendix A.1).

More than half of the published issuing authorities have more in their common name; readers refuse
them, so here a longer name has a short form.
"""

AUTHORITY_PREFIX: Final = "FIRMA ELECTRÓNICA AVANZADA"


def check_names(name: str, short_name: str) -> tuple[Finding, ...]:
    """Return what is wrong with an institution's name and its short form."""
    if not 0 < len(name) <= LONGEST_NAME:
        return (blocks(InstitutionCode.INSTITUTION_NAME, "name", limit=LONGEST_NAME),)
    figures = {"limit": CERTIFICATE_LENGTH}
    if len(short_name) > CERTIFICATE_LENGTH:
        code, length = InstitutionCode.SHORT_NAME_TOO_LONG, len(short_name)
        return (blocks(code, "short_name", length=length, **figures),)
    if len(name) > CERTIFICATE_LENGTH and not short_name:
        code, length = InstitutionCode.SHORT_NAME_NEEDED, len(name)
        return (blocks(code, "short_name", length=length, **figures),)
    return ()


def organization_name(name: str, short_name: str) -> str:
    """Return the name that stands as organizationName: the full one where it fits."""
    return name if len(name) <= CERTIFICATE_LENGTH else short_name


def authority_common_name(name: str, short_name: str, generation: str) -> str:
    """Return the common name of an institution's issuing authority, in 64 characters.

    As published it is `FIRMA ELECTRÓNICA AVANZADA – Ministerio de Energía–G2`. Where that is too
    long the short form stands in it, and where that is too long, too, it stands alone.
    """
    short = short_name or name
    whole = [f"{AUTHORITY_PREFIX} – {each}–{generation}" for each in (name, short)]
    return next((each for each in whole if len(each) <= CERTIFICATE_LENGTH), short)


def padded(rut: str) -> str:
    """Write a RUT in normal form as certificates do, with eight digits: `07880442-4`."""
    return rut.zfill(10)


def one_line(text: str) -> str:
    """Return the text without outer and repeated spaces."""
    return " ".join(text.split())
