"""The sentences of `issuance.findings.contract`."""

from issuance.findings import FindingCode
from issuance.findings.contract import ContractCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    ContractCode.NOT_PREPARED: N_(
        "The contract of this certificate was not saved to be signed yet. Please save it from the "
        "case's contract page (F9), have that very file signed, and bring it back."
    ),
    ContractCode.PREPARED_BEFORE: N_(
        "The contract is ready to be signed already. Please read the case again and go on."
    ),
    ContractCode.SIGNED_BEFORE: N_(
        "The applicant has signed this contract already; there is nothing left to do."
    ),
    ContractCode.OTHER_DOCUMENT: N_(
        "This is not the contract of this case as the office made it. Please save the contract "
        "to be signed from here, have that very file signed, and bring it back."
    ),
    ContractCode.SIGNATURE_COUNT: N_(
        "The file carries {count} signatures where {expected} belongs. Please have the contract "
        "saved from here signed once, by the applicant alone."
    ),
    ContractCode.OTHER_SIGNER: N_(
        "The contract was signed with another certificate (serial number {serial}). It must be "
        "signed with the certificate of this very case."
    ),
    ContractCode.SIGNATURE_BROKEN: N_(
        "The signature in the file is not right: the file was damaged or altered after signing. "
        "Please have the contract signed again."
    ),
    ContractCode.SIGNER_NOT_TRUSTED: N_(
        "The certificate that signed is not valid at this moment. Please check whether it has "
        "ended or was revoked."
    ),
    ContractCode.CHANGED: N_(
        "More than a signature was added to the contract. Please save the contract to be signed "
        "from here again, and have it signed without any other change."
    ),
    ContractCode.UNREADABLE: N_(
        "The file cannot be read as a signed PDF. Please have the contract signed again and "
        "bring the file as the signing program saved it."
    ),
    ContractCode.NOT_SIGNED_HERE: N_(
        "The contract could not be signed here ({cause}). It can be signed in another program: "
        "please save it from the contract page, and bring the signed file."
    ),
    ContractCode.NO_KEY_FILE: N_(
        "This is no key file, or not all of it was copied. Please choose the .p12 file of this "
        "certificate, or another copy of it."
    ),
    ContractCode.KEY_FILE_CLOSED: N_(
        "The key file does not open with this password, or is damaged. Please choose the .p12 "
        "file of this certificate and let the applicant type its password again."
    ),
    ContractCode.OTHER_KEY_FILE: N_(
        "That key file belongs to another certificate. Please choose the one that was handed "
        "over in this case."
    ),
}
