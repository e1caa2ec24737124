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
    RevocationFinding.EFFECTIVE_BEFORE_ISSUE: N_(
        "That day lies before this certificate was issued ({issued}). Please compare it with the "
        "document. If the holder had died before, somebody else got the certificate: tell the "
        "approver."
    ),
    RevocationFinding.SUSPENSION_SWITCHED_OFF: N_(
        "This authority does not suspend certificates. If there is a cause, please revoke it."
    ),
    RevocationFinding.REVOCATION_WAITS: N_(
        "A revocation of this certificate waits already for a second person. Please ask them to "
        "confirm or decline it."
    ),
    RevocationFinding.NO_REVOCATION_WAITS: N_(
        "No revocation of this certificate waits for a second person. Please look at its history."
    ),
    RevocationFinding.CERTIFICATE_EXPIRED: N_(
        "The time of this certificate ran out on {ended}, so nothing about it can be changed any "
        "more. If the person needs a certificate, please open a new case."
    ),
    RevocationFinding.CERTIFICATE_NOT_HANDED_OVER: N_(
        "This certificate was not handed over yet. If its key was lost, please replace the "
        "certificate in the activation, which revokes it."
    ),
    RevocationFinding.EFFECTIVE_DATE_NEEDED: N_(
        "For this cause, please enter the day since when the certificate should not be relied on: "
        "for a death, its date."
    ),
    RevocationFinding.HOLDER_CANNOT_ASK: N_(
        "For this cause the holder cannot ask. Choose who does: a representative or an authority."
    ),
    RevocationFinding.IDENTIFICATION_NEEDED: N_(
        "Please choose how whoever asks for the revocation was identified, or how the order was "
        "proven."
    ),
    RevocationFinding.ASKER_NEEDED: N_(
        "Please enter who asks for the revocation: the representative's name, or the authority "
        "and the number of its letter."
    ),
    RevocationFinding.SECOND_PERSON_CONFIRMS: N_(
        "The revocation was noted and takes effect when a second person confirms it. Until then "
        "the certificate stays as it is."
    ),
    RevocationFinding.BROUGHT_UNREADABLE: N_(
        "This file does not hold one certificate that can be read. Please choose the holder's "
        "certificate alone (.pem, .crt, .cer or .der), without its chain."
    ),
    RevocationFinding.BROUGHT_OF_ANOTHER_AUTHORITY: N_(
        "This office's authority did not sign this certificate, so it cannot revoke it. Please ask "
        "the authority that the certificate names as its issuer."
    ),
    RevocationFinding.BROUGHT_IN_REGISTER: N_(
        "This certificate is in the register. Please revoke it on its own page: look for its "
        "serial number {serial} among the certificates."
    ),
    RevocationFinding.BROUGHT_NO_HOLDERS: N_(
        "This is no holder's certificate: it belongs to the office or to an authority, and is not "
        "revoked here. Please choose the holder's."
    ),
    RevocationFinding.REVOCATION_NEEDS_SECOND_PERSON: N_(
        "You asked for this revocation, and another person must decide it. Please ask a colleague "
        "who may confirm it."
    ),
    RevocationFinding.RENEWAL_UNKNOWN: N_(
        "The certificate to renew is not in this register, or was never handed over. Please check "
        "its serial number, or open a new case."
    ),
    RevocationFinding.RENEWAL_NOT_GOOD: N_(
        "Only a certificate in force can be renewed; this one is not ({status}). Please open a new "
        "case without renewal."
    ),
    RevocationFinding.RENEWAL_TOO_EARLY: N_(
        "This certificate is valid until {ends}. It can be renewed in its last {days} days; please "
        "come back then."
    ),
    RevocationFinding.RENEWAL_OF_ANOTHER: N_(
        "The certificate to renew belongs to another person, or is of another type or container. "
        "Please choose the same product, or open a new case without renewal."
    ),
    RevocationFinding.RENEWED_ALREADY: N_(
        "This certificate was renewed already. Please look for the one that follows it."
    ),
    RevocationFinding.PUBLICATION_WAITS: N_(
        "What was done is recorded, but its publication ({what}) waits for somebody who may issue "
        "certificates. Please ask one of them to log in."
    ),
    RevocationFinding.PUBLICATION_FAILS: N_(
        "Revocation list and status answers cannot be saved in “{folder}” ({reason}). Please tell "
        "the administrator: it needs room or permission there."
    ),
    RevocationFinding.LIST_DATED_AHEAD: N_(
        "The revocation list is dated {dated}, but this computer's clock says {now}. Please set "
        "the clock right. If it is right, it once stood ahead: restore a backup from before that."
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
