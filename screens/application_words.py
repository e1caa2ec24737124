"""What stands around the application's form: who applies for what, at what price, and why again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from issuance.identity.cleaning import printable
from issuance.streams import StreamRef
from tui.translation import N_, Translator

if TYPE_CHECKING:
    from backend_client.policy_view import PolicyView
    from issuance.cases.state import Correction


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What a new application's form begins with, because it was typed before.

    Attributes:
        values: what the fields hold.
        renews: the serial of the certificate the new case is to follow, decimal; often none.
        stream: the case it would have opened, had the server taken it.
    """

    values: Mapping[str, str] = field(repr=False)
    renews: str = ""
    stream: StreamRef | None = None


def applicant_words(
    words: "PolicyView", product: str, texts: Mapping[str, str], day: date, translate: Translator
) -> str:
    """Return who applies as far as it is typed, for what, and until then at what price."""
    label = words.product_label(product)
    if name := words.name_in(texts):
        return f"{name} · {label}"
    line = next((each for each in words.products(day) if each.id == product), None)
    if line is None or line.price is None:
        return label
    price = line.price_text
    if line.price.sample:
        price = translate(N_("{price} (sample)"), price=price)
    return f"{label} · {price}"


def correction_words(correction: "Correction | None", by: str, translate: Translator) -> str:
    """Return who sent an application back, and the note that says how to mend it."""
    if correction is None:
        return ""
    returned = N_("Returned for correction by {user}: {note}")
    if not correction.note:
        returned = N_("Returned for correction by {user}.")
    return translate(returned, user=by, note=correction.note)


def absence_words(words: "PolicyView", product: str) -> str:
    """Return the fields a product never asks, each with why."""
    return "\n".join(f"{label}: {why}" for label, why in words.absent_fields(product))


def discard_words(name: str, changed: int, translate: Translator) -> str:
    """Return whose data were discarded, how many, and how they come back."""
    return translate(
        N_("Discarded: {name}, {fields}. F12 again brings it back, until you leave the form."),
        name=printable(name) or translate(N_("an application without a name yet")),
        fields=translate.plural("{count} field", "{count} fields", changed),
    )
