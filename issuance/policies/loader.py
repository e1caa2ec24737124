"""Reads a policy's folder: rules in TOML files, words in one folder a language."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Any, Final, cast

from pydantic import ValidationError

from issuance.findings import Finding, blocks
from issuance.findings.policies import PolicyFinding
from issuance.model import canonical_bytes
from issuance.policies.composition import composed_profiles
from issuance.policies.consistency import contradictions
from issuance.policies.model import Policy, product_id
from issuance.policies.references import unknown_names
from issuance.policies.wording import missing_words

_BEGIN: Final = re.compile(r'(\w+)(?:\.[\w.-]+)*(?: "([^"]*)")?: ')


class PolicyError(ValueError):
    """A policy's files do not make a policy.

    Args:
        mistakes: a line for each, with its file and place.
        policy: the name of the policy, where it is a shipped one.
    """

    def __init__(self, mistakes: str, policy: str = "") -> None:
        super().__init__(mistakes)
        self._policy = policy

    @property
    def finding(self) -> Finding:
        """Return what is told of it."""
        mistakes = "; ".join(str(self).splitlines())
        return blocks(PolicyFinding.POLICY_UNUSABLE, policy=self._policy, mistakes=mistakes)


class PolicyWords:
    """A policy's words in one language: labels, help, reasons, mail and contract templates."""

    def __init__(self, entries: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str]) -> None:
        self._entries = entries
        self._texts = texts

    def word(self, topic: str, name: str, part: str = "label") -> str:
        """Return a short text, for example `word("fields", "cedula", "help")`; empty if unwritten.

        Raises KeyError for a topic or name the policy does not have.
        """
        return str(self._entries[topic][name].get(part, ""))

    def names(self, topic: str) -> tuple[str, ...]:
        """Name the entries of a topic."""
        return tuple(self._entries.get(topic, {}))

    def text(self, name: str) -> str:
        """Return a long text, for example `contract`, `consent` or `mail/approved`."""
        return self._texts[name]

    def text_names(self) -> tuple[str, ...]:
        """Name every long text."""
        return tuple(self._texts)


class LoadedPolicy:
    """A policy with the hash that stands in every event, and its words.

    `files` has the SHA-256 of every file; `digest` is that of all of them together.
    """

    def __init__(
        self, policy: Policy, files: Mapping[str, str], words: Mapping[str, PolicyWords]
    ) -> None:
        self.policy = policy
        self.files = files
        self.digest = hashlib.sha256(canonical_bytes(dict(files))).hexdigest()
        self._words = words

    @property
    def reference(self) -> str:
        """Name the policy as events do: `id@version#hash`."""
        return f"{self.policy.id}@{self.policy.version}#{self.digest}"

    def words(self, language: str) -> PolicyWords:
        """Return the words in a language, or in the policy's first one where it lacks it."""
        return self._words.get(language) or self._words[self.policy.languages[0]]


def policy_names() -> tuple[str, ...]:
    """Name the policies this installation ships."""
    root = files("issuance.policies")
    return tuple(
        sorted(each.name for each in root.iterdir() if each.joinpath("policy.toml").is_file())
    )


@lru_cache(maxsize=8)
def load_policy(name: str) -> LoadedPolicy:
    """Read and check a shipped policy.

    Raises PolicyError when the data is wrong: it is checked before it is used, never repaired.
    """
    try:
        return read_policy(files("issuance.policies").joinpath(name))
    except PolicyError as error:
        raise PolicyError(str(error), name) from error


def read_policy(folder: Traversable) -> LoadedPolicy:
    """Read and check the policy in a folder; raises PolicyError when the data is wrong."""
    try:
        return _read_policy(folder)
    except OSError as error:
        missing = error.filename or folder.name
        raise PolicyError(f"{Path(missing).name}: {error.strerror}") from error


def _read_policy(folder: Traversable) -> LoadedPolicy:
    rules: dict[str, Any] = {}
    files_of: dict[str, list[str]] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            more = _toml_in(file, file.name)
            _add_rules(rules, more, file.name)
            for key, value in more.items():
                entries = len(cast("list[Any]", value)) if isinstance(value, list) else 1
                files_of.setdefault(key, []).extend([file.name] * entries)
    pieces = rules.pop("profile_pieces", {})
    try:
        rules["profiles"] = composed_profiles(rules.get("profiles", ()), pieces)
        policy = Policy.model_validate(rules)
    except ValidationError as error:
        raise PolicyError("\n".join(_mistakes(error, rules, files_of))) from error
    except ValueError as error:
        raise PolicyError(_with_file(str(error), rules, files_of)) from error
    if unfit := [*contradictions(policy), *unknown_names(policy)]:
        raise PolicyError("\n".join(_with_file(each, rules, files_of) for each in unfit))
    words = {language: _read_words(folder.joinpath(language)) for language in policy.languages}
    said = (missing_words(policy, language, each) for language, each in words.items())
    if missing := [line for lines in said for line in lines]:
        raise PolicyError("\n".join(missing))
    return LoadedPolicy(policy, _hashes(folder), words)


def _toml_in(file: Traversable, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(_text_in(file, where))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{where}: {error}") from error


def _text_in(file: Traversable, where: str) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{where}: {error.reason} (UTF-8)") from error


def _mistakes(
    error: ValidationError, rules: Mapping[str, Any], files_of: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Say each mistake with the file and the entry it stands in."""
    found = error.errors(include_url=False, include_context=False)
    places = [each["loc"] for each in found]
    for each in found:
        place = each["loc"]
        # A list counts only its sound entries, so that it seems too short beside a wrong one.
        if any(other[: len(place)] == place != other for other in places):
            continue
        said = each["msg"].removeprefix("Value error, ")
        given = each["input"]
        value = f"{given!r}: " if isinstance(given, str | int) and each["type"] != "missing" else ""
        yield f"{_place(place, rules, files_of)}{value}{said}"


def _place(
    place: tuple[int | str, ...], rules: Mapping[str, Any], files_of: Mapping[str, Sequence[str]]
) -> str:
    match place:
        case (str() as key, int() as number, *rest):
            where = f'{files_of[key][number]}: {key} "{_entry_name(rules[key][number], number)}"'
        case (str() as key, *rest) if files_of.get(key):
            where = f"{files_of[key][0]}: {key}"
        case _:
            where, rest = "", list(place)
    steps = ".".join(map(str, rest))
    return "".join(f"{part}: " for part in (where, steps) if part)


def _with_file(said: str, rules: Mapping[str, Any], files_of: Mapping[str, Sequence[str]]) -> str:
    """Put the file before what begins with a table, or with a list and its entry in quotes."""
    begin = _BEGIN.match(said)
    key, entry = begin.groups() if begin else ("", None)
    places, known = files_of.get(key, ()), rules.get(key)
    if entry is not None and isinstance(known, list):
        entries = enumerate(cast("list[Any]", known))
        # What stands there more than once is told where it stands last.
        places = [places[at] for at, each in entries if _entry_name(each, at) == entry][-1:]
    return f"{places[0]}: {said}" if places else said


def _entry_name(entry: Any, number: int) -> str:
    """Return what an entry of a list is called, as the policy does."""
    if not isinstance(entry, dict):
        return str(number)
    known = cast("dict[str, Any]", entry)
    if "certificate_type" in known and "validity" in known:
        return product_id(known["certificate_type"], known.get("container", ""), known["validity"])
    return str(known.get("id", known.get("name", number)))


def _add_rules(rules: dict[str, Any], more: Mapping[str, Any], name: str) -> None:
    """Add one file's rules: lists of a name go on where another file's end, tables are joined."""
    for key, value in more.items():
        known = rules.get(key)
        if known is None:
            rules[key] = value
        elif isinstance(known, list) and isinstance(value, list):
            rules[key] = [*known, *value]
        elif isinstance(known, dict) and isinstance(value, dict) and not known.keys() & value:
            rules[key] = known | value
        else:
            raise PolicyError(f"{name}: {key} stands in another file too")


def _read_words(folder: Traversable) -> PolicyWords:
    entries: dict[str, Mapping[str, Any]] = {}
    texts: dict[str, str] = {}
    for path, file in _walk(folder):
        where = f"{folder.name}/{path}"
        name, _, ending = path.rpartition(".")
        if ending == "toml":
            entries[name] = _toml_in(file, where)
        else:
            texts[name] = _text_in(file, where)
            if not Template(texts[name]).is_valid():
                raise PolicyError(f"{where}: a placeholder is malformed")
    return PolicyWords(entries, texts)


def _walk(folder: Traversable, prefix: str = "") -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir():
            found += _walk(each, f"{prefix}{each.name}/")
        elif each.name.endswith((".toml", ".txt")):
            found.append((prefix + each.name, each))
    return found


def _hashes(folder: Traversable) -> dict[str, str]:
    return {path: hashlib.sha256(file.read_bytes()).hexdigest() for path, file in _walk(folder)}
