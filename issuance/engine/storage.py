"""Where an office keeps its register and its files, as `storage.toml` in its folder says.

    [register]
    postgresql = "host=/run/postgresql dbname=ventanilla"

    [blobs]
    s3 = { bucket = "ventanilla", prefix = "quito", endpoint = "https://s3.example.ec" }

Without the file, or a part of it, both lie in the folder.
"""

import os
import tomllib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pydantic import Field, ValidationError

from issuance.access.durable_file import exclusive, replace_file
from issuance.evidence.blob_shelf import S3Bucket
from issuance.findings import Finding, blocks
from issuance.findings.engine import EngineCode
from issuance.model import Frozen
from issuance.register.errors import RegisterUnreadable
from issuance.register.place import Place, Postgresql
from issuance.secret import Secret

FILE_NAME: Final = "storage.toml"
REGISTER_NAME: Final = "register.db"
_LARGEST: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Storage:
    """The places of an office's register and of its photos and documents."""

    register: Place
    blobs: Path | S3Bucket

    @classmethod
    def in_folder(cls, folder: Path) -> "Storage":
        """Return where both lie when nothing is said."""
        return cls(folder / REGISTER_NAME, folder / "blobs")


class _S3(Frozen):
    bucket: str = Field(min_length=1)
    prefix: str = ""
    endpoint: str = Field(default="", pattern=r"^(https?://.+)?$")
    region: str = "us-east-1"


class _Register(Frozen):
    postgresql: str = Field(min_length=1)


class _Blobs(Frozen):
    s3: _S3


class _Document(Frozen):
    register_: _Register | None = Field(default=None, alias="register")
    blobs: _Blobs | None = None


def read_storage(folder: Path) -> Storage:
    """Return where an office keeps what it has.

    Raises `RegisterUnreadable` when the file says nothing that can be followed here.
    """
    usual = Storage.in_folder(folder)
    try:
        with (folder / FILE_NAME).open("rb") as file:
            document = _Document.model_validate(tomllib.loads(file.read(_LARGEST).decode()))
    except FileNotFoundError:
        return usual
    except (OSError, ValueError, ValidationError) as error:
        raise RegisterUnreadable(_unreadable(folder, error)) from None
    register, blobs = document.register_, document.blobs
    for wanted, module in ((register, "psycopg"), (blobs, "obstore")):
        if wanted is not None and find_spec(module) is None:
            finding = blocks(EngineCode.STORAGE_NOT_INSTALLED, part=module)
            raise RegisterUnreadable(finding)
    return Storage(
        Postgresql(Secret(register.postgresql)) if register else usual.register,
        S3Bucket(**dict(blobs.s3)) if blobs else usual.blobs,
    )


def write_storage(folder: Path, storage: Storage) -> None:
    """Say in an office's folder where it keeps what it has; raises OSError."""
    lines: list[str] = []
    if isinstance(storage.register, Postgresql):
        lines += ["[register]", f"postgresql = {_quoted(storage.register.conninfo.reveal())}", ""]
    if isinstance(storage.blobs, S3Bucket):
        place = storage.blobs
        named = ("bucket", "prefix", "endpoint", "region")
        pairs = [f"{name} = {_quoted(getattr(place, name))}" for name in named]
        lines += ["[blobs]", f"s3 = {{ {', '.join(pairs)} }}", ""]
    path = folder / FILE_NAME
    if lines:
        with exclusive(path):
            replace_file(path, "\n".join(lines).encode())


def _unreadable(folder: Path, error: Exception) -> Finding:
    """Say which part is wrong, and nothing of its contents: there may be a password in it."""
    part = ""
    if isinstance(error, ValidationError):
        part = ".".join(str(each) for each in error.errors()[0]["loc"])
    return blocks(EngineCode.STORAGE_UNREADABLE, file=os.fspath(folder / FILE_NAME), part=part)


def _quoted(text: str) -> str:
    """Write a basic string of TOML (https://toml.io/en/v1.0.0#string)."""
    signs = (f"\\u{ord(each):04x}" if each < " " or each in '"\\\x7f' else each for each in text)
    return f'"{"".join(signs)}"'
