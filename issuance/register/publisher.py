"""Keeps the checkpoint outside the database at the chain's end, beside the work that prolongs it.

A commit waits for no second file: it says where the chain ends now, and a thread brings the newest
end to the disk. What a crash leaves behind is true, and is renewed on opening.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from typing import Final, NamedTuple
from uuid import UUID

from issuance.access.durable_file import exclusive
from issuance.findings import Finding, warns
from issuance.findings.register import RegisterCode
from issuance.register.checkpoint import Checkpoint, CheckpointSigner, SignedCheckpoint
from issuance.register.errors import RegisterFailure
from issuance.register.model import Growth, Head
from issuance.register.published import disagreement, read_published
from issuance.register.reading import Reading

_PAUSE: Final = 0.2
"""Seconds between two renewals: who issues a hundred certificates a second signs five ends."""


class _Published(NamedTuple):
    """What this process wrote last, and the end of the chain it speaks of."""

    signed: SignedCheckpoint
    head: Head


class CheckpointPublisher:
    """Publishes the newest end of a chain; one renewal at a time, and no more than are needed.

    `finding` tells what is wrong with the checkpoint outside, see `Register.checkpoint_finding`.
    """

    def __init__(
        self,
        office: UUID,
        signer: CheckpointSigner,
        reading: Callable[[], AbstractContextManager[Reading]],
    ) -> None:
        self.finding: Finding | None = None
        self._office = office
        self._signer = signer
        self._reading = reading
        self._grown: Growth | None = None
        self._published: _Published | None = None
        self._noting = threading.Lock()
        self._renewing = threading.Lock()
        self._closing = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoint")
        self._work: Future[None] | None = None
        self._works = False

    def note(self, grown: Growth) -> None:
        """Take in by what a commit prolonged the chain, and return at once."""
        with self._noting:
            self._grown = _joined(self._grown, grown)
            if not self._works:
                self._works = True
                self._work = self._thread.submit(self._publish_all)

    def publish(self) -> None:
        """Renew the checkpoint outside now, unless it is known to speak of the chain's end."""
        with self._renewing:
            with self._noting:
                grown, self._grown = self._grown, None
            if grown is None and self._published is not None:
                return
            known, self._published = self._published, None
            path = self._signer.path
            try:
                with exclusive(path):
                    self.finding = self._renew(known, grown)
            except OSError:
                self.finding = warns(RegisterCode.CHECKPOINT_NOT_WRITTEN, path=str(path))

    def examine(self) -> None:
        """Compare the checkpoint outside with the chain, and renew it where it lags behind."""
        with self._reading() as reading:
            self.finding = self._disagreement(reading)
            published = read_published(self._signer.path, self._office, self._signer.public_key)
            lags = isinstance(published, Checkpoint) and published.head.seq < reading.head().seq
            # A head that was tampered with is not signed.
            lags = lags and reading.lies_on_chain(reading.head())
        if self.finding is None and lags:
            self.publish()

    def close(self) -> None:
        """Publish what was noted, without a pause, and end the thread."""
        self._closing.set()
        self._thread.shutdown()
        if self._work is not None:
            self._work.result()

    def _publish_all(self) -> None:
        while self._is_behind():
            # A server that is away now is asked again after the next commit.
            with suppress(RegisterFailure):
                self.publish()
            self._closing.wait(_PAUSE)

    def _is_behind(self) -> bool:
        with self._noting:
            self._works = self._grown is not None
            return self._works

    def _renew(self, known: _Published | None, grown: Growth | None) -> Finding | None:
        """Write what follows on the own last checkpoint at once, all else after examining it."""
        outside = self._signer.published()
        if known and grown and (known.signed, known.head) == (outside, grown.began):
            end = Checkpoint(self._office, grown.head, grown.at)
        else:
            known = None
            with self._reading() as reading:
                finding = self._disagreement(reading)
                if finding is not None and finding.code != RegisterCode.CHECKPOINT_FILE_MISSING:
                    return finding
                end = reading.checkpoint()
        signed = self._signer.sign(end)
        if signed != outside:
            # A power cut may bring the one before back, which is true too and renewed on opening.
            signed.to_file(self._signer.path, settle_name=known is None)
        self._published = _Published(signed, end.head)
        return None

    def _disagreement(self, reading: Reading) -> Finding | None:
        published = read_published(self._signer.path, self._office, self._signer.public_key)
        if isinstance(published, Finding):
            return published
        return disagreement(published, reading, reading.head().seq)


def _joined(before: Growth | None, grown: Growth) -> Growth:
    """Return two growths as one; of two that do not meet the later, which is then examined."""
    if before is None:
        return grown
    if before.head == grown.began:
        return Growth(before.began, grown.head, grown.at)
    return max(before, grown, key=lambda each: each.head.seq)
