"""Receipts of commands, and claims: what only one holder may have at a time."""

from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from issuance.register.model import StoredReceipt
from issuance.register.tables import claims, receipts
from issuance.register.transaction import Transaction

_READ_RECEIPT = select(receipts.c.command_hash, receipts.c.body).where(
    receipts.c.office == bindparam("this_office"),
    receipts.c.sender == bindparam("this_sender"),
    receipts.c.command_id == bindparam("this_command"),
)
_READ_CLAIM = select(claims.c.holder).where(
    claims.c.office == bindparam("this_office"),
    claims.c.kind == bindparam("this_kind"),
    claims.c.value == bindparam("this_value"),
)
_INSERT_RECEIPT = insert(receipts)
_INSERT_CLAIM = insert(claims)


class ReceiptReading(Transaction):
    """Looks up receipts and claims."""

    def receipt(self, sender: UUID, command_id: UUID) -> StoredReceipt | None:
        """Return the receipt of a command that was answered before."""
        row = self._connection.execute(
            _READ_RECEIPT,
            {
                "this_office": self._office,
                "this_sender": sender,
                "this_command": command_id,
            },
        ).one_or_none()
        return None if row is None else StoredReceipt(row.command_hash, row.body)

    def claim(self, kind: str, value: str) -> UUID | None:
        """Return who holds a value, such as the case that used a deposit reference."""
        return self._connection.execute(
            _READ_CLAIM,
            {"this_office": self._office, "this_kind": kind, "this_value": value},
        ).scalar_one_or_none()


class ReceiptWriting(ReceiptReading):
    """Keeps receipts, takes and releases claims."""

    def keep_receipt(
        self, sender: UUID, command_id: UUID, command_hash: bytes, body: bytes
    ) -> None:
        """Keep the one receipt of a command; a second one raises `IntegrityError`."""
        self._connection.execute(
            _INSERT_RECEIPT,
            {
                "office": self._office,
                "sender": sender,
                "command_id": command_id,
                "command_hash": command_hash,
                "body": body,
            },
        )

    def take_claim(self, kind: str, value: str, holder: UUID) -> bool:
        """Take a value for a holder; False when another one has it, True when this one had it."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(
                    _INSERT_CLAIM,
                    {"office": self._office, "kind": kind, "value": value, "holder": holder},
                )
        except IntegrityError:
            return self.claim(kind, value) == holder
        return True

    def release_claims(self, holder: UUID, kind: str | None = None) -> None:
        """Give back what a holder has, all or of one kind."""
        statement = delete(claims).where(claims.c.office == self._office, claims.c.holder == holder)
        if kind is not None:
            statement = statement.where(claims.c.kind == kind)
        self._connection.execute(statement)
