"""What is known of a case, in sections of labelled lines: data, documents, payment, mails."""

from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content

from issuance.findings import Finding, Severity
from issuance.identity.cleaning import printable
from tui.case_words import (
    EVIDENCE_STATUSES,
    NOTICE_STATES,
    NOTICES,
    PAYMENT_STATUSES,
    said,
)
from tui.cells import fitted
from tui.moments import full, since
from tui.sentences import sentence
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from datetime import date

    from backend_client.policy_view import PolicyView
    from issuance.cases.state import CaseState
    from issuance.queries import NoticeEntry

_LABEL_CELLS = 24


@dataclass(frozen=True, slots=True)
class Section:
    """A title, and lines of label and value in the operator's language."""

    title: str
    lines: tuple[tuple[str, str], ...]

    def drawn(self, width: int) -> list[Content]:
        """Return the section's lines for a width, the title first and an empty one last."""
        lines = [Content.styled(self.title, "bold")]
        value_cells = max(width - _LABEL_CELLS - 1, 10)
        for label, value in self.lines:
            first, *more = wrap(printable(value), value_cells) or [""]
            shown_label = fitted(printable(label), _LABEL_CELLS) + " "
            lines.append(Content.assemble((shown_label, "$text-muted"), first))
            lines += [Content(" " * len(shown_label) + rest) for rest in more]
        return [*lines, Content("")]


def application_section(state: "CaseState", words: "PolicyView", translate: Translator) -> Section:
    """Return the data of the application."""
    rows = [(label, value) for _, label, value in words.application_rows(state)]
    title = translate(N_("Application: {product}"), product=words.product_label(state.product))
    # First, for what is judged anew was judged before.
    renews = [(translate(N_("Renews")), state.renews)] if state.renews else []
    return Section(title, (*renews, *rows))


def progress_sections(
    state: "CaseState", words: "PolicyView", translate: Translator
) -> list[Section]:
    """Return documents, payment, billing and certificate, as far as there are any."""
    sections = [
        Section(translate(N_("Photo and documents")), _evidence(state, words, translate)),
        Section(translate(N_("Payment")), _payment(state, words, translate)),
        Section(translate(N_("Billing")), _billing(state, words, translate)),
        Section(translate(N_("Certificate")), _certificate(state, words, translate)),
    ]
    return [section for section in sections if section.lines]


def mail_section(
    notices: tuple["NoticeEntry", ...], words: "PolicyView", translate: Translator, today: "date"
) -> Section:
    """Return the mails of a case, newest first, each with its state and why it did not leave."""
    return Section(
        translate(N_("Mails")),
        tuple(
            (said(NOTICES, each.template, translate), _mail(each, words, translate, today))
            for each in notices
        ),
    )


def _mail(notice: "NoticeEntry", words: "PolicyView", translate: Translator, today: "date") -> str:
    at = since(notice.created_at, words.zone, translate.language, today)
    state = f"{said(NOTICE_STATES, notice.state, translate)} · {at}"
    return f"{state} · {mail_error(notice, translate)}" if notice.last_error else state


def mail_error(notice: "NoticeEntry", translate: Translator) -> str:
    """Return in words why a mail did not leave."""
    code, _, reply = notice.last_error.partition(" ")
    return sentence(Finding(code, Severity.WARNS, None, {"reply": reply}), translate)


def _evidence(
    state: "CaseState", words: "PolicyView", translate: Translator
) -> tuple[tuple[str, str], ...]:
    lines: list[tuple[str, str]] = []
    for slot in words.evidence(state):
        brought = state.evidence.get(slot.slot)
        if brought is None:
            lines.append((slot.label, translate(N_("not brought yet"))))
            continue
        value = said(EVIDENCE_STATUSES, brought.status.value, translate)
        if brought.exemption:
            value += f" · {words.word('exemptions', brought.exemption)}"
        if brought.reason:
            value += f" · {words.word('reasons', brought.reason)}"
        lines.append((slot.label, value))
    return tuple(lines)


def _payment(
    state: "CaseState", words: "PolicyView", translate: Translator
) -> tuple[tuple[str, str], ...]:
    due = (translate(N_("Amount due")), words.amount(state.price.total))
    payment = state.payment
    if payment is None:
        return (due,)
    status = said(PAYMENT_STATUSES, payment.status.value, translate)
    if payment.reason:
        status += f" · {words.word('reasons', payment.reason)}"
    rows = words.payment_rows(payment.values)
    return (due, (translate(N_("State")), status), *((label, value) for _, label, value in rows))


def _billing(
    state: "CaseState", words: "PolicyView", translate: Translator
) -> tuple[tuple[str, str], ...]:
    if state.billing is None:
        return ()
    if state.billing.same_as_applicant:
        return ((translate(N_("Invoice for")), translate(N_("the applicant"))),)
    return tuple((label, value) for _, label, value in words.billing_rows(state.billing.values))


def _certificate(
    state: "CaseState", words: "PolicyView", translate: Translator
) -> tuple[tuple[str, str], ...]:
    certificate = state.activation.certificate
    if certificate is None:
        return ()
    zone, language = words.zone, translate.language
    delivered = certificate.delivered_at
    return (
        (translate(N_("Serial number")), certificate.serial),
        (translate(N_("Valid from")), full(certificate.not_before, zone, language)),
        (translate(N_("Valid until")), full(certificate.not_after, zone, language)),
        (
            translate(N_("Handed over")),
            full(delivered, zone, language) if delivered else translate(N_("not yet")),
        ),
    )
