"""The sentences of `issuance.findings.revocation`."""

from issuance.findings import FindingCode
from issuance.findings.revocation import RevocationFinding
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    RevocationFinding.ALREADY_REVOKED: N_(
        "This certificate is revoked already ({reason}), and nobody can undo that. If the person "
        "needs a certificate, please open a new case."
    ),
    RevocationFinding.ALREADY_SUSPENDED: N_(
        "This certificate is suspended already. It can be reinstated or revoked."
    ),
    RevocationFinding.NOT_SUSPENDED: N_(
        "This certificate is not suspended, so there is nothing to reinstate. Please check that "
        "you opened the right one."
    ),
    RevocationFinding.SUSPENSION_IS_NO_REVOCATION: N_(
        "That cause only suspends a certificate. To revoke it for good, please choose another "
        "cause; otherwise suspend it."
    ),
    RevocationFinding.EFFECTIVE_DATE_LATER: N_(
        "The effective date {effective} lies in the future. Please enter the day since when the "
        "certificate should not be relied on, today at the latest."
    ),
    RevocationFinding.LIST_UNREADABLE: N_(
        "The file is no revocation list that can be read. Please choose the list (.crl) as the "
        "authority published it."
    ),
    RevocationFinding.LIST_OF_ANOTHER_AUTHORITY: N_(
        "The revocation list was not signed by this authority, or it was changed afterwards. "
        "Please fetch the authority's own list again."
    ),
    RevocationFinding.LIST_NOT_FULL: N_(
        "The revocation list tells only a part of what is revoked. Please choose the authority's "
        "full list."
    ),
    RevocationFinding.RESPONDER_UNFIT: N_(
        "The certificate that signs status answers is not fit for that ({what}). Please tell the "
        "administrator: a new one must be made."
    ),
    RevocationFinding.RESPONDER_OUTSIDE_VALIDITY: N_(
        "The certificate that signs status answers holds from {starts} until {ends}, which is not "
        "now. Please check the computer's clock, and tell the administrator if it is right: a new "
        "one must be made."
    ),
    RevocationFinding.RESPONDER_OF_ANOTHER_AUTHORITY: N_(
        "The certificate that signs status answers was not issued by this authority. Please tell "
        "the administrator: a new one must be made."
    ),
}
