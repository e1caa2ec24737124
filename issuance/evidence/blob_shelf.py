"""Where sealed files lie: a folder of this computer, or a bucket that speaks the S3 protocol."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from issuance.sources import Randomness

if TYPE_CHECKING:
    from obstore.store import S3Config


class ShelfUnreachable(Exception):  # noqa: N818 - what became of the shelf
    """The place where files lie does not answer, or refuses."""


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """A bucket; who may use it says the environment (`AWS_ACCESS_KEY_ID` and so on).

    Without an endpoint it is Amazon's. Names begin with the prefix, if there is one.
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"


class Shelf(Protocol):
    """Keeps octets under names that its user makes."""

    def put(self, name: str, stored: bytes) -> None:
        """Keep octets; when this returns, they survive a power cut. Replaces others whole."""
        ...

    def settle(self, name: str) -> None:
        """Make durable what was found in its place: who put it there may have died before."""
        ...

    def get(self, name: str) -> bytes | None:
        """Return what is kept under a name, None where there is nothing."""
        ...


def shelf_at(place: Path | S3Bucket, randomness: Randomness) -> Shelf:
    """Return the shelf in a folder or a bucket."""
    return FolderShelf(place, randomness) if isinstance(place, Path) else BucketShelf(place)


class FolderShelf:
    """A folder, with two levels of folders in it."""

    def __init__(self, folder: Path, randomness: Randomness) -> None:
        self._folder = folder
        self._randomness = randomness

    def put(self, name: str, stored: bytes) -> None:
        """Write a file beside its place, make it durable and move it there."""
        path = self._path(name)
        self._make_folders(path.parent)
        part = path.with_name(f"{path.name}.{self._randomness.octets(8).hex()}.part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(stored)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        self.settle(name)

    def settle(self, name: str) -> None:
        """Make the file's name durable."""
        _sync_folder(self._path(name).parent)

    def get(self, name: str) -> bytes | None:
        """Read a file."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """Return the names under which something is kept."""
        return sorted(path.name for path in self._folder.glob("*/*/*") if not path.suffix)

    def remove(self, name: str) -> None:
        """Remove a file."""
        self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name[2:4] / name

    def _make_folders(self, folder: Path) -> None:
        """Create the missing folders, each made durable in the one above it."""
        if folder.is_dir():
            return
        self._make_folders(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        _sync_folder(folder.parent)


class BucketShelf:
    """A bucket: what its server has acknowledged is durable, and an object is replaced whole."""

    def __init__(self, bucket: S3Bucket) -> None:
        # Only a server's installation has it.
        from obstore.store import S3Store

        config: S3Config = {"region": bucket.region}
        if bucket.endpoint:
            config["endpoint"] = bucket.endpoint
        self._store = S3Store(
            bucket.bucket,
            prefix=bucket.prefix or None,
            config=config,
            client_options={
                "connect_timeout": "5s",
                "timeout": "60s",
                "allow_http": bucket.endpoint.startswith("http://"),
            },
            retry_config={"max_retries": 2},
        )

    def put(self, name: str, stored: bytes) -> None:
        """Send an object."""
        from obstore.exceptions import BaseError

        try:
            self._store.put(name, stored)
        except (BaseError, OSError) as error:
            raise ShelfUnreachable from error

    def settle(self, name: str) -> None:
        """Do nothing: what can be read was acknowledged."""

    def get(self, name: str) -> bytes | None:
        """Fetch an object."""
        from obstore.exceptions import BaseError

        try:
            return bytes(self._store.get(name).bytes())
        except FileNotFoundError:
            return None
        except (BaseError, OSError) as error:
            raise ShelfUnreachable from error


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
