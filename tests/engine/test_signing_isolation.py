"""No institution sees another's signatures: roles, institutions and queries at random."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.access.roles import Session
from issuance.engine.csc_askers import Asker, HolderAsks, application_with
from issuance.engine.engine import Engine
from issuance.engine.portable_issuing import certify
from issuance.engine.signing_record import Client
from issuance.engine.signing_streams import permission_ref
from issuance.findings.institutions import InstitutionCode
from issuance.findings.signing import SigningCode
from issuance.queries import Answer
from issuance.secret import Secret
from issuance.signing.application_stream import Grant
from issuance.signing.chilean_time import chilean_text
from issuance.signing.commands import RegisterApplication, SetApplicationPermission
from issuance.signing.csc_answer import CscAnswer
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
from tests.engine.ministry import Ministry, found_platform, give, opened
from tests.examples import examples

NAMES = ("Ministerio de Energía", "Ministerio de Salud")
RUNS = (("12345678", "11111111"), ("22222222", "10000013"))
DIGITS = {"12345678": "5", "11111111": "1", "22222222": "2", "10000013": "K"}
SHA256, RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1"
SECRETS = (Secret("a" * 32), Secret("b" * 32))


@dataclass(frozen=True)
class World:
    """Two institutions with two holders each, all of whom have signed and been refused.

    `sees` are the institution and, for holders, the RUN that a session may know of.
    """

    engine: Engine
    institutions: tuple[UUID, ...]
    certificates: dict[str, UUID]
    sessions: dict[str, Session]
    sees: dict[str, tuple[tuple[int, str | None], ...]]


def ticket(engine: Engine, which: int, entity: str, run: str, purpose: str = UNATTENDED):
    claims = {
        "entity": entity,
        "run": run,
        "purpose": purpose,
        "expiration": chilean_text(engine.office.now() + timedelta(minutes=5)),
    }
    token = jwt.encode(claims, SECRETS[which].reveal(), algorithm="HS256")
    files = [{"content-type": "application/json", "content": "e30="}]
    body = {"token": token, "api_token_key": f"sistema-{which}", "files": files}
    return engine.tickets.answer(json.dumps(body).encode(), None, Client("192.0.2.1", "prueba"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("isolation") / "office"
    found_platform(folder)
    platform = opened(folder)
    engine, office = platform.engine, platform.engine.office
    sessions = {"centre": platform.session}
    sees: dict[str, tuple[tuple[int, str | None], ...]] = {
        "centre": ((0, None), (1, None)),
        "nobody": (),
    }
    ministries, certificates = [], {}
    for which, rut in enumerate(("61979830-9", "61979440-0")):
        ministry = Ministry.enabled(office, NAMES[which], rut)
        ministries.append(ministry)
        application = office.sources.identifiers.new()
        grants = tuple(Grant(purpose=UNATTENDED, run=run) for run in RUNS[which])
        registered = RegisterApplication(
            institution=ministry.id,
            name="Sistema de Gestión",
            key=f"sistema-{which}",
            grants=grants,
            secret=SECRETS[which],
        )
        give(engine, platform.session, registered, "application", application)
        for run in RUNS[which]:
            official = ministry.register(f"{run}-{DIGITS[run]}", f"Persona{DIGITS[run]}")
            certificate = ministry.approved(official, UNATTENDED)
            assert certify(office, "mario", certificate) == ()
            certificates[run] = certificate
            session = ministry.seat(f"holder{run}", official)
            sessions[f"holder{run}"], sees[f"holder{run}"] = session, ((which, run),)
            ref = permission_ref(certificate, application)
            enable = SetApplicationPermission(
                certificate=certificate, application=application, enabled=True
            )
            assert give(engine, session, enable, ref.kind, ref.id).applied
            assert ticket(engine, which, NAMES[which], run).status == 200
            assert ticket(engine, which, NAMES[which], run, "Desatendida").status == 404
        sessions[f"operator{which}"] = ministry.seat(f"operator{which}", None)
        sees[f"operator{which}"] = ((which, None),)
    ids = tuple(each.id for each in ministries)
    yield World(engine, ids, certificates, sessions, sees)
    platform.close()


WHO = st.sampled_from(["centre", "operator0", "operator1", *(f"holder{r}" for r in DIGITS)])
INSTITUTION = st.sampled_from([None, 0, 1])
RUN = st.sampled_from(["", *DIGITS])
KEY = st.sampled_from(["", "sistema-0", "sistema-1", "sistema de gestion", "nadie"])


def words(answer: Answer | tuple[object, ...]) -> str:
    return str(answer) if isinstance(answer, tuple) else answer.model_dump_json()


def strange(world: World, who: str) -> set[str]:
    """What may not stand in any answer to this person: names, keys, RUNs and certificates."""
    known = {which for which, _ in world.sees[who]}
    own = {run for _, run in world.sees[who] if run}
    unknown = {NAMES[which] for which in (0, 1) if which not in known}
    unknown |= {f"sistema-{which}" for which in (0, 1) if which not in known}
    for which in (0, 1):
        for run in RUNS[which]:
            if which not in known or (own and run not in own):
                unknown |= {f'"{run}"', str(world.certificates[run])}
    return unknown


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


@pytest.fixture(scope="module")
def askers(world: World) -> dict[str, tuple[Asker, frozenset[UUID]]]:
    """Everybody who may ask at the CSC interface, with the credentials that are theirs."""
    found: dict[str, tuple[Asker, frozenset[UUID]]] = {}
    for which, secret in enumerate(SECRETS):
        bearer = Secret(f"sistema-{which}.{secret.reveal()}")
        application = application_with(world.engine.office, bearer)
        assert application is not None
        own = frozenset(world.certificates[run] for run in RUNS[which])
        found[f"sistema-{which}"] = (application, own)
    for who, session in world.sessions.items():
        run = who.removeprefix("holder")
        own = frozenset({world.certificates[run]} if run in DIGITS else ())
        found[who] = (HolderAsks(session), own)
    return found


def csc_body(credential: str, **fields: object) -> bytes:
    hashed = [base64.b64encode(bytes(32)).decode()]
    return json.dumps({"credentialID": credential, "hash": hashed} | fields).encode()


def authorised(world: World, asker: Asker, credential: str) -> CscAnswer:
    return world.engine.csc.authorize(csc_body(credential, numSignatures=1), asker)


CSC_WHO = st.sampled_from(
    ["sistema-0", "sistema-1", "centre", "operator0", *(f"holder{run}" for run in DIGITS)]
)


@settings(
    max_examples=examples(20),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(CSC_WHO, st.sampled_from(list(DIGITS)), st.sampled_from(list(DIGITS)), st.booleans())
def test_anothers_credential_is_none_at_the_csc_interface(
    world: World,
    askers: dict[str, tuple[Asker, frozenset[UUID]]],
    who: str,
    run: str,
    of: str,
    is_authorised: bool,
):
    asker, own = askers[who]
    csc, wanted = world.engine.csc, world.certificates[run]
    listed = csc.list(b"{}", asker).body["credentialIDs"]
    assert set(listed) == {str(each) for each in own}

    # A leave that its rightful holder got: stolen, or given to the wrong program.
    rightful, _ = askers[f"holder{of}"]
    sad = authorised(world, rightful, str(world.certificates[of])).body["SAD"]
    sad = sad if is_authorised else f"{sad}x"

    def answers(credential: str) -> list[CscAnswer]:
        signing = {"SAD": sad, "hashAlgo": SHA256, "signAlgo": RSA}
        return [
            csc.describe(csc_body(credential, certificates="chain"), asker),
            authorised(world, asker, credential),
            csc.sign(csc_body(credential, **signing), asker, Client()),
        ]

    described, allowed, signed = answers(str(wanted))
    if wanted in own:
        assert (described.status, allowed.status) == (200, 200)
        assert (signed.status == 200) is (is_authorised and run == of)
    else:
        nobody = str(world.engine.office.sources.identifiers.new())
        assert [described, allowed, signed] == answers(nobody)
        assert {described.status, allowed.status, signed.status} == {400}
        said = json.dumps([each.body for each in (described, allowed, signed)])
        assert not [each for each in strange(world, "nobody") if each in said]


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
