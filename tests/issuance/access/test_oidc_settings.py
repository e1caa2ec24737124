"""What an identity provider's settings may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuance.access.oidc_settings import ProviderSettings, has_secret, settings_findings
from issuance.access.oidc_token import ProvedIdentity, read_id_token, run_of
from issuance.findings import Finding
from issuance.findings.oidc import ProviderCode
from issuance.secret import Secret
from ventanilla.compose import SystemClock

GOOD = ProviderSettings(
    name="ClaveÚnica",
    issuer="https://accounts.example.cl/openid",
    authorization="https://accounts.example.cl/openid/authorize",
    token="https://accounts.example.cl/openid/token",
    userinfo="https://accounts.example.cl/openid/userinfo",
    keys="https://accounts.example.cl/openid/jwks",
    client="oficina",
    redirect="https://ventanilla.example.cl/oidc/callback",
)


def wrong(**changed: str) -> list[tuple[str, str | None]]:
    findings = settings_findings(GOOD.model_copy(update=changed))
    return [(each.code, each.field) for each in findings]


def test_good_settings_have_no_finding():
    assert wrong() == []
    assert wrong(token="http://127.0.0.1:8080/token", levels="2 3") == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "accounts.example.cl",
        "http://accounts.example.cl/token",
        "http://localhost.example.cl/token",
        "https://user:password@accounts.example.cl/token",
        "https://accounts.example.cl/token?x=1",
        "https://accounts.example.cl/token#x",
        "https://accounts.example.cl/to ken",
        "https://[::1/token",
        "https://accounts.example.cl:99999/token",
        "ftp://accounts.example.cl/token",
        "https://accóunts.example.cl/token",
    ],
)
def test_only_an_encrypted_address_or_one_of_this_computer_is_one(address: str):
    assert wrong(token=address) == [(ProviderCode.PROVIDER_ADDRESS_INVALID, "token")]


def test_each_finding_names_its_field():
    elsewhere = "https://ventanilla.example.cl/oidc"
    assert wrong(redirect=elsewhere) == [(ProviderCode.PROVIDER_RETURN_INVALID, "redirect")]
    invalid = ProviderCode.PROVIDER_FIELD_INVALID
    for field, text in (("name", "a\nb"), ("client", "ñ"), ("scope", "run"), ("levels", "\x00")):
        assert wrong(**{field: text}) == [(invalid, field)]


def test_a_secret_must_be_there_and_fit_into_a_header():
    assert has_secret(Secret("a b:%+"))
    assert not any(has_secret(each) for each in (None, Secret(""), Secret("ñ"), Secret("a\n")))


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_no_text_and_no_key_set_is_believed(token: str, keys: dict[str, str]):
    told = read_id_token(token, {"keys": [keys, token]}, GOOD, "nonce", SystemClock().now())
    assert isinstance(told, Finding)
    assert told.code == ProviderCode.PROVIDER_TOKEN_INVALID


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@given(ANYTHING, ANYTHING, ANYTHING)
def test_only_a_run_with_its_check_digit_is_one(number: object, check: object, kind: object):
    identity = ProvedIdentity("issuer", "4711", "")
    role = {"numero": number, "DV": check, "tipo": kind}
    told = run_of({"sub": "4711", "RolUnico": role}, identity)
    assert isinstance(told, Finding)
    assert run_of({"sub": "4711", "RolUnico": number}, identity) == told


def test_a_run_is_read_in_its_forms():
    identity = ProvedIdentity("issuer", "4711", "")
    for number, check in ((12345678, "5"), ("12345678", 5), ("12.345.678", "5")):
        role = {"numero": number, "DV": check, "tipo": "RUN"}
        assert run_of({"sub": "4711", "RolUnico": role}, identity) == "12345678-5"
    role = {"numero": 20347878, "DV": "k", "tipo": "RUN"}
    assert run_of({"sub": "4711", "RolUnico": role}, identity) == "20347878-K"
