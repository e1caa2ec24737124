"""Which streams and claims commands are held against, so that all of them are read at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from issuance.cases.commands.application import OpenCase
from issuance.cases.commands.payment import RecordPayment
from issuance.cases.decision import Claim
from issuance.cases.decisions.application import open_case_claim, renewal_claim
from issuance.cases.decisions.payment import deposit_claim
from issuance.cases.forms import check_form
from issuance.commands import Command
from issuance.engine.numbers import CASE_NUMBER, number_from
from issuance.engine.office import Office, named_stream
from issuance.engine.preparation import person_of
from issuance.streams import StreamRef


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """What to read: streams, and claims by kind and value."""

    streams: list[StreamRef]
    claims: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def held_against(office: Office, commands: Iterable[Command]) -> HeldAgainst:
    """Return the streams of the cases, of who gave the commands, of applicants and policy.

    The claims are those of the cases that stations opened, and of the deposits they recorded.
    """
    held = HeldAgainst([named_stream(office.id, "policy", office.policy.policy.id)])
    for command in commands:
        held.streams.extend((command.stream, named_stream(office.id, "operator", command.operator)))
        body = command.body
        if isinstance(body, OpenCase) and (person := person_of(office, body.values)):
            held.streams.append(StreamRef(kind="person", id=person))
            if command.station:
                claim = open_case_claim(person, body.product)
                held.claims.append((claim.kind, claim.value))
                if body.renews:
                    renewal = renewal_claim(body.renews)
                    held.claims.append((renewal.kind, renewal.value))
                held.claims.append((CASE_NUMBER, number_from(office, command.id)))
        if isinstance(body, RecordPayment) and command.station:
            held.claims.extend((each.kind, each.value) for each in deposit_claims(office, body))
    return held


def deposit_claims(office: Office, body: RecordPayment) -> tuple[Claim, ...]:
    """Return the claim on the deposit a payment names; none where its account is not known."""
    policy = office.policy.policy
    point = policy.service_point(body.province)
    form = check_form(policy.payment_fields, body.values, office.today(), policy.country)
    return (deposit_claim(point.account, form.values),) if point else ()
