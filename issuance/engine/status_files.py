"""The folder in which an office publishes who may still be trusted: revocation list and answers.

It holds nothing secret and can be read, or copied to another computer, while an office works.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.x509 import ocsp

from issuance.access.durable_file import replace_file
from issuance.certificates.keys import certificate_der
from issuance.certificates.ocsp import (
    HASHES,
    LIGHTWEIGHT_HASH,
    MALFORMED,
    TRY_LATER,
    UNAUTHORIZED,
    certificate_id,
    read_request,
)
from issuance.certificates.revocation_reasons import RevocationReason
from issuance.certificates.status_der import CertificateId
from issuance.certificates.validity import Validity
from issuance.policies.life import ROOT_LIST_NAME

_INSTITUTIONS_FOLDER: Final = "institutions"
_INSTITUTIONS: Final = re.compile(r"[0-9a-f]{32}\.crl")


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """A status answer in DER; `window` (thisUpdate, nextUpdate) None where it is a refusal."""

    content: bytes
    window: Validity | None = None


class _AnswerFolder:
    """The status answers about one authority's certificates by one hash, and its certificate."""

    def __init__(self, folder: Path, issuer: Path) -> None:
        self._folder, self._issuer = folder, issuer

    def prepare(self, issuer: x509.Certificate) -> None:
        """Put the authority's certificate where it is missing or another; raises OSError."""
        der = certificate_der(issuer)
        if _content(self._issuer) != der:
            self._issuer.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_file(self._issuer, der)

    def write(self, serial: int, content: bytes) -> None:
        """Replace the status answer of a certificate; raises OSError."""
        path = self._path(serial)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_file(path, content)

    def remove(self, serial: int) -> None:
        """Let nothing answer for a certificate any more; raises OSError."""
        self._path(serial).unlink(missing_ok=True)

    def withdraw_good(self, serial: int) -> None:
        """Let nothing call a certificate good any more; raises OSError."""
        try:
            answer = ocsp.load_der_ocsp_response(_content(self._path(serial)) or b"")
            good = answer.certificate_status is ocsp.OCSPCertStatus.GOOD
        except ValueError:
            return
        if good:
            self.remove(serial)

    def revoked_until(self, serial: int, reason: RevocationReason) -> datetime | None:
        """Return until when the answer holds that this is revoked so; None where none says it."""
        try:
            answer = ocsp.load_der_ocsp_response(_content(self._path(serial)) or b"")
            revoked = answer.certificate_status is ocsp.OCSPCertStatus.REVOKED
        except ValueError:
            return None
        told = answer.revocation_reason.value if revoked and answer.revocation_reason else ""
        says_so = revoked and (told or RevocationReason.UNSPECIFIED) == reason
        return answer.next_update_utc if says_so else None

    def is_there(self) -> bool:
        """Tell whether there is a place with answers at all."""
        return self._folder.is_dir()

    def issuer(self) -> bytes | None:
        """Return the authority's certificate in DER; None where it is missing or damaged."""
        content = _content(self._issuer)
        try:
            x509.load_der_x509_certificate(content or b"")
        except ValueError:
            return None
        return content

    def answer(self, asked: CertificateId) -> bytes | None:
        """Return the answer about a certificate; None where it is another authority's."""
        issuer = self.issuer()
        if issuer is None:
            return None
        certificate = x509.load_der_x509_certificate(issuer)
        if asked != certificate_id(certificate, asked.serial, asked.hash_name):
            return None
        return _content(self._path(asked.serial))

    def _path(self, serial: int) -> Path:
        name = f"{serial:x}"
        # A folder with a file for every certificate would be slow to look into.
        return self._folder / name[-2:] / f"{name}.ocsp"


class AnswerFiles:
    """The status answers about one authority's certificates, by the hash requests name it with."""

    def __init__(self, folders: Mapping[str, _AnswerFolder]) -> None:
        self._folders = folders

    def prepare(self, issuer: x509.Certificate) -> None:
        """Put the authority's certificate where it is missing or another; raises OSError."""
        for each in self._folders.values():
            each.prepare(issuer)

    def are_there(self) -> bool:
        """Tell whether there is a place with answers by every hash."""
        return all(each.is_there() for each in self._folders.values())

    def write(self, asked: CertificateId, content: bytes) -> None:
        """Replace a status answer; raises OSError."""
        self._folders[asked.hash_name].write(asked.serial, content)

    def remove(self, serial: int) -> None:
        """Let nothing answer for a certificate any more; raises OSError."""
        for each in self._folders.values():
            each.remove(serial)

    def withdraw_good(self, serial: int) -> None:
        """Let nothing call a certificate good any more; raises OSError."""
        for each in self._folders.values():
            each.withdraw_good(serial)

    def revoked_until(self, serial: int, reason: RevocationReason) -> datetime | None:
        """Return until when the answers hold that this is revoked so; None where one does not."""
        ends = [each.revoked_until(serial, reason) for each in self._folders.values()]
        known = [each for each in ends if each is not None]
        return min(known) if len(known) == len(ends) else None

    def issuer(self) -> bytes | None:
        """Return the authority's certificate in DER; None where it is missing or damaged."""
        return self._folders[LIGHTWEIGHT_HASH].issuer()

    def answer(self, asked: CertificateId) -> bytes | None:
        """Return the answer about a certificate; None where it is another authority's."""
        folder = self._folders.get(asked.hash_name)
        return folder and folder.answer(asked)


class StatusFiles:
    """Writes and reads the published files of one office."""

    def __init__(self, folder: Path, list_name: str) -> None:
        self.folder = folder
        self._list = folder / list_name
        self._root_list = folder / ROOT_LIST_NAME
        issuer = self._list.with_suffix(".cer")
        self.answers = AnswerFiles(
            {
                LIGHTWEIGHT_HASH: _AnswerFolder(folder / "answers", issuer),
                "sha256": _AnswerFolder(folder / "answers-sha256", issuer),
            }
        )
        """Those about the office's own certificates."""

    def prepare(self, issuer: x509.Certificate, root_list: bytes) -> None:
        """Make the folder and put there what changes with the authority only; raises OSError.

        That is the issuing authority's certificate and the root's list, where there is one.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.answers.prepare(issuer)
        if root_list and _content(self._root_list) != root_list:
            replace_file(self._root_list, root_list)

    def write_list(self, content: bytes) -> None:
        """Replace the revocation list atomically and durably; raises OSError."""
        replace_file(self._list, content)

    def has_institutions(self) -> bool:
        """Tell whether there is a place with answers of institutions' authorities."""
        return (self.folder / _INSTITUTIONS_FOLDER).is_dir()

    def answers_of(self, institution: x509.Certificate) -> AnswerFiles:
        """Return where the answers of an institution's authority are; requests name its key."""
        keys = {name: certificate_id(institution, 0, name).issuer_key_hash for name in HASHES}
        return AnswerFiles({name: self._folder_of(key_hash) for name, key_hash in keys.items()})

    def revocation_list(self) -> bytes | None:
        """Return the revocation list in DER; None where there is none yet."""
        return _content(self._list)

    def list_at(self, path: str) -> bytes | None:
        """Return the list that a path ending in `.crl` means.

        The root's has a name of its own, an institution's that of its authority's key.
        """
        name = path.rpartition("/")[2]
        if _INSTITUTIONS.fullmatch(name):
            return _content(self.folder / name)
        of_root = name == ROOT_LIST_NAME
        return _content(self._root_list) if of_root else self.revocation_list()

    def answer(self, request: bytes, now: datetime) -> PublishedAnswer:
        """Answer a status request with what was signed ahead (RFC 5019)."""
        asked = read_request(request)
        if asked is None:
            return PublishedAnswer(MALFORMED)
        if self.answers.issuer() is None:
            return PublishedAnswer(TRY_LATER)
        content = self._content(asked.certificate)
        if content is None:
            return PublishedAnswer(UNAUTHORIZED)
        window = _window(content)
        if window is None or now >= window.not_after:
            return PublishedAnswer(TRY_LATER)
        return PublishedAnswer(content, window)

    def _content(self, asked: CertificateId) -> bytes | None:
        own = self.answers.answer(asked)
        return own or self._folder_of(asked.issuer_key_hash).answer(asked)

    def _folder_of(self, key_hash: bytes) -> _AnswerFolder:
        folder = self.folder / _INSTITUTIONS_FOLDER / key_hash.hex()
        return _AnswerFolder(folder, folder / "issuer.cer")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _window(content: bytes) -> Validity | None:
    try:
        answer = ocsp.load_der_ocsp_response(content)
        ends = answer.next_update_utc
        return Validity(answer.this_update_utc, ends) if ends else None
    except ValueError:
        return None
