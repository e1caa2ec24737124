"""The sentences of `issuance.findings.access`."""

from issuance.findings import FindingCode
from issuance.findings.access import AccessCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    AccessCode.OFFICE_MISSING: N_(
        "There is no office in this folder yet. Please set one up, or open the demonstration."
    ),
    AccessCode.OFFICE_UNREADABLE: N_(
        "The office's file cannot be read from the disk ({reason}). Please call the "
        "administrator: the disk or the folder's permissions need attention."
    ),
    AccessCode.OFFICE_DAMAGED: N_(
        "The office's file is damaged at “{part}”. Nothing has been changed. Please ask the "
        "administrator to put back office.json from the last backup."
    ),
    AccessCode.OFFICE_NEWER: N_(
        "This office was last used with a newer program (format {version}; this one knows "
        "{known}). Please update the program on this computer."
    ),
    AccessCode.OFFICE_FIELD_INVALID: N_(
        "The value of “{part}” cannot be kept: it is empty, too long or has invisible "
        "characters. Please type it again."
    ),
    AccessCode.OFFICE_EXISTS: N_(
        "There is an office in this folder already. Please open it, or choose another folder "
        "for the new one."
    ),
    AccessCode.STORE_FULL: N_(
        "There is no room left on the disk to save “{file}”. What was saved before is kept. "
        "Please free some space and try again."
    ),
    AccessCode.STORE_NOT_WRITABLE: N_(
        "“{file}” may not be written here. Please ask the administrator to check the "
        "permissions of the program's folder."
    ),
    AccessCode.STORE_BUSY: N_(
        "Another program has been using “{file}” for too long. Please wait a moment and try "
        "again; if it continues, close the other windows of this program."
    ),
    AccessCode.STORE_FAILED: N_(
        "“{file}” could not be saved ({reason}). What was saved before is kept. Please try "
        "again, and call the administrator if it continues."
    ),
    AccessCode.STATION_SET_ASIDE: N_(
        "The drafts and settings of this computer could not be read: they lie in “{file}” now, "
        "and new ones were begun. Accepted steps are safe. Please tell the administrator."
    ),
    AccessCode.LOG_IN_REFUSED: N_(
        "User and password do not go together. Please type both again; mind capital letters."
    ),
    AccessCode.LOG_IN_TOO_SOON: N_(
        "There were too many failed attempts. Please wait {seconds} seconds and try again."
    ),
    AccessCode.ENROLLED_ALREADY: N_(
        "Your authenticator is set up already, and its secret is not shown again. If the "
        "telephone is lost, please ask the administrator to renew your access."
    ),
    AccessCode.CODE_WRONG: N_(
        "The code is not right. Please type the six digits that your authenticator app shows now. "
        "If it is refused again, the clock of the phone or of this computer is the likely cause."
    ),
    AccessCode.CODE_ALREADY_USED: N_(
        "This code has been used already. Please wait for the next one in your authenticator "
        "app, at most 30 seconds."
    ),
    AccessCode.CLOCK_SEEMS_SLOW: N_(
        "The code belongs to a later time: this computer's clock seems to be about {seconds} "
        "seconds slow, or the telephone's fast. Please have the clocks set right and try "
        "again with a new code."
    ),
    AccessCode.CLOCK_SEEMS_FAST: N_(
        "The code belongs to an earlier time: it is an old code, or this computer's clock is "
        "about {seconds} seconds fast. Please try the code shown now; if it fails too, have "
        "the clock set right."
    ),
    AccessCode.PASSWORD_TOO_SHORT: N_(
        "The password is too short: it needs at least {minimum} characters. Four or five "
        "words that do not belong together are easy to remember."
    ),
    AccessCode.PASSWORD_TOO_LONG: N_(
        "The password is too long: at most {maximum} characters fit. Please shorten it."
    ),
    AccessCode.PASSWORD_CONTAINS_NAME: N_(
        "The password contains the name of the user or of the office, which is tried first by"
        " anyone who guesses. Please choose one without them."
    ),
    AccessCode.PASSWORD_TOO_WEAK: N_(
        "The password is easy to guess (strength {score} of 4, at least {minimum} is needed)."
        " Please avoid dates, names, sequences and repetitions, or add another word."
    ),
    AccessCode.PASSWORD_UNCHANGED: N_(
        "This is the password you have already. Please choose another, which nobody else knows."
    ),
    AccessCode.RECOVERY_KEY_LENGTH: N_(
        "The recovery key has {expected} letters and digits and {length} are typed. Please "
        "compare it with the paper group by group."
    ),
    AccessCode.RECOVERY_KEY_GROUP: N_(
        "Group {group} of the recovery key is mistyped. Please compare it with the paper: "
        "only the letters A to Z and the digits 2 to 7 occur."
    ),
    AccessCode.RECOVERY_KEY_WRONG: N_(
        "The recovery key is typed correctly, but it does not open this office. Please look "
        "for the envelope of this office."
    ),
    AccessCode.RECOVERY_KEY_FILE_UNREADABLE: N_(
        "The recovery key cannot be read from “{file}” ({reason}). Please check name and "
        "permissions of the file."
    ),
    AccessCode.RECOVERY_KEY_NOT_TYPED: N_(
        "No recovery key was typed. Please type it, or name its file with --key-file."
    ),
    AccessCode.USER_NAME_INVALID: N_(
        "“{user}” cannot be a user name. Please use 2 to 31 small letters without accents, "
        "digits, dots, hyphens or underscores, beginning with a letter."
    ),
    AccessCode.USER_NAME_TAKEN: N_(
        "The user name “{user}” is in use, or was used by somebody before. Please choose another."
    ),
    AccessCode.OPERATOR_NAME_INVALID: N_(
        "Please type the person's name: at most {maximum} characters, without spaces at the "
        "beginning or the end."
    ),
    AccessCode.ROLES_MISSING: N_("No role is chosen. Please choose at least one."),
    AccessCode.ROLES_UNCHANGED: N_(
        "The person has exactly these roles already. Please choose others, or leave without "
        "changes."
    ),
    AccessCode.ADMINISTRATOR_ONLY: N_(
        "Only an administrator may do this. Please ask the administrator of your office."
    ),
    AccessCode.OWN_ROLES: N_("Nobody changes their own roles. Please ask another administrator."),
    AccessCode.LAST_ADMINISTRATOR: N_(
        "This is the only active administrator of the office. Please make somebody else an "
        "administrator first."
    ),
    AccessCode.OPERATOR_REMOVED: N_(
        "“{user}” has been removed from the office. Please add the person under a new user name."
    ),
    AccessCode.REASON_MISSING: N_("Please type the reason: it is kept in the history."),
    AccessCode.PASSWORD_MISSING: N_("A password is missing. Please type it."),
    AccessCode.OPERATOR_UNKNOWN: N_(
        "Nobody in this office has this user name. Please look for the person in the list."
    ),
    AccessCode.ROLE_UNKNOWN: N_("A role was given that does not exist. Choose from the list."),
    AccessCode.OWN_ACCESS: N_(
        "Your own access is not renewed by yourself. Change your password, or ask another "
        "administrator."
    ),
}
