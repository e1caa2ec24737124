"""Codes of what is found when files are signed at a station with a key in custody."""

from issuance.findings import FindingCode


class PortableCode(FindingCode):
    """Findings of signing files at a station."""

    #: More files than are signed with one code: maximum.
    FILES_TOO_MANY = "FILES_TOO_MANY"
    #: The files together are too large to be signed with one code: maximum_mb.
    FILES_TOO_LARGE = "FILES_TOO_LARGE"
    #: None of the files can be signed.
    NO_FILE_TO_SIGN = "NO_FILE_TO_SIGN"
