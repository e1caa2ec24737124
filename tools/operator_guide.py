"""Writes the guides of docs/operator and docs/institutions from the words that F1 shows.

`python tools/operator_guide.py` writes the pages; with `--check` it only tells, by its exit status,
whether they are up to date.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from issuance.policies.loader import LoadedPolicy, PolicyWords, load_policy
from issuance.policies.model import EvidenceRule, FieldRule, Policy, StepKind, StepRule

POLICY: Final = "ec-icert"
LIFE: Final = "certificates"
"""The page about what comes after the last step."""
DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
FOLDER: Final = DOCS / "operator"
GUIDES: Final = {POLICY: FOLDER, "cl-firmagob": DOCS / "institutions"}
"""Where each policy's guide lies, by language."""
_TITLES: Final = ("title", "fields", "example")


def pages(loaded: LoadedPolicy) -> dict[Path, str]:
    """Return every page of a policy's guide by its path below the guide's folder."""
    found: dict[Path, str] = {}
    for language in loaded.policy.languages:
        words = loaded.words(language)
        if loaded.policy.portable is not None:
            found[Path(language, "README.md")] = _page(_institutions(loaded.policy, words))
            continue
        found[Path(language, "README.md")] = _page(_contents(loaded.policy, words))
        for step in loaded.policy.steps:
            found[Path(language, f"{step.id}.md")] = _page(_step(loaded.policy, step, words))
        found[Path(language, f"{LIFE}.md")] = _page(_life(loaded.policy, words))
    return found


def differing(loaded: LoadedPolicy, folder: Path) -> list[Path]:
    """Name the pages that are missing, outdated or left over in a folder, in order."""
    wanted = pages(loaded)
    written = {path.relative_to(folder): path.read_text("utf-8") for path in folder.glob("*/*.md")}
    return sorted(
        path for path in wanted.keys() | written.keys() if wanted.get(path) != written.get(path)
    )


def write(loaded: LoadedPolicy, folder: Path) -> None:
    """Write every page and remove those of steps that are no more."""
    wanted = pages(loaded)
    for path in differing(loaded, folder):
        if path in wanted:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(wanted[path], "utf-8")
        else:
            (folder / path).unlink()


def _page(blocks: Iterable[str]) -> str:
    return "\n\n".join(blocks) + "\n"


def _contents(policy: Policy, words: PolicyWords) -> Iterator[str]:
    yield f"# {words.word('guide', 'title')}"
    yield "\n".join(
        f"{number}. [{words.word('steps', step.id)}]({step.id}.md): "
        f"{words.word('steps', step.id, 'summary')}"
        for number, step in enumerate(policy.steps, start=1)
    )
    label, summary = (words.word("guide", LIFE, part) for part in ("label", "summary"))
    yield f"- [{label}]({LIFE}.md): {summary}"


def _step(policy: Policy, step: StepRule, words: PolicyWords) -> Iterator[str]:
    yield f"# {words.word('steps', step.id)}"
    yield words.text(f"help/{step.id}").strip()
    match step.kind:
        case StepKind.APPLICATION:
            yield from _fields(policy.fields, words)
        case StepKind.EVIDENCE:
            yield f"## {words.word('guide', 'documents')}"
            for rule in policy.evidence:
                yield from _evidence(rule, words)
        case StepKind.PAYMENT:
            yield from _fields(policy.payment_fields, words)
        case StepKind.BILLING:
            yield from _fields(policy.billing_fields, words)
        case StepKind.ACTIVATION:
            activation = policy.activation
            yield f"## {words.word('guide', 'questions')}"
            yield _questions((*activation.person_checklist, *activation.data_checklist), words)
        case StepKind.EMAIL | StepKind.APPROVAL:
            pass


def _life(policy: Policy, words: PolicyWords) -> Iterator[str]:
    yield f"# {words.word('guide', LIFE)}"
    yield words.text(f"help/{LIFE}").strip()
    yield f"## {words.word('guide', 'causes')}"
    yield "\n".join(f"- {words.word('reasons', cause)}" for cause in policy.reasons.revoke)
    yield f"## {words.word('guide', 'identifications')}"
    ways = dict.fromkeys(way for ways in policy.life.asks.values() for way in ways)
    yield "\n".join(f"- {words.word('identifications', way)}" for way in ways)


def _institutions(policy: Policy, words: PolicyWords) -> Iterator[str]:
    yield f"# {words.word('guide', 'title')}"
    for name in words.names("guide"):
        if name not in _TITLES:
            yield f"## {words.word('guide', name)}"
            yield words.text(f"help/{name}").strip()
    yield from _fields(policy.fields, words)


def _fields(rules: tuple[FieldRule, ...], words: PolicyWords) -> Iterator[str]:
    yield f"## {words.word('guide', 'fields')}"
    for rule in rules:
        label, text, example = (
            words.word("fields", rule.name, part) for part in ("label", "help", "example")
        )
        yield f"**{label}.** {text} {words.word('guide', 'example')}: `{example}`."


def _evidence(rule: EvidenceRule, words: PolicyWords) -> Iterator[str]:
    yield f"### {words.word('evidence', rule.id)}"
    yield words.word("evidence", rule.id, "help")
    yield _questions(rule.checklist, words)
    if rule.exemptions:
        yield f"{words.word('guide', 'exemptions')}:"
        yield "\n".join(
            f"- {words.word('exemptions', each.id)}. {words.word('exemptions', each.id, 'help')}"
            for each in rule.exemptions
        )


def _questions(names: tuple[str, ...], words: PolicyWords) -> str:
    return "\n".join(f"- {words.word('checklists', name, 'question')}" for name in names)


def main() -> int:
    """Write or check the guide; the exit status is 1 where a check finds it outdated."""
    parser = argparse.ArgumentParser(prog="operator_guide", description="Write the guides.")
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    is_check, is_outdated = parser.parse_args().check, False
    for policy, folder in GUIDES.items():
        loaded = load_policy(policy)
        outdated = differing(loaded, folder)
        if not is_check:
            write(loaded, folder)
        for path in outdated if is_check else ():
            sys.stderr.write(f"outdated: {folder.relative_to(DOCS.parent)}/{path}\n")
            is_outdated = True
    return int(is_outdated)


if __name__ == "__main__":
    raise SystemExit(main())
