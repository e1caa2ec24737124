"""Fingerprints of the photos in hand, by which another applicant's photo is recognised.

They are made from faces, so they are personal: a purge of the entry that brought one removes it.
"""

from uuid import UUID

from sqlalchemy import Insert, and_, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from issuance.register.tables import cases, fingerprints
from issuance.register.transaction import Transaction

_SLOT = ("office", "case_id", "slot")
_BROUGHT = ("seq", "person", "fingerprint")


def _replacing(inserting: postgresql.Insert | sqlite.Insert) -> Insert:
    brought = {name: inserting.excluded[name] for name in _BROUGHT}
    return inserting.on_conflict_do_update(index_elements=_SLOT, set_=brought)


_REPLACE = {
    dialect.dialect.name: _replacing(dialect.insert(fingerprints))
    for dialect in (postgresql, sqlite)
}


class FingerprintReading(Transaction):
    """Looks fingerprints up."""

    def fingerprints_of_others(self, person: UUID) -> list[tuple[int, str]]:
        """Return the fingerprints of everybody else, each with the entry that brought it."""
        query = select(fingerprints.c.seq, fingerprints.c.fingerprint).where(
            fingerprints.c.office == self._office, fingerprints.c.person != person
        )
        return [(seq, found) for seq, found in self._connection.execute(query)]

    def case_of_fingerprint(self, seq: int) -> str | None:
        """Return the number of the case whose fingerprint an entry brought."""
        query = (
            select(cases.c.number)
            .join(
                fingerprints,
                and_(
                    fingerprints.c.office == cases.c.office,
                    fingerprints.c.case_id == cases.c.case_id,
                ),
            )
            .where(fingerprints.c.office == self._office, fingerprints.c.seq == seq)
        )
        return self._connection.execute(query).scalar_one_or_none()


class FingerprintWriting(FingerprintReading):
    """Keeps the fingerprints in step with what is in the slots of the cases."""

    def keep_fingerprint(
        self, case: UUID, slot: str, person: UUID, seq: int, fingerprint: str
    ) -> None:
        """Replace the fingerprint of a slot by the one that entry `seq` brought."""
        row = {"office": self._office, "case_id": case, "slot": slot}
        row |= {"seq": seq, "person": person, "fingerprint": fingerprint}
        self._connection.execute(_REPLACE[self._connection.dialect.name], row)

    def drop_fingerprint(self, case: UUID, slot: str) -> None:
        """Forget the fingerprint of a slot; there may be none."""
        self._connection.execute(
            delete(fingerprints).where(
                fingerprints.c.office == self._office,
                fingerprints.c.case_id == case,
                fingerprints.c.slot == slot,
            )
        )
