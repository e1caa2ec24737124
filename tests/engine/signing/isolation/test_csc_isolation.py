"""At the CSC interface another's credential is none, whoever asks and with whatever leave."""

import base64
import json
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuance.engine.csc_askers import Asker, HolderAsks, application_with
from issuance.engine.signing_record import Client
from issuance.secret import Secret
from issuance.signing.csc_answer import CscAnswer
from tests.engine.signing.isolation.world import DIGITS, RUNS, SECRETS, World, strange
from tests.examples import examples

SHA256, RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1"


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
