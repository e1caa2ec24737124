"""Receipts of commands, and claims: what only one holder may have at a time."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_
from sqlalchemy.dialects import sqlite

from issuance.register.model import StoredReceipt
from issuance.register.statements import Change
from issuance.register.tables import claims, receipts
from issuance.register.transaction import Transaction, unless_there

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
_THESE_CLAIMS = tuple_(claims.c.kind, claims.c.value).in_(bindparam("these", expanding=True))
_READ_CLAIMS = select(claims.c.kind, claims.c.value, claims.c.holder).where(
    claims.c.office == bindparam("this_office"), _THESE_CLAIMS
)
_INSERT_RECEIPT = Change(insert(receipts))
_INSERT_CLAIMS = unless_there(claims, claims.c.kind, claims.c.value)
_INSERT_CLAIM_IN_FILE = Change(sqlite.insert(claims).on_conflict_do_nothing())


class ReceiptReading(Transaction):
    """Looks up receipts and claims."""

    def __init__(self, connection: Connection, office: UUID) -> None:
        super().__init__(connection, office)
        self._foreseen: dict[tuple[str, str], UUID | None] = {}
        """Who held what when it was looked ahead; taken out once it may have changed."""

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

    def claims(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """Return who holds which of these kinds and values; what nobody holds is left out."""
        asked = [each for each in wanted if each not in self._foreseen]
        found = {each: self._foreseen[each] for each in wanted if each in self._foreseen}
        if len(asked) < 2:
            found |= {each: self.claim(*each) for each in asked}
        else:
            these = {"this_office": self._office, "these": asked}
            rows = self._connection.execute(_READ_CLAIMS, these)
            found |= {(row.kind, row.value): row.holder for row in rows}
        return {each: holder for each, holder in found.items() if holder is not None}

    def claims_beginning(self, kind: str, prefix: str) -> dict[str, UUID]:
        """Return who holds the values that begin so."""
        rows = self._connection.execute(
            select(claims.c.value, claims.c.holder).where(
                claims.c.office == self._office,
                claims.c.kind == kind,
                claims.c.value.startswith(prefix, autoescape=True),
            )
        )
        return {row.value: row.holder for row in rows}


class ReceiptWriting(ReceiptReading):
    """Keeps receipts, takes and releases claims."""

    def receipt(self, sender: UUID, command_id: UUID) -> StoredReceipt | None:
        """Return the receipt of a command that was answered before, also in this transaction."""
        self.write_put_off()
        return super().receipt(sender, command_id)

    def keep_receipt(
        self, sender: UUID, command_id: UUID, command_hash: bytes, body: bytes
    ) -> None:
        """Keep the one receipt of a command; a second one raises `IntegrityError`."""
        self.put_off(
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
        return not self.take_claims([(kind, value)], holder)

    def take_claims(
        self,
        wanted: Collection[tuple[str, str]],
        holder: UUID,
        once: Collection[tuple[str, str]] = (),
    ) -> frozenset[tuple[str, str]]:
        """Take values for a holder; return those that another one has, and then take none.

        What this holder had already stays, but for what is taken `once`: that counts as another's.
        Whoever takes the same meanwhile is waited for.
        """
        for each in wanted:
            self._foreseen.pop(each, None)
        taken = self._claims_inserted(wanted, holder)
        left = [each for each in wanted if each not in taken]
        holders = self.claims(left)
        lost = frozenset(each for each in left if each in once or holders.get(each) != holder)
        for kind, value in taken if lost else ():
            self._connection.execute(
                delete(claims).where(
                    claims.c.office == self._office, claims.c.kind == kind, claims.c.value == value
                )
            )
        return lost

    def _claims_inserted(
        self, wanted: Collection[tuple[str, str]], holder: UUID
    ) -> frozenset[tuple[str, str]]:
        """Insert what nobody has, and return that."""
        rows: list[dict[str, Any]] = [
            {"office": self._office, "kind": kind, "value": value, "holder": holder}
            for kind, value in wanted
        ]
        if self._connection.dialect.name == "sqlite":
            # A file takes a row in less time than Core needs to tell which of several it took.
            return frozenset(
                each
                for each, row in zip(wanted, rows, strict=True)
                if _INSERT_CLAIM_IN_FILE.send(self._connection, row)
            )
        found = self._connection.execute(_INSERT_CLAIMS[self._connection.dialect.name], rows)
        return frozenset((row.kind, row.value) for row in found)

    def release_claims(self, holder: UUID, *kinds: str) -> None:
        """Give back what a holder has, all or of some kinds."""
        self._foreseen.clear()
        statement = delete(claims).where(claims.c.office == self._office, claims.c.holder == holder)
        if kinds:
            statement = statement.where(claims.c.kind.in_(kinds))
        self._connection.execute(statement)
