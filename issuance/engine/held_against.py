"""Which streams commands are held against, so that all of them are read at once."""

from collections.abc import Iterable

from issuance.cases.commands.application import OpenCase
from issuance.commands import Command
from issuance.engine.office import Office, named_stream
from issuance.engine.preparation import person_of
from issuance.streams import StreamRef


def held_against(office: Office, commands: Iterable[Command]) -> list[StreamRef]:
    """Return the streams of the cases, of who gave the commands, of applicants and policy."""
    refs = [named_stream(office.id, "policy", office.policy.policy.id)]
    for command in commands:
        refs += [command.stream, named_stream(office.id, "operator", command.operator)]
        body = command.body
        if isinstance(body, OpenCase) and (person := person_of(office, body.values)):
            refs.append(StreamRef(kind="person", id=person))
    return refs
