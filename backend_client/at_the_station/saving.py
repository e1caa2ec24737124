"""Puts the finished key file where the applicant wants it, and makes sure that it is there."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend_client.at_the_station.durable import saving_finding, write_new
from issuance.findings import Finding, blocks
from issuance.findings.certificates import CertificateFinding

_BLOCK_DEVICES: Final = Path("/sys/dev/block")


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that was read back from the device and is what was written (size in octets).

    `may_be_removed_now` says that the device is one people pull out, and that all is on it.
    """

    path: Path
    size: int
    may_be_removed_now: bool


def save_pkcs12(
    content: bytes, target: Path, block_devices: Path = _BLOCK_DEVICES
) -> SavedFile | Finding:
    """Save a key file durably and read it back; another file of that name is never touched.

    Saving the same content again is fine: a crash after the first time must leave a way on.
    """
    if "\0" in str(target) or not target.name:
        return blocks(CertificateFinding.FILE_NAME_REFUSED, path=str(target))
    try:
        if not _holds(target, content):
            write_new(target, content)
        removable = is_removable(target, block_devices)
        if removable:
            # Some sticks' file systems keep their tables in memory; this asks for all of them.
            os.sync()
        if _read_from_device(target) != content:
            return blocks(CertificateFinding.FILE_DIFFERS, path=str(target))
    except OSError as error:
        return saving_finding(error, target)
    return SavedFile(target, len(content), removable)


def is_removable(path: Path, block_devices: Path = _BLOCK_DEVICES) -> bool:
    """Tell whether a file lies on a stick, card or USB disk, as far as the system says (Linux)."""
    number = path.stat().st_dev
    device = block_devices / f"{os.major(number)}:{os.minor(number)}"
    if not device.exists():
        return False
    place = device.resolve()
    on_usb = any(part.startswith("usb") for part in place.parts)
    return on_usb or any(_says_removable(each) for each in (place, place.parent))


def _says_removable(device: Path) -> bool:
    mark = device / "removable"
    return mark.is_file() and mark.read_text().strip() == "1"


def _holds(target: Path, content: bytes) -> bool:
    return (
        target.is_file()
        and target.stat().st_size == len(content)
        and target.read_bytes() == content
    )


def _read_from_device(path: Path) -> bytes:
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            # Without this the answer comes from memory and says nothing about the device.
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()
