"""What a list of events is about."""

from issuance.model import Frozen, Identifier


class StreamRef(Frozen):
    """A stream's kind (`case`, `person`, `policy` ...) and identifier."""

    kind: str
    id: Identifier
