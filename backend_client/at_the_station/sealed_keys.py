"""An applicant's private key between activation and the finished key file.

It is sealed under the password the applicant has just chosen before the request leaves, so that a
crash between certificate and file leaves a way to finish, and the office never holds the password.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from pydantic import ValidationError

from backend_client.at_the_station.durable import (
    PARTIAL_ENDING,
    partial_path,
    saving_finding,
    sync_folder,
    write_new,
)
from issuance.certificates.keys import PrivateKey, private_key_bytes, read_private_key
from issuance.certificates.sealing import (
    PassphraseParameters,
    PassphraseSealed,
    seal_with_passphrase,
    unseal_with_passphrase,
)
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding
from issuance.model import Frozen, Identifier, Instant, canonical_bytes
from issuance.secret import Secret
from issuance.sources import Clock, Randomness

_ENDING: Final = ".key"
_DEFAULT_PARAMETERS: Final = PassphraseParameters()


class _SealedKeyFile(Frozen):
    version: Literal[1] = 1
    case_id: Identifier
    sealed_at: Instant
    private_key: PassphraseSealed


class SealedKeyStore:
    """The sealed keys of one station, a file for each case, in a folder only it uses."""

    def __init__(
        self,
        folder: Path,
        randomness: Randomness,
        clock: Clock,
        parameters: PassphraseParameters = _DEFAULT_PARAMETERS,
    ) -> None:
        self._folder = folder
        self._randomness = randomness
        self._clock = clock
        self._parameters = parameters

    def seal(self, case_id: UUID, private_key: PrivateKey, password: Secret) -> Finding | None:
        """Keep a case's key; once this returns None it survives a power cut.

        A key already kept is never replaced: a certificate may have been issued for it.
        """
        path = self._path(case_id)
        sealed = seal_with_passphrase(
            password, private_key_bytes(private_key), _label(case_id),
            self._parameters, self._randomness,
        )  # fmt: skip
        content = _SealedKeyFile(case_id=case_id, sealed_at=self._clock.now(), private_key=sealed)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_new(path, canonical_bytes(content))
        except FileExistsError:
            return blocks(CertificateFinding.SEALED_KEY_EXISTS)
        except OSError as error:
            return saving_finding(error, path)
        return None

    def open(self, case_id: UUID, password: Secret) -> PrivateKey | Finding:
        """Return a case's key, or the finding that says why not."""
        if not self.exists(case_id):
            return blocks(CertificateFinding.SEALED_KEY_MISSING)
        content = _read(self._path(case_id))
        if content is None:
            return blocks(CertificateFinding.SEALED_KEY_DAMAGED)
        der = unseal_with_passphrase(password, content.private_key, _label(case_id))
        if der is None:
            return blocks(CertificateFinding.SEALED_KEY_WRONG_PASSWORD)
        return read_private_key(der)

    def exists(self, case_id: UUID) -> bool:
        """Tell whether a key of this case is kept here."""
        return self._path(case_id).exists()

    def destroy(self, case_id: UUID) -> None:
        """Overwrite and remove a case's key; one that is gone already is no error."""
        for path in (self._path(case_id), partial_path(self._path(case_id))):
            if path.exists():
                _overwrite_and_remove(path)
                sync_folder(self._folder)

    def destroy_older_than(self, hours: int = 24) -> list[UUID]:
        """Destroy the keys sealed longer ago than that; name their cases."""
        limit = self._clock.now() - timedelta(hours=hours)
        old = {
            case_id
            for path in self._folder.glob(f"*{_ENDING}*")
            if (case_id := _case_of(path)) and _sealed_at(path) < limit
        }
        for case_id in old:
            self.destroy(case_id)
        return sorted(old)

    def _path(self, case_id: UUID) -> Path:
        return self._folder / f"{case_id}{_ENDING}"


def _read(path: Path) -> _SealedKeyFile | None:
    try:
        return _SealedKeyFile.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def _case_of(path: Path) -> UUID | None:
    try:
        return UUID(path.name.removeprefix(".").removesuffix(PARTIAL_ENDING).removesuffix(_ENDING))
    except ValueError:
        return None


def _sealed_at(path: Path) -> datetime:
    content = _read(path)
    return content.sealed_at if content else datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _overwrite_and_remove(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _label(case_id: UUID) -> str:
    return f"applicant key:{case_id}"
