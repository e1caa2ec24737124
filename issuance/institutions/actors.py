"""Who acts among institutions, and what of them each may see.

The central administration sees every institution; all others see their own alone, and a holder
their own things in it. What lies outside is answered as what does not exist.
"""

from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from pydantic import model_validator

from issuance.findings import Finding, blocks
from issuance.findings.institutions import InstitutionCode
from issuance.model import Frozen, Identifier
from issuance.policies.model import Policy
from issuance.policies.roles import SeatRole as SeatRole

CENTRAL: Final = frozenset(
    {SeatRole.CENTRAL_ADMINISTRATOR, SeatRole.CENTRAL_STAFF, SeatRole.CENTRAL_AUDITOR}
)


class Seat(Frozen):
    """A role, in an institution where it is not a central one.

    `official` is the registration of who sits there; a holder and a certifier always have one.
    """

    role: SeatRole
    institution: Identifier | None = None
    official: Identifier | None = None

    @model_validator(mode="after")
    def _in_its_place(self) -> Self:
        if (self.role in CENTRAL) != (self.institution is None):
            raise ValueError("a central role has no institution, and every other has one")
        registered = self.role in {SeatRole.HOLDER, SeatRole.CERTIFIER}
        if registered and self.official is None:
            raise ValueError("a holder and a certifier are registered officials")
        return self


class Actor(Frozen):
    """The person who acts: user name and seats, from the session, never from a command's body."""

    user: str
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a session may see: all, whole institutions, and single officials of an institution."""

    everything: bool
    institutions: frozenset[UUID]
    officials: frozenset[tuple[UUID, UUID]]

    def sees(self, institution: UUID, official: UUID | None = None) -> bool:
        """Tell whether something of an institution may be seen, or of one of its officials.

        Without `official` it belongs to the institution as a whole.
        """
        if self.everything or institution in self.institutions:
            return True
        return official is not None and (institution, official) in self.officials


def scope_of(actor: Actor) -> Scope:
    """Return what somebody may see; every query, search and export keeps to it."""
    own = [seat for seat in actor.seats if seat.role not in CENTRAL]
    return Scope(
        everything=len(own) < len(actor.seats),
        institutions=frozenset(
            seat.institution
            for seat in own
            if seat.institution is not None and seat.role is not SeatRole.HOLDER
        ),
        officials=frozenset(
            (seat.institution, seat.official)
            for seat in own
            if seat.institution is not None and seat.official is not None
        ),
    )


def check_reach(
    policy: Policy,
    act: str,
    actor: Actor,
    institution: UUID | None,
    official: UUID | None = None,
) -> Finding | None:
    """Return why somebody may not do this there, as far as roles and institutions go.

    Args:
        policy: names the roles that may do the act.
        act: the command's kind.
        actor: who wants it.
        institution: whose thing it is; None for what belongs to none yet.
        official: whose thing within the institution; None for the institution's own.
    """
    if institution is not None and not scope_of(actor).sees(institution, official):
        return blocks(InstitutionCode.OUT_OF_REACH)
    roles = policy.roles.get(act, ())
    if any(seat.role in roles and _reaches(seat, institution, official) for seat in actor.seats):
        return None
    return blocks(InstitutionCode.SEAT_MISSING)


def seat_in(actor: Actor, role: SeatRole, institution: UUID) -> Seat | None:
    """Return somebody's seat of that role in an institution."""
    return next(
        (each for each in actor.seats if (each.role, each.institution) == (role, institution)), None
    )


def _reaches(seat: Seat, institution: UUID | None, official: UUID | None) -> bool:
    if seat.role in CENTRAL:
        return True
    if seat.institution != institution:
        return False
    return seat.role is not SeatRole.HOLDER or seat.official == official
