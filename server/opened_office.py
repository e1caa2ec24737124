"""The office a server serves: opened once with a service's slot, for everybody who speaks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from issuance.certificates.keys import PrivateKey
from issuance.engine.engine import Engine
from issuance.engine.office import Office, Sources
from issuance.engine.opening import OpenedOffice, open_office
from issuance.engine.publishing import status_files
from issuance.engine.station_certificates import station_authority
from issuance.engine.status_files import StatusFiles
from issuance.engine.uploads import Uploads
from issuance.findings import Finding
from issuance.secret import Secret
from issuance.stations.client_certificate import StationAuthority
from server.metrics import Metrics
from server.proxies import Proxies

Findings = tuple[Finding, ...]

_LARGEST_CONTRACT = 8 << 20


@dataclass(frozen=True, slots=True)
class ServedOffice:
    """An open office with what a server needs beside it; it holds nobody's session."""

    opened: OpenedOffice
    stations: StationAuthority
    proxies: Proxies = field(default_factory=Proxies)
    metrics: Metrics = field(default_factory=Metrics)
    work_waits: threading.Event = field(default_factory=threading.Event)
    """Set where mail was queued: background work need not wait for its next round."""

    @property
    def engine(self) -> Engine:
        """Return the engine."""
        return self.opened.engine

    @property
    def office(self) -> Office:
        """Return the office the engine works on."""
        return self.opened.engine.office

    @property
    def uploads(self) -> Uploads:
        """Return the files that are still arriving."""
        return Uploads(self.office.folder / "uploads", self.office.keys)

    @property
    def status_files(self) -> StatusFiles:
        """Return what the office has published."""
        return status_files(self.office)

    @property
    def largest_file(self) -> int:
        """Return the octets of the largest file the policy or a signed contract may have."""
        policy = self.office.policy.policy
        rules = [rule.photo or rule.document for rule in policy.evidence]
        sizes = [rule.maximum_bytes for rule in (*rules, policy.payment_proof) if rule]
        return max(_LARGEST_CONTRACT, *sizes)

    def close(self) -> None:
        """Close the office; what is begun must have ended before."""
        self.opened.close()


def serve_office(
    folder: Path,
    service: str,
    password: Secret,
    sources: Sources,
    make_key: Callable[[str], PrivateKey],
    proxies: Proxies | None = None,
) -> ServedOffice | Findings:
    """Open an office for serving, or say what stands in the way."""
    opened = open_office(folder, service, password, None, sources, make_key)
    if not isinstance(opened, OpenedOffice):
        return opened
    return ServedOffice(opened, station_authority(opened.engine.office), proxies or Proxies())


def served_office(request: Request) -> ServedOffice:
    """Return the office this application serves."""
    served = request.app.state.served
    if not isinstance(served, ServedOffice):
        raise TypeError("an application serves an office")
    return served


Served = Annotated[ServedOffice, Depends(served_office)]
