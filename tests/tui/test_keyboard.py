from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from textual._xterm_parser import XTermParser
from textual.events import Key

from tui.keyboard import KeyboardDecoder

chunks = st.lists(st.integers(0, 200), max_size=5)


def decoded(data: bytes, cuts: list[int]) -> str:
    decoder = KeyboardDecoder()
    edges = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    parts = [data[start:end] for start, end in pairwise(edges)]
    return "".join(decoder.decode(part) for part in parts) + decoder.flush()


@given(st.text(st.characters(exclude_characters="\x1b", codec="utf-8")), chunks)
def test_utf_8_is_read_as_it_is_however_it_is_cut(text: str, cuts: list[int]):
    assert decoded(text.encode(), cuts) == text


@given(st.binary(max_size=200), chunks)
def test_no_bytes_stop_the_reading(data: bytes, cuts: list[int]):
    decoded(data, cuts)


@given(st.text("áéíóúñÁÉÍÓÚÑüabc ", max_size=30))
def test_latin_1_with_ascii_around_is_read(text: str):
    data = b"".join(each.encode("latin-1") + b"." for each in text)
    assert decoded(data, []) == "".join(f"{each}." for each in text)


@given(st.text(st.characters(codec="utf-8"), max_size=60), chunks)
def test_a_paste_never_holds_an_escape(text: str, cuts: list[int]):
    inside = text.replace("\x1b[201~", "")
    whole = decoded(f"a\x1b[200~{inside}\x1b[201~b".encode(), [*cuts, 1, 7])
    assert whole.startswith("a\x1b[200~")
    assert whole.endswith("\x1b[201~b")
    assert "\x1b" not in whole[7:-7]


def keys_of(data: bytes) -> list[str]:
    messages = XTermParser().feed(KeyboardDecoder().decode(data))
    return [message.key for message in messages if isinstance(message, Key)]


def test_escape_and_a_digit_is_a_function_key():
    assert [keys_of(b"\x1b" + each.encode()) for each in "1234567890-="] == [
        [f"f{number}"] for number in range(1, 13)
    ]


def test_an_escape_on_its_own_leaves_the_digit_alone():
    decoder = KeyboardDecoder()
    decoder.decode(b"\x1b")
    decoder.forget_escape()
    assert decoder.decode(b"1") == "1"
