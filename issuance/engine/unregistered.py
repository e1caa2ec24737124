"""Revokes certificates of the office's authority that its register does not know."""

import base64
import binascii
from bisect import bisect_right
from contextlib import suppress

from issuance.access.roles import Session
from issuance.cases.commands.unregistered import (
    AskUnregisteredRevocation,
    ConfirmUnregisteredRevocation,
    UnregisteredBody,
)
from issuance.cases.decisions.unregistered import (
    UnregisteredFacts,
    brought_findings,
    decide_unregistered,
)
from issuance.cases.guards import Actor
from issuance.certificates.brought_certificate import BroughtCertificate, read_brought
from issuance.certificates.stream import evolve_authority
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.authority_state import read_authority
from issuance.engine.denials import append_denials
from issuance.engine.office import Office, named_stream
from issuance.engine.publishing import publication_findings, publish
from issuance.engine.receipts import keep_receipt
from issuance.engine.streams import append
from issuance.findings import Finding, blocks, informs
from issuance.findings.revocation import RevocationFinding
from issuance.queries import (
    BroughtCertificateAnswer,
    UnregisteredAnswer,
    UnregisteredKey,
    UnregisteredQuery,
    UnregisteredRevocation,
)
from issuance.register.errors import RegisterFailure
from issuance.register.model import CertificateState, Origin
from issuance.register.register import Reading

_ANSWERS_AT_ONCE = 50


def settle_unregistered(
    office: Office, command: Command, body: UnregisteredBody, session: Session
) -> Receipt:
    """Note the request or decide it, and tell the world at once.

    The stream moves with every list; what is decided is named by serial and moment, not revision.
    """
    stream = named_stream(office.id, "authority")
    told: tuple[Finding, ...] = ()
    if isinstance(body, AskUnregisteredRevocation):
        told = (informs(RevocationFinding.SECOND_PERSON_CONFIRMS),)
    elif isinstance(body, ConfirmUnregisteredRevocation):
        told = publication_findings(office)
    with office.register.writing(alone=True) as writing:
        state, revision = read_authority(writing, office.id)
        actor = Actor(session.operator, tuple(role.value for role in session.roles))
        facts = _facts(office, writing, body)
        decided = decide_unregistered(body, state, office.policy.policy, actor, facts)
        if isinstance(decided, tuple):
            append_denials(writing, office, session, body.kind, decided, command.id)
            return keep_receipt(office, command, writing, Outcome.REJECTED, decided, revision, {})
        origin = Origin(facts.now, session.operator, command.id, office.policy.reference)
        append(writing, stream, revision, [decided], origin, evolve_authority(state, decided))
        receipt = keep_receipt(office, command, writing, Outcome.APPLIED, told, revision + 1, {})
    # What was recorded is durable: what stops here is finished by the next tick.
    with suppress(RegisterFailure):
        publish(office, session.operator, _ANSWERS_AT_ONCE)
    return receipt


def unregistered_answer(
    office: Office, reading: Reading, query: UnregisteredQuery
) -> UnregisteredAnswer:
    """Return a page of the revocations asked for; those that wait before the others."""
    known = sorted(read_authority(reading, office.id)[0].unregistered, key=_place)
    start = 0 if query.after is None else bisect_right(known, _place(query.after), key=_place)
    page = tuple(known[start : start + query.limit])
    following = None
    if start + query.limit < len(known):
        last = page[-1]
        following = UnregisteredKey(waits=last.waits, at=last.at, serial=last.serial)
    return UnregisteredAnswer(entries=page, next=following)


def _place(entry: UnregisteredRevocation | UnregisteredKey) -> tuple[bool, float, str]:
    """Return what orders the list: those that wait, and the newest, come first."""
    return not entry.waits, -entry.at.timestamp(), entry.serial


def brought_answer(
    office: Office, reading: Reading, file: str
) -> BroughtCertificateAnswer | tuple[Finding, ...]:
    """Say whose certificate a file holds, or why it is not revoked here."""
    state, _ = read_authority(reading, office.id)
    brought = _brought(office, file)
    if isinstance(brought, Finding):
        return (brought,)
    known = _in_register(reading, brought)
    if findings := brought_findings(brought, state, office.now(), in_register=known):
        return findings
    return BroughtCertificateAnswer(
        serial=brought.serial,
        holder=brought.holder,
        identification=brought.identification,
        not_before=brought.not_before,
        not_after=brought.not_after,
    )


def _facts(office: Office, reading: Reading, body: UnregisteredBody) -> UnregisteredFacts:
    now, today = office.now(), office.today()
    if not isinstance(body, AskUnregisteredRevocation):
        return UnregisteredFacts(now, today)
    brought = _brought(office, body.file)
    known = isinstance(brought, BroughtCertificate) and _in_register(reading, brought)
    return UnregisteredFacts(now, today, brought, known)


def _brought(office: Office, file: str) -> BroughtCertificate | Finding:
    try:
        content = base64.b64decode(file, validate=True)
    except (binascii.Error, ValueError):
        return blocks(RevocationFinding.BROUGHT_UNREADABLE)
    return read_brought(content, office.authority.issuing)


def _in_register(reading: Reading, brought: BroughtCertificate) -> bool:
    """Tell whether the certificate has a case; one given up before it was signed has none."""
    row = reading.certificate(str(int(brought.serial, 16)))
    return row is not None and row.state != CertificateState.ABANDONED
