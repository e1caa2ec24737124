"""Builds the mail of a notice: plain text, UTF-8, recognisable as written by a program."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from issuance.policies.rendering import TemplateMismatchError

_DOT_ATOM = re.compile(
    r"[^\s\x00-\x1f\x7f()<>\[\]:;@\\,.\"]+(\.[^\s\x00-\x1f\x7f()<>\[\]:;@\\,.\"]+)*"
)
_DOMAIN = re.compile(r"[^\W_]([\w-]*\w)?(\.[^\W_]([\w-]*\w)?)*")


def mail_address(text: str, display_name: str = "") -> Address | None:
    """Read `local@domain`, None when the text is not one.

    RFC 5321 without quoted local parts and address literals, with the letters of RFC 6531.
    """
    local, _, domain = text.rpartition("@")
    if len(text) > 254 or not (_DOT_ATOM.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        return None
    if not text.isprintable():
        return None
    return Address(display_name, local, domain)


def split_mail(rendered: str) -> tuple[str, str]:
    """Divide a filled template into subject and body.

    A template's first line is `Subject: …`, its second is empty, the body follows.
    Raises `TemplateMismatchError` when it is not so.
    """
    first, _, rest = rendered.partition("\n")
    label, _, subject = first.partition(":")
    empty, _, body = rest.partition("\n")
    if label != "Subject" or not subject.strip() or empty.strip() or not body.strip():
        raise TemplateMismatchError("a mail begins with `Subject: …`, an empty line and its text")
    return subject.strip(), body.strip() + "\n"


def make_mail(
    notice_id: UUID,
    sender: Address,
    to: Address,
    language: str,
    rendered: str,
    at: datetime,
) -> EmailMessage:
    """Build the mail from a filled template.

    The same notice always has the same Message-ID, so that a mail sent twice shows as one.
    """
    subject, body = split_mail(rendered)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{notice_id}@{sender.domain}>"
    # RFC 3834: answering machines stay silent.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    message["Content-Language"] = language  # set_content drops what was called Content-… before
    return message
