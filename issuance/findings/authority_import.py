"""Codes of what is found about an existing certification authority that is to be taken over."""

from issuance.findings import FindingCode


class AuthorityImportFinding(FindingCode):
    """Findings of `issuance.certificates.imported_authority`."""

    IMPORT_KEY_NOT_OPENED = "IMPORT_KEY_NOT_OPENED"
    """The file is no PEM or PKCS#12 with one private key, or its passphrase is another."""
    IMPORT_KEY_KIND = "IMPORT_KEY_KIND"
    """The key is of a kind or size nothing is issued with: algorithm, allowed."""
    IMPORT_FILE_MISSING = "IMPORT_FILE_MISSING"
    """The folder lacks a file, or it cannot be read: file (the names it may have)."""
    IMPORT_FILE_UNREADABLE = "IMPORT_FILE_UNREADABLE"
    """A file cannot be read as what it should be: part (chain, issued, list)."""
    IMPORT_CERTIFICATE_MISSING = "IMPORT_CERTIFICATE_MISSING"
    """None of the certificates given belongs to the key."""
    IMPORT_NOT_AUTHORITY = "IMPORT_NOT_AUTHORITY"
    """The certificate may not sign certificates and revocation lists: subject."""
    IMPORT_CHAIN_ENDS = "IMPORT_CHAIN_ENDS"
    """The issuer of that certificate is not among the certificates given: subject."""
    IMPORT_NOT_A_TEST = "IMPORT_NOT_A_TEST"
    """A demonstration takes only an authority whose common name says that it is a test: subject."""
    IMPORT_LIST_OUTDATED = "IMPORT_LIST_OUTDATED"
    """The revocation list has run out, so it may lack revocations: ended."""
    IMPORT_LIST_NUMBER = "IMPORT_LIST_NUMBER"
    """The revocation list's number leaves no room for the lists to come: number."""
    IMPORT_ISSUED_BY_ANOTHER = "IMPORT_ISSUED_BY_ANOTHER"
    """A certificate of the issued list was not issued by this authority: serial."""
    IMPORT_SERIAL_TWICE = "IMPORT_SERIAL_TWICE"
    """A serial number stands twice in the issued list: serial."""
    IMPORT_REVOKED_NOT_ISSUED = "IMPORT_REVOKED_NOT_ISSUED"
    """Revoked serial numbers the issued list does not have, so it is not whole: serial, count."""
