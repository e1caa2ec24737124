"""The requests a campaign made, wherever they stand."""

from typing import ClassVar
from uuid import UUID

from screens.institution_lists import PENDING, PortableList
from screens.listing_screen import ListingScreen
from tui.actions import BACK, REFRESH, bindings
from tui.translation import N_

_WITH_HOLDER = ("approved", "issued")
_IN_USE = ("active",)
_NOT = ("rejected", "withdrawn", "revoked", "expired")


class CampaignRequestsScreen(ListingScreen[None]):
    """Lists them by where they stand.

    Args:
        campaign: its identifier.
        name: the campaign's.
    """

    ACTIONS = (BACK, REFRESH)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, campaign: UUID, name: str) -> None:
        lists = (
            ("all", N_("All"), ()),
            ("certifier", N_("Certifier"), PENDING),
            ("holder", N_("Holder"), _WITH_HOLDER),
            ("in_use", N_("In use"), _IN_USE),
            ("not", N_("Not any more"), _NOT),
        )
        super().__init__(
            [
                PortableList(key, label, statuses, campaign=campaign)
                for key, label, statuses in lists
            ]
        )
        self._campaign_name = name

    def heading(self) -> str:
        """Say whose requests they are."""
        words = N_("Requests of the campaign “{name}”: type a RUN or a name:")
        return self.translate(words, name=self._campaign_name)
