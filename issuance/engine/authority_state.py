"""The state of an office's issuing authority, which every office has from its founding on."""

from uuid import UUID

from issuance.certificates.stream import AuthorityState
from issuance.engine.office import named_stream
from issuance.engine.streams import read_state
from issuance.register.register import Reading


def read_authority(reading: Reading, office: UUID) -> tuple[AuthorityState, int]:
    """Return the authority of an office, and the revision of its stream."""
    state, revision = read_state(reading, named_stream(office, "authority"), AuthorityState)
    if state is None:
        raise ValueError("an office has an authority")
    return state, revision
