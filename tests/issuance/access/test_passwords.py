import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuance.access.passwords import check_new_password, password_score
from issuance.findings.access import AccessCode
from issuance.secret import Secret
from tests.examples import examples

HINTS = ("jpena", "Oficina Ñandú")


def codes(password: str, hints: tuple[str, ...] = HINTS) -> list[str]:
    return [finding.code for finding in check_new_password(Secret(password), hints)]


@pytest.mark.parametrize(
    "password",
    [
        "lluvia teclado bronce nube",
        "vT9#kq2!LmXz",
        "correcto grapa caballo",
        "una frase larga que nadie más escribiría así: " * 4,
        "ñ" * 2 + "tambor violeta 83 lago",
    ],
)
def test_a_good_password_passes(password: str):
    assert codes(password) == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", AccessCode.PASSWORD_TOO_SHORT),
        ("vT9#kq2!LmX", AccessCode.PASSWORD_TOO_SHORT),
        ("a1#" * 86, AccessCode.PASSWORD_TOO_LONG),
        ("password1234", AccessCode.PASSWORD_TOO_WEAK),
        ("aaaaaaaaaaaaaaaa", AccessCode.PASSWORD_TOO_WEAK),
        ("qwertyuiopasdf", AccessCode.PASSWORD_TOO_WEAK),
        ("lluvia JPena teclado bronce", AccessCode.PASSWORD_CONTAINS_NAME),
        ("bronce-oficina nandu-teclado", AccessCode.PASSWORD_CONTAINS_NAME),
        (
            "bronce OFICINAN\N{COMBINING TILDE}ANDU\N{COMBINING ACUTE ACCENT} nube",
            AccessCode.PASSWORD_CONTAINS_NAME,
        ),
    ],
)
def test_a_bad_password_is_refused_with_one_reason(password: str, code: AccessCode):
    assert codes(password) == [code]


def test_words_of_the_hints_count_as_known():
    assert password_score(Secret("zambrtkiqueño"), ("zambrtkiqueño",)) < password_score(
        Secret("zambrtkiqueño"), ()
    )


def test_a_user_name_of_two_letters_does_not_forbid_every_word():
    assert codes("lluvia teclado bronce nube", ("ll", "")) == []


@settings(max_examples=examples(60), deadline=None)
@given(password=st.text(st.characters(exclude_categories=[]), max_size=300))
def test_any_text_gets_an_answer_without_showing_it(password: str):
    findings = check_new_password(Secret(password), HINTS)
    assert 0 <= password_score(Secret(password), HINTS) <= 4
    if len(password) >= 12:
        assert password not in str(findings)
