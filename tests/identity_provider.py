"""A real identity provider on loopback, which answers as ClaveÚnica does; and a browser."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import httpx
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.concurrency import run_in_threadpool

from issuance.access.oidc_settings import RETURN_PATH, ProviderSettings
from server.listening import listen_on_loopback

CLIENT = "oficina"
CLIENT_SECRET = "s3creto del cliente / +%:"
SUBJECT = "4711"

Claims = dict[str, Any]


@dataclass
class Mischief:
    """What the provider does otherwise than it should; nothing, as it stands."""

    claims: Callable[[Claims], Claims] = dict
    userinfo: Callable[[Claims], Claims] = dict
    signing: str = "RS256"
    error: str = ""
    waits: threading.Event | None = None
    keys: Callable[[Claims], Claims] = dict


@dataclass
class RunningProvider:
    """The provider: where it is, who is logged in there, and the codes it gave."""

    url: str
    now: Callable[[], datetime]
    run: tuple[int, str] = (12345678, "5")
    mischief: Mischief = field(default_factory=Mischief)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "uno"}))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    closing: ExitStack = field(default_factory=ExitStack)

    def browser(self) -> "Browser":
        """Return a person's browser, closed with the provider."""
        client = httpx.Client(timeout=20, trust_env=False)
        return Browser(self.closing.enter_context(client))

    def settings(self, server: str, **changed: Any) -> ProviderSettings:
        """Return what an office is told of this provider."""
        told = {
            "name": "ClaveÚnica",
            "issuer": f"{self.url}/openid",
            "authorization": f"{self.url}/openid/authorize",
            "token": f"{self.url}/openid/token",
            "userinfo": f"{self.url}/openid/userinfo",
            "keys": f"{self.url}/openid/jwks",
            "client": CLIENT,
            "redirect": f"{server}{RETURN_PATH}",
        }
        return ProviderSettings.model_validate(told | changed)

    def id_token(self, nonce: str) -> str:
        """Return an ID token, signed as it should be or not."""
        at = int(self.now().timestamp())
        claims = {
            "iss": f"{self.url}/openid",
            "sub": SUBJECT,
            "aud": CLIENT,
            "exp": at + 600,
            "iat": at,
            "nonce": nonce,
            "acr": "2",
        }
        told = self.mischief.claims(claims)
        if self.mischief.signing == "none":
            return f"{_part({'alg': 'none'})}.{_part(told)}."
        if self.mischief.signing == "HS256":
            # The public key as a password: who takes the algorithm from the token believes it.
            signed = f"{_part({'alg': 'HS256', 'kid': 'uno'})}.{_part(told)}"
            mac = hmac.new(self.key.as_pem(private=False), signed.encode(), hashlib.sha256)
            return f"{signed}.{_encoded(mac.digest())}"
        key = self.key
        if self.mischief.signing == "other":
            key = RSAKey.generate_key(2048, {"kid": "uno"})
        return jwt.encode({"alg": "RS256", "kid": "uno"}, told, key)


def application_of(provider: RunningProvider) -> FastAPI:
    """Return the provider as an application."""
    app = FastAPI()

    @app.get("/openid/authorize")
    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        back = {"state": asked["state"]}
        if provider.mischief.error:
            back |= {"error": provider.mischief.error}
        else:
            code = secrets.token_urlsafe()
            provider.codes[code] = asked
            back |= {"code": code}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    @app.post("/openid/token")
    async def token(request: Request) -> Response:
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        if provider.mischief.waits:
            await run_in_threadpool(provider.mischief.waits.wait)
        if _client(request, form) != (CLIENT, CLIENT_SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        known = provider.codes.pop(form.get("code", ""), None)
        if known is None or known["redirect_uri"] != form["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        verifier = hashlib.sha256(form["code_verifier"].encode()).digest()
        if known["code_challenge"] != _encoded(verifier):
            return JSONResponse({"error": "invalid_grant"}, 400)
        id_token = provider.id_token(known["nonce"])
        return JSONResponse(
            {"access_token": "acceso", "token_type": "bearer", "id_token": id_token}
        )

    @app.post("/openid/moved")
    def moved() -> Response:
        return RedirectResponse(f"{provider.url}/openid/token", 307)

    @app.get("/openid/userinfo")
    def userinfo(request: Request) -> Response:
        if request.headers.get("authorization") != "Bearer acceso":
            return JSONResponse({"error": "invalid_token"}, 401)
        number, check = provider.run
        told = {
            "sub": SUBJECT,
            "RolUnico": {"numero": number, "DV": check, "tipo": "RUN"},
            "name": {"nombres": ["Ana"], "apellidos": ["Pérez", "Soto"]},
            "email": "ana@example.cl",
        }
        return JSONResponse(provider.mischief.userinfo(told))

    @app.get("/openid/jwks")
    def jwks() -> Response:
        keys = KeySet([provider.key]).as_dict(private=False)
        return JSONResponse(provider.mischief.keys(dict(keys)))

    return app


@contextmanager
def identity_provider(now: Callable[[], datetime]) -> Iterator[RunningProvider]:
    """Run a provider until the block ends."""
    listening = listen_on_loopback("127.0.0.1", 0)
    provider = RunningProvider(f"http://127.0.0.1:{listening.getsockname()[1]}", now)
    server = uvicorn.Server(
        uvicorn.Config(application_of(provider), log_config=None, lifespan="off", ws="none")
    )
    thread = threading.Thread(target=server.run, args=([listening],), name="provider")
    thread.start()
    try:
        with provider.closing:
            yield provider
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@dataclass
class Browser:
    """A person's browser: it keeps cookies and follows no redirect by itself."""

    client: httpx.Client

    def press_button(self, address: str) -> str:
        """Open the page of a log-in, press its button, and return the provider's address."""
        page = self.client.get(address)
        assert page.status_code == 200, page.text
        pressed = self.client.post(address)
        assert pressed.status_code == 303, pressed.text
        return pressed.headers["location"]

    def go_to_provider(self, address: str) -> str:
        """Log in at the provider, and return where it sends the browser back to."""
        return self.client.get(address).headers["location"]

    def come_back(self, address: str) -> httpx.Response:
        """Come back to the office."""
        return self.client.get(address)

    def whole_way(self, address: str) -> httpx.Response:
        """Go through everything a person does in the browser."""
        return self.come_back(self.go_to_provider(self.press_button(address)))


def code_on(page: httpx.Response) -> str:
    """Return the code that a page shows."""
    shown = page.text.partition('<p class="shown">')[2].partition("</p>")[0]
    return shown.replace(" ", "")


def _client(request: Request, form: dict[str, str]) -> tuple[str, str]:
    kind, _, told = request.headers.get("authorization", "").partition(" ")
    if kind == "Basic":
        name, _, password = base64.b64decode(told).decode().partition(":")
        return unquote(name), unquote(password)
    return form.get("client_id", ""), form.get("client_secret", "")


def _part(content: Claims) -> str:
    return _encoded(json.dumps(content).encode())


def _encoded(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")
