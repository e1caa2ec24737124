"""A new first password for somebody of an institution who lost the password or the telephone."""

from typing import Final

from issuance.access.commands import ResetAccess
from screens.operator_entry import FirstPasswordShown
from screens.stream_page import StreamPage
from tui.translation import N_

RENEW: Final = "reset_access"
RENEW_LABEL: Final = N_("Give a new first password: password or telephone lost")


async def renew_access(page: StreamPage, name: str, user: str) -> None:
    """Ask first, then show the new password, once; call it from a worker of the page."""
    translate = page.translate
    if not await page.confirm(
        translate(N_("Give {name} a new first password?"), name=name),
        translate(
            N_(
                "The present password and authenticator of {user} stop working now. Make sure who"
                " asks you for it: the password is shown once, and you hand it over in person."
            ),
            user=user,
        ),
        translate(N_("Yes, give a new one")),
    ):
        return
    backend = page.backend
    with page.ventanilla.keys.held():
        password = await backend.first_password((user, page.ventanilla.station.office))
        body = ResetAccess(user=user, first_password=password)
        receipt = await page.give(body, backend.new_stream("operator"), 0)
    if receipt.applied:
        await page.ventanilla.push_screen_wait(FirstPasswordShown(name, user, password))
