"""The office the screenshots are taken in: always the same day, the same people, the same cases.

Clock, identifiers and randomness are fixed, so that a picture changes only when its screen does.
"""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from backend_client.backend import OfficeSign
from backend_client.founding import found_demonstration, write_samples
from backend_client.offices import Offices
from issuance.cases.commands.payment import ConfirmPayment, RecordPayment
from issuance.engine.office import Sources
from issuance.policies.loader import load_policy
from issuance.samples.documents import sample_proof
from issuance.samples.people import sample_payment
from ventanilla.compose import make_key
from ventanilla.rehearsal import Rehearsal

POLICY: Final = "ec-icert"
MORNING: Final = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
"""A Monday, half past eight in Quito."""
_FOUNDED: Final = MORNING - timedelta(days=690)
"""What was issued then for two years ends soon."""
_MINUTES_BETWEEN_PEOPLE: Final = 2
"""A one-time code works once, so time must pass before the same person logs in again."""


class WorkingDay:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self._now = _FOUNDED

    def now(self) -> datetime:
        """Return the moment the day has come to."""
        return self._now

    def begin(self) -> None:
        """Let the morning come on which the pictures are taken."""
        self._now = MORNING

    def go_on(self) -> None:
        """Let the time pass that lies between two people's work."""
        self._now += timedelta(minutes=_MINUTES_BETWEEN_PEOPLE)


class CountedIdentifiers:
    """UUIDv7 (RFC 9562) with a count in place of chance."""

    def __init__(self, day: WorkingDay) -> None:
        self._day = day
        self._count = 0

    def new(self) -> UUID:
        """Return the next identifier."""
        self._count += 1
        milliseconds = int(self._day.now().timestamp() * 1000)
        return UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | self._count)


class SeededRandomness:
    """The same values in every run: nothing in this office is worth protecting."""

    def __init__(self) -> None:
        self._random = random.Random(POLICY)  # noqa: S311 -- for pictures, see above

    def octets(self, count: int) -> bytes:
        """Return the next octets."""
        return self._random.randbytes(count)

    def digits(self, count: int) -> str:
        """Return the next decimal digits."""
        return f"{self._random.randrange(10**count):0{count}d}"


class PreparedCase(Rehearsal):
    """A case that is left at the step whose screen is wanted."""

    def log_in(self, user: str) -> None:
        """Log in after the time another person took."""
        clock = self.sources.clock
        if isinstance(clock, WorkingDay):
            clock.go_on()
        super().log_in(user)

    def record_deposit(self) -> None:
        """Record the deposit; the cashier has not looked yet."""
        self.become("olga")
        office = self.office.engine.office
        values = sample_payment(self.number, office.today())
        proof = office.blobs.keep(sample_proof(self.person, values), "application/pdf")
        self.execute(
            RecordPayment(
                province=office.sign.province,
                amount=self.state.price.total.amount,
                values=values,
                proof=proof,
            )
        )

    def confirm_deposit(self) -> None:
        """Confirm the deposit; who the invoice is for is still open."""
        self.become("carmen")
        self.execute(ConfirmPayment(amount=self.state.price.total.amount))


_Act = Callable[[PreparedCase], object]

_APPLIED: Final[tuple[_Act, ...]] = (PreparedCase.apply,)
_APPROVED: Final = (*_APPLIED, PreparedCase.approve)
_BROUGHT: Final = (*_APPROVED, PreparedCase.bring_evidence)
_ACCEPTED: Final = (*_BROUGHT, PreparedCase.accept_evidence)
_DEPOSITED: Final = (*_ACCEPTED, PreparedCase.record_deposit)
_CONFIRMED: Final = (*_DEPOSITED, PreparedCase.confirm_deposit)
_BILLED: Final = (*_CONFIRMED, PreparedCase.pay)

_CASES: Final[Mapping[str, tuple[str, int, tuple[_Act, ...]]]] = {
    "ending": ("natural", 11, (PreparedCase.play,)),
    "delivered": ("natural", 8, (PreparedCase.play,)),
    "activation": ("natural", 0, _BILLED),
    "billing": ("natural", 5, _CONFIRMED),
    "payment_review": ("natural", 7, _DEPOSITED),
    "payment": ("natural", 3, _ACCEPTED),
    "evidence_review": ("juridica-privada", 2, _BROUGHT),
    "evidence": ("miembro-empresa", 4, _APPROVED),
    "approval": ("natural", 6, _APPLIED),
    "waiting": ("juridica-publica", 10, _APPLIED),
}
"""Certificate type, number of the invented person, and what is done, by the screen it is for."""


def found_office(home: Path, day: WorkingDay) -> Offices:
    """Found the demonstration office of the pictures below a home folder."""
    sources = Sources(day, CountedIdentifiers(day), SeededRandomness())
    offices = Offices(home, lambda: sources, make_key)
    sign = found_demonstration(offices, lambda _step: None)
    if not isinstance(sign, OfficeSign):
        raise RuntimeError(f"no office to take pictures in: {sign}")
    write_samples(offices)
    return offices


def lead_cases(offices: Offices, folder: Path, day: WorkingDay) -> dict[str, UUID]:
    """Lead every case to its step and return them by the screen they are for."""
    led = {"ending": _lead("ending", offices, folder)}
    day.begin()
    return led | {name: _lead(name, offices, folder) for name in _CASES if name not in led}


def _lead(name: str, offices: Offices, folder: Path) -> UUID:
    certificate_type, number, acts = _CASES[name]
    product = load_policy(POLICY).policy.product(f"{certificate_type}-pkcs12-2y")
    if product is None:
        raise RuntimeError(f"{POLICY} sells nothing for {certificate_type} any more")
    target = offices.home / f"{name}.p12"
    case = PreparedCase(folder, offices.sources(), offices.make_key, product, target, number)
    try:
        for act in acts:
            act(case)
    finally:
        case.close()
    return case.case
