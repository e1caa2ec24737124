"""The words for certificates in custody: how they stand, what comes next, what was signed."""

from collections import Counter
from collections.abc import Container, Iterable
from typing import Final

from issuance.institutions.portable_stream import PortableStatus
from tui.translation import N_, Translator

STATES: Final = {
    PortableStatus.PENDING: N_("waits for the certifier"),
    PortableStatus.WITHDRAWN: N_("taken back"),
    PortableStatus.REJECTED: N_("rejected"),
    PortableStatus.APPROVED: N_("being issued"),
    PortableStatus.ISSUED: N_("codes to set up"),
    PortableStatus.ACTIVE: N_("in use"),
    PortableStatus.REVOKED: N_("revoked"),
    PortableStatus.EXPIRED: N_("ended"),
}
"""How a certificate stands, in a word or three."""

NEXT: Final = {
    PortableStatus.PENDING: N_(
        "The institution's certifier must see the holder in person, with their document. Until "
        "then the request can be taken back."
    ),
    PortableStatus.WITHDRAWN: N_("It was taken back; another can be asked for."),
    PortableStatus.REJECTED: N_("The certifier rejected it; another can be asked for."),
    PortableStatus.APPROVED: N_("The certifier approved it, and it is being issued now."),
    PortableStatus.ISSUED: N_(
        "The holder sets up the codes on their telephone; it signs from then on."
    ),
    PortableStatus.ACTIVE: N_("It is in use: it signs."),
    PortableStatus.REVOKED: N_("It signs no more; what was signed before stays signed."),
    PortableStatus.EXPIRED: N_("Its term is over; what was signed before stays signed."),
}
"""What comes next, and by whom."""

CODES_MISSING: Final = N_(
    "The holder has no codes now: they set up new ones on their telephone, then it signs again."
)
"""What comes next where a certificate in use lost its one-time codes."""

_KEY_LENGTH: Final = 8
_INTERFACES: Final = {
    "tickets": N_("FirmaGob interface"),
    "csc": N_("CSC interface"),
    "terminal": N_("holder's terminal"),
}


def interface_words(interface: str, translate: Translator) -> str:
    """Return by what way a request to sign came; one that has no words is its own name."""
    words = _INTERFACES.get(interface)
    return translate(words) if words else interface


def application_words(name: str, key: str, shared: Container[str]) -> str:
    """Return an application's name, behind the end of its key where another has the name too."""
    if not name:
        return key
    return f"…{key[-_KEY_LENGTH:]} {name}" if name in shared else name


def shared_names(applications: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the names that more than one key has, of pairs of name and key."""
    keys = Counter(name for name, _ in set(applications))
    return frozenset(name for name, count in keys.items() if count > 1)


CODES: Final = {
    "none": N_("not set up"),
    "offered": N_("begun, not confirmed"),
    "set_up": N_("set up"),
}
"""How the one-time codes of a certificate stand."""
