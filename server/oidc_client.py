"""Asks an identity provider: for tokens, keys and who somebody is (OpenID Connect Core 1.0)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from time import monotonic
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

import httpx

from issuance.access.oidc_token import ProvedIdentity, read_id_token, run_of
from issuance.engine.oidc_log_in import Arrival
from issuance.engine.oidc_settings import IdentityProvider
from issuance.findings import Finding, blocks, informs
from issuance.findings.oidc import ProviderCode
from issuance.secret import Secret
from issuance.sources import Clock

PATIENCE: Final = 8.0
"""Seconds in which an answer must be whole."""
_CONNECT: Final = 3.0
_LARGEST: Final = 1 << 18
_REFUSALS: Final = frozenset({400, 401, 403})

_Answer = tuple[int, dict[str, Any]]


def ask_who(
    provider: IdentityProvider, arrival: Arrival, code: Secret, clock: Clock, patience: float
) -> tuple[ProvedIdentity, str] | Finding:
    """Return who came back from the provider, and their RUN; nothing of the tokens is kept."""
    with _client(patience) as client:
        asking = _Asking(provider, client, patience)
        tokens = asking.tokens(code, arrival.verifier)
        if isinstance(tokens, Finding):
            return tokens
        keys = asking.document(provider.settings.keys)
        if isinstance(keys, Finding):
            return keys
        identity = read_id_token(
            _text(tokens, "id_token"), keys, provider.settings, arrival.nonce, clock.now()
        )
        if isinstance(identity, Finding):
            return identity
        bearer = {"Authorization": f"Bearer {_text(tokens, 'access_token')}"}
        userinfo = asking.document(provider.settings.userinfo, bearer)
        run = userinfo if isinstance(userinfo, Finding) else run_of(userinfo, identity)
    return run if isinstance(run, Finding) else (identity, run)


def try_provider(provider: IdentityProvider, patience: float) -> Finding:
    """Try keys and client: a code nobody was given is refused as such by who knows the client."""
    with _client(patience) as client:
        asking = _Asking(provider, client, patience)
        keys = asking.document(provider.settings.keys)
        if isinstance(keys, Finding):
            return keys
        refused = asking.tokens(Secret("no-code"), Secret("A" * 43))
    if isinstance(refused, Finding) and refused.code == ProviderCode.PROVIDER_CODE_REFUSED:
        listed = keys.get("keys")
        number = len(cast("list[object]", listed)) if isinstance(listed, list) else 0
        return informs(ProviderCode.PROVIDER_ANSWERS, keys=number)
    if isinstance(refused, Finding):
        return refused
    # Whoever gives tokens for any code proves nothing.
    return asking.unusable(provider.settings.token, HTTPStatus.OK)


def refusal_of(error: str) -> Finding:
    """Return why the provider sent a browser back without a code (RFC 6749 section 4.1.2.1)."""
    if error == "access_denied":
        return blocks(ProviderCode.PROVIDER_DENIED)
    plain = "".join(each for each in error if each.isascii() and (each.isalnum() or each in "_-"))
    return blocks(ProviderCode.PROVIDER_REFUSED, reason=plain[:60])


class _Asking:
    """One conversation with a provider; every failure is a finding without what was sent."""

    def __init__(self, provider: IdentityProvider, client: httpx.Client, patience: float) -> None:
        self._provider = provider
        self._client = client
        self._patience = patience

    def tokens(self, code: Secret, verifier: Secret) -> dict[str, Any] | Finding:
        """Exchange a code for tokens (RFC 6749 section 4.1.3)."""
        settings, secret = self._provider.settings, self._provider.client_secret
        form = {
            "grant_type": "authorization_code",
            "code": code.reveal(),
            "redirect_uri": settings.redirect,
            "code_verifier": verifier.reveal(),
        }
        password = None
        if settings.authentication == "client_secret_basic":
            # Both are form-encoded before HTTP joins them (RFC 6749 section 2.3.1).
            password = (quote(settings.client, ""), quote(secret.reveal(), ""))
        else:
            form |= {"client_id": settings.client, "client_secret": secret.reveal()}
        request = self._client.build_request("POST", settings.token, data=form)
        answered = self._answer(request, httpx.BasicAuth(*password) if password else None)
        if isinstance(answered, Finding):
            return answered
        status, document = answered
        if status == HTTPStatus.OK:
            return document
        if status in _REFUSALS and document.get("error") == "invalid_client":
            return blocks(ProviderCode.PROVIDER_CLIENT_REFUSED)
        if status in _REFUSALS and document.get("error") == "invalid_grant":
            return blocks(ProviderCode.PROVIDER_CODE_REFUSED)
        return self.unusable(settings.token, status)

    def document(
        self, address: str, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any] | Finding:
        """Read a JSON object."""
        try:
            request = self._client.build_request("GET", address, headers=headers)
        except ValueError:
            # The provider gave a token that no header can carry.
            return self.unusable(self._provider.settings.token, HTTPStatus.OK)
        answered = self._answer(request)
        if isinstance(answered, Finding):
            return answered
        status, document = answered
        return document if status == HTTPStatus.OK else self.unusable(address, status)

    def unusable(self, address: str, status: int) -> Finding:
        """Return that an answer is none."""
        code = ProviderCode.PROVIDER_ANSWER_UNUSABLE
        return blocks(code, host=_host(address), status=int(status))

    def _answer(self, request: httpx.Request, auth: httpx.Auth | None = None) -> _Answer | Finding:
        """Return status and JSON object of an answer, once it is whole."""
        host, ends = _host(str(request.url)), monotonic() + self._patience
        try:
            response = self._client.send(request, auth=auth, stream=True)
            try:
                content = _read(response, ends)
            finally:
                response.close()
        except (httpx.TimeoutException, TimeoutError):
            seconds = round(self._patience)
            return blocks(ProviderCode.PROVIDER_TOO_SLOW, host=host, seconds=seconds)
        except (httpx.DecodingError, httpx.RemoteProtocolError, httpx.InvalidURL):
            return self.unusable(str(request.url), 0)
        except httpx.TransportError:
            return blocks(ProviderCode.PROVIDER_UNREACHABLE, host=host)
        try:
            document = json.loads(content)
        except (ValueError, RecursionError):
            return self.unusable(str(request.url), response.status_code)
        if not isinstance(document, dict):
            return self.unusable(str(request.url), response.status_code)
        return response.status_code, cast("dict[str, Any]", document)


def _client(patience: float) -> httpx.Client:
    timeout = httpx.Timeout(patience, connect=min(_CONNECT, patience))
    headers = {"Accept": "application/json"}
    # Nobody is followed elsewhere: a redirect would carry the secret along.
    return httpx.Client(timeout=timeout, headers=headers, trust_env=False, follow_redirects=False)


def _read(response: httpx.Response, ends: float) -> bytes:
    """Return a body; raises TimeoutError where it drips, `httpx.DecodingError` if too large."""
    content = b""
    for piece in response.iter_bytes():
        content += piece
        if monotonic() > ends:
            raise TimeoutError
        if len(content) > _LARGEST:
            raise httpx.DecodingError("too large")
    return content


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""
