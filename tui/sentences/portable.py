"""The sentences of `issuance.findings.portable`."""

from issuance.findings import FindingCode
from issuance.findings.portable import PortableCode
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    PortableCode.FILES_TOO_MANY: N_(
        "One code signs {maximum} files at most. Please sign these in several goes."
    ),
    PortableCode.FILES_TOO_LARGE: N_(
        "This file would make it more than {maximum_mb} MB in one go. Please sign it with the "
        "next code."
    ),
    PortableCode.NO_FILE_TO_SIGN: N_(
        "None of these files can be signed. Please see beside each what is wrong with it."
    ),
}
