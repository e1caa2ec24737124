"""The pages of the set-up: their titles, texts, fields, and what is wrong with a typed text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from backend_client.choosing import password_findings, user_name_findings
from backend_client.mail_form import SECURITIES
from issuance.findings import Finding, blocks
from issuance.findings.authority_import import AuthorityImportFinding
from issuance.findings.founding import FoundingCode
from issuance.findings.tokens import TokenFinding
from issuance.identity.choices import read_choice
from issuance.identity.email import read_email
from issuance.identity.texts import read_text
from issuance.identity.verdict import Certainty, Reading
from issuance.secret import Secret
from tui.form_fields import FieldSpec
from tui.translation import N_, Translator

Choices = tuple[tuple[str, str], ...]
Lists = Mapping[str, Choices]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its title and what it says, both messages to translate."""

    name: str
    title: str
    text: str


PAGES: Final = (
    Page(
        "rules",
        N_("Kind of office"),
        N_("What the office does decides its rules. It cannot be changed later."),
    ),
    Page(
        "office",
        N_("The office"),
        N_("The name stands on every screen; the province chooses the account for deposits."),
    ),
    Page(
        "administrator",
        N_("First administrator"),
        N_("This person adds the others. Nobody else knows this password, and nobody can read it."),
    ),
    Page(
        "authenticator",
        N_("Authenticator"),
        N_(
            "Scan the picture with an authenticator app on your telephone, or type the key into it."
            " Then type the six digits it shows."
        ),
    ),
    Page(
        "authority",
        N_("Certification authority"),
        N_(
            "The name stands in every certificate and cannot be changed. The passphrase protects"
            " the signing keys: keep it apart from the passwords. To go on with an existing"
            " authority leave the name empty and give the folder with its key, chain, issued list"
            " and revocation list."
        ),
    ),
    Page(
        "mail",
        N_("Mail server"),
        N_(
            "Codes and notices leave through it. Leave the server empty to do it later: in the"
            " work-list F4, “Language and colours”, F6. Until then no code reaches an applicant,"
            " so no case can go on."
        ),
    ),
    Page(
        "summary",
        N_("Ready to begin"),
        N_("F10 makes the office. It takes a few seconds. F3 goes back to change something."),
    ),
    Page(
        "recovery",
        N_("Recovery key"),
        N_(
            "Write it down now and keep it in a sealed envelope: it opens the office's data when"
            " no password does. It is shown this once."
        ),
    ),
    Page(
        "check",
        N_("Recovery key written down"),
        N_("Type two groups from your paper. With them the office begins."),
    ),
)
_WITHOUT_COUNTER: Final[Mapping[str, str]] = {
    "office": N_("The name stands on every screen."),
    "mail": N_(
        "Notices leave through it. Leave the server empty to do it later: in the lists F4,"
        " “Language and colours”, F6. Until then nobody is told anything by mail."
    ),
}
"""What pages say otherwise where nobody comes to a counter."""
RULES: Final[Mapping[str, str]] = {
    "ec-icert": N_("Counter for applicants (ICERT, Ecuador)"),
    "cl-firmagob": N_("Institutions (FirmaGob, Chile)"),
}
LABELS: Final[Mapping[str, str]] = {
    "rules": N_("What it does"),
    "name": N_("Name of the office"),
    "province": N_("Province"),
    "user": N_("User"),
    "person": N_("Full name"),
    "password": N_("Password"),
    "password_again": N_("Password again"),
    "code": N_("Six digits"),
    "authority": N_("Name"),
    "passphrase": N_("Passphrase"),
    "passphrase_again": N_("Passphrase again"),
    "algorithm": N_("Kind of key"),
    "old_authority": N_("Folder of an old authority"),
    "old_passphrase": N_("Its passphrase"),
    "host": N_("Server"),
    "port": N_("Port"),
    "security": N_("Encryption"),
    "sender": N_("Sender's address"),
    "mail_user": N_("User on the server"),
    "mail_password": N_("Password on the server"),
}
SECURITY_WORDS: Final[Mapping[str, str]] = {
    "starttls": N_("STARTTLS (usual, port 587)"),
    "tls": N_("TLS (port 465)"),
    "none-on-loopback-only": N_("none (server on this computer)"),
}
MAIL_FIELDS: Final = ("host", "port", "security", "sender", "mail_user", "mail_password")
OPTIONAL: Final = frozenset({
    *MAIL_FIELDS, "authority", "algorithm", "old_authority", "old_passphrase",
})  # fmt: skip
ALGORITHMS: Final[Choices] = (
    ("rsa-3072", "RSA-3072"),
    ("rsa-2048", "RSA-2048"),
    ("rsa-4096", "RSA-4096"),
    ("p-256", "P-256"),
    ("p-384", "P-384"),
)
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "rules": ("rules",),
    "office": ("name", "province"),
    "administrator": ("user", "person", "password", "password_again"),
    "authority": (
        "authority",
        "passphrase",
        "passphrase_again",
        "algorithm",
        "old_authority",
        "old_passphrase",
    ),
    "mail": MAIL_FIELDS,
    "authenticator": ("code",),
    "check": ("first_group", "second_group"),
}
SECRETS: Final = frozenset({
    "password", "password_again", "passphrase", "passphrase_again", "old_passphrase",
    "mail_password",
})  # fmt: skip
_TOKEN_CODES: Final = frozenset(TokenFinding)
_LENGTHS: Final[Mapping[str, int]] = {
    "name": 60, "user": 31, "person": 100, "authority": 59, "code": 6, "port": 5,
}  # fmt: skip
_EXAMPLES: Final[Mapping[str, str]] = {
    "user": "mvera", "host": "mail.example.com", "port": "587", "sender": "oficina@example.com",
}  # fmt: skip


def page_text(page: Page, *, has_counter: bool) -> str:
    """Return what a page says, a message to translate."""
    return page.text if has_counter else _WITHOUT_COUNTER.get(page.name, page.text)


def rules_named(names: Sequence[str], translate: Translator) -> Choices:
    """Return the policies an office may begin with, in words where the program has some."""
    return tuple((name, translate(RULES.get(name, name))) for name in names)


def field_specs(page: str, translate: Translator, lists: Lists) -> list[FieldSpec]:
    """Return the fields of a page; `lists` are those of the policies. An empty one asks nothing."""
    securities = tuple((code, translate(SECURITY_WORDS[code])) for code in SECURITIES)
    choices = {"security": securities, "algorithm": ALGORITHMS, **lists}
    return [
        FieldSpec(
            name,
            "choice" if name in choices else "free_text",
            translate(LABELS.get(name, "")),
            example=_EXAMPLES.get(name, ""),
            required=name not in OPTIONAL,
            choices=choices.get(name, ()),
            maximum_length=_LENGTHS.get(name, 256),
            secret=name in SECRETS,
        )
        for name in FIELDS[page]
        if choices.get(name) != ()
    ]


def group_specs(numbers: Sequence[int], translate: Translator) -> list[FieldSpec]:
    """Return the fields for groups of the recovery key; `numbers` count from 0."""
    return [
        FieldSpec(
            name,
            "free_text",
            translate(N_("Group {number}"), number=number + 1),
            maximum_length=5,
        )
        for name, number in zip(FIELDS["check"], numbers, strict=True)
    ]


def read_field(name: str, text: str, values: Mapping[str, str], lists: Lists) -> Reading:
    """Read one field of any page; `values` are the others as typed."""
    if not text:
        return Reading(Certainty.INCOMPLETE, text)
    reader = _READERS.get(name)
    if reader is not None:
        return reader(text, values)
    if name in lists:
        return read_choice(text, tuple(code for code, _ in lists[name]))
    return read_text(text) if name not in SECRETS else Reading(Certainty.VALID, text)


def beside_old_authority(finding: Finding) -> Finding:
    """Return what was found of an existing authority beside the field that cures it."""
    if finding.code == AuthorityImportFinding.IMPORT_KEY_NOT_OPENED:
        return replace(finding, field="old_passphrase")
    if finding.code in _TOKEN_CODES:
        return finding
    return replace(finding, field="old_authority")


def numbered(key: Secret) -> str:
    """Return the groups of a recovery key with their numbers, four to a line."""
    cells = [f"{at:>2}  {group}" for at, group in enumerate(key.reveal().split(), 1)]
    rows = (cells[start : start + 4] for start in range(0, len(cells), 4))
    return "\n\n".join("      ".join(row) for row in rows)


def _judged(text: str, findings: tuple[Finding, ...]) -> Reading:
    """Tell what is wrong when the field is left: more typing may cure it."""
    return Reading(Certainty.INCOMPLETE if findings else Certainty.VALID, text, findings)


def _password(text: str, values: Mapping[str, str]) -> Reading:
    names = [values[name] for name in ("user", "name") if values.get(name)]
    return _judged(text, password_findings(text, names))


def _same_as(other: str) -> Callable[[str, Mapping[str, str]], Reading]:
    def read(text: str, values: Mapping[str, str]) -> Reading:
        same = text == values.get(other, "")
        return _judged(text, () if same else (blocks(FoundingCode.PASSWORDS_DIFFER),))

    return read


_READERS: Final[Mapping[str, Callable[[str, Mapping[str, str]], Reading]]] = {
    "user": lambda text, _: _judged(text, user_name_findings(text)),
    "password": _password,
    "password_again": _same_as("password"),
    "passphrase": _password,
    "passphrase_again": _same_as("passphrase"),
    "security": lambda text, _: read_choice(text, SECURITIES),
    "algorithm": lambda text, _: read_choice(text, tuple(code for code, _ in ALGORITHMS)),
    "sender": lambda text, _: read_email(text),
}
