"""Canonical bytes: the quick way writes exactly what RFC 8785 asks for, or is not taken."""

from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from issuance.model import Frozen, canonical_bytes, canonical_fields, join_fields

# What the encoders might treat each in its own way, near what a number looks like inside a text.
TEXTS = st.text() | st.text(
    alphabet='":,[]{}\\/0123456789.eE-\x00\x1f\x7f\u2028\ud7ff\ud800\ue000\uffff\U0001f600'
)
INTEGERS = st.integers() | st.integers(-(2**54), 2**54)
VALUES = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


class Sheet(Frozen):
    words: str = ""
    count: int = 0
    about: dict[str, str] = {}
    rows: tuple[int, ...] = ()


SAFE = st.integers(-(2**53) + 1, 2**53 - 1)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "words": st.text(st.characters(codec="utf-8")),
        "count": SAFE,
        "about": st.dictionaries(st.text("ñ\ue000\U0001f600"), st.text("ab")),
        "rows": st.lists(SAFE).map(tuple),
    },
)


def written(write: Any, document: dict[str, Any]) -> bytes | str:
    try:
        return write(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        return type(error).__name__


@given(document=st.dictionaries(TEXTS, VALUES, max_size=4))
@example({"a": 1.0})
@example({"a": [-0.0, 1e21, 2**53 - 1, -(2**53) + 1]})
@example({"a": 2**53})
@example({"a": [2**53]})
@example({"\ue000": 1, "\U0001f600": 2})
def test_every_document_is_written_as_the_reference_writes_it(document: dict[str, Any]):
    assert written(canonical_bytes, document) == written(rfc8785.dumps, document)


def test_keys_are_ordered_by_utf_16():
    assert canonical_bytes({"\ue000": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ue000":1}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800"])
def test_what_canonical_json_cannot_hold_is_refused(value: object):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_bytes({"value": value})


@given(history=st.lists(CHANGES, max_size=6))
def test_what_is_written_anew_stands_beside_what_did_not_change(history: list[dict[str, Any]]):
    sheet, before, fields = Sheet(), None, dict[str, bytes]()
    for change in history:
        fields = canonical_fields(sheet, before, fields)
        assert join_fields(fields) == canonical_bytes(sheet)
        before, sheet = sheet, sheet.model_copy(update=change)
