"""Two institutions whose holders have all signed and been refused, and what each may know of."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import jwt

from issuance.access.roles import Session
from issuance.engine.engine import Engine
from issuance.engine.signing_record import Client
from issuance.secret import Secret
from issuance.signing.chilean_time import chilean_text
from issuance.signing.ticket_token import UNATTENDED

NAMES = ("Ministerio de Energía", "Ministerio de Salud")
RUNS = (("12345678", "11111111"), ("22222222", "10000013"))
DIGITS = {"12345678": "5", "11111111": "1", "22222222": "2", "10000013": "K"}

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
