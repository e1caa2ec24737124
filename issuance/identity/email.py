"""E-mail addresses that mail servers of today take: ASCII, no quotes, no display name (RFC 5321).

Nothing is asked of the network: whether the address is the applicant's is what the code sent to it
proves.
"""

from issuance.findings import Finding, blocks, warns
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered, wrong_character
from issuance.identity.verdict import Reading, impossible, incomplete, valid

_SIGNS_OF_AN_ADDRESS = "@.-_+!#$%&'*/=?^`{|}~"

# Slips seen again and again; `.con`, which does not exist, is caught for every domain.
_MISTYPED_DOMAINS = {
    "gmail.co": "gmail.com",
    "gmail.cm": "gmail.com",
    "gmail.es": "gmail.com",
    "gmai.com": "gmail.com",
    "gmal.com": "gmail.com",
    "gmial.com": "gmail.com",
    "gmil.com": "gmail.com",
    "gmaill.com": "gmail.com",
    "gamil.com": "gmail.com",
    "gnail.com": "gmail.com",
    "gmail.comm": "gmail.com",
    "hotmail.co": "hotmail.com",
    "hotmai.com": "hotmail.com",
    "hotmal.com": "hotmail.com",
    "hotmial.com": "hotmail.com",
    "hotmil.com": "hotmail.com",
    "hotamil.com": "hotmail.com",
    "hormail.com": "hotmail.com",
    "homail.com": "hotmail.com",
    "outlok.com": "outlook.com",
    "outllok.com": "outlook.com",
    "outloock.com": "outlook.com",
    "oulook.com": "outlook.com",
    "yaho.com": "yahoo.com",
    "yahooo.com": "yahoo.com",
    "yhaoo.com": "yahoo.com",
    "iclod.com": "icloud.com",
    "icoud.com": "icloud.com",
}

# Whatever may follow the beginning of an address, one of these makes it whole.
_ENDINGS = ("@a.ec", "a@a.ec", ".ec", "a.ec", "a")


@entered
def read_email(text: str) -> Reading:
    """Read an e-mail address; its domain is written small, the part before it stays as typed."""
    refused = wrong_character(IdentityFinding.EMAIL_CHARACTER, text, _belongs_in_an_address)
    if refused:
        return refused
    if text.count("@") > 1:
        return impossible(text, blocks(IdentityFinding.EMAIL_SEVERAL_AT))
    if address := _whole_address(text):
        return valid(address, *_typo_warnings(address))
    if _may_become_an_address(text):
        return incomplete(text, blocks(IdentityFinding.EMAIL_INCOMPLETE))
    return impossible(text, blocks(IdentityFinding.EMAIL_NOT_AN_ADDRESS))


def _belongs_in_an_address(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character in _SIGNS_OF_AN_ADDRESS)


def _whole_address(text: str) -> str | None:
    # 36 ms to import: not before the first address is typed.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return None
    return found.ascii_email


def _may_become_an_address(text: str) -> bool:
    # A label in Punycode is right only when whole, so its mark is taken for ordinary letters.
    ordinary = text.lower().replace("xn--", "xnaa")
    return any(_whole_address(ordinary + ending) for ending in _ENDINGS)


def _typo_warnings(address: str) -> list[Finding]:
    domain = address.rpartition("@")[2]
    suggestion = _MISTYPED_DOMAINS.get(domain)
    if domain.endswith(".con"):
        corrected = domain.removesuffix("n") + "m"
        suggestion = _MISTYPED_DOMAINS.get(corrected, corrected)
    if suggestion is None:
        return []
    return [warns(IdentityFinding.EMAIL_DOMAIN_TYPO, domain=domain, suggestion=suggestion)]
