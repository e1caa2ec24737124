"""What can be wrong with an office's files, a log-in, a password or a change of operators."""

from issuance.findings import FindingCode


class AccessCode(FindingCode):
    """Findings about who may open an office and about the files at this station."""

    #: There is no office in this folder. No parameters.
    OFFICE_MISSING = "OFFICE_MISSING"
    #: `office.json` cannot be read from the disk. Parameter: reason (an errno name).
    OFFICE_UNREADABLE = "OFFICE_UNREADABLE"
    #: `office.json` is not what this program wrote. Parameter: part (where it stops making sense).
    OFFICE_DAMAGED = "OFFICE_DAMAGED"
    #: `office.json` was written by a newer program. Parameters: version, known.
    OFFICE_NEWER = "OFFICE_NEWER"
    #: A value may not stand in `office.json`. Parameter: part (its name there).
    OFFICE_FIELD_INVALID = "OFFICE_FIELD_INVALID"
    #: An office already lies in the folder chosen for a new one. No parameters.
    OFFICE_EXISTS = "OFFICE_EXISTS"

    #: No room left to write a file. Parameter: file (its name).
    STORE_FULL = "STORE_FULL"
    #: The file or its folder may not be written. Parameter: file.
    STORE_NOT_WRITABLE = "STORE_NOT_WRITABLE"
    #: Another process holds the file for too long. Parameter: file.
    STORE_BUSY = "STORE_BUSY"
    #: Writing failed for another reason. Parameters: file, reason (an errno name).
    STORE_FAILED = "STORE_FAILED"
    #: The station's store was damaged and lies beside the new one. Parameter: file (its new name).
    STATION_SET_ASIDE = "STATION_SET_ASIDE"

    #: User and password do not go together; says the same for an unknown user. No parameters.
    LOG_IN_REFUSED = "LOG_IN_REFUSED"
    #: Too many wrong attempts: wait. Parameter: seconds.
    LOG_IN_TOO_SOON = "LOG_IN_TOO_SOON"
    #: The authenticator was enrolled before; its secret is not shown again. No parameters.
    ENROLLED_ALREADY = "ENROLLED_ALREADY"
    #: The one-time code is wrong. No parameters.
    CODE_WRONG = "CODE_WRONG"
    #: The one-time code was right and has been used already. No parameters.
    CODE_ALREADY_USED = "CODE_ALREADY_USED"
    #: The code fits a later time: this computer's clock seems slow. Parameter: seconds.
    CLOCK_SEEMS_SLOW = "CLOCK_SEEMS_SLOW"
    #: The code fits an earlier time: this computer's clock seems fast. Parameter: seconds.
    CLOCK_SEEMS_FAST = "CLOCK_SEEMS_FAST"

    #: The new password is too short. Parameter: minimum (characters).
    PASSWORD_TOO_SHORT = "PASSWORD_TOO_SHORT"  # noqa: S105 -- the name of a finding
    #: The new password is too long. Parameter: maximum (characters).
    PASSWORD_TOO_LONG = "PASSWORD_TOO_LONG"  # noqa: S105
    #: The new password contains the user's or the office's name. No parameters.
    PASSWORD_CONTAINS_NAME = "PASSWORD_CONTAINS_NAME"  # noqa: S105
    #: The new password is easy to guess. Parameters: score (0-4), minimum.
    PASSWORD_TOO_WEAK = "PASSWORD_TOO_WEAK"  # noqa: S105
    #: The new password is the one it is to replace. No parameters.
    PASSWORD_UNCHANGED = "PASSWORD_UNCHANGED"  # noqa: S105

    #: The recovery key has the wrong number of characters. Parameters: length, expected.
    RECOVERY_KEY_LENGTH = "RECOVERY_KEY_LENGTH"
    #: One group of the recovery key is mistyped. Parameter: group (counted from 1).
    RECOVERY_KEY_GROUP = "RECOVERY_KEY_GROUP"
    #: The recovery key is well formed and belongs to another office. No parameters.
    RECOVERY_KEY_WRONG = "RECOVERY_KEY_WRONG"
    #: The file the recovery key was to be read from could not be. Parameters: file, reason.
    RECOVERY_KEY_FILE_UNREADABLE = "RECOVERY_KEY_FILE_UNREADABLE"
    #: No recovery key was typed. No parameters.
    RECOVERY_KEY_NOT_TYPED = "RECOVERY_KEY_NOT_TYPED"

    #: The user name has a wrong form. Parameter: user.
    USER_NAME_INVALID = "USER_NAME_INVALID"
    #: The user name belongs, or belonged, to somebody. Parameter: user.
    USER_NAME_TAKEN = "USER_NAME_TAKEN"
    #: The operator's name is blank, too long or not printable. Parameter: maximum (characters).
    OPERATOR_NAME_INVALID = "OPERATOR_NAME_INVALID"
    #: No role is chosen. No parameters.
    ROLES_MISSING = "ROLES_MISSING"
    #: The chosen roles are those the operator has. No parameters.
    ROLES_UNCHANGED = "ROLES_UNCHANGED"
    #: Only an administrator may do this. No parameters.
    ADMINISTRATOR_ONLY = "ADMINISTRATOR_ONLY"
    #: Nobody changes the roles of the own user. No parameters.
    OWN_ROLES = "OWN_ROLES"
    #: The office would be left without an active administrator. No parameters.
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"
    #: The operator has been removed. Parameter: user.
    OPERATOR_REMOVED = "OPERATOR_REMOVED"
    #: A reason is missing. No parameters.
    REASON_MISSING = "REASON_MISSING"
    #: A password is missing. No parameters.
    PASSWORD_MISSING = "PASSWORD_MISSING"  # noqa: S105
    #: Nobody has this user name. No parameters.
    OPERATOR_UNKNOWN = "OPERATOR_UNKNOWN"
    #: A role is not one the program knows. No parameters.
    ROLE_UNKNOWN = "ROLE_UNKNOWN"
    #: Nobody gives the own user new access. No parameters.
    OWN_ACCESS = "OWN_ACCESS"
