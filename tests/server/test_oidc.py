"""Log-ins by a real identity provider on loopback, and all that must not get through."""

import json
import threading
from typing import Any

import pytest

from issuance.access.oidc_settings import SetIdentityProvider
from issuance.engine.oidc_settings import read_identity_provider
from issuance.findings.access import AccessCode
from issuance.findings.institutions import InstitutionCode
from issuance.findings.oidc import ProviderCode
from issuance.institution_queries import SeatsAnswer, SeatsQuery
from issuance.queries import IdentityProviderAnswer, IdentityProviderQuery
from issuance.streams import StreamRef
from server.oidc_client import try_provider
from tests.engine.desk import SetClock
from tests.engine.ministry import Ministry
from tests.identity_provider import CLIENT_SECRET, Mischief, RunningProvider, code_on
from tests.live_server import LiveServer
from tests.server.provider_log_in import OFFICE, Terminal, entries, provider, ready, refusal, set_up
from tests.server.signing_platform import Known
from tests.server.speaking import Voice

__all__ = ["provider", "ready"]


def trial(administrator: Voice) -> str:
    told = administrator.client.post("/v1/provider/trial", headers=administrator.bearer)
    return told.json()["findings"][0]["code"]


def test_an_official_logs_in_by_the_provider_with_the_own_rights_alone(
    platform: LiveServer, ready: RunningProvider, known: Known
):
    assert platform.client().get("/v1/provider").json() == {"name": "ClaveÚnica"}
    terminal, browser = Terminal.begins(platform), ready.browser()
    assert terminal.stage() == ("begun", [])
    page = browser.client.get(terminal.begun.address)
    assert terminal.begun.sign in page.text
    leaves_for = browser.press_button(terminal.begun.address)
    assert terminal.stage() == ("opened", [])
    page = browser.come_back(browser.go_to_provider(leaves_for))
    assert page.status_code == 200
    assert terminal.stage() == ("proved", [])
    voice = terminal.enters(code_on(page))

    assert voice.started.session.operator == "ana"
    seats = voice.ask(SeatsQuery())
    assert isinstance(seats, SeatsAnswer)
    assert [(each.role, each.official) for each in seats.seats] == [("holder", known.official)]
    refused = voice.ask(IdentityProviderQuery())
    assert isinstance(refused, tuple)
    assert [each.code for each in refused] == [InstitutionCode.SEAT_MISSING]

    logged_in = entries(platform, "operator_logged_in_by_provider")[-1]
    assert logged_in["issuer"] == f"{ready.url}/openid"
    assert logged_in["level"] == "2"
    assert logged_in["session"] == str(voice.started.session.id)
    told = json.dumps(entries(platform, "operator_logged_in_by_provider"))
    assert "4711" not in told
    for secret in ("acceso", CLIENT_SECRET, terminal.begun.token.reveal(), code_on(page)):
        assert secret not in platform.log.getvalue()
    # Nothing is left of it.
    left = {"Authorization": f"Bearer {terminal.begun.token.reveal()}"}
    told = platform.client().get("/v1/provider-log-ins/current", headers=left).json()
    assert told["stage"] == "refused"


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ({"nonce": "otro"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"aud": "otra-oficina"}, "aud"),
        ({"aud": ["oficina", "otra"]}, "azp"),
        ({"azp": "otra"}, "azp"),
        ({"iss": "https://otro.example"}, "iss"),
        ({"exp": 1_000_000_000}, "exp"),
        ({"exp": "mañana"}, "exp"),
        ({"iat": 1_000_000_000}, "iat"),
        ({"nbf": 9_000_000_000}, "nbf"),
        ({"sub": ""}, "sub"),
    ],
)
def test_a_claim_that_does_not_hold_lets_nobody_in(
    platform: LiveServer, ready: RunningProvider, wrong: dict[str, Any], part: str
):
    ready.mischief.claims = lambda claims: claims | wrong
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_TOKEN_INVALID, {"part": part})
    cause = ProviderCode.PROVIDER_TOKEN_INVALID.value.lower()
    assert entries(platform, "stranger_refused")[-1]["cause"] == cause


@pytest.mark.parametrize("signing", ["none", "HS256", "other"])
def test_a_signature_that_is_none_lets_nobody_in(
    platform: LiveServer, ready: RunningProvider, signing: str
):
    ready.mischief.signing = signing
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_TOKEN_INVALID, {"part": "signature"})


def test_a_key_set_without_the_key_lets_nobody_in(platform: LiveServer, ready: RunningProvider):
    ready.mischief.keys = lambda keys: {"keys": [*keys["keys"], *keys["keys"]]}
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_TOKEN_INVALID, {"part": "signature"})
    ready.mischief.keys = lambda keys: {"keys": [keys["keys"][0] | {"use": "enc"}]}
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_TOKEN_INVALID, {"part": "signature"})


def test_another_persons_userinfo_lets_nobody_in(platform: LiveServer, ready: RunningProvider):
    ready.mischief.userinfo = lambda told: told | {"sub": "9"}
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_TOKEN_INVALID, {"part": "sub"})


@pytest.mark.parametrize(
    "role",
    [
        None,
        {"numero": 12345678, "DV": "6", "tipo": "RUN"},
    ],
)
def test_without_a_valid_run_nobody_is_known(
    platform: LiveServer, ready: RunningProvider, role: dict[str, Any] | None
):
    ready.mischief.userinfo = lambda told: told | {"RolUnico": role}
    assert refusal(platform, ready)[0] == ProviderCode.PROVIDER_RUN_MISSING


def test_whoever_has_no_account_is_told_what_to_do(
    platform: LiveServer, ready: RunningProvider, known: Known
):
    ready.run = (11111111, "1")
    assert refusal(platform, ready)[0] == ProviderCode.PROVIDER_ACCOUNT_MISSING
    # Registered, but without an account.
    Ministry(platform.served.office, known.ministry).register("11111111-1", "Rosa")
    assert refusal(platform, ready)[0] == ProviderCode.PROVIDER_ACCOUNT_MISSING


def test_one_person_with_two_accounts_chooses_by_password(
    platform: LiveServer, ready: RunningProvider, known: Known
):
    office = platform.served.office
    ministry = Ministry(office, known.ministry)
    other = Ministry.enabled(office, "Ministerio de Obras", "61202000-0")
    for at, user in ((ministry, "pia"), (other, "pia2")):
        at.seat(user, at.register("22222222-2", "Pia"))
    ready.run = (22222222, "2")
    assert refusal(platform, ready)[0] == ProviderCode.PROVIDER_ACCOUNTS_SEVERAL


def test_denial_and_level_are_told(
    platform: LiveServer, ready: RunningProvider, administrator: Voice
):
    ready.mischief.error = "access_denied"
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_DENIED, {})
    ready.mischief.error = "temporarily_unavailable<b>"
    reason = {"reason": "temporarily_unavailableb"}
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_REFUSED, reason)
    ready.mischief = Mischief()
    assert set_up(administrator, ready, platform, levels="3 4") == []
    assert refusal(platform, ready) == (ProviderCode.PROVIDER_LEVEL_TOO_LOW, {"level": "2"})


def test_the_way_back_is_gone_once_and_by_the_browser_that_left(
    platform: LiveServer, ready: RunningProvider
):
    terminal, browser = Terminal.begins(platform), ready.browser()
    back = browser.go_to_provider(browser.press_button(terminal.begun.address))
    # Somebody else's browser, with the very address: nothing is spent by it.
    assert ready.browser().come_back(back).status_code == 404
    assert ready.browser().client.get(terminal.begun.address).status_code == 404
    assert ready.browser().client.post(terminal.begun.address).status_code == 404
    changed = back.replace("state=", "state=a")
    assert browser.come_back(changed).status_code == 404
    page = browser.come_back(back)
    assert page.status_code == 200
    # The very same answer of the provider once more.
    browser.client.cookies.set("ventanilla_log_in", "x", path="/oidc")
    assert browser.come_back(back).status_code == 404
    assert terminal.stage() == ("proved", [])
    terminal.enters(code_on(page))
    assert terminal.types(code_on(page)).status_code == 401


def test_nobody_is_led_into_another_terminals_session(platform: LiveServer, ready: RunningProvider):
    """The page's code opens the session at the terminal that began, and at no other."""
    lured, own = Terminal.begins(platform), Terminal.begins(platform)
    assert lured.begun.sign != own.begun.sign
    page = ready.browser().whole_way(lured.begun.address)
    assert own.refused_with(code_on(page)) == ProviderCode.PROVIDER_LOG_IN_OVER
    # Who only began it does not know the code, and may not guess for long.
    wrong = f"{(int(code_on(page)) + 1) % 10**6:06d}"
    again = ProviderCode.PROVIDER_RETURN_CODE_WRONG
    over = ProviderCode.PROVIDER_LOG_IN_OVER
    assert [lured.refused_with(wrong) for _ in range(3)] == [again, again, over]
    assert lured.refused_with(code_on(page)) == over
    assert entries(platform, "operator_log_in_refused")[-1]["cause"] == "wrong_code"


def test_another_site_cannot_press_the_button(platform: LiveServer, ready: RunningProvider):
    terminal = Terminal.begins(platform)
    crossing = {"Sec-Fetch-Site": "cross-site"}
    assert ready.browser().client.post(terminal.begun.address, headers=crossing).status_code == 404
    page = ready.browser().client.get(terminal.begun.address)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"form-action 'self' {ready.url}" in policy
    assert page.headers["cache-control"] == "no-store"


def test_a_log_in_ends_by_itself_and_when_it_is_left(
    platform: LiveServer, ready: RunningProvider, clock: SetClock
):
    left, late = Terminal.begins(platform), Terminal.begins(platform)
    assert left.client.delete("/v1/provider-log-ins/current").status_code == 204
    assert ready.browser().client.get(left.begun.address).status_code == 404
    browser = ready.browser()
    back = browser.go_to_provider(browser.press_button(late.begun.address))
    clock.pass_time(minutes=5)
    assert browser.come_back(back).status_code == 404
    assert late.stage() == ("refused", [ProviderCode.PROVIDER_LOG_IN_OVER])


def test_pages_speak_the_browsers_language(platform: LiveServer, ready: RunningProvider):
    address = Terminal.begins(platform).begun.address
    spoken = {
        language: ready.browser().client.get(address, headers={"Accept-Language": language}).text
        for language in ("en-GB,en;q=0.9", "es-CL", "de")
    }
    assert ['lang="en"' in text for text in spoken.values()] == [True, False, False]
    assert "ClaveÚnica" in spoken["es-CL"]


def test_a_trial_tells_what_is_wrong(
    platform: LiveServer, ready: RunningProvider, administrator: Voice, unused_address: str
):
    assert trial(administrator) == ProviderCode.PROVIDER_ANSWERS
    assert set_up(administrator, ready, platform, authentication="client_secret_basic") == []
    assert trial(administrator) == ProviderCode.PROVIDER_ANSWERS
    page = ready.browser().whole_way(Terminal.begins(platform).begun.address)
    assert page.status_code == 200
    assert set_up(administrator, ready, platform, secret="otro") == []
    assert trial(administrator) == ProviderCode.PROVIDER_CLIENT_REFUSED
    assert refusal(platform, ready)[0] == ProviderCode.PROVIDER_CLIENT_REFUSED
    assert set_up(administrator, ready, platform, keys=f"{ready.url}/openid/nada") == []
    assert trial(administrator) == ProviderCode.PROVIDER_ANSWER_UNUSABLE
    # The secret is for the address that was set up: it is not carried on to another one.
    assert set_up(administrator, ready, platform, token=f"{ready.url}/openid/moved") == []
    assert trial(administrator) == ProviderCode.PROVIDER_ANSWER_UNUSABLE
    assert set_up(administrator, ready, platform, token=unused_address) == []
    assert trial(administrator) == ProviderCode.PROVIDER_UNREACHABLE
    assert refusal(platform, ready)[0] == ProviderCode.PROVIDER_UNREACHABLE
    anonymous = platform.client().post("/v1/provider/trial")
    assert anonymous.status_code == 401


def test_a_slow_provider_is_not_waited_for(platform: LiveServer, ready: RunningProvider):
    office = platform.served.office
    known = read_identity_provider(office.folder, office.keys)
    assert known is not None
    ready.mischief.waits = threading.Event()
    try:
        slow = try_provider(known, patience=0.2)
    finally:
        ready.mischief.waits.set()
    assert slow.code == ProviderCode.PROVIDER_TOO_SLOW


def test_the_secret_stays_only_for_the_same_client_and_place(
    platform: LiveServer, ready: RunningProvider, administrator: Voice
):
    assert set_up(administrator, ready, platform, secret=None, name="Clave") == []
    told = administrator.ask(IdentityProviderQuery())
    assert isinstance(told, IdentityProviderAnswer)
    assert told.settings == ready.settings(platform.url, name="Clave")
    assert CLIENT_SECRET not in told.model_dump_json()
    missing = [ProviderCode.PROVIDER_SECRET_MISSING]
    moved = "https://elsewhere.example/token"
    assert set_up(administrator, ready, platform, secret=None, token=moved) == missing
    assert set_up(administrator, ready, platform, secret=None, client="otra") == missing
    assert trial(administrator) == ProviderCode.PROVIDER_ANSWERS
    kept = (platform.served.office.folder / "provider.sealed").read_bytes()
    assert CLIENT_SECRET.encode() not in kept
    changes = entries(platform, "identity_provider_changed")
    assert changes[-1]["client"] == "oficina"


def test_only_an_administrator_sets_a_provider_and_turns_it_off(
    platform: LiveServer, ready: RunningProvider, administrator: Voice
):
    page = ready.browser().whole_way((terminal := Terminal.begins(platform)).begun.address)
    member = terminal.enters(code_on(page))
    stream = StreamRef(kind=OFFICE, id=member.started.session.office)
    refused = member.give(SetIdentityProvider(client_secret=None), stream)
    assert [each.code for each in refused.findings] == [InstitutionCode.SEAT_MISSING]
    tried = member.client.post("/v1/provider/trial", headers=member.bearer).json()
    assert tried["findings"][0]["code"] == AccessCode.ADMINISTRATOR_ONLY

    begun = Terminal.begins(platform)
    assert administrator.give(SetIdentityProvider(client_secret=None), stream).applied
    assert platform.client().get("/v1/provider").json() == {"name": ""}
    assert ready.browser().client.get(begun.begun.address).status_code == 404
    again = platform.client().post("/v1/provider-log-ins")
    assert again.json()["findings"][0]["code"] == ProviderCode.PROVIDER_NOT_SET_UP


@pytest.fixture
def unused_address() -> str:
    """An address where nobody listens."""
    from server.listening import listen_on_loopback

    with listen_on_loopback("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
    return f"http://127.0.0.1:{port}/token"
