"""What is counted, for Prometheus; with several processes in the folder they share."""

import os
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SHARED_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where the processes of one server put their figures together (prometheus_client)."""
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(slots=True)
class Metrics:
    """The counters of one application; none has a label a client could invent."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    durations: Histogram = field(init=False)
    commands: Counter = field(init=False)
    refused_log_ins: Counter = field(init=False)
    alarms: Counter = field(init=False)
    work_done: Gauge = field(init=False)
    work_failed: Counter = field(init=False)

    def __post_init__(self) -> None:
        """Register every figure."""
        own = self.registry
        self.requests = Counter(
            "ventanilla_requests", "Requests answered", ("route", "method", "status"), registry=own
        )
        self.durations = Histogram(
            "ventanilla_request_seconds", "Time to an answer", ("route",), registry=own,
            buckets=_BUCKETS,
        )  # fmt: skip
        self.commands = Counter(
            "ventanilla_commands", "Commands by what became of them", ("kind", "outcome"),
            registry=own,
        )  # fmt: skip
        self.refused_log_ins = Counter(
            "ventanilla_refused_log_ins", "Log-ins that were refused", registry=own
        )
        self.alarms = Counter(
            "ventanilla_alarms", "Copied stations, and registers that were set back", ("cause",),
            registry=own,
        )  # fmt: skip
        self.work_done = Gauge(
            "ventanilla_background_done_timestamp_seconds", "When background work last ended well",
            registry=own, multiprocess_mode="max",
        )  # fmt: skip
        self.work_failed = Counter(
            "ventanilla_background_failures", "Rounds of background work that failed", registry=own
        )

    def text(self) -> bytes:
        """Return all figures in the text format of Prometheus."""
        if SHARED_FOLDER in os.environ:
            together = CollectorRegistry()
            MultiProcessCollector(together)
            return generate_latest(together)
        return generate_latest(self.registry)
