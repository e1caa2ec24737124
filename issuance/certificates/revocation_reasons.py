"""Why a certificate no longer holds, and which change of its standing may follow which.

A certificate stands good (None), suspended (reason certificateHold) or revoked (any other reason).
Suspended may become good or revoked; revoked is the end (RFC 5280, 5.3.1).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from issuance.findings import Finding, blocks
from issuance.findings.revocation import RevocationFinding
from issuance.model import format_instant


class RevocationReason(StrEnum):
    """The reason codes of RFC 5280, 5.3.1, but the one that only lists of changes know."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "cACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    CERTIFICATE_HOLD = "certificateHold"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"
    AA_COMPROMISE = "aACompromise"

    @property
    def code(self) -> int:
        """Return the number that stands for it in revocation lists and answers."""
        return _CODES[self]


_CODES: Final = dict(zip(RevocationReason, (0, 1, 2, 3, 4, 5, 6, 9, 10), strict=True))


@dataclass(frozen=True, slots=True)
class Revocation:
    """A certificate's standing when it is not good.

    `revoked_at` is when the authority acted and is never dated back; `invalid_since` says from when
    the certificate should not have been relied on, where that is another moment (a death).
    """

    serial: int
    revoked_at: datetime
    reason: RevocationReason
    invalid_since: datetime | None = None

    @property
    def is_suspension(self) -> bool:
        """Tell whether this can be lifted again."""
        return self.reason is RevocationReason.CERTIFICATE_HOLD


def check_revocation(standing: Revocation | None, wanted: Revocation) -> list[Finding]:
    """Return what speaks against revoking for good."""
    findings = _final(standing)
    if wanted.is_suspension:
        findings.append(blocks(RevocationFinding.SUSPENSION_IS_NO_REVOCATION))
    if wanted.invalid_since and wanted.invalid_since > wanted.revoked_at:
        effective = format_instant(wanted.invalid_since)
        findings.append(blocks(RevocationFinding.EFFECTIVE_DATE_LATER, effective=effective))
    return findings


def check_suspension(standing: Revocation | None) -> list[Finding]:
    """Return what speaks against suspending."""
    if standing and standing.is_suspension:
        return [blocks(RevocationFinding.ALREADY_SUSPENDED)]
    return _final(standing)


def check_reinstatement(standing: Revocation | None) -> list[Finding]:
    """Return what speaks against lifting a suspension."""
    return _final(standing) if standing else [blocks(RevocationFinding.NOT_SUSPENDED)]


def _final(standing: Revocation | None) -> list[Finding]:
    if standing is None or standing.is_suspension:
        return []
    return [blocks(RevocationFinding.ALREADY_REVOKED, reason=standing.reason.value)]
