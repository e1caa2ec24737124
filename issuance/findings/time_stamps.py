"""What can be wrong with the time stamps of signed PDFs, or with their settings."""

from issuance.findings import FindingCode


class TimeStampCode(FindingCode):
    """Findings about an office's time-stamp authority."""

    #: The authority's address is none. No parameters.
    TIME_STAMP_ADDRESS_INVALID = "TIME_STAMP_ADDRESS_INVALID"
    #: User or password has what HTTP cannot carry, or one of them is missing. No parameters.
    TIME_STAMP_USER_INVALID = "TIME_STAMP_USER_INVALID"
    #: A password would travel in clear: the address is not encrypted. No parameters.
    TIME_STAMP_NOT_ENCRYPTED = "TIME_STAMP_NOT_ENCRYPTED"
    #: The sealed settings are not what was written. No parameters.
    TIME_STAMP_SETTINGS_DAMAGED = "TIME_STAMP_SETTINGS_DAMAGED"
    #: A file is no settings of time stamps. Parameter: file.
    TIME_STAMP_FILE_UNREADABLE = "TIME_STAMP_FILE_UNREADABLE"
    #: No authority is set up. No parameters.
    TIME_STAMP_NOT_SET_UP = "TIME_STAMP_NOT_SET_UP"
    #: The authority gave a stamp that holds. Parameters: host, octets (its length).
    TIME_STAMP_ANSWERS = "TIME_STAMP_ANSWERS"
    #: No connection with the authority. Parameter: host.
    TIME_STAMP_UNREACHABLE = "TIME_STAMP_UNREACHABLE"
    #: The authority took too long. Parameters: host, seconds.
    TIME_STAMP_TOO_SLOW = "TIME_STAMP_TOO_SLOW"
    #: The authority gives this office no stamp. Parameters: host, status (of HTTP, or PKIStatus).
    TIME_STAMP_REFUSED = "TIME_STAMP_REFUSED"
    #: What came is no stamp of what was sent, or it does not hold. Parameter: host.
    TIME_STAMP_UNUSABLE = "TIME_STAMP_UNUSABLE"
