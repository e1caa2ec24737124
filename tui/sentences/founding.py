"""The sentences of `issuance.findings.founding`."""

from issuance.findings import FindingCode
from issuance.findings.founding import FoundingCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    FoundingCode.FOUNDING_IN_PROGRESS: N_(
        "An office is being set up in another window of this computer. Please finish or close that"
        " one first."
    ),
    FoundingCode.PASSWORDS_DIFFER: N_("The two do not agree. Please type both again."),
    FoundingCode.RECOVERY_GROUPS_WRONG: N_(
        "These are not the groups of the recovery key. Please go back (F3) and compare the paper."
    ),
    FoundingCode.MAIL_HOST_INVALID: N_(
        "This is not the name of a server. Please type it without spaces, as in mail.example.com."
    ),
    FoundingCode.MAIL_PORT_INVALID: N_(
        "The port is a number from 1 to 65535; usual ones are 587 and 465."
    ),
    FoundingCode.MAIL_USER_WITHOUT_PASSWORD: N_(
        "User and password of the mail server come together. Please fill in both or neither."
    ),
    FoundingCode.MAIL_USER_NOT_ASCII: N_(
        "The mail server's user and password may only have letters without accents, digits and"
        " signs."
    ),
    FoundingCode.MAIL_IN_CLEAR: N_(
        "Without encryption mail may only go to a server on this computer (localhost). Please"
        " choose STARTTLS or TLS."
    ),
    FoundingCode.MAIL_SENDER_MISSING: N_(
        "A mail server needs the address the office writes from. Please type it."
    ),
}
