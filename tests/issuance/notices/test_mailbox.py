import stat
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from issuance.access.sealing import Sealing
from issuance.findings.notices import NoticeCode
from issuance.notices.delivery import Delivery
from issuance.notices.mail import make_mail
from issuance.notices.mailbox import DemonstrationMailbox, StoredMail

CODE = "48151623"
AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def notice_id(number: int) -> UUID:
    return UUID(int=(0x019 << 116) + number)


def mail(number: int, text: str = CODE) -> EmailMessage:
    sender, to = Address("", "oficina", "example.ec"), Address("", "ana", "example.ec")
    rendered = f"Subject: Código Ñ {number}\n\nSu código: {text}\n"
    return make_mail(notice_id(number), sender, to, "es", rendered, AT)


def test_kept_mail_is_read_back_newest_first(tmp_path: Path, sealing, randomness):
    mailbox = DemonstrationMailbox(tmp_path / "mail", sealing, randomness)
    for number in (2, 3, 1):
        assert mailbox.deliver(mail(number), notice_id(number)) == Delivery()

    assert [each.notice_id for each in mailbox.list()] == [notice_id(n) for n in (3, 2, 1)]
    assert [each.notice_id for each in mailbox.list(limit=1)] == [notice_id(3)]
    assert mailbox.read(notice_id(2)) == StoredMail(
        notice_id(2), "ana@example.ec", "Código Ñ 2", AT, f"Su código: {CODE}\n"
    )
    assert mailbox.read(notice_id(9)) is None


def test_a_mail_delivered_twice_is_one_mail(tmp_path: Path, sealing, randomness):
    mailbox = DemonstrationMailbox(tmp_path, sealing, randomness)
    mailbox.deliver(mail(1, "old"), notice_id(1))
    mailbox.deliver(mail(1, "new"), notice_id(1))

    [kept] = mailbox.list()
    assert kept.body == "Su código: new\n"


def test_nothing_is_clear_on_disk_and_only_the_owner_reads(tmp_path: Path, sealing, randomness):
    folder = tmp_path / "mail"
    DemonstrationMailbox(folder, sealing, randomness).deliver(mail(1), notice_id(1))

    [file] = folder.iterdir()
    content = file.read_bytes()
    assert not any(word in content for word in (CODE.encode(), b"ana", b"Subject"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_changed_swapped_and_foreign_mail_is_not_shown(tmp_path: Path, sealing, randomness):
    mailbox = DemonstrationMailbox(tmp_path, sealing, randomness)
    for number in (1, 2, 3):
        mailbox.deliver(mail(number), notice_id(number))
    changed, swapped, _ = sorted(tmp_path.glob("*.mail"))
    octets = bytearray(changed.read_bytes())
    octets[20] ^= 1
    changed.write_bytes(octets)
    swapped.write_bytes((tmp_path / f"{notice_id(3)}.mail").read_bytes())

    assert [each.notice_id for each in mailbox.list()] == [notice_id(3)]
    assert mailbox.read(notice_id(1)) is None
    assert DemonstrationMailbox(tmp_path, Sealing(bytes(32)), randomness).list() == ()


def test_an_unfinished_write_of_a_crash_does_not_block_the_next(
    tmp_path: Path, sealing, randomness
):
    (tmp_path / f"{notice_id(1)}.unfinished").write_bytes(b"half")
    mailbox = DemonstrationMailbox(tmp_path, sealing, randomness)

    assert mailbox.deliver(mail(1), notice_id(1)).ok
    assert len(mailbox.list()) == 1


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, sealing, randomness):
    in_the_way = tmp_path / "mail"
    in_the_way.write_text("a file")
    mailbox = DemonstrationMailbox(in_the_way, sealing, randomness)

    assert mailbox.deliver(mail(1), notice_id(1)) == Delivery(NoticeCode.MAILBOX_NOT_WRITABLE)
