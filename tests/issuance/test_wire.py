"""Whatever a command, query or answer holds arrives as it was sent, and its secrets with it."""

import json
import types
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from issuance.commands import Body, Command
from issuance.evidence.blob import BlobRef
from issuance.findings import Finding
from issuance.money.amounts import Money
from issuance.queries import Query
from issuance.secret import Secret
from issuance.streams import StreamRef
from issuance.wire import (
    AnyAnswer,
    Asked,
    CommandEnvelope,
    Refused,
    answer_json,
    command_json,
    query_json,
    read_answer,
)
from tests.examples import examples

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
MOMENTS = st.integers(-(10**10), 10**11).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(0, 2**40),
    bool: st.booleans(),
    float: st.floats(0, 100),
    bytes: st.binary(max_size=8),
    UUID: st.uuids(),
    datetime: MOMENTS,
    date: st.dates(),
    Secret: TEXT.map(Secret),
    Money: st.builds(Money, amount=st.integers(0, 9**9), currency=st.just("USD")),
    BlobRef: st.builds(
        BlobRef, sha256=st.just("0f" * 32), length=st.integers(0, 9**9), media_type=st.just("a/b")
    ),
}


def members(union: Any) -> list[Any]:
    """Return the models of a union, however deeply it is put together."""
    kind = get_origin(union)
    if kind is Annotated:
        return members(get_args(union)[0])
    if kind in (Union, types.UnionType):
        return [each for member in get_args(union) for each in members(member)]
    return [union]


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Return values of a type as the models use it; what a rule forbids is left out later."""
    if kind in PLAIN:
        return PLAIN[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return values(inner[0])
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, inner))
    if origin is tuple and inner[-1:] == (Ellipsis,):
        return st.lists(values(inner[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*map(values, inner))
    if origin in (dict, Mapping):
        return st.dictionaries(values(inner[0]), values(inner[1]), max_size=2)
    if origin in (frozenset, set):
        return st.frozensets(values(inner[0]), max_size=2)
    return models(kind)


def models(kind: Any) -> st.SearchStrategy[Any]:
    if kind is type(None):
        return st.none()
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if issubclass(kind, BaseModel):
        return instances(kind)
    if kind is Finding:
        return st.builds(Finding, code=TEXT)
    raise TypeError(f"no values for {kind}")


@st.composite
def instances(draw: st.DrawFn, model: type[Any]) -> Any:
    made = {
        name: draw(values(Annotated[field.annotation, 0] if field.metadata else field.annotation))
        for name, field in model.model_fields.items()
        if field.is_required() or draw(st.booleans())
    }
    try:
        return model(**made)
    except ValidationError as error:
        unfit = {str(each["loc"][0]) for each in error.errors() if each["loc"]}
    # What is not needed is left as it is when nobody says anything.
    unfit -= {name for name, field in model.model_fields.items() if field.is_required()}
    try:
        return model(**{name: value for name, value in made.items() if name not in unfit})
    except ValidationError:
        assume(condition=False)
        raise


EASY = settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
BODIES = members(Body)
QUERIES = members(Query)
ANSWERS = {
    get_args(each.model_fields["kind"].annotation)[0]: each.model_fields["answer"].annotation
    for each in members(AnyAnswer)
    if each is not Refused
}


def named(model: type[BaseModel]) -> str:
    return model.__name__


@pytest.mark.parametrize("body", BODIES, ids=named)
def test_a_command_arrives_with_its_secrets_and_its_hash(body: type[Any]):
    @EASY
    @given(st.data(), MOMENTS)
    def arrives(data: st.DataObject, at: datetime) -> None:
        sent = Command(
            id=UUID(int=1),
            office=UUID(int=2),
            stream=StreamRef(kind="case", id=UUID(int=3)),
            base_revision=4,
            operator="olga",
            session=UUID(int=5),
            at=at,
            body=data.draw(instances(body)),
        )
        arrived = CommandEnvelope.model_validate(json.loads(command_json(sent))).command
        assert arrived.digest() == sent.digest()
        for name in body.model_fields:
            ours, theirs = getattr(sent.body, name), getattr(arrived.body, name)
            if isinstance(ours, Secret):
                assert isinstance(theirs, Secret)
                assert theirs.matches(ours)
            else:
                assert theirs == ours

    arrives()


def test_every_query_has_its_answer():
    assert {each.model_fields["kind"].default for each in QUERIES} == set(ANSWERS)


@pytest.mark.parametrize("query", QUERIES, ids=named)
def test_a_query_and_its_answer_arrive(query: type[Any]):
    @EASY
    @given(st.data())
    def arrives(data: st.DataObject) -> None:
        asked = data.draw(instances(query))
        arrived = Asked.model_validate(json.loads(query_json(asked))).query
        assert arrived == asked
        told = data.draw(instances(ANSWERS[arrived.kind]))
        assert read_answer(arrived, answer_json(arrived, told)) == told
        findings = (Finding("X", parameters={"n": 1, "t": "ñ"}),)
        assert read_answer(arrived, answer_json(arrived, findings)) == findings

    arrives()


def test_an_answer_to_another_query_is_none():
    case, counts = (next(each for each in QUERIES if named(each) == name) for name in
                    ("CaseQuery", "CountsQuery"))  # fmt: skip
    told = answer_json(counts(), ANSWERS["counts"](counts={"a": 1}, ceiling=200))
    with pytest.raises(ValueError, match="another query"):
        read_answer(case(), told)
    for octets in (b"", b"{}", b'{"kind":"counts"}', b'{"kind":"x","answer":{}}', b"[]"):
        with pytest.raises(ValueError):  # noqa: PT011 -- whatever is wrong with it
            read_answer(counts(), octets)
