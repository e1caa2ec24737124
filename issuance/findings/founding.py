"""What can be wrong with what somebody types to set up an office."""

from issuance.findings import FindingCode


class FoundingCode(FindingCode):
    """Findings about an office that is to be founded."""

    #: Another program on this computer is founding an office. No parameters.
    FOUNDING_IN_PROGRESS = "FOUNDING_IN_PROGRESS"
    #: The two passwords differ. No parameters.
    PASSWORDS_DIFFER = "PASSWORDS_DIFFER"
    #: The groups typed back are not those of the recovery key. No parameters.
    RECOVERY_GROUPS_WRONG = "RECOVERY_GROUPS_WRONG"
    #: The mail server's name has characters no host name has. No parameters.
    MAIL_HOST_INVALID = "MAIL_HOST_INVALID"
    #: A mail server's port is a number from 1 to 65535. No parameters.
    MAIL_PORT_INVALID = "MAIL_PORT_INVALID"
    #: User and password of the mail server come together. No parameters.
    MAIL_USER_WITHOUT_PASSWORD = "MAIL_USER_WITHOUT_PASSWORD"  # noqa: S105
    #: User or password of the mail server has other than ASCII characters. No parameters.
    MAIL_USER_NOT_ASCII = "MAIL_USER_NOT_ASCII"
    #: Mail in clear goes to a mail server on this very computer only. No parameters.
    MAIL_IN_CLEAR = "MAIL_IN_CLEAR"
    #: A mail server needs a sender's address. No parameters.
    MAIL_SENDER_MISSING = "MAIL_SENDER_MISSING"
