"""The sentences of `issuance.findings.time_stamps`."""

from issuance.findings import FindingCode
from issuance.findings.time_stamps import TimeStampCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    TimeStampCode.TIME_STAMP_ADDRESS_INVALID: N_(
        "This is no address of a time-stamp authority. Please copy it whole, from https:// on, "
        "from the authority's papers."
    ),
    TimeStampCode.TIME_STAMP_USER_INVALID: N_(
        "Please type user and password as the authority gave them, or leave both empty: for "
        "another address or user the former password is not used."
    ),
    TimeStampCode.TIME_STAMP_NOT_ENCRYPTED: N_(
        "The password would travel in clear. Please use an address that begins with https://, or "
        "leave user and password empty."
    ),
    TimeStampCode.TIME_STAMP_SETTINGS_DAMAGED: N_(
        "The settings of the time stamps were changed outside the program: no PDF is signed. "
        "Please ask the administrator to type them again, or to turn them off."
    ),
    TimeStampCode.TIME_STAMP_FILE_UNREADABLE: N_(
        "“{file}” cannot be read as settings of time stamps. Please compare it with the example in "
        "the administrator's guide."
    ),
    TimeStampCode.TIME_STAMP_NOT_SET_UP: N_(
        "No time-stamp authority is set up. Please keep its address first."
    ),
    TimeStampCode.TIME_STAMP_ANSWERS: N_(
        "{host} gave a stamp of {octets} octets that holds. Signed PDFs get theirs from there."
    ),
    TimeStampCode.TIME_STAMP_UNREACHABLE: N_(
        "The time-stamp authority {host} cannot be reached. Please try again in a while; tell the "
        "administrator if it continues."
    ),
    TimeStampCode.TIME_STAMP_TOO_SLOW: N_(
        "The time-stamp authority {host} did not answer within {seconds} seconds. Please try again "
        "in a while; tell the administrator if it continues."
    ),
    TimeStampCode.TIME_STAMP_REFUSED: N_(
        "The time-stamp authority {host} gives this office no stamp ({status}). Please ask the "
        "administrator to check user, password and contract."
    ),
    TimeStampCode.TIME_STAMP_UNUSABLE: N_(
        "What {host} answered is no stamp of this signature. Please ask the administrator to check "
        "the time-stamp authority's address."
    ),
}
