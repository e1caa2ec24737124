"""Text without a form of its own: addresses, cities, organisations, positions, remarks."""

from issuance.findings import blocks
from issuance.findings.identity import IdentityFinding
from issuance.identity.entry import entered
from issuance.identity.verdict import Reading, incomplete, valid


@entered
def read_text(text: str) -> Reading:
    """Read one line of text that says something: at least one letter or digit."""
    if not any(character.isalnum() for character in text):
        return incomplete(text, blocks(IdentityFinding.TEXT_WITHOUT_LETTERS))
    return valid(text)
