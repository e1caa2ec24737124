from issuance.findings import FindingCode


class RemoteCode(FindingCode):
    """What stands between a station and its server."""

    #: Nothing answers at the server's address. server.
    SERVER_UNREACHABLE = "SERVER_UNREACHABLE"
    #: The server was reached and did not answer in time. seconds.
    SERVER_TOO_SLOW = "SERVER_TOO_SLOW"
    #: The server, or what stands before it, has no room for this now.
    SERVER_BUSY = "SERVER_BUSY"
    #: What came back is no answer of this program's server. status.
    SERVER_ANSWER_UNREADABLE = "SERVER_ANSWER_UNREADABLE"
    #: The server does not take this request. status.
    SERVER_REFUSED = "SERVER_REFUSED"
    #: The server could not prove that it is who it says. server.
    CERTIFICATE_OF_SERVER_REFUSED = "CERTIFICATE_OF_SERVER_REFUSED"
    #: The server wants a certificate of this station, or does not take the one it has. server.
    CERTIFICATE_OF_STATION_REFUSED = "CERTIFICATE_OF_STATION_REFUSED"
    #: The connection broke off before the outcome of a command was told.
    OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN"
    #: What was unknown is known now: the command was saved. kind.
    OUTCOME_SAVED = "OUTCOME_SAVED"
    #: What was unknown is known now: the command was not saved. kind.
    OUTCOME_NOT_SAVED = "OUTCOME_NOT_SAVED"
    #: The session was ended by the server, or is too old.
    SESSION_OVER = "SESSION_OVER"
    #: Server and station have different rules. here, there.
    SERVER_POLICY_DIFFERS = "SERVER_POLICY_DIFFERS"
    #: Another office answers at the server's address than the one this station belongs to. office.
    OFFICE_DIFFERS = "OFFICE_DIFFERS"
    #: The address of a server is neither https: nor unix:.
    SERVER_ADDRESS_INVALID = "SERVER_ADDRESS_INVALID"
    #: A file that tells how the server is reached cannot be read. file.
    CONNECTION_FILE_UNREADABLE = "CONNECTION_FILE_UNREADABLE"
    #: The server does not release the key of this station's own store.
    STATION_KEY_WITHHELD = "STATION_KEY_WITHHELD"
