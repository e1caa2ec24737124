"""Every step of a citizen's way, each broken off in its middle.

A step types a part and returns what is done after the next start: to check that the part is still
there, and to finish the step. The next one begins where it ends.
"""

from collections.abc import Awaitable, Callable

from issuance.identity.examples import invented_ruc
from issuance.samples.documents import sample_document_date
from issuance.samples.people import sample_payment
from tests.journeys.walk import (
    Citizen,
    Counter,
    accept_consent,
    answer_all,
    approve_shown,
    back_to_the_list,
    become,
    begin_application,
    choose,
    open_activation,
    open_step,
    review_everything,
)
from tests.keys import press_and_wait, wait_until
from tests.office_day import office_day
from tests.screens.activation.office import (
    answer_yes,
    choose_password,
    page,
    read_to_the_end,
    send_code,
    type_target,
)
from tests.screens.application_typing import (
    all_texts,
    form_is_there,
    in_field,
    in_order,
    screen_is,
    type_values,
)
from tests.screens.evidence_work import answer_everything, decide_warnings
from tests.screens.middle_of_a_case import choose_file, press_until, question, settled
from tui.form import Form
from tui.widgets.amount_field import AmountField
from tui.widgets.checklist import Checklist
from tui.widgets.line_input import LineInput

PASSWORD = "Guayabamba-verde-77"
NOTE = "Revise el número."

GoOn = Callable[[Counter], Awaitable[None]]
Begin = Callable[[Counter, Citizen], Awaitable[GoOn]]


async def resume(pilot: Counter, screen: str) -> None:
    """Go on with the one piece of work that is offered."""
    await screen_is(pilot, "WorklistScreen")
    await settled(pilot)
    await press_until(pilot, "f8", screen=screen)
    if screen not in ("ApplicationScreen", "PasswordScreen"):
        await wait_until(lambda: pilot.app.screen.known)
        await settled(pilot)


async def application(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the form half filled in."""
    await begin_application(pilot, citizen)
    values = in_order(pilot.app, citizen.typed)
    names = list(values)
    half = names[: len(names) // 2]
    await type_values(pilot, {name: values[name] for name in half})
    before = dict(all_texts(pilot.app))
    assert any(before[name] for name in half)

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "ApplicationScreen")
        await form_is_there(pilot)
        assert all_texts(pilot.app) == before
        rest = names[names.index(in_field(pilot.app)) :]
        await press_and_wait(pilot, *[key for name in rest for key in (values[name], "enter")])
        await screen_is(pilot, "ConsentScreen")
        await settled(pilot)

    return go_on


async def consent(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the consent after its first page."""
    await press_and_wait(pilot, "pagedown")

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "ApplicationScreen")
        await form_is_there(pilot)
        texts = all_texts(pilot.app)
        assert all(texts[name] for name, value in citizen.person.values.items() if value)
        await press_and_wait(pilot, "f10")
        await accept_consent(pilot, citizen)

    return go_on


async def email(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the step with a code in the applicant's mail."""
    code = await send_code(pilot)

    async def go_on(pilot: Counter) -> None:
        await open_step(pilot, citizen, "EmailScreen")
        await wait_until(lambda: pilot.app.screen.query_one("#code").has_focus)
        await press_and_wait(pilot, code, "enter")
        await wait_until(lambda: pilot.app.screen.state.email_confirmed)
        await settled(pilot)
        await back_to_the_list(pilot)

    return go_on


async def approval(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave a return that is marked and noted; in the end the application is approved."""
    await become(pilot, "adrian")
    await open_step(pilot, citizen, "ApprovalScreen")
    await press_until(pilot, "f6", screen="ReturnDialog")
    await press_and_wait(pilot, "down", "enter", "tab", NOTE, "tab")
    before = pilot.app.screen.returned
    assert before.items
    assert before.note == NOTE

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "ApprovalScreen")
        await press_until(pilot, "f6", screen="ReturnDialog")
        assert pilot.app.screen.returned == before
        await press_until(pilot, "escape", screen="ApprovalScreen")
        await approve_shown(pilot)
        await back_to_the_list(pilot)

    return go_on


async def photo(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the photo with its warnings decided and a question answered."""
    await become(pilot, "olga")
    await open_step(pilot, citizen, "EvidenceScreen")
    await choose(pilot, citizen, citizen.rules[0])
    await decide_warnings(pilot)
    await press_and_wait(pilot, citizen.yes)
    before = pilot.app.screen.in_hand
    answers = dict(pilot.app.screen.query_one(Checklist).answers)
    assert answers

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "EvidenceScreen")
        await press_until(pilot, "enter", screen="EvidenceCaptureScreen")
        assert pilot.app.screen.in_hand.file == before.file
        assert pilot.app.screen.in_hand.overrides == before.overrides
        assert pilot.app.screen.query_one(Checklist).answers == answers
        await answer_everything(pilot, citizen.yes)
        await press_until(pilot, "enter", screen="EvidenceScreen")

    return go_on


async def documents(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave a dated document, or the last one, with everything but its last Enter."""
    today = office_day(pilot.app.backend.now(), pilot.app.backend.policy.policy)
    documents = citizen.rules[1:]
    left = next((rule for rule in documents if rule.dated), documents[-1])
    for rule in documents[: documents.index(left)]:
        await choose(pilot, citizen, rule)
        await answer_everything(pilot, citizen.yes)
        await press_until(pilot, "enter", screen="EvidenceScreen")
    await choose(pilot, citizen, left)
    await answer_everything(pilot, citizen.yes)
    if left.dated:
        await press_and_wait(pilot, f"{sample_document_date(left.id, today):%d%m%Y}")
    # Leaving the screen leaves the field.
    await press_until(pilot, "f3", screen="EvidenceScreen")

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "EvidenceScreen")
        await press_until(pilot, "enter", screen="EvidenceCaptureScreen")
        assert pilot.app.screen.query_one(Checklist).complete
        await press_until(pilot, "enter", screen="EvidenceScreen")
        for rule in documents[documents.index(left) + 1 :]:
            await choose(pilot, citizen, rule)
            await answer_everything(pilot, citizen.yes)
            if rule.dated:
                day = sample_document_date(rule.id, today)
                await press_and_wait(pilot, f"{day:%d%m%Y}")
            await press_until(pilot, "enter", screen="EvidenceScreen")
        await back_to_the_list(pilot)

    return go_on


async def review(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the review with one decision taken and not sent."""
    await become(pilot, "adrian")
    await open_step(pilot, citizen, "EvidenceReviewScreen")
    for _ in range(8):
        if pilot.app.screen._decisions():
            break
        await press_and_wait(pilot, "enter")
        await settled(pilot)
    before = pilot.app.screen._decisions()
    assert len(before) == 1

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "EvidenceReviewScreen")
        assert pilot.app.screen._decisions() == before
        await review_everything(pilot, citizen)
        await back_to_the_list(pilot)

    return go_on


async def slip(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the deposit slip half typed."""
    await become(pilot, "olga")
    await open_step(pilot, citizen, "PaymentScreen")
    today = pilot.app.screen.today
    values = sample_payment(citizen.number, today)
    first = ("enter", values["deposit_number"], "enter", f"{today:%d%m%Y}", "enter")
    await press_and_wait(pilot, *first)
    before = pilot.app.screen.query_one(Form).texts()
    assert before["deposit_number"] == values["deposit_number"]

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "PaymentScreen")
        assert pilot.app.screen.query_one(Form).texts() == before
        # It leads to the first field that is empty.
        await press_and_wait(pilot, "f10", values["bank"], "enter", values["depositor_name"])
        await press_until(pilot, "enter", screen="FilePicker")
        await choose_file(pilot, await citizen.proof(values), "PaymentScreen")

    return go_on


async def proof(pilot: Counter, _citizen: Citizen) -> GoOn:
    """Leave the payment with its proof and amount, but not recorded."""
    due = str(pilot.app.screen.state.price.total.amount)
    await press_and_wait(pilot, due)
    amount = pilot.app.screen.query_one(AmountField).value
    brought = pilot.app.screen._proof
    assert brought is not None

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "PaymentScreen")
        assert pilot.app.screen._proof == brought
        assert pilot.app.screen.query_one(AmountField).value == amount
        await press_until(pilot, "enter", screen="WorklistScreen")

    return go_on


async def payment_review(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave a refusal that is begun; in the end the money is confirmed."""
    await become(pilot, "carmen")
    await open_step(pilot, citizen, "PaymentReviewScreen")
    await press_until(pilot, "f6", screen="Choice")
    await press_and_wait(pilot, "down", "enter", NOTE)
    before = pilot.app.screen.chosen
    assert before.reason == NOTE

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "PaymentReviewScreen")
        await press_until(pilot, "f6", screen="Choice")
        assert pilot.app.screen.chosen == before
        await press_until(pilot, "escape", screen="PaymentReviewScreen")
        await question(pilot, "f10")
        await press_until(pilot, "down", "enter", screen="WorklistScreen")

    return go_on


async def billing(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave somebody else's data half typed; in the end the invoice is for the applicant."""
    await open_step(pilot, citizen, "BillingScreen")
    await press_and_wait(pilot, "n")
    await settled(pilot)
    await press_and_wait(pilot, "enter", invented_ruc(50), "enter", "Textiles S.A.", "enter")
    before = pilot.app.screen.query_one(Form).texts()
    assert {invented_ruc(50), "Textiles S.A."} <= set(before.values())

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "BillingScreen")
        assert pilot.app.screen.query_one(Form).texts() == before
        await press_and_wait(pilot, "f3")
        await press_until(pilot, citizen.yes, screen="WorklistScreen")

    return go_on


async def person(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the first page of the activation after one answer."""
    await become(pilot, "olga")
    await open_activation(pilot, citizen)
    await press_and_wait(pilot, citizen.yes)

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "ActivationPersonScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        assert len(pilot.app.screen.query_one(Checklist).accepted) == 1
        await answer_all(pilot, citizen)
        await page(pilot, "ActivationDataScreen")

    return go_on


async def data(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the contract read to its end, with one answer."""
    await read_to_the_end(pilot)
    await press_and_wait(pilot, citizen.yes)

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "ActivationDataScreen")
        await wait_until(lambda: pilot.app.screen.query(Checklist))
        assert len(pilot.app.screen.query_one(Checklist).accepted) == 1
        await answer_all(pilot, citizen)
        await page(pilot, "ActivationCodeScreen")

    return go_on


async def code(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the third page with a code in the applicant's mail."""
    sent = await send_code(pilot)

    async def go_on(pilot: Counter) -> None:
        await open_activation(pilot, citizen, "ActivationCodeScreen")
        await wait_until(lambda: pilot.app.screen.query_one("#code").has_focus)
        await press_and_wait(pilot, sent, "enter")
        await page(pilot, "PasswordScreen")

    return go_on


async def password(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the page of the applicant's own: it keeps nothing, and comes again."""
    await press_and_wait(pilot, PASSWORD, "enter")
    await wait_until(lambda: pilot.app.screen.query_one("#again").has_focus)

    async def go_on(pilot: Counter) -> None:
        await open_activation(pilot, citizen, "PasswordScreen")
        assert not pilot.app.screen.query_one("#first").value
        await choose_password(pilot, PASSWORD)

    return go_on


async def saving(pilot: Counter, citizen: Citizen) -> GoOn:
    """Leave the last page at its question, with the place of the file typed."""
    target = citizen.folder / "stick" / "firma.p12"
    await type_target(pilot, target)
    await page(pilot, "Confirm")

    async def go_on(pilot: Counter) -> None:
        await resume(pilot, "PasswordScreen")
        await choose_password(pilot, PASSWORD)
        await wait_until(lambda: pilot.app.screen.query_one(LineInput).value)
        assert pilot.app.screen.query_one(LineInput).value == str(target)
        await press_and_wait(pilot, "enter")
        await answer_yes(pilot)
        await page(pilot, "ActivationDoneScreen", timeout=60)

    return go_on


INTERRUPTED: tuple[Begin, ...] = (
    application, consent, email, approval, photo, documents, review, slip, proof, payment_review,
    billing, person, data, code, password, saving,
)  # fmt: skip
