"""A card's lines typed, scanned and pasted: what is filled, what is shown, what stays."""

from datetime import date

import pytest
from textual.events import Paste

from backend_client.policy_view import PolicyView
from issuance.evidence.report import CardRead
from issuance.identity.mrz_digits import check_digit
from issuance.policies.loader import load_policy
from issuance.samples.machine_readable import td1_lines
from screens.card_comparison import Agreement, compare, read_card_text
from screens.search_box import begins_card
from tests.keys import press_and_wait, wait_until
from tests.screens.application_typing import form_is_there
from tests.screens.case_samples import cells, shown

TODAY = date(2026, 11, 22)
PRODUCT = "miembro-empresa-pkcs12-2y"
LINES = td1_lines(
    card_number="A12345678",
    cedula="1710034065",
    birth_date=date(1990, 5, 17),
    sex="F",
    expires=date(2031, 1, 1),
    surnames="Pérez Ñacato",
    given_names="María Ángeles",
)
CARD = CardRead(
    number="1710034065",
    document_number="A12345678",
    surnames="PEREZ NACATO",
    given_names="MARIA ANGELES",
    birth_date="1990-05-17",
    sex="F",
    nationality="ECU",
)
_BIRTH, _EXPIRY = "900517", "310101"
QR = (
    "https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA&serial=123456789"
    f"&mrz=123456789{check_digit('123456789')}{_BIRTH}{check_digit(_BIRTH)}"
    f"{_EXPIRY}{check_digit(_EXPIRY)}"
)
WORDS = PolicyView(load_policy("ec-icert"), "es")


def compared(texts: dict[str, str], card: CardRead = CARD) -> dict[str, tuple[Agreement, str]]:
    whole = {"identification_kind": "cedula", **texts}
    form = WORDS.application_form(PRODUCT, whole)
    lines = compare(card, WORDS.card_fields(), form, whole, TODAY)
    return {line.name: (line.agreement, "+".join(line.fills.values())) for line in lines}


# -- comparing -----------------------------------------------------------------------------------


def test_an_empty_form_is_filled():
    assert compared({}) == {
        "cedula": (Agreement.FILLS, "1710034065"),
        "given_names": (Agreement.FILLS, "MARIA ANGELES"),
        "first_surname": (Agreement.FILLS, "PEREZ"),
        "second_surname": (Agreement.FILLS, "NACATO"),
        "birth_date": (Agreement.FILLS, "17/05/1990"),
    }


def test_what_is_typed_is_compared_and_never_replaced():
    found = compared({
        "cedula": "171003406-5", "given_names": "maría ángeles", "first_surname": "Peréz",
        "second_surname": "Ñacata", "birth_date": "17-05-1991",
    })  # fmt: skip
    assert {name: agreement for name, (agreement, _) in found.items()} == {
        "cedula": Agreement.SAME,
        "given_names": Agreement.SAME,
        "first_surname": Agreement.SAME,
        "second_surname": Agreement.DIFFERS,
        "birth_date": Agreement.DIFFERS,
    }
    assert not any(fills for _, fills in found.values())


def test_surnames_of_several_words_are_left_to_the_person():
    card = CARD.model_copy(update={"surnames": "DE LA TORRE GOMEZ"})
    assert compared({}, card)["first_surname"] == (Agreement.TO_TYPE, "")
    whole = {"first_surname": "De la Torre", "second_surname": "Gómez"}
    assert compared(whole, card)["first_surname"] == (Agreement.SAME, "")


def test_a_single_surname_is_the_first():
    card = CARD.model_copy(update={"surnames": "PEREZ"})
    assert compared({}, card)["first_surname"] == (Agreement.FILLS, "PEREZ")


def test_a_name_cut_at_the_lines_end_agrees_as_far_as_it_goes():
    card = CARD.model_copy(update={"given_names": "MARIA DE LOS A"})
    whole = {"given_names": "María de los Ángeles"}
    assert compared(whole, card)["given_names"][0] is Agreement.DIFFERS
    full = card.model_copy(update={"surnames": "PEREZ NACATO QUI"})
    assert compared(whole, full)["given_names"][0] is Agreement.SAME
    empty = compared({}, full)
    assert {empty[name] for name in ("given_names", "first_surname")} == {(Agreement.TO_TYPE, "")}
    assert empty["cedula"][0] is Agreement.FILLS


def test_an_n_with_tilde_may_be_written_out():
    card = CARD.model_copy(update={"surnames": "PEREZ NXXACATO"})
    assert compared({"second_surname": "Ñacato"}, card)["second_surname"][0] is Agreement.SAME


def test_a_passport_gives_the_documents_number():
    card = CARD.model_copy(update={"number": "", "document_number": "AB123456"})
    found = compared({"identification_kind": "passport"}, card)
    assert found["passport"] == (Agreement.FILLS, "AB123456")
    assert "cedula" not in found


@pytest.mark.parametrize("text", ["", "   ", "<" * 90, "https://", "\x00" * 90, "ñ" * 90])
def test_nonsense_is_no_card(text: str):
    card, findings = read_card_text(text, TODAY)
    assert card is None
    assert findings


def test_a_wrong_check_digit_is_no_card():
    wrong = "".join(LINES).replace("900517", "900518")
    card, findings = read_card_text(wrong, TODAY)
    assert card is None
    assert any(finding.severity == "blocks" for finding in findings)


def test_what_begins_a_zone():
    assert begins_card(LINES[0])
    assert begins_card("\n".join(LINES).lower())
    assert begins_card("P<ECUPEREZ<NACATO<<MARIA<ANGELES<<<<<<<<<<<<")
    for other in ("1710034065", "Ana", "perez lopez", "A" * 30, "I<ECU"):
        assert not begins_card(other)


# -- on screen -----------------------------------------------------------------------------------


async def scan(pilot, lines=LINES, ending: str = "enter") -> None:
    keys: list[str] = []
    for line in lines:
        keys += [line, ending]
    await press_and_wait(pilot, *keys)


async def on_mrz_screen(pilot) -> None:
    await wait_until(lambda: type(pilot.app.screen).__name__ == "MrzEntryScreen")


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_scan_fills_the_empty_fields_of_the_application(counter, language):
    async with counter("olga", "application", PRODUCT, language=language) as pilot:
        await form_is_there(pilot)
        await press_and_wait(pilot, "f9")
        await on_mrz_screen(pilot)
        await scan(pilot)
        await wait_until(lambda: cells(pilot.app))
        assert [row[1] for row in cells(pilot.app)] == [
            "1710034065", "MARIA ANGELES", "PEREZ", "NACATO", "17/05/1990",
        ]  # fmt: skip
        await press_and_wait(pilot, "f10")
        await form_is_there(pilot)
        texts = pilot.app.screen._texts
        assert texts["cedula"] == "1710034065"
        assert texts["birth_date"] == "17/05/1990"
        assert texts["first_surname"] == "PEREZ"


async def test_what_was_typed_stays_and_the_difference_is_shown(counter):
    texts = {"identification_kind": "cedula", "cedula": "0102030400", "given_names": "Rosa"}
    async with counter("olga", "mrz_entry", PRODUCT, texts) as pilot:
        await on_mrz_screen(pilot)
        await scan(pilot)
        await wait_until(lambda: cells(pilot.app))
        rows = {row[1]: row[2:] for row in cells(pilot.app)}
        assert rows["1710034065"] == ["0102030400", "≠ distinto"]
        assert rows["PEREZ"] == ["–", "← F10 lo llena"]
        assert "compárelo" in shown(pilot.app, "#todo")


async def test_a_wrong_digit_fills_nothing_and_can_be_typed_again(counter):
    async with counter("olga", "mrz_entry", PRODUCT, {}) as pilot:
        await on_mrz_screen(pilot)
        wrong = (LINES[0], LINES[1].replace("900517", "900518"), LINES[2])
        await scan(pilot, wrong)
        await wait_until(lambda: shown(pilot.app, "#findings"))
        assert not cells(pilot.app)
        await press_and_wait(pilot, "f10")
        assert "Todavía no se leyó nada" in shown(pilot.app, "#message")
        await press_and_wait(pilot, "f12")
        await scan(pilot)
        await wait_until(lambda: cells(pilot.app))


async def test_lines_can_be_pasted_and_corrected(counter):
    async with counter("olga", "mrz_entry", PRODUCT, {}) as pilot:
        await on_mrz_screen(pilot)
        pilot.app.post_message(Paste("\r\n".join((*LINES[:2], LINES[2][:-1]))))
        await wait_until(lambda: "89 de 90" in shown(pilot.app, "#zone"))
        await press_and_wait(pilot, "x", until=lambda: shown(pilot.app, "#findings"))
        await press_and_wait(pilot, "f12", *(line for line in LINES))
        await wait_until(lambda: cells(pilot.app))


async def test_two_ends_of_line_say_that_no_more_will_come(counter):
    async with counter("olga", "mrz_entry", PRODUCT, {}) as pilot:
        await on_mrz_screen(pilot)
        await press_and_wait(pilot, LINES[0], "enter", "enter")
        await wait_until(lambda: shown(pilot.app, "#findings"))


async def test_hostile_characters_do_not_reach_the_terminal(counter):
    async with counter("olga", "mrz_entry", PRODUCT, {}) as pilot:
        await on_mrz_screen(pilot)
        pilot.app.post_message(Paste("\x1b]0;x\x07[bold]\u202e"))
        await wait_until(lambda: "[BOLD]" in shown(pilot.app, "#zone"))
        assert "\x1b" not in shown(pilot.app, "#zone")
        assert "\u202e" not in shown(pilot.app, "#zone")


async def test_a_document_without_a_card_says_so(counter, tmp_path):
    path = tmp_path / "card.pdf"
    path.write_bytes(b"%PDF-1.7 no card")
    async with counter("olga", "mrz_entry", PRODUCT, {}) as pilot:
        await on_mrz_screen(pilot)
        await press_and_wait(pilot, "f6", until=lambda: _is_picker(pilot))
        await press_and_wait(pilot, str(path), "enter")
        await on_mrz_screen(pilot)
        await wait_until(lambda: "No se pudo leer" in shown(pilot.app, "#message"))
        assert pilot.app.screen._card is None


def _is_picker(pilot) -> bool:
    return type(pilot.app.screen).__name__ == "FilePicker"


async def test_the_qr_code_of_a_chilean_card_is_looked_up(counter):
    async with counter("olga", "worklist") as pilot:
        await wait_until(lambda: pilot.app.screen._is_page_read)
        await press_and_wait(pilot, QR, "enter")
        nothing = "No se encontró nada con «12345678-5»"
        await wait_until(
            lambda: (
                type(pilot.app.screen).__name__ == "WorklistScreen"
                and nothing in shown(pilot.app, "#message")
            )
        )


@pytest.mark.parametrize("pasted", [False, True])
async def test_a_card_scanned_into_the_start_box_is_looked_up(counter, pasted):
    async with counter("olga", "worklist") as pilot:
        await wait_until(lambda: pilot.app.screen._is_page_read)
        if pasted:
            pilot.app.post_message(Paste("\n".join(LINES)))
        else:
            await scan(pilot)
        nothing = "No se encontró nada con «1710034065»"
        await wait_until(
            lambda: (
                type(pilot.app.screen).__name__ == "WorklistScreen"
                and nothing in shown(pilot.app, "#message")
            )
        )
