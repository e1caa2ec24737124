"""Revokes a certificate in custody: the cause, and what it means for good."""

from datetime import date

from issuance.commands import Receipt
from issuance.institution_queries import PortableLine
from issuance.institutions.portable_commands import RevokePortable
from issuance.streams import StreamRef
from screens.ending_form import EndingForm
from tui.translation import N_


class PortableRevocationScreen(EndingForm):
    """Asks for the cause, then once more, since nobody undoes it.

    Args:
        line: the certificate.
    """

    def __init__(self, line: PortableLine) -> None:
        super().__init__(line.not_before)
        self._line = line

    def heading(self) -> str:
        """Say whose certificate it is."""
        name, purpose = self._line.official_name, self._line.purpose
        words = N_("Revoke the certificate of {name}, {purpose}")
        return self.translate(words, name=name, purpose=self.words.word("purposes", purpose))

    def meaning(self) -> str:
        """Say that nothing brings it back."""
        return self.translate(
            N_(
                "It signs no more at once and for good; what was signed with it before stays "
                "signed. Another certificate can be asked for later."
            )
        )

    def question(self) -> str:
        """Ask about this certificate."""
        return self.heading() + "?"

    def consequence(self, cause: str) -> str:
        """Say once more that nothing brings it back."""
        words = N_("Cause: {cause}. It signs no more, and nobody can ever undo this.")
        return self.translate(words, cause=self.words.word("reasons", cause))

    def yes(self) -> str:
        """Agree to what nobody undoes."""
        return self.translate(N_("Yes, revoke it for good"))

    async def end(self, cause: str, note: str, effective: date | None) -> Receipt:
        """Revoke it."""
        stream = StreamRef(kind="portable_certificate", id=self._line.certificate)
        body = RevokePortable(cause=cause, note=note, effective=effective)
        return await self.give(body, stream, self._line.revision)
