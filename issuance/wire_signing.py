"""How what is asked about keys in custody and signatures travels, and what is to be signed."""

import json
from collections.abc import Sequence
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from issuance.findings import Finding
from issuance.model import Frozen, Identifier, plain
from issuance.secret import Secret
from issuance.signing.queries import (
    ApplicationsAnswer,
    DigestItem,
    DigestsSigned,
    PermissionsAnswer,
    RefusedRequestsAnswer,
    SandboxAnswer,
    SignatureLogAnswer,
    SigningKeyAnswer,
    TimeStampingAnswer,
    TimeStampTrialAnswer,
)
from issuance.wire_answers import Answered
from issuance.wire_secrets import Sent, WireSecret

SigningAnswered = (
    Answered[Literal["signing_key"], SigningKeyAnswer]
    | Answered[Literal["applications"], ApplicationsAnswer]
    | Answered[Literal["permissions"], PermissionsAnswer]
    | Answered[Literal["signature_log"], SignatureLogAnswer]
    | Answered[Literal["refused_requests"], RefusedRequestsAnswer]
    | Answered[Literal["sandbox"], SandboxAnswer]
    | Answered[Literal["time_stamping"], TimeStampingAnswer]
    | Answered[Literal["time_stamp_trial"], TimeStampTrialAnswer]
)


class DigestsToSign(Sent):
    """Digests that the holder of a certificate signs, with one code for all of them."""

    class Secrets(Frozen):
        """What is typed; an unattended certificate takes no code."""

        code: WireSecret | None = None

    certificate: Identifier
    items: tuple[DigestItem, ...] = Field(min_length=1, max_length=200)
    secrets: Secrets = Secrets()


class DigestsTaken(Frozen):
    """The signatures."""

    kind: Literal["signed"] = "signed"
    answer: DigestsSigned


class DigestsRefused(Frozen):
    """Why there are none."""

    kind: Literal["findings"] = "findings"
    findings: tuple[Finding, ...]


DigestsAnswer = Annotated[DigestsTaken | DigestsRefused, Field(discriminator="kind")]
_DigestsAnswer: Final = TypeAdapter[DigestsTaken | DigestsRefused](DigestsAnswer)


def digests_json(certificate: UUID, items: Sequence[DigestItem], code: Secret | None) -> bytes:
    """Return digests to be signed as they travel."""
    secrets = {"code": code.reveal()} if code else {}
    sent = {"certificate": str(certificate), "items": [plain(each) for each in items]}
    return json.dumps(sent | {"secrets": secrets}).encode()


def read_digests_answer(octets: bytes) -> DigestsSigned | tuple[Finding, ...]:
    """Return the signatures, or why there are none; raises ValueError for anything else."""
    read = _DigestsAnswer.validate_json(octets)
    return read.answer if isinstance(read, DigestsTaken) else read.findings
