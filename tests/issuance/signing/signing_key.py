"""A key's stream as an engine keeps it, for tests that set its codes up and sign."""

from datetime import datetime, timedelta

from issuance.access.totp import current_code
from issuance.events import Event
from issuance.secret import Secret
from issuance.signing.custody import KeptKey, wrap
from issuance.signing.key_decisions import (
    KeyDecision,
    decide_certify,
    decide_code,
    decide_confirm,
    decide_intend,
    decide_keep,
    decide_offer,
    decide_try,
    otp_label,
)
from issuance.signing.key_stream import SigningKeyState, evolve_signing_key
from issuance.signing.ticket_token import ATTENDED
from tests.issuance.certificates.certificate_samples import NOW, SeededRandomness
from tests.issuance.signing.signing_samples import KEYS, OTP_SECRET, SettableClock, step_of

WRAPPED = wrap(KEYS, b"secret", otp_label("00"), SeededRandomness())
KEPT = KeptKey(key_id="00", algorithm="p-256", wrapped=WRAPPED)
STEP = timedelta(seconds=30)


def codes(decision: KeyDecision) -> list[str]:
    return [each.code for each in decision.findings]


class Key:
    """A key's stream as an engine keeps it: decisions on the newest state, events one by one."""

    def __init__(self, purpose: str = ATTENDED) -> None:
        self.clock = SettableClock()
        self.state: SigningKeyState | None = None
        self.happened: list[Event] = []
        self.take(decide_keep(None, KEPT, "MINISTERIO", purpose, "11111111"))
        ends = NOW + timedelta(days=365)
        self.take(decide_intend(self.now, "4711", "authority", b"bytes", NOW - STEP, ends))
        self.take(decide_certify(self.now, b"certificate"))

    @property
    def now(self) -> SigningKeyState:
        assert self.state is not None
        return self.state

    def take(self, decision: KeyDecision) -> list[str]:
        for event in decision.events:
            self.state = evolve_signing_key(self.state, event)
            self.happened.append(event)
        return codes(decision)

    def set_up(self) -> "Key":
        assert self.take(decide_offer(self.now, WRAPPED, "ana", self.at)) == []
        first = current_code(OTP_SECRET, self.at)
        self.clock.pass_time(seconds=30)
        assert self.confirm(first, current_code(OTP_SECRET, self.at)) == []
        return self

    def confirm(self, first: Secret, second: Secret) -> list[str]:
        if refused := self.take(decide_try(self.now, self.at)):
            return refused
        steps = (step_of(first, self.at, 2), step_of(second, self.at))
        return self.take(decide_confirm(self.now, *steps))

    def sign(self, code: Secret | None = None) -> list[str]:
        given = code or current_code(OTP_SECRET, self.at)
        if refused := self.take(decide_try(self.now, self.at)):
            return refused
        return self.take(decide_code(self.now, step_of(given, self.at)))

    @property
    def at(self) -> datetime:
        return self.clock.now()
