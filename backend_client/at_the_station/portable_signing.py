"""PDFs signed with a key in custody: read, prepared and finished here; hashes alone leave.

Preparing takes the time, and a one-time code lives for seconds: so all files are prepared first,
then one code has all their hashes signed, and then the files are written.
"""

import errno
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from backend_client.at_the_station.durable import saving_finding, write_new
from backend_client.intake import read_evidence_file
from issuance.certificates.keys import verifies_digest
from issuance.certificates.to_be_signed import key_of
from issuance.findings import Finding, blocks
from issuance.findings.signing import SigningCode
from issuance.signing.documents import PDF, Document, Holder, Signing
from issuance.signing.layout import Layout
from issuance.signing.preparation import Place, Prepared, Preparer, SigningTask
from issuance.signing.ticket_signing import shown_as

LARGEST_FILE: Final = 20 * 1024 * 1024
_SUFFIX: Final = ".pdf"
_MOST_NAMES: Final = 100
_LONGEST_SIGNATURE: Final = 512


@dataclass(frozen=True, slots=True)
class Signatory:
    """Whose signature it is: the certificate, the chain from its issuer to the root, the name."""

    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    name: str


@dataclass(frozen=True, slots=True)
class CustodyElsewhere:
    """A key in custody as documents see it: notes what it is to sign, until that was signed.

    `signatures` are the answers by digest; `asked` takes what has none.
    """

    certificate: x509.Certificate
    asked: list[bytes]
    signatures: Mapping[bytes, bytes]

    def sign_digest(self, digest: bytes) -> bytes:
        """Return the signature that came for a digest, or as many octets as one may have."""
        if digest in self.signatures:
            return self.signatures[digest]
        self.asked.append(digest)
        return bytes(_LONGEST_SIGNATURE)


class _Remembered:
    """A document made ready once: every later time it is the same to the octet."""

    def __init__(self, preparer: Preparer) -> None:
        self._preparer = preparer
        self._prepared: Prepared | Finding | None = None

    def prepare_signing(self, parts: tuple[bytes, ...], task: SigningTask) -> Prepared | Finding:
        """Return the prepared document, or what is wrong with it."""
        if self._prepared is None:
            self._prepared = self._preparer.prepare_signing(parts, task)
        return self._prepared


@dataclass(frozen=True, slots=True)
class PreparedFile:
    """A PDF that waits for its signature: `digest` is what the key is to sign."""

    source: Path
    document: Document
    digest: bytes
    field: str
    holder: Holder
    preparer: Preparer

    @property
    def original(self) -> str:
        """Return the SHA-256 of the file as it was, in hexadecimal."""
        return hashlib.sha256(self.document.content).hexdigest()


def prepare_file(
    source: Path,
    signatory: Signatory,
    place: Place | None,
    field: str,
    at: datetime,
    preparer: Preparer,
) -> PreparedFile | Finding:
    """Make a PDF ready, or say what is wrong with it; with a place the signature shows there."""
    file = read_evidence_file(source, LARGEST_FILE)
    if isinstance(file, Finding):
        return file
    if file.media_type != PDF:
        return blocks(SigningCode.PDF_UNREADABLE)
    layout = Layout(place, b"", has_text=True) if place else None
    document = Document(PDF, file.octets, layout)
    key = CustodyElsewhere(signatory.certificate, [], {})
    holder = shown_as(Holder(key, signatory.chain, at), signatory.name)
    remembered = _Remembered(preparer)
    outcome = Signing(remembered).sign(document, holder, field)
    if isinstance(outcome, Finding):
        return outcome
    return PreparedFile(source, document, key.asked[0], field, holder, remembered)


def finish_file(prepared: PreparedFile, signature: bytes, stamp: bytes = b"") -> bytes | Finding:
    """Return the signed PDF, with the signature's time stamp if there is one.

    A signature that is not the certificate's is in none.
    """
    certificate = prepared.holder.key.certificate
    if not verifies_digest(key_of(certificate), signature, prepared.digest):
        return blocks(SigningCode.CUSTODY_KEY_DIFFERS)
    key = CustodyElsewhere(certificate, [], {prepared.digest: signature})
    holder = replace(prepared.holder, key=key)
    signing = Signing(prepared.preparer, lambda _: stamp or None)
    return signing.sign(prepared.document, holder, prepared.field)


def write_beside(source: Path, ending: str, content: bytes) -> Path | Finding:
    """Write a signed file beside its original, under a name nothing has; return the name.

    `contract.pdf` becomes `contract{ending}.pdf`, then `contract{ending}-2.pdf`.
    """
    for number in range(1, _MOST_NAMES):
        again = "" if number == 1 else f"-{number}"
        target = source.with_name(f"{source.stem}{ending}{again}{source.suffix}")
        try:
            write_new(target, content)
        except FileExistsError:
            continue
        except OSError as error:
            return saving_finding(error, target)
        return target
    return saving_finding(FileExistsError(errno.EEXIST, ""), source)


def unsigned_pdfs(folder: Path, ending: str) -> tuple[Path, ...]:
    """Return the PDFs of a folder by name, without signed ones and what they were made of.

    So a folder that was signed in part is gone on with; an original changed since is new.
    """
    signed = re.compile(rf"(.*){re.escape(ending)}(-[0-9]+)?")
    done: dict[str, float] = {}
    found: list[tuple[Path, float]] = []
    try:
        for path in folder.iterdir():
            is_pdf = path.suffix.lower() == _SUFFIX and not path.name.startswith(".")
            if not is_pdf or not path.is_file():
                continue
            changed = path.stat().st_mtime
            if of := signed.fullmatch(path.stem):
                done[of[1]] = max(changed, done.get(of[1], 0))
            else:
                found.append((path, changed))
    except OSError:
        return ()
    return tuple(sorted(path for path, changed in found if changed > done.get(path.stem, -1)))
