"""Who asks at the remote signing interface, and which credentials are theirs.

A holder asks in a session of their own; an application with `key.secret`, its key and a secret of
its own. Each sees what is theirs and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from issuance.access.roles import Session
from issuance.engine.members import actor_of
from issuance.engine.office import Office
from issuance.engine.session import session_findings
from issuance.engine.signing_keys import Signer, entity_of, find_signer, signer_of
from issuance.engine.signing_streams import (
    APPLICATION_CLAIM,
    read_application,
    read_permission,
)
from issuance.findings import Finding
from issuance.institutions.actors import SeatRole, scope_of
from issuance.institutions.portable_stream import STREAM_KIND as PORTABLE
from issuance.institutions.portable_stream import PortableStatus
from issuance.register.institution_items import ItemFilter
from issuance.register.paging import LARGEST_PAGE
from issuance.register.register import Reading
from issuance.secret import Secret
from issuance.signing.application_stream import (
    ApplicationState,
    check_permission,
    live_secrets,
)

_USABLE: Final = (PortableStatus.ISSUED.value, PortableStatus.ACTIVE.value)
_KEY: Final = re.compile(r"[A-Za-z0-9._-]{3,64}")
_ACT: Final = "sign_documents"


class Asker(Protocol):
    """Somebody whose credentials are asked for."""

    @property
    def application(self) -> tuple[UUID, str] | None:
        """Return the application and its key, where one asks."""
        ...

    @property
    def user(self) -> str:
        """Return the user name of the holder, empty for an application."""
        ...

    def credentials(self, office: Office, reading: Reading) -> Iterator[UUID]:
        """Yield what is theirs, in an order that stays."""
        ...

    def signer(self, office: Office, reading: Reading, certificate: UUID) -> Signer | None:
        """Return one of theirs; None for anybody else's."""
        ...

    def objection(self, reading: Reading, signer: Signer) -> Finding | None:
        """Return why they may not sign with it, codes aside."""
        ...


@dataclass(frozen=True, slots=True)
class HolderAsks:
    """A holder, in a session of their own."""

    session: Session
    application: tuple[UUID, str] | None = None

    @property
    def user(self) -> str:
        """Return the user name."""
        return self.session.operator

    def credentials(self, office: Office, reading: Reading) -> Iterator[UUID]:
        """Yield the certificates in use of whom the session belongs to."""
        if session_findings(office, self.session, reading, _ACT):
            return
        actor = actor_of(office, reading, self.session)
        scope = scope_of(actor)
        for seat in actor.seats:
            if seat.role is SeatRole.HOLDER:
                wanted = ItemFilter(PORTABLE, official=seat.official, statuses=_USABLE)
                yield from reading.items_by_id(scope, wanted, None, LARGEST_PAGE)

    def signer(self, office: Office, reading: Reading, certificate: UUID) -> Signer | None:
        """Return one of theirs."""
        own = certificate in self.credentials(office, reading)
        return signer_of(office, reading, certificate) if own else None

    def objection(self, reading: Reading, signer: Signer) -> Finding | None:
        """Return nothing: the holder needs nobody's permission."""
        del reading, signer
        return None


@dataclass(frozen=True, slots=True)
class ApplicationAsks:
    """An application of an institution."""

    id: UUID
    state: ApplicationState
    user: str = ""

    @property
    def application(self) -> tuple[UUID, str]:
        """Return the application and its key."""
        return self.id, self.state.key

    def credentials(self, office: Office, reading: Reading) -> Iterator[UUID]:
        """Yield the certificates it is registered for."""
        for grant in self.state.grants:
            signer = self._granted(office, reading, grant.purpose, grant.run)
            if signer is not None:
                yield signer.id

    def signer(self, office: Office, reading: Reading, certificate: UUID) -> Signer | None:
        """Return one of those it is registered for."""
        for grant in self.state.grants:
            signer = self._granted(office, reading, grant.purpose, grant.run)
            if signer is not None and signer.id == certificate:
                return signer
        return None

    def objection(self, reading: Reading, signer: Signer) -> Finding | None:
        """Return that the holder did not enable it."""
        permission, _ = read_permission(reading, signer.id, self.id)
        return check_permission(signer.key.purpose, permission)

    def _granted(self, office: Office, reading: Reading, purpose: str, run: str) -> Signer | None:
        institution = self.state.institution
        if entity_of(office, reading, institution) is None:
            return None
        return find_signer(office, reading, institution, purpose, run)


def application_with(office: Office, bearer: Secret) -> ApplicationAsks | None:
    """Return the application whose key and secret these are; None for any other text."""
    key, _, secret = bearer.reveal().rpartition(".")
    keys = office.custody.keys()
    if not _KEY.fullmatch(key) or isinstance(keys, Finding):
        return None
    with office.register.reading() as reading:
        identifier = reading.claim(APPLICATION_CLAIM, key)
        state = read_application(reading, identifier)[0] if identifier else None
    live = live_secrets(state, keys, office.now())
    matching = [each for each in live if each.matches(Secret(secret))]
    return ApplicationAsks(identifier, state) if identifier and state and matching else None
