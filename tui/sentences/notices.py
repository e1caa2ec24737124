"""The sentences of `issuance.findings.notices`."""

from issuance.findings import FindingCode
from issuance.findings.notices import NoticeCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    NoticeCode.MAIL_SERVER_UNREACHABLE: N_(
        "The mail server could not be reached. The message is tried again by itself; if it stays "
        "so, please check the network and the name of the server."
    ),
    NoticeCode.MAIL_SERVER_SLOW: N_(
        "The mail server took too long to answer. The message is tried again by itself."
    ),
    NoticeCode.MAIL_SERVER_UNTRUSTED: N_(
        "The mail server could not prove who it is, so nothing was sent. Please ask the "
        "administrator to check its name and its certificate."
    ),
    NoticeCode.MAIL_ENCRYPTION_MISSING: N_(
        "The mail server offers no encrypted connection, so nothing was sent. Please ask the "
        "administrator to check port and security in the mail settings."
    ),
    NoticeCode.MAIL_LOGIN_REFUSED: N_(
        "The mail server did not accept the office's user name or password ({reply}). Please ask "
        "the administrator to renew them in the mail settings."
    ),
    NoticeCode.MAIL_SENDER_REFUSED: N_(
        "The mail server does not allow the office's sender address ({reply}). Please ask the "
        "administrator to correct it in the mail settings."
    ),
    NoticeCode.MAIL_SERVER_BUSY: N_(
        "The mail server asked to try later ({reply}). The message is tried again by itself."
    ),
    NoticeCode.MAIL_ADDRESS_REFUSED: N_(
        "The mail server says that this address does not exist ({reply}). Please read the address "
        "with the applicant and correct it."
    ),
    NoticeCode.MAIL_ADDRESS_UNSUPPORTED: N_(
        "The address has letters that the mail server cannot handle. Please ask the applicant for "
        "an address without accents or ñ."
    ),
    NoticeCode.MAIL_ADDRESS_MALFORMED: N_(
        "This is not an e-mail address. Please correct it: name@domain, without spaces."
    ),
    NoticeCode.MAIL_REFUSED: N_(
        "The mail server refused the message for good ({reply}). Please use another address, or "
        "tell the applicant in person."
    ),
    NoticeCode.MAIL_NOT_SET_UP: N_(
        "This office has no mail server yet, so nothing was sent. Please ask the administrator to"
        " set it up in the mail settings; the message is tried again by itself."
    ),
    NoticeCode.MAILBOX_NOT_WRITABLE: N_(
        "The demonstration's mailbox could not be written. Please check that the disk has room; "
        "the message is tried again by itself."
    ),
    NoticeCode.NOTICE_CODE_EXPIRED: N_(
        "The code ran out before the message could leave. Please send a new code."
    ),
    NoticeCode.NOTICE_CODE_UNREADABLE: N_(
        "The code in this message can no longer be opened. Please send a new code."
    ),
    NoticeCode.NOTICE_STOPPED_BY_RESTORE: N_(
        "This message was waiting when the backup was made that the office was restored from. It "
        "may have left since, so it was not sent again. Please send it anew from the case if it "
        "is still needed."
    ),
    NoticeCode.NOTICE_TEXT_MISSING: N_(
        "The policy has no text that fits this message, so it was not sent. Please tell the "
        "administrator, and tell the applicant in person."
    ),
}
