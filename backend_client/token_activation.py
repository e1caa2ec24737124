"""From an accepted activation code to a certificate in the applicant's token.

The key pair is found in the token by the case, so every stop on the way is resumed by calling
again: a request is made once, a certificate issued once and written once.
"""

import base64
import hashlib
from dataclasses import dataclass
from uuid import UUID

from cryptography import x509

from backend_client.activation import CaseDoor, checks_of
from backend_client.at_the_station.token import ApplicantToken, open_token
from backend_client.backend import Delivered
from backend_client.engine_door import Findings
from issuance.cases.commands.activation import RecordDelivery, RequestCertificate
from issuance.certificates.keys import certificate_der
from issuance.certificates.token_calls import TokenAddress
from issuance.commands import Receipt
from issuance.findings import Finding
from issuance.findings.cases import CaseFinding
from issuance.queries import CaseAnswer
from issuance.secret import Secret
from issuance.sources import Clock


@dataclass(frozen=True, slots=True)
class TokenWish:
    """The applicant's token and PIN, the kind of key, and the label of the certificate in it."""

    address: TokenAddress
    pin: Secret
    algorithm: str
    label: str


def activate_in_token(
    case: UUID, wish: TokenWish, door: CaseDoor, clock: Clock
) -> Delivered | Findings:
    """Lead a case to a certificate in a token; called again after any stop, it goes on."""
    token = open_token(wish.address, wish.pin)
    if isinstance(token, Finding):
        return (token,)
    try:
        findings = _certified(case, token, wish, door)
        return findings or _hand_over(case, token, wish, door, clock)
    finally:
        token.close()


def _certified(case: UUID, token: ApplicantToken, wish: TokenWish, door: CaseDoor) -> Findings:
    """See to it that the case has a certificate, or its intent, for the key in the token."""
    requested = _request(case, token, wish, door)
    if isinstance(requested, Receipt):
        codes = {finding.code for finding in requested.findings}
        if not requested.applied and CaseFinding.KEY_ALREADY_CERTIFIED in codes:
            # The key of a certificate that was given up, which nobody shall use again.
            failed = token.give_up(case)
            requested = (failed,) if failed else _request(case, token, wish, door)
    if isinstance(requested, Receipt):
        return () if requested.applied else requested.findings
    return requested


def _request(
    case: UUID, token: ApplicantToken, wish: TokenWish, door: CaseDoor
) -> Receipt | Findings:
    """Ask for the certificate by a request of the token; no finding where there is one already."""
    known = door.case(case)
    if not isinstance(known, CaseAnswer):
        return known
    if known.state.activation.certificate is not None:
        return ()
    request = token.request(case, wish.algorithm)
    if isinstance(request, Finding):
        return (request,)
    encoded = base64.b64encode(request).decode("ascii")
    return door.execute(RequestCertificate(request=encoded), case, known.revision)


def _hand_over(
    case: UUID, token: ApplicantToken, wish: TokenWish, door: CaseDoor, clock: Clock
) -> Delivered | Findings:
    issued, resolved = door.certificate(case), door.resolved(case)
    if isinstance(issued, tuple):
        return issued
    if isinstance(resolved, tuple):
        return resolved
    certificate, *chain = map(_load, (issued.certificate, *issued.chain))
    failed = token.write_certificate(case, certificate, wish.label)
    if failed is not None:
        return (failed,)
    # While the token is open. What stands in the way does not keep the applicant from the token:
    # the contract can be taken in later, signed elsewhere.
    signed = token.use_key(case, lambda key: door.sign_contract(case, key))
    unsigned = (signed,) if isinstance(signed, Finding) else signed
    result = token.read_back(case, resolved, certificate, chain, clock.now())
    if isinstance(result, Finding):
        return (result,)
    if result.findings:
        return result.findings
    digest = hashlib.sha256(certificate_der(certificate)).hexdigest()
    known = door.case(case)
    if not isinstance(known, CaseAnswer):
        return known
    delivery = RecordDelivery(serial=issued.serial, file_sha256=digest, checks=checks_of(result))
    receipt = door.execute(delivery, case, known.revision)
    if not receipt.applied:
        return receipt.findings
    return Delivered(
        path=None,
        may_be_removed_now=True,
        serial=issued.serial,
        checks=checks_of(result),
        certificate=issued.description,
        findings=unsigned,
        token=token.address.label,
    )


def _load(text: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(text))
