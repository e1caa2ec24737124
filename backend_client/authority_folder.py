"""The folder with an existing certification authority that a new office takes over."""

from pathlib import Path
from typing import Final

from issuance.certificates.imported_authority import AuthorityFiles
from issuance.findings import Finding, blocks
from issuance.findings.authority_import import AuthorityImportFinding
from issuance.secret import Secret

_KEY: Final = ("key.p12", "key.pem")
_CHAIN: Final = ("chain.pem",)
_ISSUED: Final = ("index.txt", "issued.pem")
_LIST: Final = ("list.crl", "list.pem")
_LARGEST_FILE: Final = 256 * 1024 * 1024


def read_authority_folder(
    folder: Path, passphrase: Secret, *, with_key: bool = True
) -> AuthorityFiles | Finding:
    """Read `key.p12` or `key.pem`, `chain.pem`, `index.txt` or `issued.pem`, `list.crl` or `.pem`.

    Beside a PKCS#12 that holds the chain, `chain.pem` may be missing; a key in a token has no file.
    The finding names the first file that is missing or cannot be read.
    """
    contents: list[bytes] = []
    for names in (_KEY, _CHAIN, _ISSUED, _LIST):
        if names == _KEY and not with_key:
            contents.append(b"")
            continue
        content = _read(folder, names)
        if content is None and not (names == _CHAIN and with_key and (folder / _KEY[0]).is_file()):
            return blocks(AuthorityImportFinding.IMPORT_FILE_MISSING, file=" / ".join(names))
        contents.append(content or b"")
    key, chain, issued, revocation_list = contents
    return AuthorityFiles(key, passphrase, chain, issued, revocation_list)


def _read(folder: Path, names: tuple[str, ...]) -> bytes | None:
    for name in names:
        path = folder / name
        try:
            if path.is_file() and path.stat().st_size <= _LARGEST_FILE:
                return path.read_bytes()
        except OSError:
            return None
    return None
