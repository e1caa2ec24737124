"""Every word of the program: complete in Spanish, every finding with a sentence."""

import pkgutil
import re
import string
from importlib import import_module

import pytest

import issuance.findings
from issuance.findings import FindingCode, blocks, warns
from issuance.findings.tokens import TokenFinding
from tests.tui.running import ROOT
from tools.catalogue import assemble, extracted, main_catalogue, write
from tui.sentences import all_sentences, labelled, sentence
from tui.translation import Translator


class Sample(FindingCode):
    UNKNOWN_TO_EVERY_TOPIC = "UNKNOWN_TO_EVERY_TOPIC"


def every_code() -> list[FindingCode]:
    for module in pkgutil.walk_packages(issuance.findings.__path__, "issuance.findings."):
        import_module(module.name)
    topics = [
        each for each in FindingCode.__subclasses__() if each.__module__.startswith("issuance")
    ]
    return [code for topic in topics for code in topic]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_finding_has_a_sentence():
    missing = [code.value for code in every_code() if code.value not in all_sentences()]
    assert not missing


def test_codes_are_unique_and_upper_snake_case():
    values = [code.value for code in every_code()]
    assert len(values) == len(set(values))
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", value) for value in values)


def test_every_message_has_spanish():
    assembly = assemble(ROOT)
    assert not assembly.untranslated
    assert not assembly.contradictory


def test_the_committed_catalogue_is_up_to_date(tmp_path):
    write(assemble(ROOT).catalogue, tmp_path / "ventanilla.po")
    expected = (tmp_path / "ventanilla.po").read_text(encoding="utf-8")
    assert main_catalogue(ROOT).read_text(encoding="utf-8") == expected, (
        "run `python -m tools.catalogue`"
    )


def test_both_languages_name_the_same_parameters():
    catalogue = assemble(ROOT).catalogue
    for key in extracted(ROOT):
        message = catalogue.get(key)
        if message is None:
            continue
        originals = [key] if isinstance(key, str) else list(key)
        translations = (
            [message.string] if isinstance(message.string, str) else list(message.string or ())
        )
        for text in translations:
            assert placeholders(text) == placeholders(originals[-1]), key


def test_a_sentence_is_in_the_language_asked_for():
    finding = blocks(next(code for code in every_code() if code.value == "TOO_LONG"), maximum=20)
    assert "20" in sentence(finding, Translator("es"))
    assert sentence(finding, Translator("es")) != sentence(finding, Translator("en"))
    assert labelled(finding, Translator("es")).startswith("Corrija esto: ")


def test_a_moment_is_told_by_the_offices_clock_and_else_by_the_worlds():
    code = next(each for each in every_code() if each.value == "CERTIFICATE_EXPIRED")
    finding = blocks(code, ended="2027-12-31T04:59:00.000000Z")
    assert "30 dic 2027, 23:59" in sentence(finding, Translator("es", "America/Guayaquil"))
    assert "31 Dec 2027, 04:59 UTC" in sentence(finding, Translator("en"))


def test_why_a_token_does_not_sign_is_told_in_words():
    failing = blocks(TokenFinding.AUTHORITY_TOKEN_FAILS, cause=TokenFinding.TOKEN_LOST.value)
    assert "(ya no responde)" in sentence(failing, Translator("es"))
    assert "(it no longer answers)" in sentence(failing, Translator("en"))


def test_an_unknown_code_shows_itself():
    assert (
        sentence(warns(Sample.UNKNOWN_TO_EVERY_TOPIC), Translator("es"))
        == Sample.UNKNOWN_TO_EVERY_TOPIC
    )


@pytest.mark.parametrize("parameters", [{}, {"maximum": "\x1b]0;x\x07{maximum}"}])
def test_bad_parameters_neither_fail_nor_reach_the_terminal(parameters):
    finding = blocks(next(code for code in every_code() if code.value == "TOO_LONG"), **parameters)
    assert sentence(finding, Translator("en")).isprintable() or "\ufffd" in sentence(
        finding, Translator("en")
    )
    assert "\x1b" not in sentence(finding, Translator("en"))


def test_an_empty_message_stays_empty_and_plurals_count():
    translate = Translator("es")
    assert translate("") == ""
    assert translate.plural("{count} attempt left", "{count} attempts left", 1) == "queda 1 intento"
    assert (
        translate.plural("{count} attempt left", "{count} attempts left", 3) == "quedan 3 intentos"
    )


def test_an_unknown_language_falls_back_to_english():
    assert Translator("qu")("Help") == "Help"
