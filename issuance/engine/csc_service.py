"""Answers the remote signing interface of the Cloud Signature Consortium for one office."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from issuance.access.key_ring import Purpose
from issuance.certificates.token_calls import TokenFailure
from issuance.engine.code_checking import check_code, take_decision
from issuance.engine.csc_askers import Asker
from issuance.engine.office import Office
from issuance.engine.signing_keys import Signer, open_signer
from issuance.engine.signing_record import Client, Refused, SigningRecord
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.register.errors import RegisterFailure
from issuance.register.model import Origin
from issuance.secret import Secret
from issuance.signing import csc
from issuance.signing.csc_answer import CscAnswer, csc_refusal, invalid
from issuance.signing.csc_authorisation import new_authorisation
from issuance.signing.custody import CustodyKey
from issuance.signing.key_decisions import check_in_force, decide_spend
from issuance.signing.signature_log import LoggedItem
from issuance.signing.ticket_token import ATTENDED

INTERFACE: Final = "csc"
LARGEST_BODY: Final = csc.LARGEST_BODY
_UNAVAILABLE: Final = CscAnswer(
    503, {"error": "service_unavailable", "error_description": "Service unavailable"}
)


class CscService:
    """The interface of one office; safe between threads. Every method answers, whatever comes."""

    def __init__(self, office: Office, record: SigningRecord) -> None:
        self._office, self._record = office, record

    def info(self) -> CscAnswer:
        """Describe the service."""
        return csc.info(self._office.sign.name, "es-CL", ["external"])

    def list(self, body: bytes, asker: Asker) -> CscAnswer:
        """List the credentials of who asks."""
        return self._answered(lambda: self._list(body, asker))

    def describe(self, body: bytes, asker: Asker) -> CscAnswer:
        """Describe a credential of who asks."""
        return self._answered(lambda: self._describe(body, asker))

    def authorize(self, body: bytes, asker: Asker) -> CscAnswer:
        """Give leave to sign certain hashes, against a code or the holder's permission."""
        return self._answered(lambda: self._authorize(body, asker))

    def sign(self, body: bytes, asker: Asker, client: Client) -> CscAnswer:
        """Sign hashes that were authorised, once."""
        return self._answered(lambda: self._sign(body, asker, client))

    def _answered(self, act: Callable[[], CscAnswer]) -> CscAnswer:
        try:
            return act()
        except (RegisterFailure, TokenFailure):
            return _UNAVAILABLE

    def _list(self, body: bytes, asker: Asker) -> CscAnswer:
        with self._office.register.reading() as reading:
            ids = [str(each) for each in asker.credentials(self._office, reading)]
        return csc.credentials_list(body, ids)

    def _describe(self, body: bytes, asker: Asker) -> CscAnswer:
        signer = self._signer(_named(body), asker)
        return csc.credentials_info(body, [self._credential(signer)] if signer else [])

    def _authorize(self, body: bytes, asker: Asker) -> CscAnswer:
        request = csc.read_authorize(body)
        if isinstance(request, CscAnswer):
            return request
        signer = self._signer(request.credential, asker)
        if signer is None:
            return invalid("credentialID").answer
        if finding := self._objection(signer, asker, request.code):
            return self._refused(finding, signer, asker)
        authorisation = new_authorisation(
            self._office.sources.identifiers.new(), str(signer.id), request.hashes,
            self._office.now(),
        )  # fmt: skip
        return csc.authorized(authorisation, self._sad_key)

    def _sign(self, body: bytes, asker: Asker, client: Client) -> CscAnswer:
        office = self._office
        named = _named(body)
        signer = self._signer(named, asker)
        if named and signer is None:
            # Before the SAD is looked at, which would tell that somebody has this credential.
            return invalid("credentialID").answer
        request = csc.read_sign(body, self._sad_key, office.now())
        if isinstance(request, CscAnswer):
            return request
        if signer is None:
            raise ValueError("what was read names a credential")
        if refused := csc.check_sign_algorithm(request, signer.certificate):
            return refused
        with office.register.reading() as reading:
            objection = asker.objection(reading, signer)
        key = open_signer(office, signer)
        finding = objection or (key if isinstance(key, Finding) else None)
        finding = finding or self._spend(signer, request, asker)
        if finding is not None:
            return self._refused(finding, signer, asker)
        answer = csc.sign_hashes(request, cast("CustodyKey", key))
        items = tuple(
            LoggedItem(kind="hash", size=len(each), original=each.hex()) for each in request.digests
        )
        number = self._record.numbers.take()
        self._record.answered(
            signer, number, INTERFACE, items, client, asker.application, asker.user
        )
        return answer

    def _signer(self, name: str, asker: Asker) -> Signer | None:
        try:
            certificate = UUID(name)
        except ValueError:
            return None
        with self._office.register.reading() as reading:
            return asker.signer(self._office, reading, certificate)

    def _objection(self, signer: Signer, asker: Asker, code: Secret | None) -> Finding | None:
        """Return why there is no leave; the code that came with it is used up."""
        office = self._office
        if finding := check_in_force(signer.key, office.now()):
            return finding
        if signer.key.purpose != ATTENDED:
            if code is not None:
                return blocks(SigningCode.OTP_NOT_WANTED)
            with office.register.reading() as reading:
                return asker.objection(reading, signer)
        if code is None:
            return blocks(SigningCode.OTP_MISSING)
        write = self._record.group.write
        return check_code(office, write, signer.id, code, self._origin(asker))

    def _spend(self, signer: Signer, request: csc.SignRequest, asker: Asker) -> Finding | None:
        authorisation, now = request.authorisation, self._office.now()
        spend = partial(
            decide_spend,
            authorisation=authorisation.id,
            expires_at=authorisation.expires_at,
            now=now,
        )
        return self._record.group.write(take_decision(signer.id, None, self._origin(asker), spend))

    def _refused(self, finding: Finding, signer: Signer, asker: Asker) -> CscAnswer:
        refused = Refused(
            finding,
            signer.institution,
            signer.official,
            asker.application[0] if asker.application else None,
            signer.key.purpose,
            signer.key.run,
        )
        with suppress(RegisterFailure):
            self._record.refused(refused, INTERFACE)
        if finding.code == SigningCode.SIGNING_UNAVAILABLE:
            return _UNAVAILABLE
        return csc_refusal(finding)

    def _credential(self, signer: Signer) -> csc.Credential:
        now = self._office.now()
        attended = signer.key.purpose == ATTENDED
        ready = not attended or signer.key.otp is not None
        expired = signer.certificate.not_valid_after_utc <= now
        return csc.Credential(
            id=str(signer.id),
            description=signer.key.purpose,
            certificate=signer.certificate,
            chain=signer.chain,
            status="revoked" if signer.key.ended else "expired" if expired else "valid",
            attended=attended,
            usable=ready and check_in_force(signer.key, now) is None,
        )

    def _origin(self, asker: Asker) -> Origin:
        return Origin(self._office.now(), asker.user, None, self._office.policy.reference)

    @property
    def _sad_key(self) -> bytes:
        return self._office.keys.key(Purpose.ACTIVATION)


def _named(body: bytes) -> str:
    """Return the credential a request names; empty for none, which is told where it is read."""
    try:
        fields: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    name: object = fields.get("credentialID") if isinstance(fields, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return name if isinstance(name, str) else ""
