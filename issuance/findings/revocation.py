"""Codes of what is found about revocation, suspension, revocation lists and status answers."""

from issuance.findings import FindingCode


class RevocationFinding(FindingCode):
    """Findings of `issuance.certificates` about a certificate's standing and its publication."""

    # Changing a certificate's standing.
    ALREADY_REVOKED = "ALREADY_REVOKED"
    """The certificate is revoked, which nobody can undo: reason (of RFC 5280)."""
    ALREADY_SUSPENDED = "ALREADY_SUSPENDED"
    """The certificate is suspended already."""
    NOT_SUSPENDED = "NOT_SUSPENDED"
    """The certificate is not suspended, so there is nothing to lift."""
    SUSPENSION_IS_NO_REVOCATION = "SUSPENSION_IS_NO_REVOCATION"
    """The reason certificateHold suspends; it cannot revoke."""
    EFFECTIVE_DATE_LATER = "EFFECTIVE_DATE_LATER"
    """The effective date lies after the moment of revocation: effective."""
    EFFECTIVE_BEFORE_ISSUE = "EFFECTIVE_BEFORE_ISSUE"
    """The effective date lies before the day the certificate was issued: issued."""

    SUSPENSION_SWITCHED_OFF = "SUSPENSION_SWITCHED_OFF"
    """The policy knows no suspension."""
    REVOCATION_WAITS = "REVOCATION_WAITS"
    """A revocation was asked for and waits for a second person."""
    NO_REVOCATION_WAITS = "NO_REVOCATION_WAITS"
    """Nobody asked for a revocation that could be confirmed or declined."""
    CERTIFICATE_EXPIRED = "CERTIFICATE_EXPIRED"
    """The certificate's time has run out: ended."""
    CERTIFICATE_NOT_HANDED_OVER = "CERTIFICATE_NOT_HANDED_OVER"
    """The certificate was not handed over yet; giving its key up revokes it."""
    EFFECTIVE_DATE_NEEDED = "EFFECTIVE_DATE_NEEDED"
    """The cause needs the day since when the certificate should not have been relied on."""
    HOLDER_CANNOT_ASK = "HOLDER_CANNOT_ASK"
    """For this cause somebody else asks, never the holder."""
    IDENTIFICATION_NEEDED = "IDENTIFICATION_NEEDED"
    """How whoever asks was identified is missing, or no way the policy accepts from them."""
    ASKER_NEEDED = "ASKER_NEEDED"
    """Somebody else than the holder asks; who, is missing."""
    SECOND_PERSON_CONFIRMS = "SECOND_PERSON_CONFIRMS"
    """The revocation was noted; it takes effect when a second person confirms it."""

    # Renewing.
    RENEWAL_UNKNOWN = "RENEWAL_UNKNOWN"
    """The certificate to renew is not on record, or its holder does not have it in hand."""
    RENEWAL_NOT_GOOD = "RENEWAL_NOT_GOOD"
    """A suspended, revoked or expired certificate cannot be renewed: status."""
    RENEWAL_TOO_EARLY = "RENEWAL_TOO_EARLY"
    """The certificate can be renewed only shortly before it ends: days, ends."""
    RENEWAL_OF_ANOTHER = "RENEWAL_OF_ANOTHER"
    """The certificate is another person's, of another type or in another container."""
    RENEWED_ALREADY = "RENEWED_ALREADY"
    """Another certificate follows this one already."""

    # Revoking a certificate the register does not know, brought as a file.
    BROUGHT_UNREADABLE = "BROUGHT_UNREADABLE"
    """The file is not one certificate in PEM or DER."""
    BROUGHT_OF_ANOTHER_AUTHORITY = "BROUGHT_OF_ANOTHER_AUTHORITY"
    """This office's issuing authority did not sign the certificate."""
    BROUGHT_IN_REGISTER = "BROUGHT_IN_REGISTER"
    """The register knows the certificate; it is revoked on its own page: serial."""
    REVOCATION_NEEDS_SECOND_PERSON = "REVOCATION_NEEDS_SECOND_PERSON"
    """Whoever asked for the revocation neither confirms nor declines it."""
    BROUGHT_NO_HOLDERS = "BROUGHT_NO_HOLDERS"
    """The certificate is no holder's but the office's seal, its responder's or an authority's."""

    # Telling the world.
    PUBLICATION_WAITS = "PUBLICATION_WAITS"
    """The revocation list, or the responder's certificate, waits for who may issue: what."""
    PUBLICATION_FAILS = "PUBLICATION_FAILS"
    """List and answers cannot be written where they are published: folder, reason."""
    LIST_DATED_AHEAD = "LIST_DATED_AHEAD"
    """The newest list is dated later than this computer's clock: dated, now."""

    # Reading a revocation list.
    LIST_UNREADABLE = "LIST_UNREADABLE"
    """The bytes are no well-formed revocation list."""
    LIST_OF_ANOTHER_AUTHORITY = "LIST_OF_ANOTHER_AUTHORITY"
    """The list names another issuer, or its signature is not by the authority's key."""
    LIST_NOT_FULL = "LIST_NOT_FULL"
    """The list tells a part only: changes, some reasons, other issuers or unknown demands."""

    # The responder that signs status answers.
    RESPONDER_UNFIT = "RESPONDER_UNFIT"
    """The responder's certificate lacks what a delegated responder must have: what."""
    RESPONDER_OUTSIDE_VALIDITY = "RESPONDER_OUTSIDE_VALIDITY"
    """The responder's certificate is not valid at this moment: starts, ends."""
    RESPONDER_OF_ANOTHER_AUTHORITY = "RESPONDER_OF_ANOTHER_AUTHORITY"
    """The authority did not issue the responder's certificate."""
