"""Turns what a decision wants told into mails in the outbox, in the applicant's language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from issuance.cases.clocks import contract_ends
from issuance.cases.decision import NoticeRequest
from issuance.cases.decisions.payment import account_of
from issuance.cases.state import CaseState
from issuance.engine.office import Office
from issuance.engine.projection import person_name
from issuance.findings.notices import NoticeCode
from issuance.model import canonical_bytes
from issuance.money.amounts import amount_text
from issuance.notices.model import NoticeState
from issuance.notices.sealed import NoticeSecret, seal_secret
from issuance.policies.loader import PolicyWords
from issuance.policies.model import Policy
from issuance.policies.rendering import placeholders
from issuance.register.model import NoticeRow
from issuance.register.register import Writing
from issuance.secret import Secret

_CODE_PLACEHOLDERS = frozenset({"code", "link"})


@dataclass(frozen=True, slots=True)
class CodeInClear:
    """The fresh code of a command, alive only until it is sealed into its mail."""

    code: Secret
    link: Secret


def queue_notice(
    writing: Writing,
    office: Office,
    state: CaseState,
    request: NoticeRequest,
    now: datetime,
    code: CodeInClear | None,
) -> None:
    """Put a mail to the applicant into the outbox, with the events of its decision."""
    policy = office.policy.policy
    words = office.policy.words(state.language)
    wanted = placeholders(words.text(f"mail/{request.template}"))
    known = _parameters(office, state, request, words)
    parameters = {name: known[name] for name in wanted - _CODE_PLACEHOLDERS}
    notice = office.sources.identifiers.new()
    sealed = None
    if request.with_code and code is not None:
        secret = _secret(code, wanted, office, now)
        sealed = seal_secret(office.notice_sealing, notice, secret, office.sources.randomness)
    writing.queue_notice(
        NoticeRow(
            id=notice,
            case_id=state.id,
            template=request.template,
            language=state.language,
            to=state.values[policy.email_field],
            parameters=canonical_bytes(parameters),
            sealed_secret=sealed,
            state=NoticeState.QUEUED,
            attempts=0,
            next_attempt_at=now,
            last_error=None,
            created_at=now,
        )
    )


def _secret(
    code: CodeInClear, wanted: frozenset[str], office: Office, now: datetime
) -> NoticeSecret:
    policy = office.policy.policy
    if "link" in wanted:
        ends = now + timedelta(hours=policy.activation.link.hours)
        address = f"{policy.activation.link.address}{code.link.reveal()}"
        return NoticeSecret("link", Secret(address), ends)
    return NoticeSecret("code", code.code, now + timedelta(minutes=policy.code.minutes))


def _parameters(
    office: Office, state: CaseState, request: NoticeRequest, words: PolicyWords
) -> dict[str, str]:
    policy = office.policy.policy
    point = account_of(state, policy)
    given = request.parameters
    reason = given.get("reason", "")
    return {
        "name": person_name(state, policy),
        "case_number": state.number,
        "office": office.sign.name,
        "product": product_name(state, words),
        "minutes": str(policy.code.minutes),
        "hours": str(policy.activation.link.hours),
        "amount": amount_text(state.price.total, state.language, policy.country),
        "province": words.word("choices", point.province) if point else "",
        "account": point.account if point else "",
        "bank": point.bank if point else "",
        "items": _items(given, words),
        "reason": words.word("reasons", reason, "mail") if reason else "",
        "note": given.get("note", ""),
        **_moments(state, policy),
    }


def _moments(state: CaseState, policy: Policy) -> dict[str, str]:
    """Return until when the certificate is valid and its contract can be signed, in words."""
    certificate = state.activation.certificate
    if certificate is None:
        return {"valid_until": "", "contract_until": ""}
    zone, language = ZoneInfo(policy.zone), state.language
    valid_until = certificate.not_after.astimezone(zone).date()
    ends = contract_ends(certificate, policy)
    return {
        "valid_until": format_date(valid_until, "long", locale=language),
        "contract_until": format_datetime(ends, "long", tzinfo=zone, locale=language)
        if ends
        else "",
    }


def _items(given: Mapping[str, str], words: PolicyWords) -> str:
    if fields := given.get("fields"):
        return "; ".join(words.word("fields", name) for name in fields.split(","))
    if codes := given.get("codes"):
        cures = " ".join(words.word("findings", code, "mail") for code in codes.split(","))
        return f"{words.word('evidence', given['slot'])}: {cures}"
    if slots := given.get("slots"):
        pairs = (pair.split("=") for pair in slots.split(","))
        return "; ".join(
            f"{words.word('evidence', slot)}: {words.word('reasons', reason, 'mail')}"
            for slot, reason in pairs
        )
    return ""


def product_name(state: CaseState, words: PolicyWords) -> str:
    """Return the product in words: type, container and term."""
    validity = state.product.removeprefix(f"{state.certificate_type}-{state.container}-")
    return " · ".join(
        (
            words.word("types", state.certificate_type),
            words.word("containers", state.container),
            words.word("validities", validity),
        )
    )


def queue_again(writing: Writing, office: Office, notice: UUID, now: datetime) -> None:
    """Queue a mail once more, as it was sent the first time."""
    row = writing.notice(notice)
    if row is None:
        raise ValueError("the decision looked the mail up in the same transaction")
    again = replace(
        row,
        id=office.sources.identifiers.new(),
        state=NoticeState.QUEUED,
        attempts=0,
        next_attempt_at=now,
        last_error=None,
        created_at=now,
    )
    writing.queue_notice(again)


def retire_codes(writing: Writing, case: UUID) -> None:
    """Let mails whose code is dead never leave, and forget what they held."""
    writing.retire_secrets(case, state=NoticeState.DEAD, error=NoticeCode.NOTICE_CODE_EXPIRED.value)
