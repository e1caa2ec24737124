"""Applications, their secrets and permissions, and what is counted of their requests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from issuance.events import read_event
from issuance.findings.signing import SigningCode
from issuance.secret import Secret
from issuance.signing.application_stream import (
    ApplicationState,
    Grant,
    PermissionState,
    application_label,
    check_permission,
    decide_change_grants,
    decide_end_application,
    decide_permission,
    decide_register,
    decide_rotate,
    evolve_application,
    evolve_permission,
    live_secrets,
    new_application_secret,
)
from issuance.signing.custody import wrap
from issuance.signing.signature_log import (
    LoggedItem,
    RequestSigned,
    SignatureLogState,
    counted,
    evolve_signature_log,
)
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.issuance.certificates.certificate_samples import NOW, SeededRandomness
from tests.issuance.signing.signing_key import WRAPPED
from tests.issuance.signing.signing_samples import KEYS

GRANTS = (Grant(purpose=ATTENDED, run="11111111"), Grant(purpose=UNATTENDED, run="22222222"))


def registered(secret: Secret, key: str = "sandbox") -> ApplicationState:
    sealed = wrap(KEYS, secret.reveal().encode(), application_label(key), SeededRandomness())
    owner = UUID(int=7)
    decision = decide_register(None, "Gestor", owner, "MINISTERIO", key, GRANTS, sealed, "eva")
    (event,) = decision.events
    return evolve_application(None, event)  # pyright: ignore[reportArgumentType]


def revealed(state: ApplicationState, at: datetime = NOW) -> list[str]:
    return [each.reveal() for each in live_secrets(state, KEYS, at)]


def test_a_secret_is_rotated_with_an_overlap():
    old, new = (new_application_secret(SeededRandomness(seed)) for seed in (1, 2))
    assert len(old.reveal()) == 32
    state = registered(old)
    assert state.pairs == {(ATTENDED, "11111111"), (UNATTENDED, "22222222")}
    sealed = wrap(KEYS, new.reveal().encode(), application_label("sandbox"), SeededRandomness(3))
    (event,) = decide_rotate(state, sealed, NOW, timedelta(days=7), "eva").events
    state = evolve_application(state, event)  # pyright: ignore[reportArgumentType]
    assert revealed(state) == [old.reveal(), new.reveal()]
    assert revealed(state, NOW + timedelta(days=7)) == [new.reveal()]
    (too_long,) = decide_rotate(state, sealed, NOW, timedelta(days=91), "eva").findings
    assert too_long.code == SigningCode.OVERLAP


def test_an_ended_application_has_no_secrets_and_takes_none():
    state = registered(Secret("a" * 32))
    (event,) = decide_end_application(state, "no longer", "eva").events
    state = evolve_application(state, event)  # pyright: ignore[reportArgumentType]
    assert revealed(state) == []
    assert live_secrets(None, KEYS, NOW) == ()
    for decision in (
        decide_end_application(state, "again", "eva"),
        decide_rotate(state, WRAPPED, NOW, timedelta(), "eva"),
        decide_change_grants(state, GRANTS, "eva"),
    ):
        assert [each.code for each in decision.findings] == [SigningCode.APPLICATION_ENDED]


def test_the_secret_of_one_application_is_not_anothers():
    other = registered(Secret("a" * 32), "other")
    assert revealed(other.model_copy(update={"key": "sandbox"})) == []


@pytest.mark.parametrize(
    ("name", "key", "grants", "code"),
    [
        ("Gestor", "a b", GRANTS, SigningCode.APPLICATION_KEY),
        ("Gestor", "", GRANTS, SigningCode.APPLICATION_KEY),
        (" ", "sandbox", GRANTS, SigningCode.APPLICATION_NAME),
        ("Gestor", "sandbox", (), SigningCode.GRANTS_MISSING),
        ("Gestor", "sandbox", (Grant(purpose="Otro", run="1"),), SigningCode.GRANT_INVALID),
        ("Gestor", "sandbox", (Grant(purpose=ATTENDED, run="11111111-1"),),
         SigningCode.GRANT_INVALID),
        ("Gestor", "sandbox", (Grant(purpose=ATTENDED, run="01"),), SigningCode.GRANT_INVALID),
    ],
)  # fmt: skip
def test_an_application_is_registered_with_all_it_takes(
    name: str, key: str, grants: Sequence[Grant], code: SigningCode
):
    decision = decide_register(
        None, name, UUID(int=7), "MINISTERIO", key, tuple(grants), WRAPPED, "eva"
    )
    assert [each.code for each in decision.findings] == [code]


def test_a_holder_enables_an_application_and_disables_it():
    state: PermissionState | None = None
    assert check_permission(ATTENDED, state) is None
    for enable in (True, False):
        refusal = check_permission(UNATTENDED, state)
        assert (refusal is not None) == enable
        (event,) = decide_permission(
            state, UNATTENDED, enable=enable, is_holder=True, by="ana"
        ).events
        state = evolve_permission(state, event)  # pyright: ignore[reportArgumentType]
        same = decide_permission(state, UNATTENDED, enable=enable, is_holder=True, by="ana")
        assert [each.code for each in same.findings] == [SigningCode.PERMISSION_UNCHANGED]
    other = decide_permission(state, UNATTENDED, enable=True, is_holder=False, by="eva")
    assert [each.code for each in other.findings] == [SigningCode.HOLDER_ONLY]
    attended = decide_permission(state, ATTENDED, enable=True, is_holder=True, by="ana")
    assert [each.code for each in attended.findings] == [SigningCode.PERMISSION_NOT_NEEDED]


def test_the_log_counts_requests_and_what_was_signed():
    items = tuple(
        LoggedItem(kind="hash", size=32, original="00", refusal=refusal) for refusal in ("", "X")
    )
    signed, failed = counted(items)
    state: SignatureLogState | None = None
    for number in (1, 2):
        event = RequestSigned(
            number=number, interface="firmagob", entity="MINISTERIO", application="sandbox",
            purpose=UNATTENDED, run="22222222", items=items, signed=signed, failed=failed,
            answered_at=NOW, address="192.0.2.1", agent="curl",
        )  # fmt: skip
        public, personal = event.parts()
        assert "22222222" not in str(public)
        assert read_event({event.KIND: RequestSigned}, event.KIND, 1, public, personal) == event
        read_event({event.KIND: RequestSigned}, event.KIND, 1, public, None)
        state = evolve_signature_log(state, event)
    assert state == SignatureLogState(requests=2, signed=2, failed=2, last_at=NOW)
