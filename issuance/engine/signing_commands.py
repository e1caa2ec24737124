"""Settles commands about one-time codes, applications, permissions and the sandbox."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from issuance.access.roles import Session
from issuance.commands import Command, Outcome, Receipt
from issuance.engine.code_checking import check_two_codes
from issuance.engine.denials import append_denials
from issuance.engine.institutional_items import item_of
from issuance.engine.institutional_streams import read_institution, read_portable
from issuance.engine.members import actor_of
from issuance.engine.office import Office
from issuance.engine.portable_issuing import activate
from issuance.engine.receipts import keep_conflict, keep_receipt
from issuance.engine.sandbox import make_sandbox, switch_events
from issuance.engine.signing_streams import (
    APPLICATION_CLAIM,
    application_ref,
    continue_signing,
    key_ref,
    permission_ref,
    read_application,
    read_key,
    read_permission,
    read_sandbox,
    sandbox_ref,
)
from issuance.engine.time_stamping import settle_time_stamping
from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.findings.signing import SigningCode
from issuance.institutions.actors import check_reach
from issuance.institutions.institution_stream import InstitutionState, InstitutionStatus
from issuance.institutions.portable_stream import PortableState
from issuance.register.model import Origin
from issuance.register.register import Reading, Writing
from issuance.secret import Secret
from issuance.signing.application_stream import (
    ApplicationDecision,
    ApplicationState,
    application_label,
    decide_change_grants,
    decide_end_application,
    decide_permission,
    decide_register,
    decide_rotate,
)
from issuance.signing.commands import (
    AllowNewOtp,
    ApplicationBody,
    ChangeApplication,
    ConfirmOtp,
    EndApplication,
    OfferOtp,
    OtpBody,
    RegisterApplication,
    RotateApplicationSecret,
    SetApplicationPermission,
    SetTimeStamping,
    SigningBody,
    SwitchSandbox,
)
from issuance.signing.custody import Wrapped
from issuance.signing.key_decisions import decide_clear, decide_offer, otp_label
from issuance.streams import StreamRef

_APPLICATION_SECRET: Final = re.compile(r"[0-9a-f]{32}")
_OTP_SECRET: Final = re.compile(r"[A-Z2-7]{32}")
_UNSEEN: Final = frozenset({InstitutionCode.OUT_OF_REACH.value, InstitutionCode.SEAT_MISSING.value})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command of somebody, at this moment."""

    office: Office
    command: Command
    session: Session

    @property
    def id(self) -> UUID:
        return self.command.stream.id

    @property
    def origin(self) -> Origin:
        reference = self.office.policy.reference
        return Origin(self.office.now(), self.session.operator, self.command.id, reference)

    def unreachable(
        self, reading: Reading, institution: UUID | None, official: UUID | None = None
    ) -> Finding | None:
        """Return why this person may not do this there."""
        actor = actor_of(self.office, reading, self.session)
        act, policy = self.command.body.kind, self.office.policy.policy
        return check_reach(policy, act, actor, institution, official)

    def refuse(self, writing: Writing, finding: Finding, revision: int) -> Receipt:
        """Keep a refusal; of what somebody does not see it tells no revision."""
        office, command, findings = self.office, self.command, (finding,)
        if finding.code in _UNSEEN:
            revision = command.base_revision
        append_denials(writing, office, self.session, command.body.kind, findings, command.id)
        return keep_receipt(office, command, writing, Outcome.REJECTED, findings, revision, {})

    def apply(self, writing: Writing, revision: int) -> Receipt:
        """Keep that it was done."""
        office, command = self.office, self.command
        return keep_receipt(office, command, writing, Outcome.APPLIED, (), revision, {})


def settle_signing(
    office: Office, command: Command, body: SigningBody, session: Session
) -> Receipt:
    """Decide and record a command; a refusal is told before a conflict."""
    asked = _Asked(office, command, session)
    if isinstance(body, OtpBody):
        return _settle_otp(asked, body)
    if isinstance(body, SwitchSandbox):
        return office.register.write(partial(_switch_sandbox, asked, body), alone=True)
    if isinstance(body, SetTimeStamping):
        return settle_time_stamping(office, command, body, session)
    if isinstance(body, SetApplicationPermission):
        return office.register.write(partial(_set_permission, asked, body))
    sealed = _sealed_secret(office, body, session, command)
    if isinstance(sealed, Receipt):
        return sealed
    return office.register.write(partial(_settle_application, asked, body, sealed))


def _settle_otp(asked: _Asked, body: OtpBody) -> Receipt:
    office = asked.office
    with office.register.reading() as reading:
        owner = _owner(asked, reading)
    if isinstance(owner, Finding):
        return office.register.write(lambda writing: asked.refuse(writing, owner, 0))
    if isinstance(body, ConfirmOtp):
        return _confirm(asked, body, owner)
    wrapped = None
    if isinstance(body, OfferOtp):
        wrapped = _wrapped_otp(asked, body.secret)
        if isinstance(wrapped, Finding):
            finding = wrapped
            return office.register.write(
                lambda writing: asked.refuse(writing, finding, asked.command.base_revision)
            )
    return office.register.write(partial(_change_otp, asked, body, owner, wrapped))


def _owner(asked: _Asked, reading: Reading) -> PortableState | Finding:
    """Return the certificate a command is about, where the person may give it."""
    state, _ = read_portable(reading, asked.id)
    if state is None or asked.command.stream.kind != key_ref(asked.id).kind:
        return blocks(InstitutionCode.OUT_OF_REACH)
    return asked.unreachable(reading, state.institution, state.official) or state


def _wrapped_otp(asked: _Asked, secret: Secret | None) -> Wrapped | Finding:
    if secret is None or not _OTP_SECRET.fullmatch(secret.reveal()):
        return blocks(SigningCode.OTP_SECRET_UNFIT, "secret")
    return asked.office.custody.wrap(secret.reveal().encode(), otp_label(asked.id.hex))


def _change_otp(
    asked: _Asked,
    body: OfferOtp | AllowNewOtp,
    owner: PortableState,
    wrapped: Wrapped | None,
    writing: Writing,
) -> Receipt:
    key, revision = read_key(writing, asked.id)
    if key is None:
        return asked.refuse(writing, blocks(SigningCode.CERTIFICATE_INACTIVE), revision)
    if revision != asked.command.base_revision:
        return keep_conflict(asked.office, asked.command, writing, revision)
    origin, now = asked.origin, asked.office.now()
    if isinstance(body, AllowNewOtp):
        decision = decide_clear(key, body.identified, origin.operator, now)
    elif wrapped is not None:
        decision = decide_offer(key, wrapped, origin.operator, now)
    else:
        raise ValueError("an offer has its secret")
    if decision.findings:
        return asked.refuse(writing, decision.findings[0], revision)
    continue_signing(
        writing, key_ref(asked.id), key, revision, decision.events, origin, owner.institution
    )
    return asked.apply(writing, revision + len(decision.events))


def _confirm(asked: _Asked, body: ConfirmOtp, owner: PortableState) -> Receipt:
    """Count, compare, take into use; the codes tell more than a revision does."""
    office, origin = asked.office, asked.origin
    codes = (body.first or Secret(""), body.second or Secret(""))
    receipts: list[Receipt] = []

    def confirmed(writing: Writing) -> None:
        activate(writing, office, asked.id, origin)
        receipts[:] = [asked.apply(writing, read_key(writing, asked.id)[1])]

    refused = check_two_codes(
        office, office.register.write, asked.id, owner.institution, codes, origin, confirmed
    )
    if refused is not None:
        return office.register.write(
            lambda writing: asked.refuse(writing, refused, read_key(writing, asked.id)[1])
        )
    return receipts[0]


def _set_permission(asked: _Asked, body: SetApplicationPermission, writing: Writing) -> Receipt:
    certificate, application = body.certificate, body.application
    owner, _ = read_portable(writing, certificate)
    known, _ = read_application(writing, application)
    state, revision = read_permission(writing, certificate, application)
    if owner is None or known is None or known.institution != owner.institution:
        return asked.refuse(writing, blocks(InstitutionCode.OUT_OF_REACH), revision)
    if finding := asked.unreachable(writing, owner.institution, owner.official):
        return asked.refuse(writing, finding, revision)
    decision = decide_permission(
        state, owner.purpose, enable=body.enabled, is_holder=True, by=asked.origin.operator
    )
    if body.enabled and known.ended:
        decision = ApplicationDecision(findings=(blocks(SigningCode.APPLICATION_ENDED),))
    if decision.findings:
        return asked.refuse(writing, decision.findings[0], revision)
    if revision != asked.command.base_revision:
        return keep_conflict(asked.office, asked.command, writing, revision)
    ref = permission_ref(certificate, application)
    continue_signing(
        writing, ref, state, revision, decision.events, asked.origin, owner.institution
    )
    return asked.apply(writing, revision + 1)


def _sealed_secret(
    office: Office, body: ApplicationBody, session: Session, command: Command
) -> Callable[[str], Wrapped | Finding] | Receipt | None:
    """Return what seals a new secret once the application's key is known."""
    if not isinstance(body, RegisterApplication | RotateApplicationSecret):
        return None
    secret = body.secret
    if secret is None or not _APPLICATION_SECRET.fullmatch(secret.reveal()):
        finding = blocks(SigningCode.APPLICATION_SECRET, "secret")
        asked = _Asked(office, command, session)
        return office.register.write(
            lambda writing: asked.refuse(writing, finding, command.base_revision)
        )
    octets = secret.reveal().encode("ascii")
    return lambda key: office.custody.wrap(octets, application_label(key))


def _settle_application(
    asked: _Asked,
    body: ApplicationBody,
    seal: Callable[[str], Wrapped | Finding] | None,
    writing: Writing,
) -> Receipt:
    state, revision = read_application(writing, asked.id)
    institution = state.institution if state else getattr(body, "institution", None)
    begins = isinstance(body, RegisterApplication)
    if institution is None or asked.command.stream.kind != application_ref(asked.id).kind:
        return asked.refuse(writing, blocks(InstitutionCode.OUT_OF_REACH), revision)
    if finding := asked.unreachable(writing, institution):
        return asked.refuse(writing, finding, revision)
    if (state is None) != begins:
        return asked.refuse(writing, blocks(InstitutionCode.OUT_OF_REACH), revision)
    key = state.key if state else getattr(body, "key", "")
    wrapped = seal(key) if seal else None
    if isinstance(wrapped, Finding):
        return asked.refuse(writing, wrapped, revision)
    owner, _ = read_institution(writing, institution)
    decision = _decided(asked, body, state, owner, wrapped)
    taken = begins and writing.claim(APPLICATION_CLAIM, key) is not None
    if not decision.findings and taken:
        decision = ApplicationDecision(findings=(blocks(SigningCode.APPLICATION_KEY, "key"),))
    if decision.findings:
        return asked.refuse(writing, decision.findings[0], revision)
    if revision != asked.command.base_revision:
        return keep_conflict(asked.office, asked.command, writing, revision)
    if begins and not writing.take_claim(APPLICATION_CLAIM, key, asked.id):
        return asked.refuse(writing, blocks(SigningCode.APPLICATION_KEY, "key"), revision)
    after, _ = continue_signing(
        writing, application_ref(asked.id), state, revision, decision.events, asked.origin,
        institution,
    )  # fmt: skip
    writing.keep_item(item_of(application_ref(asked.id), after, asked.origin.at), ())
    return asked.apply(writing, revision + len(decision.events))


def _decided(
    asked: _Asked,
    body: ApplicationBody,
    state: ApplicationState | None,
    owner: InstitutionState | None,
    wrapped: Wrapped | None,
) -> ApplicationDecision:
    by = asked.origin.operator
    if isinstance(body, RegisterApplication):
        if owner is None or owner.status is not InstitutionStatus.ACTIVE or wrapped is None:
            status = owner.status.value if owner else ""
            finding = blocks(InstitutionCode.INSTITUTION_NOT_POSSIBLE, status=status)
            return ApplicationDecision(findings=(finding,))
        return decide_register(
            state, body.name, body.institution, owner.name, body.key, body.grants, wrapped, by
        )
    if state is None:
        raise ValueError("what is changed is there")
    match body:
        case ChangeApplication():
            return decide_change_grants(state, body.grants, by)
        case RotateApplicationSecret():
            if wrapped is None:
                raise ValueError("a new secret was sealed")
            # As many days as are too many for the rule are no calendar's.
            overlap = timedelta(days=min(body.overlap_days, 10_000))
            return decide_rotate(state, wrapped, asked.office.now(), overlap, by)
        case EndApplication():
            return decide_end_application(state, body.reason.strip(), by)


def _switch_sandbox(asked: _Asked, body: SwitchSandbox, writing: Writing) -> Receipt:
    office = asked.office
    ref: StreamRef = sandbox_ref(office.id)
    state, revision = read_sandbox(writing, office.id)
    if finding := asked.unreachable(writing, None):
        return asked.refuse(writing, finding, revision)
    if (state is not None and state.on) == body.on:
        return asked.refuse(writing, blocks(SigningCode.SANDBOX_UNCHANGED), revision)
    if revision != asked.command.base_revision:
        return keep_conflict(office, asked.command, writing, revision)
    made: tuple[str, ...] = ()
    if state is None:
        root = make_sandbox(office, writing, asked.origin)
        if isinstance(root, Finding):
            return asked.refuse(writing, root, revision)
        made = (root,)
    events = switch_events(made, asked.origin.operator, on=body.on)
    continue_signing(writing, ref, state, revision, events, asked.origin, None)
    return asked.apply(writing, revision + len(events))
