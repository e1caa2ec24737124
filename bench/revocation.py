"""How long a revocation list of 100,000 entries takes, as a ratio of the same run.

The limit is five times what the bare builder of `cryptography` takes for the same list. That is
handed all entries at once, as we do; adding them one by one copies the list each time and takes
many times as long. Times are processor seconds, the least of several rounds.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography import x509

from issuance.certificates.authority import build_root
from issuance.certificates.keys import hash_for, make_private_key
from issuance.certificates.ocsp import certificate_id, sign_answer
from issuance.certificates.revocation_list import ListPlan, list_to_be_signed, read_list, sign_list
from issuance.certificates.revocation_reasons import Revocation, RevocationReason
from issuance.certificates.signer import SoftwareSigner
from issuance.certificates.to_be_signed import ThrowAwayKeys, authority_key_identifier
from issuance.certificates.validity import Validity

COUNT = 100_000
ANSWERS = 200
LIMIT = 5.0
ROUNDS = 3
BEGIN = datetime(2026, 11, 22, tzinfo=UTC)
WINDOW = Validity(BEGIN, BEGIN + timedelta(days=7))
REASON = RevocationReason.KEY_COMPROMISE


def seconds(work: Callable[[], object]) -> float:
    """Return the least processor time of a call."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def bare(signer: SoftwareSigner, entries: list[Revocation], number: int) -> object:
    """Build the same list with nothing but the builder."""
    reason = x509.CRLReason(x509.ReasonFlags(REASON.value))
    revoked = [
        x509.RevokedCertificateBuilder()
        .serial_number(each.serial)
        .revocation_date(each.revoked_at)
        .add_extension(reason, critical=False)
        .build()
        for each in entries
    ]
    certificate = signer.certificate
    builder = x509.CertificateRevocationListBuilder(revoked_certificates=revoked)
    return (
        builder.issuer_name(certificate.subject)
        .last_update(WINDOW.not_before)
        .next_update(WINDOW.not_after)
        .add_extension(authority_key_identifier(certificate), critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
        .sign(KEY, hash_for(KEY.public_key()))
    )


KEY = make_private_key("rsa-2048")


def main() -> int:
    """Measure, print, and return 1 when the limit is broken."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the measure")])
    validity = Validity(BEGIN, BEGIN + timedelta(days=365))
    certificate = build_root(name.public_bytes(), KEY, 1 << 126, validity)
    signer, throw_away = SoftwareSigner(KEY, certificate), ThrowAwayKeys(make_private_key)
    throw_away.like(KEY.public_key())
    entries = [
        Revocation(serial, BEGIN - timedelta(seconds=serial % COUNT), REASON)
        for serial in range(1 << 126, (1 << 126) + COUNT)
    ]
    plan = ListPlan(certificate, 1, WINDOW, entries)
    content = sign_list(signer, list_to_be_signed(plan, throw_away))
    alone = seconds(lambda: bare(signer, entries, 1))
    whole = seconds(lambda: sign_list(signer, list_to_be_signed(plan, throw_away)))
    read = seconds(lambda: read_list(content, certificate))
    identifiers = [certificate_id(certificate, each.serial) for each in entries[:ANSWERS]]
    answers = seconds(lambda: [sign_answer(signer, each, None, WINDOW) for each in identifiers])
    ratio = whole / alone
    sys.stdout.write(
        f"list of {COUNT}: {whole * 1000:.0f} ms, bare builder {alone * 1000:.0f} ms, "
        f"reading {read * 1000:.0f} ms; an answer {answers / ANSWERS * 1000:.2f} ms\n"
        f"list {ratio:.2f} times the bare builder, at most {LIMIT}\n"
    )
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
