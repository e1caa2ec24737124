"""What only the engine can prove of a register: files, certificates, indexes and policies.

The events are read once more, those of sound streams; what they speak of is then compared with what
is there.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, cast
from uuid import UUID

from cryptography import x509

from issuance.cases.events import CATALOGUE as CASE_EVENTS
from issuance.cases.events.application import CaseOpened
from issuance.cases.events.life import CertificateRenewed
from issuance.certificates.keys import verifies
from issuance.certificates.to_be_signed import key_of
from issuance.certificates.unregistered import UnregisteredRevocationAsked
from issuance.engine.evidence_checks import index_fingerprint
from issuance.engine.institutional_check import item_faults
from issuance.events import read_event
from issuance.evidence.blob import BlobRef
from issuance.evidence.blob_store import BlobDamaged, BlobStore
from issuance.findings import Severity
from issuance.findings.register import RegisterCode
from issuance.model import canonical_bytes
from issuance.policies.stream import PolicyEnacted
from issuance.register.chain import read_entry
from issuance.register.fault import Fault
from issuance.register.index_review import FingerprintRow, LifeRow
from issuance.register.model import CertificateRow, CertificateState, Entry
from issuance.register.reading import Reading
from issuance.signing.authority_stream import AuthorityKept
from issuance.streams import StreamRef

_BLOB_FIELDS: Final = frozenset(BlobRef.model_fields)
_STANDING: Final = frozenset(
    {CertificateState.ISSUED, CertificateState.SUSPENDED, CertificateState.REVOKED}
)


@dataclass(slots=True)
class OfficeCheck:
    """One walk over the events of an office, and the comparisons it allows.

    `installed` are the policies of this program: version and digest by their ids.
    """

    blobs: BlobStore
    installed: Mapping[str, tuple[str, str]]
    _files: dict[str, tuple[int, BlobRef]] = field(default_factory=dict[str, tuple[int, BlobRef]])
    _fingerprints: dict[tuple[UUID, str], FingerprintRow] = field(
        default_factory=dict[tuple[UUID, str], FingerprintRow]
    )
    _people: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    _authorities: dict[str, x509.Certificate] = field(default_factory=dict[str, x509.Certificate])
    _others: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    _brought: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    # Of keys in custody the streams alone tell the lives.
    _lifeless: set[str] = field(default_factory=set[str])
    _renewed: dict[str, str] = field(default_factory=dict[str, str])
    _policies: list[tuple[int, PolicyEnacted]] = field(
        default_factory=list[tuple[int, PolicyEnacted]]
    )

    def faults(self, reading: Reading, suspicious: set[StreamRef]) -> Iterator[Fault]:
        """Yield everything that is not as the events say; suspicious streams are passed over."""
        for entry in _entries(reading, suspicious):
            self._note(entry)
        yield from self._file_faults()
        yield from self._certificate_faults(reading)
        yield from self._fingerprint_faults(reading, suspicious)
        yield from self._policy_faults()
        yield from item_faults(reading, suspicious)

    def _note(self, entry: Entry) -> None:
        for blob in _blobs(entry.personal):
            self._files.setdefault(blob.sha256, (entry.seq, blob))
        match entry.stream.kind:
            case "case":
                self._note_case(entry)
            case "authority":
                self._note_authority(entry)
            case "institution_authority" if "certificate" in entry.public:
                self._note_institution_authority(entry)
            case "signing_key" if "to_be_signed_sha256" in entry.public:
                self._lifeless.add(entry.public["serial"])
            case "policy" if entry.kind == PolicyEnacted.KIND:
                self._policies.append((entry.seq, PolicyEnacted.model_validate(entry.public)))
            case _:
                pass

    def _note_case(self, entry: Entry) -> None:
        event = read_event(CASE_EVENTS, entry.kind, entry.schema, entry.public, entry.personal)
        case = entry.stream.id
        if isinstance(event, CaseOpened):
            self._people[case] = event.person
        if isinstance(event, CertificateRenewed):
            self._renewed[event.serial] = event.by_serial
        if case in self._people:
            index_fingerprint(self, case, self._people[case], event, entry.seq)

    def keep_fingerprint(
        self, case: UUID, slot: str, person: UUID, seq: int, fingerprint: str
    ) -> None:
        """Remember which fingerprint a slot must have."""
        self._fingerprints[case, slot] = FingerprintRow(seq, case, slot, person, fingerprint)

    def drop_fingerprint(self, case: UUID, slot: str) -> None:
        """Remember that a slot must have none."""
        self._fingerprints.pop((case, slot), None)

    def _note_authority(self, entry: Entry) -> None:
        known = entry.public
        if entry.kind == UnregisteredRevocationAsked.KIND and entry.personal is not None:
            serial = str(int(known["serial"], 16))
            self._brought.append((entry.seq, serial, entry.personal["certificate"]))
        if "issuing" in known:
            self._authorities[known["key"]] = _read(known["issuing"])
        elif "certificate" in known:
            self._others[known["serial"]] = entry.seq, known["certificate"]

    def _note_institution_authority(self, entry: Entry) -> None:
        known = entry.public
        if entry.kind == AuthorityKept.KIND:
            self._authorities[entry.stream.id.hex] = _read(known["certificate"])
        self._others[known["serial"]] = entry.seq, known["certificate"]

    def _file_faults(self) -> Iterator[Fault]:
        for seq, blob in self._files.values():
            try:
                self.blobs.read(blob)
            except (BlobDamaged, OSError):
                yield Fault(RegisterCode.FILE_DAMAGED, seq)

    def _certificate_faults(self, reading: Reading) -> Iterator[Fault]:
        """Yield what the office's authority did not sign, or signed twice under one serial."""
        others = [(seq, serial, encoded) for serial, (seq, encoded) in self._others.items()]
        for seq, serial, encoded in (*others, *self._brought):
            if not self._is_ours(serial, _readable(encoded), self._authorities.values()):
                yield Fault(RegisterCode.CERTIFICATE_NOT_OURS, seq, figures={"serial": serial})
        after = ""
        while batch := reading.certificates(after):
            lives = {each.serial: each for each in reading.life_rows(after, len(batch))}
            for row in batch:
                if row.serial in self._others:
                    seq = self._others[row.serial][0]
                    yield Fault(RegisterCode.SERIAL_TWICE, seq, figures={"serial": row.serial})
                if row.certificate is not None and row.state in _STANDING:
                    yield from self._issued_faults(row, lives.get(row.serial))
            after = batch[-1].serial

    def _issued_faults(self, row: CertificateRow, life: LifeRow | None) -> Iterator[Fault]:
        figures = {"serial": row.serial}
        try:
            certificate = x509.load_der_x509_certificate(row.certificate or b"")
        except ValueError:
            # Told as other than the intended one.
            return
        issuer = self._authorities.get(row.authority_key_id)
        if not self._is_ours(row.serial, certificate, () if issuer is None else (issuer,)):
            yield Fault(RegisterCode.CERTIFICATE_NOT_OURS, figures=figures)
        validity = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        follows = self._renewed.get(row.serial)
        if row.case_id not in self._people:
            # The events of a suspicious stream were not read.
            follows = life and life.renewed_by
        meant = LifeRow(row.serial, row.case_id, row.state, *validity, follows)
        if row.serial not in self._lifeless and life != meant:
            yield Fault(RegisterCode.INDEX_DIFFERS, figures={"index": f"certificate {row.serial}"})

    def _is_ours(
        self, serial: str, certificate: x509.Certificate | None, issuers: Iterable[x509.Certificate]
    ) -> bool:
        if certificate is None:
            return False
        signed, signature = certificate.tbs_certificate_bytes, certificate.signature
        return str(certificate.serial_number) == serial and any(
            verifies(key_of(issuer), signature, signed) for issuer in issuers
        )

    def _fingerprint_faults(self, reading: Reading, suspicious: set[StreamRef]) -> Iterator[Fault]:
        expected = {row.seq: row for row in self._fingerprints.values()}
        after = 0
        while batch := reading.fingerprint_rows(after):
            for row in batch:
                ref = StreamRef(kind="case", id=row.case_id)
                if expected.pop(row.seq, None) != row and ref not in suspicious:
                    yield _fingerprint_fault(row)
            after = batch[-1].seq
        for row in expected.values():
            yield _fingerprint_fault(row)

    def _policy_faults(self) -> Iterator[Fault]:
        """Yield versions that stand for two contents, and digests that are not their files'."""
        digests: dict[tuple[str, str], str] = {}
        for seq, enacted in self._policies:
            figures: dict[str, str | int] = {
                "policy": enacted.policy, "version": enacted.version,
            }  # fmt: skip
            files = hashlib.sha256(canonical_bytes(dict(enacted.files))).hexdigest()
            first = digests.setdefault((enacted.policy, enacted.version), enacted.digest)
            if first != enacted.digest or (enacted.files and files != enacted.digest):
                yield Fault(RegisterCode.POLICY_VERSION_TWICE, seq, figures=figures)
        in_force = {enacted.policy: (seq, enacted) for seq, enacted in self._policies}
        for seq, enacted in in_force.values():
            version, digest = self.installed.get(enacted.policy, ("", ""))
            if version == enacted.version and digest != enacted.digest:
                yield Fault(
                    RegisterCode.POLICY_FILES_CHANGED,
                    seq,
                    severity=Severity.WARNS,
                    figures={"policy": enacted.policy, "version": version},
                )


def _entries(reading: Reading, suspicious: set[StreamRef]) -> Iterator[Entry]:
    after = 0
    while batch := reading.stored_entries(after):
        yield from (read_entry(stored) for stored in batch if stored.stream not in suspicious)
        after = batch[-1].seq


def _blobs(part: object) -> Iterator[BlobRef]:
    """Yield every reference to a kept file, however deep it stands."""
    if isinstance(part, dict):
        named = cast("dict[str, object]", part)
        if named.keys() == _BLOB_FIELDS:
            yield BlobRef.model_validate(named)
        else:
            for each in named.values():
                yield from _blobs(each)
    elif isinstance(part, list):
        for each in cast("list[object]", part):
            yield from _blobs(each)


def _fingerprint_fault(row: FingerprintRow) -> Fault:
    return Fault(RegisterCode.INDEX_DIFFERS, row.seq, figures={"index": f"photo {row.slot}"})


def _readable(encoded: str) -> x509.Certificate | None:
    try:
        return _read(encoded)
    except ValueError:
        return None


def _read(encoded: str) -> x509.Certificate:
    return x509.load_der_x509_certificate(base64.b64decode(encoded))
