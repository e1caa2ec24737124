"""The officials of one institution, as the centre looks at them."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from screens.institution_lists import OfficialList
from screens.listing_screen import ListingScreen
from screens.seated_screen import SeatedScreen
from tui.actions import BACK, DO, REFRESH, Action, bindings
from tui.translation import N_

REGISTER = DO.named(N_("Register"), N_("Registers an official."))


class OfficialsScreen(ListingScreen[None], SeatedScreen[None]):
    """Lists them by name.

    Args:
        institution: of which they are.
        name: the institution's.
    """

    ACTIONS = (BACK, REFRESH, REGISTER)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, institution: UUID, name: str) -> None:
        super().__init__([OfficialList(institution)])
        self._institution = institution
        self._institution_name = name

    def heading(self) -> str:
        """Say whose officials they are."""
        words = N_("Officials of {institution}: type a name or a RUN:")
        return self.translate(words, institution=self._institution_name)

    def help_text(self) -> str:
        """Explain whom to register, in the policy's words."""
        return self.words.text("help/officials")

    async def read_surroundings(self) -> None:
        """Read what one may do here."""
        await self.read_seats()
        if self.is_drawn:
            self.show_actions()

    def actions_now(self) -> Sequence[Action]:
        """Offer to register only to who may."""
        return [each for each in self.ACTIONS if self.check_action(each.name, ())]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take F10 only from who may register."""
        if action == REGISTER.name:
            return self.may("register_official", self._institution)
        return super().check_action(action, parameters)

    def action_do(self) -> None:
        """Register an official."""
        self.ventanilla.open_screen("official_entry", self._institution)
