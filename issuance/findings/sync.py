from issuance.findings import FindingCode


class SyncCode(FindingCode):
    """What stands between a station and its server."""

    #: A document was not signed by the key it should be signed by, or was changed since.
    SIGNATURE_WRONG = "SIGNATURE_WRONG"
    #: A document is not what its kind says, or not in canonical form.
    NOT_CANONICAL = "NOT_CANONICAL"
    #: A station has no name.
    STATION_UNNAMED = "STATION_UNNAMED"
    #: An enrolment code has to be made by the program: it has so many characters. minimum.
    STATION_CODE_SHORT = "STATION_CODE_SHORT"
    #: The enrolment code is wrong, used or too old.
    ENROLMENT_REFUSED = "ENROLMENT_REFUSED"
    #: There is no such station, or it was ended.
    STATION_UNKNOWN = "STATION_UNKNOWN"
    #: What this computer keeps of its enrolment cannot be read. file.
    ENROLMENT_UNREADABLE = "ENROLMENT_UNREADABLE"
    #: The station is stopped: somebody else used its identity, or it went back in time. cause.
    STATION_FROZEN = "STATION_FROZEN"
    #: The server takes nobody without the certificate of an enrolled station, or not this one's.
    STATION_CERTIFICATE_REFUSED = "STATION_CERTIFICATE_REFUSED"
    #: The station was enrolled anew since: this copy of it must not go on.
    STATION_REPLACED = "STATION_REPLACED"
    #: Two different commands bear the same number: a copy, or a restored backup. seq.
    STATION_FORKED = "STATION_FORKED"
    #: A command is missing before this one. expected.
    COMMAND_MISSING = "COMMAND_MISSING"
    #: This act waits for the server: it cannot be recorded at a station alone. kind.
    ONLINE_ONLY = "ONLINE_ONLY"
    #: Who logged in without the server works here alone until the next log-in. kind.
    LOGGED_IN_ALONE = "LOGGED_IN_ALONE"
    #: The station may no longer work by itself; its lease ended. ended.
    LEASE_ENDED = "LEASE_ENDED"
    #: So many cases may be captured without the server. most.
    LEASE_FULL = "LEASE_FULL"
    #: This person may not work at the station without the server. user.
    OPERATOR_NOT_LEASED = "OPERATOR_NOT_LEASED"
    #: Whoever captured this had left, or had other roles, when it arrived. user.
    CAPTURED_BY_FORMER_OPERATOR = "CAPTURED_BY_FORMER_OPERATOR"
    #: The station's clock was wrong when this was captured. seconds.
    CLOCK_WRONG = "CLOCK_WRONG"
    #: This computer's clock is not as the server's. minutes.
    CLOCK_DIFFERS = "CLOCK_DIFFERS"
    #: Nothing is taken from a station whose clock is so far from the server's. seconds.
    STATION_CLOCK_WRONG = "STATION_CLOCK_WRONG"
    #: The program stopped at this command; it is kept for a person to look at. reference.
    COMMAND_PARKED = "COMMAND_PARKED"
    #: An earlier command of the same case has to be settled first. seq.
    WAITS_FOR_COMMAND = "WAITS_FOR_COMMAND"
    #: A file of this command has not arrived yet. sha256.
    WAITS_FOR_FILE = "WAITS_FOR_FILE"
    #: A command mends one that needs no mending, or of another case. seq.
    NOTHING_TO_MEND = "NOTHING_TO_MEND"
    #: The server's register is not the one this station has seen: it was set back. seq.
    SERVER_SET_BACK = "SERVER_SET_BACK"
    #: The disk fills: so much is left, and under the least nothing more is recorded. free, least.
    DISK_FILLING = "DISK_FILLING"
    #: So little room is left on the disk that nothing more is recorded here. free, least.
    DISK_ALMOST_FULL = "DISK_ALMOST_FULL"
    #: A file with unsent work was made for another office's server, or is no such file.
    WORK_FOR_ANOTHER_SERVER = "WORK_FOR_ANOTHER_SERVER"
    #: A file with unsent work opens, but what is in it cannot be read.
    WORK_UNREADABLE = "WORK_UNREADABLE"
    #: Nothing waits here that could be carried to the server.
    NO_WORK_WAITS = "NO_WORK_WAITS"
    #: What was typed or scanned is no receipt of a station, or not all of it.
    RECEIPT_UNREADABLE = "RECEIPT_UNREADABLE"
    #: Of this case nothing waits at this station, so there is no receipt to give.
    NOTHING_TO_CONFIRM = "NOTHING_TO_CONFIRM"
    #: Somebody left: the station gets another key, released at a log-in at the server.
    STATION_KEY_DUE = "STATION_KEY_DUE"
    #: The station is lost: it is to erase what it keeps. order, signed by the server.
    STATION_LOST = "STATION_LOST"
    #: This computer was reported lost, and what it kept of the office is erased.
    STATION_ERASED = "STATION_ERASED"
