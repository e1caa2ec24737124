"""What object identifiers in a certificate mean to people; who wants to compare sees both."""

from typing import Final

from tui.translation import N_, Translator

ALGORITHMS: Final = {
    "1.2.840.113549.1.1.5": N_("SHA-1 with RSA"),
    "1.2.840.113549.1.1.10": N_("RSA-PSS"),
    "1.2.840.113549.1.1.11": N_("SHA-256 with RSA"),
    "1.2.840.113549.1.1.12": N_("SHA-384 with RSA"),
    "1.2.840.113549.1.1.13": N_("SHA-512 with RSA"),
    "1.2.840.10045.4.3.2": N_("SHA-256 with ECDSA"),
    "1.2.840.10045.4.3.3": N_("SHA-384 with ECDSA"),
    "1.2.840.10045.4.3.4": N_("SHA-512 with ECDSA"),
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
"""Signature algorithms (RFC 8017, appendix C; RFC 5758; RFC 8410)."""

USES: Final = {
    "1.3.6.1.5.5.7.3.1": N_("servers on the web"),
    "1.3.6.1.5.5.7.3.2": N_("logging in to servers"),
    "1.3.6.1.5.5.7.3.3": N_("signing programs"),
    "1.3.6.1.5.5.7.3.4": N_("e-mail"),
    "1.3.6.1.5.5.7.3.8": N_("time stamps"),
    "1.3.6.1.5.5.7.3.9": N_("status answers (OCSP)"),
    "1.3.6.1.5.5.7.3.36": N_("signing documents"),
    "1.3.6.1.4.1.311.10.3.12": N_("signing documents (Microsoft)"),
    "1.3.6.1.4.1.311.20.2.2": N_("logging in with a card (Microsoft)"),
    "1.2.840.113583.1.1.5": N_("signing PDF documents (Adobe)"),
    "2.5.29.37.0": N_("any use"),
}
"""Extended key usages (RFC 5280, 4.2.1.12; RFC 9336; the makers' own lists)."""


def named(oid: str, names: dict[str, str], translate: Translator) -> str:
    """Return name and identifier; the identifier alone where it is none of these."""
    return f"{translate(names[oid])} ({oid})" if oid in names else oid
