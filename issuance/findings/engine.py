from issuance.findings import FindingCode


class EngineCode(FindingCode):
    """Why the engine does not take a command or a query."""

    #: A command id was used before with other contents.
    COMMAND_ID_REUSED = "COMMAND_ID_REUSED"
    #: The command names another office or person than the session.
    COMMAND_NOT_YOURS = "COMMAND_NOT_YOURS"
    #: The person was removed, or other roles were given, since the log-in.
    SESSION_ENDED = "SESSION_ENDED"
    #: The first password must be changed before anything else.
    PASSWORD_CHANGE_DUE = "PASSWORD_CHANGE_DUE"  # noqa: S105 -- the name of a finding
    #: There is no such case.
    CASE_UNKNOWN = "CASE_UNKNOWN"
    #: No certificate was issued in this case yet.
    CERTIFICATE_NOT_ISSUED = "CERTIFICATE_NOT_ISSUED"
    #: This person's key slot does not open the issuing key.
    NO_ISSUING_RIGHT = "NO_ISSUING_RIGHT"
    #: The office is open in another program on this computer.
    OFFICE_IN_USE = "OFFICE_IN_USE"
    #: The certification authority's files are missing or damaged. file.
    AUTHORITY_UNREADABLE = "AUTHORITY_UNREADABLE"
    #: The file that says where the office keeps its data is unreadable or wrong. file, part.
    STORAGE_UNREADABLE = "STORAGE_UNREADABLE"
    #: What this office keeps its data with is not installed here. part: psycopg or obstore.
    STORAGE_NOT_INSTALLED = "STORAGE_NOT_INSTALLED"
    #: The register does not agree with the office's file. part.
    OFFICE_MISMATCH = "OFFICE_MISMATCH"
    #: The clock is further on than anything known to have happened, and nobody is here. known, now.
    CLOCK_AHEAD = "CLOCK_AHEAD"
