"""Writing a file so that a power cut leaves it whole or absent, and naming what went wrong."""

import errno
import os
from pathlib import Path
from typing import Final

from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding

_CODES: Final = {
    errno.EEXIST: CertificateFinding.FILE_EXISTS,
    errno.ENOENT: CertificateFinding.FOLDER_MISSING,
    errno.ENOTDIR: CertificateFinding.FOLDER_MISSING,
    errno.ENAMETOOLONG: CertificateFinding.FILE_NAME_REFUSED,
    errno.EINVAL: CertificateFinding.FILE_NAME_REFUSED,
    errno.EISDIR: CertificateFinding.FILE_NAME_REFUSED,
    errno.ELOOP: CertificateFinding.FILE_NAME_REFUSED,
    errno.ENOSPC: CertificateFinding.NO_SPACE,
    errno.EDQUOT: CertificateFinding.NO_SPACE,
    errno.EFBIG: CertificateFinding.NO_SPACE,
    errno.EACCES: CertificateFinding.NO_PERMISSION,
    errno.EPERM: CertificateFinding.NO_PERMISSION,
    errno.EROFS: CertificateFinding.READ_ONLY,
    errno.EIO: CertificateFinding.DEVICE_REMOVED,
    errno.ENODEV: CertificateFinding.DEVICE_REMOVED,
    errno.ENXIO: CertificateFinding.DEVICE_REMOVED,
    errno.ESTALE: CertificateFinding.DEVICE_REMOVED,
}
PARTIAL_ENDING: Final = ".partial"
_NO_HARD_LINKS: Final = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}

_NO_FOLDER_SYNC: Final = {errno.EINVAL, errno.EOPNOTSUPP}


def write_new(target: Path, content: bytes) -> None:
    """Write a file, readable by its owner only, that survives a power cut once this returns.

    Raises FileExistsError when the name is taken, and OSError as the system does.
    """
    temporary = partial_path(target)
    temporary.unlink(missing_ok=True)
    try:
        _write(temporary, content)
        _publish(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(target.parent)


def partial_path(target: Path) -> Path:
    """Return the name a file bears until it is whole; a crash may leave it behind."""
    return target.with_name(f".{target.name}{PARTIAL_ENDING}")


def sync_folder(folder: Path) -> None:
    """Make names created in or removed from a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
        os.sync()
    finally:
        os.close(descriptor)


def saving_finding(error: OSError, target: Path) -> Finding:
    """Say what the system's error means to the person who saves."""
    code = _CODES.get(error.errno or 0)
    if code is not None:
        return blocks(code, path=str(target))
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return blocks(CertificateFinding.SAVING_FAILED, path=str(target), error=name)


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _publish(temporary: Path, target: Path) -> None:
    """Give the file its name without ever replacing another one."""
    try:
        target.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        # The file systems of sticks have no hard links; only one person writes to a stick.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        temporary.rename(target)
