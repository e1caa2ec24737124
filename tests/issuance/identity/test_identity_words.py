import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import issuance.findings.identity as codes
from issuance.findings.identity import IdentityFinding
from tui.sentences.identity import NUMBERINGS, SENTENCES

FRAGMENT = Path(codes.__file__).parents[2] / "tui" / "locale" / "fragments" / "identity.es.po"


def parameters_documented():
    source = Path(codes.__file__).read_text(encoding="utf-8")
    found = re.findall(r"((?:    #: .*\n)+)    ([A-Z_]+) = ", source)
    # The figures stand in backticks; a quoted sign (`+`) is not one.
    return {name: set(re.findall(r"`([a-z_]+)`", comment)) for comment, name in found}


def placeholders(sentence):
    return set(re.findall(r"{([a-z_]+)}", sentence))


@pytest.mark.parametrize("code", IdentityFinding)
def test_every_code_has_words_in_both_languages_with_its_own_figures(code):
    with FRAGMENT.open("rb") as file:
        catalogue = read_po(file)
    english = SENTENCES[code]
    spanish = catalogue[english].string
    assert spanish
    assert placeholders(spanish) == placeholders(english)
    assert placeholders(english) <= parameters_documented()[code.name]


def test_no_words_without_a_code():
    with FRAGMENT.open("rb") as file:
        words = {*SENTENCES.values(), *NUMBERINGS.values()}
        assert {str(entry.id) for entry in read_po(file) if entry.id} == words
    assert set(SENTENCES) == set(IdentityFinding)


def test_reading_the_kinds_loads_no_slow_library():
    script = (
        "import sys, issuance.identity.kinds, issuance.identity.examples;"
        "print(*{'phonenumbers', 'email_validator', 'stdnum', 'pydantic'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
