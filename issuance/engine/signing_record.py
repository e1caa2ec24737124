"""What an office keeps of requests to sign: one entry for each answered one, and the last refused.

An entry is durable before its answer leaves.
"""

import re
import threading
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter

from issuance.engine.group_commit import GroupCommit
from issuance.engine.office import Office
from issuance.engine.signing_keys import Signer
from issuance.engine.signing_streams import continue_signing, log_ref, read_log
from issuance.findings import Finding
from issuance.register.model import Origin
from issuance.register.register import Register, Writing
from issuance.register.signatures import RefusedRow, Result, SignatureRow
from issuance.signing.signature_log import LoggedItem, RequestSigned, counted
from issuance.signing.ticket_token import PURPOSES

FINDING: Final = TypeAdapter(Finding)
"""How a finding is kept."""
_LONGEST: Final = 400
_RUN: Final = re.compile(r"[0-9]{1,8}")
_NUMBERS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Client:
    """Who sent a request, as far as that shows: its address and what it calls itself."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that is refused as a whole, and what is known of who sent it."""

    finding: Finding
    institution: UUID | None = None
    official: UUID | None = None
    application: UUID | None = None
    purpose: str = ""
    run: str = ""


@dataclass(slots=True)
class RequestNumbers:
    """Numbers no other request of the office has; some are lost where a process ends."""

    register: Register
    _next: int = 0
    _end: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> int:
        """Return the next number; raises `RegisterFailure`."""
        with self._lock:
            if self._next == self._end:
                count = _NUMBERS_AT_ONCE
                reserved = self.register.write(lambda w: w.reserve_numbers(count), alone=True)
                self._next, self._end = reserved, reserved + count
            self._next += 1
            return self._next - 1


@dataclass(frozen=True, slots=True)
class SigningRecord:
    """Writes what happened to requests; many at the same time share a commit."""

    office: Office
    group: GroupCommit
    numbers: RequestNumbers

    @classmethod
    def of(cls, office: Office) -> "SigningRecord":
        """Return the record of an open office."""
        return cls(office, GroupCommit(office.register), RequestNumbers(office.register))

    def answered(
        self,
        signer: Signer,
        number: int,
        interface: str,
        items: tuple[LoggedItem, ...],
        client: Client,
        application: tuple[UUID, str] | None,
        user: str = "",
    ) -> None:
        """Record an answered request durably; `application` is its identifier and key."""
        office = self.office
        signed, failed = counted(items)
        event = RequestSigned(
            number=number,
            interface=interface,
            entity=signer.key.entity,
            application=application[1] if application else "",
            purpose=signer.key.purpose,
            run=signer.key.run,
            items=items,
            signed=signed,
            failed=failed,
            answered_at=office.now(),
            address=client.address[:_LONGEST],
            agent=client.agent[:_LONGEST],
        )
        origin = Origin(event.answered_at, user, None, office.policy.reference)

        def record(writing: Writing) -> None:
            state, revision = read_log(writing, signer.id)
            ref = log_ref(signer.id)
            # It has a log of its own: among an institution's other entries it would bury them.
            _, (entry,) = continue_signing(writing, ref, state, revision, [event], origin, None)
            row = SignatureRow(
                number=number,
                at=event.answered_at,
                institution=signer.institution,
                official=signer.official,
                certificate=signer.id,
                application=application[0] if application else None,
                run=signer.key.run,
                result=result_of(signed, failed),
                seq=entry.seq,
            )
            writing.keep_signature(row)

        self.group.write(record)

    def refused(self, refused: Refused, interface: str) -> None:
        """Keep why a request was refused; of what it said only what is well-formed."""
        row = RefusedRow(
            id=self.office.sources.identifiers.new(),
            at=self.office.now(),
            institution=refused.institution,
            official=refused.official,
            application=refused.application,
            interface=interface,
            purpose=refused.purpose if refused.purpose in PURPOSES else "",
            run=refused.run if _RUN.fullmatch(refused.run) else "",
            finding=FINDING.dump_json(refused.finding),
        )
        self.group.write(lambda writing: writing.keep_refusal(row))


def result_of(signed: int, failed: int) -> Result:
    """Say in a word what became of a request's items."""
    if not failed:
        return "signed"
    return "partly" if signed else "failed"
