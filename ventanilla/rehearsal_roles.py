"""The people of a demonstration at work in its office, one log-in after the other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from issuance.access.totp import current_code
from issuance.certificates.keys import PrivateKey
from issuance.commands import Body, Command, Receipt
from issuance.engine.demonstration import DemonstrationPerson
from issuance.engine.office import Sources
from issuance.engine.opening import OpenedOffice, open_office
from issuance.findings import Finding
from issuance.secret import Secret
from issuance.streams import StreamRef

Findings = tuple[Finding, ...]


class RehearsalFailed(Exception):  # noqa: N818 -- what happened, told with its findings
    """A command was refused; `findings` say why."""

    def __init__(self, act: str, findings: Findings) -> None:
        super().__init__(f"{act}: {', '.join(finding.code for finding in findings)}")
        self.act = act
        self.findings = findings


@dataclass(slots=True)
class Roles:
    """Plays the roles of an office whose credentials are public."""

    people: ClassVar[Sequence[DemonstrationPerson]] = ()

    folder: Path
    sources: Sources
    make_key: Callable[[str], PrivateKey]
    _open: OpenedOffice | None = field(default=None, init=False)

    @property
    def office(self) -> OpenedOffice:
        """Return the office as the present person has it open."""
        if self._open is None:
            raise RuntimeError("nobody is logged in")
        return self._open

    def become(self, user: str) -> None:
        """Log somebody in unless it is who is logged in already."""
        if self._open is None or self._open.session.operator != user:
            self.log_in(user)

    def log_in(self, user: str) -> None:
        """Log somebody out, and one of the demonstration's people in."""
        self.close()
        known = next(person for person in self.people if person.user == user)
        code = current_code(Secret(known.totp_secret), self.sources.clock.now())
        opened = open_office(
            self.folder, user, Secret(known.password), code, self.sources, self.make_key
        )
        if not isinstance(opened, OpenedOffice):
            raise RehearsalFailed("log_in", opened)
        self._open = opened

    def close(self) -> None:
        """Log out."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def give(self, body: Body, stream: StreamRef, revision: int) -> Receipt:
        """Give a command as who is logged in."""
        session = self.office.session
        command = Command(
            id=self.sources.identifiers.new(),
            office=session.office,
            stream=stream,
            base_revision=revision,
            operator=session.operator,
            session=session.id,
            at=self.sources.clock.now(),
            body=body,
        )
        return self.office.engine.execute(command, session)
