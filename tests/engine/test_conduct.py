"""What is done with a case as a whole: mails sent again, and what a return may name."""

import pytest

from issuance.cases.commands.application import Reject, ReturnApplication
from issuance.cases.commands.conduct import CancelCase, HoldCase, ResendNotice
from issuance.cases.state import CaseStatus
from issuance.commands import Body
from issuance.findings.cases import CaseFinding
from issuance.queries import MailboxAnswer, MailboxQuery, NoticesAnswer, NoticesQuery
from tests.engine.desk import codes
from tests.engine.giving import give, reason_of
from ventanilla.rehearsal import Rehearsal


def notices(rehearsal: Rehearsal) -> NoticesAnswer:
    query = NoticesQuery(case=rehearsal.case)
    answer = rehearsal.office.engine.ask(query, rehearsal.office.session)
    assert isinstance(answer, NoticesAnswer)
    return answer


def ending(rehearsal: Rehearsal, status: CaseStatus) -> Body:
    if status is CaseStatus.REJECTED:
        return Reject(reason=reason_of(rehearsal, "reject"))
    if status is CaseStatus.CANCELLED:
        return CancelCase(reason=reason_of(rehearsal, "cancel"))
    return HoldCase(reason=reason_of(rehearsal, "hold"))


@pytest.mark.parametrize(
    ("status", "template"),
    [
        (CaseStatus.REJECTED, "case_rejected"),
        (CaseStatus.CANCELLED, "case_cancelled"),
        (CaseStatus.HELD, "application_approved"),
    ],
)
def test_a_mail_is_sent_again_however_the_case_stands(
    approved: Rehearsal, status: CaseStatus, template: str
):
    approved.become("adrian" if status is CaseStatus.REJECTED else "olga")
    approved.execute(ending(approved, status))
    assert approved.state.status is status
    lost = next(each for each in notices(approved).entries if each.template == template)
    again = ResendNotice(notice=lost.id, reason=reason_of(approved, "resend"))
    approved.execute(again)
    approved.office.engine.deliver_mail()
    mailbox = approved.office.engine.ask(MailboxQuery(), approved.office.session)
    assert isinstance(mailbox, MailboxAnswer)
    first, second = mailbox.messages[:2]
    assert (first.subject, first.body) == (second.subject, second.body)
    assert approved.state.status is status


@pytest.mark.parametrize("item", ["identification_kind", "cedula", "passport", "country"])
def test_a_return_names_nothing_that_would_make_it_another_persons_case(
    applied: Rehearsal, item: str
):
    applied.become("adrian")
    receipt = give(applied, ReturnApplication(items=("city", item)))
    expected = CaseFinding.PERSON_CANNOT_CHANGE
    if item not in applied.person.values:
        expected = CaseFinding.UNKNOWN_ITEM
    assert codes(receipt) == [expected]
    assert applied.state.application_correction is None
