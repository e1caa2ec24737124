"""The two doors into an open register: a snapshot to read, and a change to commit."""

from collections.abc import Sequence

from issuance.register.certificate_list import CertificateListReading
from issuance.register.certificates import CertificateReading, CertificateWriting
from issuance.register.checkpoint import Checkpoint
from issuance.register.connection import damaged_pages
from issuance.register.fingerprints import FingerprintReading, FingerprintWriting
from issuance.register.foresight import Foresight
from issuance.register.index_review import IndexReview
from issuance.register.institution_items import InstitutionReading, InstitutionWriting
from issuance.register.kept_checkpoints import CheckpointReading, CheckpointWriting
from issuance.register.locks import Locking
from issuance.register.notices import NoticeReading, NoticeWriting
from issuance.register.provider_log_ins import ProviderLogInReading, ProviderLogInWriting
from issuance.register.receipts import ReceiptWriting
from issuance.register.replica import ReplicaWriting
from issuance.register.sessions import SessionReading, SessionWriting
from issuance.register.signatures import SignatureReading, SignatureWriting
from issuance.register.station_commands import StationCommandReading, StationCommandWriting
from issuance.register.station_contacts import StationContactReading, StationContactWriting
from issuance.register.status_answers import StatusAnswerReading, StatusAnswerWriting
from issuance.register.stream_review import StreamReview
from issuance.register.undo import UndoWriting
from issuance.register.worklist import WorklistReading, WorklistWriting


class Reading(
    StreamReview,
    IndexReview,
    Foresight,
    WorklistReading,
    CertificateReading,
    CertificateListReading,
    FingerprintReading,
    NoticeReading,
    CheckpointReading,
    SessionReading,
    ProviderLogInReading,
    StationCommandReading,
    StationContactReading,
    InstitutionReading,
    SignatureReading,
    StatusAnswerReading,
):
    """A snapshot: everything read through it belongs to one moment."""

    def checkpoint(self) -> Checkpoint:
        """Return the end of the chain as a checkpoint to sign."""
        head = self.head()
        last = self.entries(head.seq - 1, 1) if head.seq else []
        return Checkpoint(self._office, head, last[0].at if last else None)

    def damaged_pages(self) -> Sequence[str]:
        """Name what is wrong with the database's pages; every one is read and authenticated."""
        return damaged_pages(self._connection)


class Writing(
    ReplicaWriting,
    ReceiptWriting,
    WorklistWriting,
    CertificateWriting,
    FingerprintWriting,
    NoticeWriting,
    CheckpointWriting,
    SessionWriting,
    ProviderLogInWriting,
    StationCommandWriting,
    StationContactWriting,
    InstitutionWriting,
    SignatureWriting,
    StatusAnswerWriting,
    UndoWriting,
    Locking,
    Reading,
):
    """A change, committed whole on leaving, undone whole by an exception."""

    def checkpoint(self) -> Checkpoint:
        """Return the end of the chain, with what this transaction appended."""
        grown = self.growth
        return Checkpoint(self._office, grown.head, grown.at) if grown else super().checkpoint()
