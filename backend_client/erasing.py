"""Erases what a lost station keeps, once its server's signed order has come."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from backend_client.offices import STATION_FILE
from backend_client.server_settings import read_server_settings
from issuance.access.office_file import FILE_NAME
from issuance.findings import Finding, blocks
from issuance.findings.sync import SyncCode
from issuance.stations.erasure import EraseOrder
from issuance.stations.signed import SignedText

_KEYS: Final = (STATION_FILE, FILE_NAME)
"""Without these nothing of the rest opens: they go first."""


def erased(folder: Path, findings: tuple[Finding, ...]) -> Finding | None:
    """Carry an order out that came as one of these findings; None where there is no true one."""
    settings = read_server_settings(folder)
    if isinstance(settings, Finding):
        return None
    for finding in findings:
        if finding.code != SyncCode.STATION_LOST:
            continue
        order = _order(str(finding.parameters.get("order", "")), settings.server_key)
        if order is not None and order.station == settings.station:
            _erase(folder)
            return blocks(SyncCode.STATION_ERASED)
    return None


def _order(text: str, server_key: str) -> EraseOrder | None:
    try:
        signed = SignedText.model_validate_json(text)
        opened = signed.opened(EraseOrder, bytes.fromhex(server_key))
    except (ValidationError, ValueError):
        return None
    return opened if isinstance(opened, EraseOrder) else None


def _erase(folder: Path) -> None:
    for name in _KEYS:
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
