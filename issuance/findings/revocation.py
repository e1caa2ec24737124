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
