from issuance.findings import FindingCode


class PolicyFinding(FindingCode):
    """Why a policy cannot be used or changed."""

    #: A policy's files are wrong or missing. policy, mistakes (each with its file and entry).
    POLICY_UNUSABLE = "POLICY_UNUSABLE"
    #: The installed policy is another one than the one in force; two people must enact it.
    POLICY_NOT_IN_FORCE = "POLICY_NOT_IN_FORCE"
    #: Only the version that is installed can be proposed or enacted.
    POLICY_NOT_SHIPPED = "POLICY_NOT_SHIPPED"
    #: The installed version is in force already.
    POLICY_ALREADY_IN_FORCE = "POLICY_ALREADY_IN_FORCE"
    #: Nobody proposed this version yet.
    POLICY_NOT_PROPOSED = "POLICY_NOT_PROPOSED"
    #: Whoever proposed a version cannot enact it.
    POLICY_NEEDS_SECOND_PERSON = "POLICY_NEEDS_SECOND_PERSON"
