"""A ministry with many requests and certificates, its streams as their commands leave them."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from issuance.engine.engine import Engine
from issuance.engine.institutional_streams import continue_stream, official_ref, portable_ref
from issuance.events import Event
from issuance.institutions.official_stream import OfficialRegistered
from issuance.institutions.people import Person
from issuance.institutions.portable_stream import (
    PortableActivated,
    PortableIssued,
    PortableRequested,
)
from issuance.register.model import Origin
from issuance.register.register import Writing
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from tests.engine.ministry import PRODUCTS, opened
from tests.engine.platform import person
from tests.screens.institutions.enabled_ministry import Ministry


@dataclass(frozen=True)
class Asked:
    """Somebody's request: the certificate's identifier, the RUN and the purpose."""

    certificate: UUID
    run: str
    purpose: str


def ask_for_many(ministry: Ministry, count: int, seed: int) -> list[Asked]:
    """Let officials ask for certificates, in an order and of purposes that the seed says."""
    chance = random.Random(seed)

    def events(engine: Engine, official: UUID, purpose: str) -> Sequence[Event]:
        return [_request(ministry, engine, official, purpose)]

    return _write(ministry, chance.sample(range(10_000), count), events, chance)


def issue_before(ministry: Ministry, count: int, generation: str) -> list[Asked]:
    """Let officials have certificates of another generation, as a platform taken over has them."""

    def events(engine: Engine, official: UUID, purpose: str) -> Sequence[Event]:
        now = engine.office.now()
        issued = PortableIssued(
            key="",
            serial="ff",
            generation=generation,
            not_before=now,
            not_after=now + timedelta(days=57),
        )
        asked = _request(ministry, engine, official, purpose)
        return [asked, issued, PortableActivated(by="")]

    return _write(ministry, range(count), events, random.Random(count))


def _write(
    ministry: Ministry,
    numbers: Sequence[int],
    events: Callable[[Engine, UUID, str], Sequence[Event]],
    chance: random.Random,
) -> list[Asked]:
    platform = opened(ministry.folder)
    engine = platform.engine
    office, asked, institution = engine.office, list[Asked](), ministry.institution
    assert institution

    def write(writing: Writing) -> None:
        origin = Origin(office.now(), "jefa", None, office.policy.reference)
        for number in numbers:
            official, certificate = (office.sources.identifiers.new() for _ in range(2))
            known = Person.model_validate(person(number))
            registered = OfficialRegistered(institution=institution, person=known, by="ofelia")
            continue_stream(writing, office, official_ref(official), None, 0, [registered], origin)
            purpose = chance.choice((ATTENDED, UNATTENDED))
            happened = events(engine, official, purpose)
            continue_stream(writing, office, portable_ref(certificate), None, 0, happened, origin)
            asked.append(Asked(certificate, known.run, purpose))

    office.register.write(write)
    platform.close()
    return asked


def _request(ministry: Ministry, engine: Engine, official: UUID, purpose: str) -> PortableRequested:
    assert ministry.institution
    return PortableRequested(
        institution=ministry.institution,
        official=official,
        purpose=purpose,
        product=PRODUCTS[purpose],
        phone="+56961234567",
        at=engine.office.now(),
        by="",
    )
