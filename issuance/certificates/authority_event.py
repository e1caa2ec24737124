"""What the events of a certification authority's stream have in common."""

from issuance.events import Event


class AuthorityEvent(Event):
    """Something that happened to a certification authority."""
