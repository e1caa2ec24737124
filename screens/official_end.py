"""Ends an official's registration: the cause, and what ends with it."""

from datetime import date
from typing import ClassVar, Final

from issuance.commands import Receipt
from issuance.institution_queries import OfficialAnswer
from issuance.institutions.official_decisions import LEFT, EndOfficial
from issuance.institutions.portable_stream import PortableStatus
from issuance.streams import StreamRef
from screens.ending_form import EndingForm
from tui.translation import N_

_ENDING: Final = frozenset(
    {
        PortableStatus.PENDING,
        PortableStatus.APPROVED,
        PortableStatus.ISSUED,
        PortableStatus.ACTIVE,
    }
)


class OfficialEndScreen(EndingForm):
    """Asks why the registration ends, then once more: access and certificates end with it.

    Args:
        known: the official.
    """

    USUAL_CAUSE: ClassVar[str] = LEFT

    def __init__(self, known: OfficialAnswer) -> None:
        super().__init__()
        self._known = known

    @property
    def _name_of_person(self) -> str:
        person = self._known.state.person
        return person.full_name if person else "–"

    def heading(self) -> str:
        """Say whose registration ends."""
        return self.translate(N_("End the registration of {name}"), name=self._name_of_person)

    def meaning(self) -> str:
        """Say what ends with the registration."""
        certificates = self._known.certificates
        ending = [each for each in certificates if PortableStatus(each.status) in _ENDING]
        words = [
            self.translate.plural(
                "{count} certificate or request ends and is revoked.",
                "{count} certificates or requests end and are revoked.",
                len(ending),
            )
        ]
        if user := self._known.line.user:
            words.append(self.translate(N_("The user {user} loses access at once."), user=user))
        if self._known.state.mandate_on(self.today):
            words.append(self.translate(N_("The mandate as certifier ends.")))
        return " ".join(words)

    def question(self) -> str:
        """Ask about this official."""
        return self.translate(N_("End the registration of {name}?"), name=self._name_of_person)

    def consequence(self, cause: str) -> str:
        """Say once more what ends with it."""
        said = self.translate(N_("Cause: {cause}."), cause=self.words.word("reasons", cause))
        return f"{said} {self.meaning()}"

    def yes(self) -> str:
        """Agree to it."""
        return self.translate(N_("Yes, end it"))

    async def end(self, cause: str, note: str, effective: date | None) -> Receipt:
        """End it."""
        stream = StreamRef(kind="official", id=self._known.line.official)
        body = EndOfficial(reason=cause, note=note, effective=effective)
        return await self.give(body, stream, self._known.line.revision)
