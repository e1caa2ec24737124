import string
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import tui
from issuance.findings.tokens import TokenFinding
from tui.sentences.tokens import SENTENCES

FRAGMENT = Path(tui.__file__).parent / "locale" / "fragments" / "tokens.es.po"
SPANISH = {
    message.id: message.string for message in read_po(BytesIO(FRAGMENT.read_bytes())) if message.id
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", list(TokenFinding))
def test_every_code_has_a_sentence_in_both_languages(code: TokenFinding):
    english = SENTENCES[code]
    spanish = SPANISH[english]
    assert isinstance(spanish, str)
    assert spanish != english
    assert placeholders(english) == placeholders(spanish)


def test_nothing_is_translated_that_is_not_said():
    assert set(SPANISH) == set(SENTENCES.values())
