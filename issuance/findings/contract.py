from issuance.findings import FindingCode


class ContractCode(FindingCode):
    """What can be wrong with the signed contract of a case."""

    #: The contract was not prepared for signing yet.
    NOT_PREPARED = "CONTRACT_NOT_PREPARED"
    #: The contract was prepared for this certificate before.
    PREPARED_BEFORE = "CONTRACT_PREPARED_BEFORE"
    #: The applicant has signed the contract already.
    SIGNED_BEFORE = "CONTRACT_SIGNED_BEFORE"
    #: The file does not begin with the contract of this case, octet by octet.
    OTHER_DOCUMENT = "CONTRACT_OTHER_DOCUMENT"
    #: The file carries no signature, or more than the one expected. count, expected.
    SIGNATURE_COUNT = "CONTRACT_SIGNATURE_COUNT"
    #: Another certificate than the case's signed. serial: of the one that signed.
    OTHER_SIGNER = "CONTRACT_OTHER_SIGNER"
    #: The signature does not verify, or not over the whole file.
    SIGNATURE_BROKEN = "CONTRACT_SIGNATURE_BROKEN"
    #: The signature's certificate is not trusted at this moment.
    SIGNER_NOT_TRUSTED = "CONTRACT_SIGNER_NOT_TRUSTED"
    #: More was changed than the signature needs.
    CHANGED = "CONTRACT_CHANGED"
    #: The file cannot be read as a signed PDF.
    UNREADABLE = "CONTRACT_UNREADABLE"
    #: The contract could not be signed here. cause: the error's kind.
    NOT_SIGNED_HERE = "CONTRACT_NOT_SIGNED_HERE"
    #: The file is no key file, or not all of one.
    NO_KEY_FILE = "CONTRACT_NO_KEY_FILE"
    #: The key file does not open with this password, or is damaged inside.
    KEY_FILE_CLOSED = "CONTRACT_KEY_FILE_CLOSED"
    #: The key file opens, but is not that of this case's certificate.
    OTHER_KEY_FILE = "CONTRACT_OTHER_KEY_FILE"
