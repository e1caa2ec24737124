"""The sentences of `issuance.findings.engine`."""

from issuance.findings import FindingCode
from issuance.findings.engine import EngineCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    EngineCode.COMMAND_ID_REUSED: N_(
        "This was not saved: its number had been used for something else. Please do it again; if "
        "it happens again, tell the administrator."
    ),
    EngineCode.COMMAND_NOT_YOURS: N_(
        "This was begun under another user or in another office, so it was not saved. Please log "
        "in again and repeat it."
    ),
    EngineCode.STORAGE_UNREADABLE: N_(
        "The file {file}, which says where the office keeps its data, cannot be followed "
        "(part: {part}). Please tell the administrator, who finds its form in the guide."
    ),
    EngineCode.STORAGE_NOT_INSTALLED: N_(
        "This office keeps its data on a server, and what reaches it is not installed here "
        "({part}). Please install it with “make server”."
    ),
    EngineCode.SESSION_ENDED: N_(
        "Your session has ended because your user or its roles were changed. Please log in again."
    ),
    EngineCode.PASSWORD_CHANGE_DUE: N_(
        "You still have the first password. Please choose one of your own before anything else."
    ),
    EngineCode.CASE_UNKNOWN: N_(
        "There is no such case in this office. Please look for it by cédula, name or case number."
    ),
    EngineCode.CERTIFICATE_NOT_ISSUED: N_(
        "No certificate has been issued in this case yet. Please finish the activation first."
    ),
    EngineCode.NO_ISSUING_RIGHT: N_(
        "Your access does not open the key that issues certificates. Please ask an administrator "
        "to renew your access, or a colleague who issues to go on."
    ),
    EngineCode.OFFICE_IN_USE: N_(
        "This office is open in another window of this computer. Please close that one, or go on "
        "working there."
    ),
    EngineCode.AUTHORITY_UNREADABLE: N_(
        "The certification authority's file “{file}” is missing or damaged, so nothing can be "
        "issued. Please ask the administrator to put it back from the last backup."
    ),
    EngineCode.OFFICE_MISMATCH: N_(
        "The register and the office's file do not belong together (“{part}”), so the office was "
        "not opened. Please ask the administrator to put both back from the same backup."
    ),
    EngineCode.CLOCK_AHEAD: N_(
        "The clock says {now}, but nothing is known to have happened here since {known}: nothing "
        "was ended or published. Please set it right; if it is right, log in once."
    ),
}
