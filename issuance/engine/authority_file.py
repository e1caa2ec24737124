"""The file with the authority's sealed keys, beside the register."""

from pathlib import Path

from issuance.access.durable_file import replace_file
from issuance.certificates.authority_keys import AuthorityKeyFile, read_key_file
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


def write_authority_keys(folder: Path, keys: AuthorityKeyFile) -> None:
    """Replace the sealed keys atomically and durably."""
    replace_file(folder / FILE_NAME, keys.to_bytes())
