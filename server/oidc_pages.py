"""The pages a browser sees before and after the identity provider; their words lie in `pages`."""

import html
import tomllib
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse

from issuance.engine.oidc_settings import IdentityProvider
from issuance.secret import Secret
from server.opened_office import ServedOffice

_LANGUAGES: Final = ("es", "en")
_GROUP: Final = 3


def start_page(
    request: Request, served: ServedOffice, provider: IdentityProvider, sign: str
) -> HTMLResponse:
    """Ask whether this sign stands at the terminal in front of who reads, before anything else."""
    settings = provider.settings
    parts = urlsplit(settings.authorization)
    goes_to = f"{parts.scheme}://{parts.netloc}"
    words = {"provider": settings.name, "shown": sign}
    return _page(request, served, "start", words, f"'self' {goes_to}")


def code_page(request: Request, served: ServedOffice, code: Secret) -> HTMLResponse:
    """Show the code to be typed at the terminal."""
    digits = code.reveal()
    return _page(
        request, served, "code", {"shown": f"{digits[:_GROUP]} {digits[_GROUP:]}"}, "'none'"
    )


def refused_page(request: Request, served: ServedOffice) -> HTMLResponse:
    """Say that the log-in came to nothing; the terminal says why."""
    return _page(request, served, "refused", {"shown": ""}, "'none'")


def over_page(request: Request, served: ServedOffice) -> HTMLResponse:
    """Say that this log-in is over, or never was."""
    return _page(request, served, "over", {"shown": ""}, "'none'", status=404)


def _page(
    request: Request,
    served: ServedOffice,
    name: str,
    values: dict[str, str],
    form_action: str,
    status: int = 200,
) -> HTMLResponse:
    language = _language(request, served.office.sign.language)
    told = {**values, "office": served.office.sign.name}
    words = {
        part: html.escape(Template(text).substitute(told))
        for part, text in _words(language)[name].items()
    }
    shown = html.escape(values["shown"])
    page = _layout("page").substitute(
        words,
        language=language,
        shown=shown,
        button=_layout("button").substitute(words) if "button" in words else "",
    )
    policy = f"default-src 'none'; style-src 'self' 'unsafe-inline'; form-action {form_action}"
    headers = {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'; base-uri 'none'",
        "Referrer-Policy": "no-referrer",
    }
    return HTMLResponse(page, status, headers)


def _language(request: Request, usual: str) -> str:
    """Return the first language a browser asks for that there are words in."""
    for asked in request.headers.get("accept-language", "").split(","):
        language = asked.strip()[:2].lower()
        if language in _LANGUAGES:
            return language
    return usual if usual in _LANGUAGES else _LANGUAGES[0]


@cache
def _words(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("server").joinpath(f"pages/{language}.toml").read_text("utf-8"))


@cache
def _layout(name: str) -> Template:
    return Template(files("server").joinpath(f"pages/{name}.html").read_text("utf-8"))
