"""A mail server as somebody types it: what is wrong with each text, and the settings they make."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from issuance.findings import Finding, any_blocks, blocks
from issuance.findings.founding import FoundingCode
from issuance.identity.email import read_email
from issuance.notices.smtp import MailSecurity, MailSettings
from issuance.secret import Secret

SECURITIES: Final = tuple(each.value for each in MailSecurity)
_HOST: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")


def mail_settings(values: Mapping[str, str], password: Secret | None) -> MailSettings | Finding:
    """Return the settings the texts make, or the first thing that is wrong with them.

    `values` has host, port, security, sender, mail_user and help_desk; absent means empty.
    """
    host, port, user = (values.get(name, "") for name in ("host", "port", "mail_user"))
    secret = password if password and password.reveal() else None
    security = MailSecurity(values.get("security") or MailSecurity.STARTTLS)
    if not _HOST.fullmatch(host):
        return blocks(FoundingCode.MAIL_HOST_INVALID, "host")
    if not _is_port(port):
        return blocks(FoundingCode.MAIL_PORT_INVALID, "port")
    if security is MailSecurity.LOOPBACK and host not in ("localhost", "127.0.0.1", "::1"):
        return blocks(FoundingCode.MAIL_IN_CLEAR, "security")
    if not values.get("sender"):
        return blocks(FoundingCode.MAIL_SENDER_MISSING, "sender")
    if bool(user) != bool(secret):
        return blocks(FoundingCode.MAIL_USER_WITHOUT_PASSWORD, "mail_user")
    if not f"{user}{secret.reveal() if secret else ''}".isascii():
        return blocks(FoundingCode.MAIL_USER_NOT_ASCII, "mail_user")
    help_desk = values.get("help_desk", "")
    wrong = [each for each in read_email(help_desk).findings if any_blocks([each])]
    if help_desk and wrong:
        return replace(wrong[0], field="help_desk")
    return MailSettings(
        host=host,
        port=int(port),
        security=security,
        sender=values["sender"],
        help_desk=help_desk,
        user=user or None,
        password=secret,
    )


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535
