"""An invented official's certificate, its key in custody: asked for, approved, issued, in use."""

from dataclasses import dataclass, field

from issuance.access.totp import STEP, current_code, new_totp_secret
from issuance.commands import Body, Receipt
from issuance.engine.institutional_people import PEOPLE
from issuance.institution_queries import (
    PortableAnswer,
    PortableLine,
    PortableQuery,
    PortablesAnswer,
    PortablesQuery,
)
from issuance.institutions.portable_commands import ApprovePortable
from issuance.institutions.portable_stream import STREAM_KIND as PORTABLE
from issuance.institutions.portable_stream import PortableStatus
from issuance.policies.model import Policy, Product
from issuance.signing.commands import ConfirmOtp, OfferOtp
from issuance.signing.key_stream import STREAM_KIND as SIGNING_KEY
from issuance.signing.queries import SigningKeyAnswer, SigningKeyQuery
from issuance.streams import StreamRef
from ventanilla.rehearsal_roles import RehearsalFailed, Roles

OFFICIAL, CERTIFIER, CENTRE = "teresa", "mireya", "amalia"


def purpose_of(policy: Policy, product: Product) -> str:
    """Return what a product's key in custody may sign; empty for one of a counter."""
    purposes = policy.portable.purposes if policy.portable else {}
    return next((purpose for purpose, named in purposes.items() if named == product.id), "")


@dataclass(slots=True)
class CustodyRehearsal(Roles):
    """Plays official and certifier of the demonstration's ministry, which was furnished before.

    There the central unit enabled the ministry, its operator registered the officials, and this
    one asked for a certificate of every purpose.
    """

    people = PEOPLE

    purpose: str
    line: PortableLine | None = field(default=None, init=False)

    def play(self) -> None:
        """Lead the request to a certificate in use; raises `RehearsalFailed` when refused."""
        self.become(OFFICIAL)
        line = self._asked_for()
        if line.status == PortableStatus.PENDING:
            self.become(CERTIFIER)
            today = self.office.engine.office.today()
            proved = ApprovePortable(document="cedula", number="A000000001", seen_on=today)
            self._execute(proved, StreamRef(kind=PORTABLE, id=line.certificate), line.revision)
            self.become(OFFICIAL)
            line = self._asked_for()
        if line.status == PortableStatus.ISSUED:
            self._set_up_codes(line)

    @property
    def known(self) -> PortableAnswer | None:
        """Return the request and what became of it; None before it was found."""
        if self.line is None:
            return None
        asked = PortableQuery(certificate=self.line.certificate)
        answer = self.office.engine.ask(asked, self.office.session)
        if not isinstance(answer, PortableAnswer):
            raise TypeError("official and certifier see the certificate")
        return answer

    def _asked_for(self) -> PortableLine:
        answer = self.office.engine.ask(PortablesQuery(own=True), self.office.session)
        if not isinstance(answer, PortablesAnswer):
            raise TypeError("a query for certificates is answered with them")
        self.line = next(line for line in answer.entries if line.purpose == self.purpose)
        return self.line

    def _set_up_codes(self, line: PortableLine) -> None:
        """Set up the one-time codes that each signature will ask for."""
        asked = SigningKeyQuery(certificate=line.certificate)
        known = self.office.engine.ask(asked, self.office.session)
        if not isinstance(known, SigningKeyAnswer):
            raise TypeError("the holder sees the own key")
        stream = StreamRef(kind=SIGNING_KEY, id=line.certificate)
        secret, now = new_totp_secret(self.sources.randomness), self.sources.clock.now()
        self._execute(OfferOtp(secret=secret), stream, known.revision)
        first, second = (current_code(secret, at) for at in (now - STEP, now))
        self._execute(ConfirmOtp(first=first, second=second), stream, known.revision + 1)

    def _execute(self, body: Body, stream: StreamRef, revision: int) -> Receipt:
        receipt = self.give(body, stream, revision)
        if not receipt.applied:
            raise RehearsalFailed(body.kind, receipt.findings)
        return receipt
