"""The sentences of `issuance.findings.authority_import`."""

from issuance.findings import FindingCode
from issuance.findings.authority_import import AuthorityImportFinding
from tui.translation import N_

SENTENCES: dict[FindingCode, str] = {
    AuthorityImportFinding.IMPORT_KEY_NOT_OPENED: N_(
        "The authority's key could not be opened. Please check that the file is a PEM or PKCS#12 "
        "with one private key, and its passphrase."
    ),
    AuthorityImportFinding.IMPORT_KEY_LABEL_UNKNOWN: N_(
        "The token “{label}” has no signing key “{key}”. Please give the key's label as it stands "
        "in the token (F6), or leave it empty: then every key is tried."
    ),
    AuthorityImportFinding.IMPORT_KEY_KIND: N_(
        "The authority's key is of kind {algorithm}, which is not used here. It must be one of: "
        "{allowed}."
    ),
    AuthorityImportFinding.IMPORT_FILE_MISSING: N_(
        "The folder of the old authority lacks {file}, or it cannot be read. Please put it there."
    ),
    AuthorityImportFinding.IMPORT_FILE_UNREADABLE: N_(
        "The old authority's file {file} cannot be read. Please export it again from the old "
        "system."
    ),
    AuthorityImportFinding.IMPORT_CERTIFICATE_MISSING: N_(
        "None of the certificates belongs to this key. Please add the authority's own certificate."
    ),
    AuthorityImportFinding.IMPORT_NOT_AUTHORITY: N_(
        "“{subject}” may not sign certificates and revocation lists. Please choose the certificate "
        "of the issuing authority."
    ),
    AuthorityImportFinding.IMPORT_NO_ROOM: N_(
        "“{subject}” allows no authorities of institutions below it (path length). Have it "
        "certified anew, or let a new authority be made here."
    ),
    AuthorityImportFinding.IMPORT_RESTRICTED: N_(
        "“{subject}” has a restriction ({oid}) not kept to here: programs may refuse what "
        "it issues. Have it certified without."
    ),
    AuthorityImportFinding.IMPORT_CHAIN_ENDS: N_(
        "The certificate that issued “{subject}” is missing. Please add all certificates up to the "
        "root."
    ),
    AuthorityImportFinding.IMPORT_NOT_A_TEST: N_(
        "“{subject}” does not say TEST or PRUEBA in its name. A demonstration never signs with a "
        "real authority."
    ),
    AuthorityImportFinding.IMPORT_LIST_OUTDATED: N_(
        "The revocation list ended on {ended}, so newer revocations may be missing. Please make a "
        "new one with the old system and bring that."
    ),
    AuthorityImportFinding.IMPORT_LIST_NUMBER: N_(
        "The revocation list has the number {number}, too large to count on from. Please have the "
        "authority renewed under a new key."
    ),
    AuthorityImportFinding.IMPORT_ISSUED_BY_ANOTHER: N_(
        "The issued certificate {serial} is of another authority. Please export the list of this "
        "authority only."
    ),
    AuthorityImportFinding.IMPORT_SERIAL_TWICE: N_(
        "The serial number {serial} stands twice in the list of issued certificates. Please check "
        "it with the old system before going on."
    ),
    AuthorityImportFinding.IMPORT_REVOKED_NOT_ISSUED: N_(
        "The revocation list names {count} certificates the list of issued ones lacks ({serial} "
        "is one). Please export the whole list of issued certificates."
    ),
}
