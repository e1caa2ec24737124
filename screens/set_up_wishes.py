"""What was typed on the pages of a set-up, as the office to be made."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backend_client.founding import OfficeWishes
from issuance.secret import Secret
from screens.set_up_pages import MAIL_FIELDS

if TYPE_CHECKING:
    from backend_client.security_module import TokenPlan
    from issuance.access.totp import Enrolment


def office_wishes(
    typed: Mapping[str, str], enrolment: "Enrolment", token: "TokenPlan | None", language: str
) -> OfficeWishes:
    """Return the office that was described."""
    mail = {name: typed.get(name, "") for name in MAIL_FIELDS if name != "mail_password"}
    return OfficeWishes(
        name=typed["name"],
        rules=typed["rules"],
        province=typed["province"],
        language=language,
        user=typed["user"],
        person=typed["person"],
        password=Secret(typed["password"]),
        totp_secret=enrolment.secret,
        authority=typed.get("authority", ""),
        passphrase=Secret(typed["passphrase"]),
        algorithm=typed.get("algorithm", ""),
        old_authority=typed.get("old_authority", ""),
        old_passphrase=Secret(typed.get("old_passphrase", "")),
        token=token,
        mail=mail if typed.get("host") else {},
        mail_password=Secret(typed["mail_password"]) if typed.get("mail_password") else None,
    )
