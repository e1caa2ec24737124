"""One-time codes: counted before they are checked, single, few, and never mailed when dead."""

from concurrent.futures import ThreadPoolExecutor

from issuance.cases.commands.activation import (
    EnterActivationCode,
)
from issuance.cases.commands.application import (
    AmendApplication,
    ConfirmEmail,
    OpenCase,
    SendEmailCode,
)
from issuance.cases.commands.conduct import ResendNotice
from issuance.findings.cases import CaseFinding
from issuance.queries import (
    MailboxAnswer,
    MailboxQuery,
    NoticesAnswer,
    NoticesQuery,
)
from issuance.secret import Secret
from tests.engine.conftest import MakeRehearsal
from tests.engine.desk import codes
from tests.engine.giving import command_for, give, reason_of
from ventanilla.rehearsal import Rehearsal


def test_a_wrong_code_is_counted_and_refused(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.apply()
    rehearsal.become("olga")
    amended = dict(rehearsal.state.values) | {"email": "otra.persona@example.com"}
    rehearsal.execute(AmendApplication(values=amended))
    rehearsal.execute(SendEmailCode())
    for attempt in range(1, 6):
        receipt = give(rehearsal, ConfirmEmail(code=Secret("0000 0000")))
        assert codes(receipt) == [CaseFinding.CODE_NOT_ACCEPTED]
        assert rehearsal.state.codes["email"].attempts == attempt
    right = rehearsal.code_from_mail()
    assert codes(give(rehearsal, ConfirmEmail(code=right))) == [CaseFinding.CODE_TRIES_SPENT]


def test_another_address_gives_no_more_codes(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.apply()
    policy = rehearsal.office.engine.office.policy.policy
    sent = 1
    for number in range(policy.code.a_day + 2):
        email = f"otra.persona.{number}@example.com"
        rehearsal.execute(AmendApplication(values={**rehearsal.state.values, "email": email}))
        sent += give(rehearsal, SendEmailCode()).applied
    assert sent == policy.code.a_day


def test_a_dead_code_is_not_mailed(applied: Rehearsal):
    values = {**applied.state.values, "email": "primera@example.com"}
    applied.execute(AmendApplication(values=values))
    applied.execute(SendEmailCode())
    applied.execute(AmendApplication(values={**values, "email": "segunda@example.com"}))
    applied.office.engine.deliver_mail()
    mailbox = applied.office.engine.ask(MailboxQuery(), applied.office.session)
    assert isinstance(mailbox, MailboxAnswer)
    assert "primera@example.com" not in {mail.to for mail in mailbox.messages}


def test_the_same_code_sent_four_times_at_once_is_one_attempt(applied: Rehearsal):
    amended = {**applied.state.values, "email": "otra.persona@example.com"}
    applied.execute(AmendApplication(values=amended))
    applied.execute(SendEmailCode())
    confirm = command_for(applied, ConfirmEmail(code=applied.code_from_mail()))
    session = applied.office.session
    with ThreadPoolExecutor(4) as threads:
        receipts = list(
            threads.map(lambda _: applied.office.engine.execute(confirm, session), range(4))
        )
    assert all(receipt == receipts[0] for receipt in receipts)
    assert receipts[0].applied
    assert applied.state.email_confirmed
    assert applied.state.codes["email"].attempts == 1


def test_only_the_newest_code_is_valid(applied: Rehearsal):
    amended = dict(applied.state.values) | {"email": "otra.persona@example.com"}
    applied.execute(AmendApplication(values=amended))
    applied.execute(SendEmailCode())
    old = applied.code_from_mail()
    applied.execute(SendEmailCode(reason=reason_of(applied, "new_code")))
    assert codes(give(applied, ConfirmEmail(code=old))) == [CaseFinding.CODE_NOT_ACCEPTED]
    applied.execute(ConfirmEmail(code=applied.code_from_mail()))


def test_codes_a_day_are_limited(rehearse: MakeRehearsal):
    rehearsal = rehearse()
    rehearsal.become("olga")
    policy = rehearsal.office.engine.office.policy.policy
    rehearsal.execute(
        OpenCase(
            policy=policy.id, product=rehearsal.product.id, values=dict(rehearsal.person.values),
            consent_version=policy.consent_version, language="en",
        )
    )  # fmt: skip
    rehearsal.execute(SendEmailCode())
    again = SendEmailCode(reason=reason_of(rehearsal, "new_code"))
    for _ in range(policy.code.a_day - 1):
        rehearsal.execute(again)
    assert codes(give(rehearsal, again)) == [CaseFinding.CODES_SPENT_TODAY]


def test_a_mail_with_a_code_is_never_sent_again(approved: Rehearsal):
    approved.become("olga")
    answer = approved.office.engine.ask(NoticesQuery(case=approved.case), approved.office.session)
    assert isinstance(answer, NoticesAnswer)
    by_template = {each.template: each for each in answer.entries}
    reason = reason_of(approved, "resend")
    lost = by_template["application_approved"].id
    approved.execute(ResendNotice(notice=lost, reason=reason))
    approved.office.engine.deliver_mail()
    mailbox = approved.office.engine.ask(MailboxQuery(), approved.office.session)
    assert isinstance(mailbox, MailboxAnswer)
    first, second = mailbox.messages[:2]
    assert (first.subject, first.body) == (second.subject, second.body)
    code_mail = by_template["email_code"].id
    receipt = give(approved, ResendNotice(notice=code_mail, reason=reason))
    assert codes(receipt) == [CaseFinding.NO_SUCH_NOTICE]


def test_an_activation_code_needs_person_and_data_first(approved: Rehearsal):
    approved.bring_evidence()
    approved.accept_evidence()
    approved.pay()
    approved.become("olga")
    receipt = give(approved, EnterActivationCode(code=Secret("12345678")))
    assert codes(receipt) == [CaseFinding.PERSON_NOT_CONFIRMED]
