"""Answers `POST /firma/v2/files/tickets`: admits a request, counts its code, signs, records."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from issuance.engine.code_checking import check_code
from issuance.engine.office import Office
from issuance.engine.signing_keys import Signer, entity_of, find_signer, open_signer
from issuance.engine.signing_record import Client, Refused, SigningRecord
from issuance.engine.signing_streams import (
    APPLICATION_CLAIM,
    read_application,
    read_permission,
)
from issuance.engine.time_stamping import time_stamper
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.findings.time_stamps import TimeStampCode
from issuance.register.errors import RegisterFailure
from issuance.register.model import Origin
from issuance.register.register import Reading
from issuance.secret import Secret
from issuance.signing.application_stream import (
    ApplicationState,
    check_permission,
    live_secrets,
)
from issuance.signing.documents import Holder, Signing
from issuance.signing.key_decisions import check_in_force
from issuance.signing.ticket_answer import Answer, answer, refuse
from issuance.signing.ticket_request import TicketRequest, named_key, read_request
from issuance.signing.ticket_signing import logged, shown_as, sign_request
from issuance.signing.ticket_token import Claims, check_claims, check_code_header, read_token

INTERFACE: Final = "tickets"
RETRY_SECONDS: Final = 2
_NO_STAMP: Final = frozenset(code.value for code in TimeStampCode)
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{3,64}")


@dataclass(frozen=True, slots=True)
class _Admitted:
    """A request of a registered application for a certificate in force."""

    request: TicketRequest
    application: UUID
    signer: Signer
    code: Secret | None


class TicketService:
    """The signing interface of one office; safe between threads."""

    def __init__(self, office: Office, record: SigningRecord) -> None:
        self._office, self._record = office, record

    def answer(self, body: bytes, code: str | None, client: Client) -> Answer:
        """Answer a request with its `OTP` header; whatever came, there is an answer."""
        if self._office.policy.policy.portable is None:
            return refuse(blocks(SigningCode.CERTIFICATE_UNKNOWN))
        try:
            admitted = self._admit(body, code, self._office.now())
            if isinstance(admitted, Refused):
                return self.refuse(admitted)
            return self._sign(admitted, client)
        except RegisterFailure:
            return unavailable()

    def refuse(self, refused: Refused) -> Answer:
        """Refuse a request as a whole; what is kept of it is not worth failing for."""
        with suppress(RegisterFailure):
            self._record.refused(refused, INTERFACE)
        return refuse(refused.finding)

    def _admit(self, body: bytes, code: str | None, now: datetime) -> _Admitted | Refused:
        request = read_request(body)
        if isinstance(request, Finding):
            key, refusal = named_key(body), request
        else:
            key, refusal = request.api_token_key, blocks(SigningCode.TOKEN_INVALID)
        with self._office.register.reading() as reading:
            found = self._application(reading, key)
            known = Refused(refusal)
            if found is not None:
                identifier, state = found
                known = replace(known, institution=state.institution, application=identifier)
            if isinstance(request, Finding):
                return known
            claims = self._claims(request, found, now)
            if isinstance(claims, Finding):
                return replace(known, finding=claims)
            if found is None:
                return known
            known = replace(known, purpose=claims.purpose, run=claims.run)
            signer = self._signer(reading, found, claims, now)
            if isinstance(signer, Finding):
                return replace(known, finding=signer)
            known = replace(known, official=signer.official)
            given = check_code_header(claims, code)
            if isinstance(given, Finding):
                return replace(known, finding=given)
            permission, _ = read_permission(reading, signer.id, found[0])
        if finding := check_permission(claims.purpose, permission):
            return replace(known, finding=finding)
        return _Admitted(request, found[0], signer, given)

    def _application(self, reading: Reading, key: str) -> tuple[UUID, ApplicationState] | None:
        identifier = reading.claim(APPLICATION_CLAIM, key) if _KEY.fullmatch(key) else None
        state = read_application(reading, identifier)[0] if identifier else None
        return (identifier, state) if identifier and state else None

    def _claims(
        self,
        request: TicketRequest,
        found: tuple[UUID, ApplicationState] | None,
        now: datetime,
    ) -> Claims | Finding:
        keys = self._office.custody.keys()
        if isinstance(keys, Finding):
            return keys
        secrets = live_secrets(found[1] if found else None, keys, now)
        return read_token(request.token, secrets, now)

    def _signer(
        self,
        reading: Reading,
        found: tuple[UUID, ApplicationState],
        claims: Claims,
        now: datetime,
    ) -> Signer | Finding:
        institution, office = found[1].institution, self._office
        entity = entity_of(office, reading, institution)
        if entity is None:
            return blocks(SigningCode.CERTIFICATE_INACTIVE)
        if finding := check_claims(claims, entity, found[1].pairs):
            return finding
        signer = find_signer(office, reading, institution, claims.purpose, claims.run)
        if signer is None:
            return blocks(SigningCode.CERTIFICATE_UNKNOWN)
        return check_in_force(signer.key, now) or signer

    def _sign(self, admitted: _Admitted, client: Client) -> Answer:
        office, signer, request = self._office, admitted.signer, admitted.request
        known = Refused(
            blocks(SigningCode.SIGNING_UNAVAILABLE),
            signer.institution,
            signer.official,
            admitted.application,
            signer.key.purpose,
            signer.key.run,
        )
        if admitted.code is not None and (finding := self._check_code(signer, admitted.code)):
            return self.refuse(replace(known, finding=finding))
        key = open_signer(office, signer)
        if isinstance(key, Finding):
            return self.refuse(replace(known, finding=key))
        number = self._record.numbers.take()
        holder = shown_as(Holder(key, signer.chain, office.now()), signer.name)
        stamper = time_stamper(office)
        if isinstance(stamper, Finding):
            return self._unstamped(known, stamper)
        results = sign_request(request, holder, Signing(office.checker, stamper), number)
        # A client sends what was unavailable again as a whole, and no single file of it.
        for each in results:
            if isinstance(each.outcome, Finding) and each.outcome.code in _NO_STAMP:
                return self._unstamped(known, each.outcome)
        self._record.answered(
            signer,
            number,
            INTERFACE,
            logged(request, results),
            client,
            (admitted.application, request.api_token_key),
        )
        return answer(request, results, number)

    def _unstamped(self, known: Refused, finding: Finding) -> Answer:
        return replace(self.refuse(replace(known, finding=finding)), retry_after=RETRY_SECONDS)

    def _check_code(self, signer: Signer, code: Secret) -> Finding | None:
        office = self._office
        origin = Origin(office.now(), "", None, office.policy.reference)
        return check_code(office, self._record.group.write, signer.id, code, origin)


def unavailable() -> Answer:
    """Answer that nothing is signed now; the same request may come again soon."""
    return replace(refuse(blocks(SigningCode.SIGNING_UNAVAILABLE)), retry_after=RETRY_SECONDS)
