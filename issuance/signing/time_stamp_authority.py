"""Asks a time-stamp authority for stamps, over HTTP (RFC 3161, 3.4)."""

import ssl
from functools import cache
from time import monotonic
from typing import Final

import httpx

from issuance.findings import Finding, blocks
from issuance.findings.time_stamps import TimeStampCode
from issuance.secret import Secret
from issuance.signing.time_stamp_settings import TimeStampSettings
from issuance.signing.time_stamps import NotGrantedError, Wish, read_stamp
from issuance.sources import Clock, Randomness

PATIENCE: Final = 5.0
"""Seconds in which a stamp must be whole: clients of the signing interface wait for 30."""
_CONNECT: Final = 2.0
_LARGEST_ANSWER: Final = 1 << 16
_NONCE_OCTETS: Final = 8
_OK, _REFUSALS = 200, frozenset({401, 402, 403, 429})


class TimeStampAuthority:
    """Asks one authority for stamps; safe between threads."""

    def __init__(
        self,
        settings: TimeStampSettings,
        password: Secret | None,
        clock: Clock,
        randomness: Randomness,
        patience: float = PATIENCE,
    ) -> None:
        self._settings, self._clock, self._randomness = settings, clock, randomness
        self._patience = patience
        self._login = (
            httpx.BasicAuth(settings.user, password.reveal())
            if settings.user and password
            else None
        )

    def stamp(self, digest: bytes) -> bytes | Finding:
        """Return the stamp (DER) of what has this SHA-256, or why there is none."""
        nonce = int.from_bytes(self._randomness.octets(_NONCE_OCTETS))
        wish = Wish(digest, nonce)
        host, seconds = self._settings.host, round(self._patience)
        try:
            status, content = self._answer(wish)
        except (httpx.TimeoutException, TimeoutError):
            return blocks(TimeStampCode.TIME_STAMP_TOO_SLOW, host=host, seconds=seconds)
        except (httpx.DecodingError, httpx.RemoteProtocolError, httpx.InvalidURL):
            return blocks(TimeStampCode.TIME_STAMP_UNUSABLE, host=host)
        except httpx.TransportError:
            return blocks(TimeStampCode.TIME_STAMP_UNREACHABLE, host=host)
        if status in _REFUSALS:
            return blocks(TimeStampCode.TIME_STAMP_REFUSED, host=host, status=str(status))
        try:
            token = read_stamp(content, wish, self._clock.now()) if status == _OK else None
        except NotGrantedError as refused:
            return blocks(TimeStampCode.TIME_STAMP_REFUSED, host=host, status=str(refused))
        return token or blocks(TimeStampCode.TIME_STAMP_UNUSABLE, host=host)

    def _answer(self, wish: Wish) -> tuple[int, bytes]:
        """Return status and body; raises TimeoutError where it drips on."""
        timeout = httpx.Timeout(self._patience, connect=min(_CONNECT, self._patience))
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
            "Accept-Encoding": "identity",
        }
        ends = monotonic() + self._patience
        # Nobody is followed elsewhere: a redirect would carry the password along.
        with (
            httpx.Client(
                timeout=timeout, trust_env=False, follow_redirects=False, verify=_trust()
            ) as client,
            client.stream(
                "POST",
                self._settings.address,
                content=wish.encoded(),
                headers=headers,
                auth=self._login,
            ) as response,
        ):
            content = b""
            for piece in response.iter_bytes():
                content += piece
                if monotonic() > ends:
                    raise TimeoutError
                if len(content) > _LARGEST_ANSWER:
                    raise httpx.DecodingError("too large")
            return response.status_code, content


@cache
def _trust() -> ssl.SSLContext:
    """Return whom TLS trusts; reading them takes longer than a stamp."""
    return httpx.create_ssl_context(trust_env=False)
