"""What was brought for one photo or document and what was decided about it, as a draft keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter

from issuance.cases.commands.evidence import Override
from issuance.findings import Finding, Severity
from screens.brought_file import BroughtFile
from screens.evidence_ladder import warned_of

_OVERRIDES: Final = TypeAdapter(tuple[Override, ...])


@dataclass(slots=True)
class SlotWork:
    """A file in hand: its findings as they come, and what was decided about each warning.

    Attributes:
        file: once it is checked and kept.
        findings: found so far.
        overrides: why a warning does not stand in the way, by its code.
        confirmed: the codes of warnings that are so: the file will not do.
        checking: whether more findings may come.
    """

    file: BroughtFile | None = None
    findings: list[Finding] = field(default_factory=list[Finding])
    overrides: dict[str, Override] = field(default_factory=dict[str, Override])
    confirmed: set[str] = field(default_factory=set[str])
    checking: bool = False

    @classmethod
    def from_draft(cls, draft: Mapping[str, str], slot: str) -> "SlotWork":
        """Return what a draft keeps of a slot."""
        text = draft.get(f"{slot}.file")
        file = BroughtFile.model_validate_json(text) if text else None
        overrides = _OVERRIDES.validate_json(draft.get(f"{slot}.overrides") or "[]")
        return cls(
            file=file,
            findings=list(file.findings) if file else [],
            overrides={each.code: each for each in overrides},
            confirmed=set(draft.get(f"{slot}.confirmed", "").split()),
        )

    def decisions_kept(self) -> dict[str, str]:
        """Return the decisions as a draft keeps them, by the part of the slot's name."""
        overrides = tuple(self.overrides.values())
        return {
            "overrides": _OVERRIDES.dump_json(overrides).decode() if overrides else "",
            "confirmed": " ".join(sorted(self.confirmed)),
        }

    @property
    def warned(self) -> dict[str, list[Finding]]:
        """What warns, by code."""
        return warned_of(self.findings)

    @property
    def undecided(self) -> list[str]:
        """The codes of warnings nobody decided about yet."""
        decided = self.confirmed | set(self.overrides)
        return [code for code in self.warned if code not in decided]

    @property
    def blocking(self) -> tuple[str, ...]:
        """The codes of what refuses the file."""
        return _codes(each for each in self.findings if each.severity is Severity.BLOCKS)

    @property
    def to_ask_for(self) -> tuple[str, ...]:
        """The codes for which another file is to be asked for."""
        return self.blocking or tuple(code for code in self.warned if code in self.confirmed)

    def override(self, code: str, reason: str, note: str) -> None:
        """Let a warning pass for a reason."""
        self.confirmed.discard(code)
        self.overrides[code] = Override(code=code, reason=reason, note=note)

    def confirm(self, code: str) -> None:
        """Say that a warning is right."""
        self.overrides.pop(code, None)
        self.confirmed.add(code)


def _codes(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.code for each in findings))
