"""The file with the authority's sealed keys, beside the register."""

from pathlib import Path

from issuance.access.durable_file import replace_file
from issuance.certificates.authority_keys import AuthorityKeyFile, read_key_file
from issuance.certificates.pkcs11_signer import AuthorityToken
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode

FILE_NAME = "authority.json"


def read_authority_keys(folder: Path) -> AuthorityKeyFile | Finding:
    """Read the sealed keys of an office's authority."""
    try:
        content = (folder / FILE_NAME).read_bytes()
    except OSError:
        return blocks(EngineCode.AUTHORITY_UNREADABLE, file=FILE_NAME)
    return read_key_file(content)


def authority_token_of(folder: Path) -> AuthorityToken | None:
    """Return where an office's signing key is, if it is in a token; nothing secret is opened."""
    keys = read_authority_keys(folder)
    issuing = None if isinstance(keys, Finding) else keys.keys.get("issuing")
    return issuing.token if issuing else None


def write_authority_keys(folder: Path, keys: AuthorityKeyFile) -> None:
    """Replace the sealed keys atomically and durably."""
    replace_file(folder / FILE_NAME, keys.to_bytes())
