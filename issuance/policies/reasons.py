from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from issuance.certificates.revocation_reasons import RevocationReason
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.model import Frozen


class Reasons(Frozen):
    """The coded reasons a person picks from, the usual one first; each may ask for a note.

    `new_code` says why a code replaces another, `resend` why a mail goes out again.
    """

    reject: tuple[str, ...]
    hold: tuple[str, ...]
    resume: tuple[str, ...]
    cancel: tuple[str, ...]
    new_code: tuple[str, ...]
    resend: tuple[str, ...]
    payment: tuple[str, ...]
    evidence: tuple[str, ...]
    override: tuple[str, ...] = ()
    revoke: Mapping[str, RevocationReason]
    suspend: tuple[str, ...] = ()
    reinstate: tuple[str, ...] = ()
    note_required: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _nothing_unexplained(self) -> Self:
        silent = RevocationReason.UNSPECIFIED
        for cause, reason in self.revoke.items():
            if reason is silent and cause not in self.note_required:
                raise ValueError(f"{cause}: an unspecified reason needs a note")
            if reason is RevocationReason.CERTIFICATE_HOLD:
                raise ValueError(f"{cause}: a suspension is no revocation")
        return self

    def objection(self, choices: tuple[str, ...], reason: str, note: str) -> Finding | None:
        """Return what is wrong with a coded reason out of these, if anything."""
        if reason not in choices:
            return blocks(CaseFinding.UNKNOWN_REASON, "reason")
        if reason in self.note_required and not note.strip():
            return blocks(CaseFinding.NOTE_REQUIRED, "note")
        return None
