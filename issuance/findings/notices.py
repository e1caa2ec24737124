"""What can go wrong with a message to an applicant or to staff."""

from issuance.findings import FindingCode


class NoticeCode(FindingCode):
    """Why a message was not delivered; `reply` is the mail server's status figures."""

    #: The mail server could not be reached, or it hung up.
    MAIL_SERVER_UNREACHABLE = "MAIL_SERVER_UNREACHABLE"
    #: The mail server did not answer in time.
    MAIL_SERVER_SLOW = "MAIL_SERVER_SLOW"
    #: The mail server's certificate is not one we trust for its name.
    MAIL_SERVER_UNTRUSTED = "MAIL_SERVER_UNTRUSTED"
    #: The mail server offers no encryption (STARTTLS).
    MAIL_ENCRYPTION_MISSING = "MAIL_ENCRYPTION_MISSING"
    #: The mail server refused the office's user name or password. `reply`.
    MAIL_LOGIN_REFUSED = "MAIL_LOGIN_REFUSED"
    #: The mail server does not accept the office's address as sender. `reply`.
    MAIL_SENDER_REFUSED = "MAIL_SENDER_REFUSED"
    #: The mail server asks to try again later. `reply`.
    MAIL_SERVER_BUSY = "MAIL_SERVER_BUSY"
    #: The mail server says that the recipient's address does not exist. `reply`.
    MAIL_ADDRESS_REFUSED = "MAIL_ADDRESS_REFUSED"
    #: The address has letters the mail server cannot handle (no SMTPUTF8, RFC 6531).
    MAIL_ADDRESS_UNSUPPORTED = "MAIL_ADDRESS_UNSUPPORTED"
    #: The text is not an e-mail address.
    MAIL_ADDRESS_MALFORMED = "MAIL_ADDRESS_MALFORMED"
    #: The mail server refused the message for good. `reply`.
    MAIL_REFUSED = "MAIL_REFUSED"
    #: No mail server is set up for this office.
    MAIL_NOT_SET_UP = "MAIL_NOT_SET_UP"
    #: The demonstration's mailbox could not be written.
    MAILBOX_NOT_WRITABLE = "MAILBOX_NOT_WRITABLE"
    #: The code in the message ran out before the message could leave.
    NOTICE_CODE_EXPIRED = "NOTICE_CODE_EXPIRED"
    #: The sealed code cannot be opened with this office's key.
    NOTICE_CODE_UNREADABLE = "NOTICE_CODE_UNREADABLE"
    #: The message was waiting when a backup was made that the office was restored from.
    NOTICE_STOPPED_BY_RESTORE = "NOTICE_STOPPED_BY_RESTORE"
    #: The policy has no text that fits this message.
    NOTICE_TEXT_MISSING = "NOTICE_TEXT_MISSING"
