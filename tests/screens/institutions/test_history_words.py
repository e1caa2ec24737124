"""What an institution's history tells has words: of its people, its applications and its keys."""

from issuance.events import Event
from issuance.institutions import (
    campaign_stream,
    import_stream,
    institution_stream,
    official_stream,
    portable_stream,
    ticket_stream,
)
from issuance.signing import application_stream, authority_stream, key_stream
from tui.institution_words import EVENTS

_STREAMS = (
    institution_stream,
    official_stream,
    ticket_stream,
    portable_stream,
    campaign_stream,
    import_stream,
    application_stream,
    authority_stream,
    key_stream,
)
_NOT_NOTED = {
    "institution_list_signed",
    "institution_list_taken_up",
    "institution_responder_certified",
    "signing_code_accepted",
    "signing_authorisation_spent",
    "signing_key_for_tests",
}
"""What happens too often, or to no institution: its history does not tell it."""


def test_everything_noted_of_an_institution_has_words_and_nothing_more() -> None:
    kinds = {
        each.KIND
        for module in _STREAMS
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Event) and "KIND" in vars(each)
    }
    assert set(EVENTS) == kinds - _NOT_NOTED
