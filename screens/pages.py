"""Where one is in a long list that is read a page at a time."""

from typing import Final, Generic, TypeVar

EntryT = TypeVar("EntryT")
KeyT = TypeVar("KeyT")

SHORTEST_SEARCH: Final = 2


class Pages(Generic[EntryT, KeyT]):
    """The page read last, and the way on and back; a key says where a page begins."""

    def __init__(self) -> None:
        self.sought = ""
        self.entries: tuple[EntryT, ...] = ()
        self._keys: list[KeyT | None] = [None]
        self._next: KeyT | None = None

    @property
    def number(self) -> int:
        """Return the number of the page, from 1."""
        return len(self._keys)

    @property
    def has_next(self) -> bool:
        """Tell whether another page follows."""
        return self._next is not None

    def start_over(self) -> None:
        """Go to the first page."""
        self._keys = [None]

    def turn(self, pages: int) -> bool:
        """Go a page on or back; tell whether there is one."""
        if pages > 0 and self._next is not None:
            self._keys.append(self._next)
        elif pages < 0 and len(self._keys) > 1:
            self._keys.pop()
        else:
            return False
        return True
