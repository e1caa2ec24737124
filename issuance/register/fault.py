"""What a verification found, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from issuance.findings import Finding, Severity
from issuance.findings.register import RegisterCode
from issuance.streams import StreamRef


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it must be; `seq` is the first entry it touches."""

    code: RegisterCode
    seq: int | None = None
    stream: StreamRef | None = None
    severity: Severity = Severity.BLOCKS
    figures: Mapping[str, str | int] = field(default_factory=dict[str, str | int])

    @property
    def finding(self) -> Finding:
        """Return the fault as a finding to show."""
        parameters = dict(self.figures)
        if self.seq is not None:
            parameters["seq"] = self.seq
        if self.stream is not None:
            parameters["stream"] = f"{self.stream.kind} {self.stream.id}"
        return Finding(self.code.value, self.severity, None, parameters)


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """How many entries were checked, and what was found (the first hundred faults)."""

    entries: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """Tell whether nothing found speaks against the register."""
        return not any(fault.severity is Severity.BLOCKS for fault in self.faults)

    @property
    def first_wrong_entry(self) -> int | None:
        """Return the sequence number of the first entry that is wrong or missing."""
        wrong = (
            fault.seq
            for fault in self.faults
            if fault.seq is not None and fault.severity is Severity.BLOCKS
        )
        return min(wrong, default=None)
