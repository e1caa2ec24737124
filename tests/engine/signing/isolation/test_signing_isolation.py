"""No institution sees another's signatures: roles, institutions and queries at random."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.engine.signing_record import Client
from issuance.findings.institutions import InstitutionCode
from issuance.findings.signing import SigningCode
from issuance.queries import Answer
from issuance.signing.queries import (
    ApplicationsQuery,
    PermissionsQuery,
    RefusedRequestsAnswer,
    RefusedRequestsQuery,
    SignatureLogAnswer,
    SignatureLogQuery,
    SigningKeyQuery,
    SigningQuery,
)
from issuance.signing.ticket_token import UNATTENDED
from tests.engine.signing.isolation.world import (
    DIGITS,
    NAMES,
    RUNS,
    SECRETS,
    World,
    strange,
    ticket,
)
from tests.examples import examples

WHO = st.sampled_from(["centre", "operator0", "operator1", *(f"holder{r}" for r in DIGITS)])
INSTITUTION = st.sampled_from([None, 0, 1])
RUN = st.sampled_from(["", *DIGITS])
KEY = st.sampled_from(["", "sistema-0", "sistema-1", "sistema de gestion", "nadie"])


def words(answer: Answer | tuple[object, ...]) -> str:
    return str(answer) if isinstance(answer, tuple) else answer.model_dump_json()


@settings(
    max_examples=examples(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(WHO, INSTITUTION, RUN, RUN, KEY, st.sampled_from([None, "signed", "failed"]))
def test_the_log_and_the_refusals_show_what_the_scope_sees(
    world: World,
    who: str,
    which: int | None,
    run: str,
    of: str,
    key: str,
    result: str | None,
):
    institution = None if which is None else world.institutions[which]
    certificate = world.certificates[of] if of else None
    log = SignatureLogQuery.model_validate(
        {
            "institution": institution, "certificate": certificate, "run": run,
            "application": key, "result": result, "limit": 2,
        }
    )  # fmt: skip
    refused = RefusedRequestsQuery(institution=institution, application=key)
    session, unknown = world.sessions[who], strange(world, who)
    for query in (log, refused):
        said = words(world.engine.ask(query, session))
        assert not [each for each in unknown if each in said]


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(WHO, st.sampled_from([0, 1]), st.sampled_from(sorted(DIGITS)))
def test_what_is_asked_by_name_is_unknown_out_of_scope(
    world: World, who: str, which: int, run: str
):
    session, unknown = world.sessions[who], strange(world, who)
    certificate = world.certificates[run]
    queries: tuple[SigningQuery, ...] = (
        ApplicationsQuery(institution=world.institutions[which]),
        PermissionsQuery(certificate=certificate),
        SigningKeyQuery(certificate=certificate),
    )
    for query in queries:
        answer = world.engine.ask(query, session)
        said = words(answer)
        assert not [each for each in unknown if each in said]
        if isinstance(answer, tuple):
            assert [each.code for each in answer] == [InstitutionCode.OUT_OF_REACH]


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from([0, 1]),
    st.sampled_from([*NAMES, "Ministerio", ""]),
    st.sampled_from([*DIGITS, "9", "x"]),
    st.sampled_from([UNATTENDED, "desatendido", "Propósito General"]),
)
def test_an_application_learns_nothing_of_anothers_institution(
    world: World, which: int, entity: str, run: str, purpose: str
):
    answer = ticket(world.engine, which, entity, run, purpose)
    registered = entity == NAMES[which] and run in RUNS[which] and purpose == UNATTENDED
    if registered:
        assert answer.status == 200
    else:
        there = json.dumps(answer.body, ensure_ascii=False)
        assert answer.status in (400, 404)
        assert not [name for name in (*NAMES, *DIGITS) if name in there]
        if entity:
            assert answer.body == {"error": "Certificado no encontrado"}


@pytest.mark.parametrize(
    ("entity", "run", "purpose", "code", "part"),
    [
        ("Ministerio de energia", RUNS[0][0], UNATTENDED, SigningCode.CLAIM_SPELLING, "entity"),
        (f"{NAMES[0]} ", RUNS[0][0], UNATTENDED, SigningCode.CLAIM_SPACES, "entity"),
        (NAMES[0], "9", UNATTENDED, SigningCode.CLAIM_NOT_REGISTERED, "run"),
        (NAMES[0], RUNS[0][0], "desatendido", SigningCode.CLAIM_SPELLING, "purpose"),
    ],
)
def test_a_refused_request_tells_which_field_differed_and_no_secret(
    world: World, entity: str, run: str, purpose: str, code: SigningCode, part: str
):
    ticket(world.engine, 0, entity, run, purpose)
    answer = world.engine.ask(
        RefusedRequestsQuery(institution=world.institutions[0], limit=1),
        world.sessions["operator0"],
    )
    assert isinstance(answer, RefusedRequestsAnswer)
    (line,) = answer.entries
    assert (line.finding.code, line.finding.parameters) == (code, {"part": part})
    assert (line.application, line.interface) == ("sistema-0", "tickets")
    assert SECRETS[0].reveal() not in answer.model_dump_json()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"files": [{"content-type": "text/plain", "content": "e30="}]}, SigningCode.CONTENT_TYPE),
        ({"files": "e30="}, SigningCode.REQUEST_FIELD),
        ({"token": ""}, SigningCode.REQUEST_FIELD),
    ],
)
def test_a_malformed_request_is_shown_to_the_institution_whose_key_it_names(
    world: World, fields: dict[str, object], code: SigningCode
):
    body = {"token": "t", "api_token_key": "sistema-0", "files": []} | fields
    said = world.engine.tickets.answer(json.dumps(body).encode(), None, Client())
    assert said.status == 400
    for which, shown in ((0, True), (1, False)):
        answer = world.engine.ask(
            RefusedRequestsQuery(institution=world.institutions[which], limit=1),
            world.sessions[f"operator{which}"],
        )
        assert isinstance(answer, RefusedRequestsAnswer)
        assert (answer.entries[0].finding.code == code) is shown


def test_what_belongs_to_no_institution_is_shown_to_the_centre_alone(world: World):
    body = {"token": "secreto.de.nadie", "api_token_key": "desconocida", "files": [{}]}
    assert world.engine.tickets.answer(json.dumps(body).encode(), None, Client()).status == 400
    query = RefusedRequestsQuery(limit=200)
    for who, session in world.sessions.items():
        answer = world.engine.ask(query, session)
        assert isinstance(answer, RefusedRequestsAnswer)
        whose = {each.whose for each in answer.entries}
        known = {NAMES[which] for which, _ in world.sees[who]}
        assert whose <= (known | {""} if who == "centre" else known)
        assert ("" in whose) is (who == "centre")
        assert "nadie" not in answer.model_dump_json()
        assert "desconocida" not in answer.model_dump_json()


def test_the_last_refused_requests_are_kept_and_no_more(world: World):
    for _ in range(60):
        ticket(world.engine, 1, NAMES[1], "9")
    query = RefusedRequestsQuery(institution=world.institutions[1], limit=200)
    answer = world.engine.ask(query, world.sessions["operator1"])
    assert isinstance(answer, RefusedRequestsAnswer)
    assert len(answer.entries) == 50


def test_everybody_sees_their_own(world: World):
    counts: dict[str, int] = {}
    for who, session in world.sessions.items():
        answer = world.engine.ask(SignatureLogQuery(limit=200), session)
        assert isinstance(answer, SignatureLogAnswer)
        counts[who] = len(answer.entries)
    assert all(counts.values())
    assert counts["centre"] == counts["operator0"] + counts["operator1"]


def test_an_applications_name_finds_what_its_key_finds(world: World):
    def found(who: str, application: str) -> list[tuple[int, str, str]]:
        query = SignatureLogQuery(application=application, limit=200)
        answer = world.engine.ask(query, world.sessions[who])
        assert isinstance(answer, SignatureLogAnswer)
        return [(each.number, each.application, each.application_name) for each in answer.entries]

    for who in ("operator0", "holder12345678"):
        assert found(who, "sistema de gestion") == found(who, "sistema-0") != []
    assert {each[1:] for each in found("centre", "Sistema de Gestión")} == {
        ("sistema-0", "Sistema de Gestión"), ("sistema-1", "Sistema de Gestión"),
    }  # fmt: skip
    assert found("centre", "Sistema") == []
    query = RefusedRequestsQuery(institution=world.institutions[0], application="sistema-0")
    refused = world.engine.ask(query, world.sessions["operator0"])
    assert isinstance(refused, RefusedRequestsAnswer)
    assert {each.application_name for each in refused.entries} == {"Sistema de Gestión"}


def test_pages_follow_one_another_without_gap(world: World):
    session, found, after = world.sessions["centre"], [], None
    while True:
        answer = world.engine.ask(SignatureLogQuery(after=after, limit=3), session)
        assert isinstance(answer, SignatureLogAnswer)
        found += [each.number for each in answer.entries]
        after = answer.next
        if after is None:
            break
    everything = world.engine.ask(SignatureLogQuery(limit=200), session)
    assert isinstance(everything, SignatureLogAnswer)
    assert found == [each.number for each in everything.entries]
    assert len(set(found)) == len(found)
