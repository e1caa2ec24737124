"""The sentences of `issuance.findings.policies`."""

from issuance.findings import FindingCode
from issuance.findings.policies import PolicyFinding
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    PolicyFinding.POLICY_UNUSABLE: N_(
        "The rules “{policy}” cannot be used. Please have this mended, or the program installed "
        "again: {mistakes}"
    ),
    PolicyFinding.POLICY_NOT_IN_FORCE: N_(
        "The rules installed on this computer are not the ones in force. Two people must put them"
        " in force first; please ask the administrator."
    ),
    PolicyFinding.POLICY_NOT_SHIPPED: N_(
        "This version of the rules is not installed here. Please choose the installed one, or "
        "update the program."
    ),
    PolicyFinding.POLICY_ALREADY_IN_FORCE: N_(
        "The installed version of the rules is in force already. Nothing more needs to be done."
    ),
    PolicyFinding.POLICY_NOT_PROPOSED: N_(
        "Nobody has proposed this version of the rules yet. Please propose it first; another "
        "person then puts it in force."
    ),
    PolicyFinding.POLICY_NEEDS_SECOND_PERSON: N_(
        "You proposed this version of the rules, so another person must put it in force. Please "
        "ask a second administrator."
    ),
}
