"""Where a new office's signing key is to be: a PKCS#11 token instead of this computer's disk."""

import asyncio
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from backend_client.security_module import TokenPlan, try_security_module
from issuance.findings import Finding, blocks
from issuance.findings.cases import CaseFinding
from issuance.identity.cleaning import printable
from issuance.identity.kinds import FieldKind
from issuance.identity.verdict import Reading, valid
from issuance.secret import Secret
from screens.counter_screen import CounterScreen
from tui.actions import BACK, DO, bindings
from tui.form import Form
from tui.form_fields import FieldSpec
from tui.translation import N_, Translator
from tui.widgets.message_line import MessageLine

_TRY: Final = DO.named(N_("Try"), N_("Logs in to the token once, then goes on with it."))
_MODULE, _TOKEN, _KEY, _PIN = "module", "token", "key", "pin"
_LENGTHS: Final = {_MODULE: 1000, _TOKEN: 32, _KEY: 32, _PIN: 64}


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where the signing key is to be; without a token sealed on this computer."""

    token: TokenPlan | None


class SecurityModuleScreen(CounterScreen[KeyPlace]):
    """Takes module, token, label and PIN, and tries them.

    Args:
        plan: what was given before; its PIN is typed again.
    """

    CSS_PATH = "security_module.tcss"
    ACTIONS = (BACK, _TRY)
    BINDINGS: ClassVar = bindings(*ACTIONS)

    def __init__(self, plan: TokenPlan | None) -> None:
        super().__init__()
        self._plan = plan

    def compose_content(self) -> ComposeResult:
        """Build the fields."""
        with Vertical(id="module"):
            yield Static(
                self.translate(N_("Signing key in a security module")),
                classes="title", markup=False,
            )  # fmt: skip
            yield Static(
                self.translate(
                    N_(
                        "The authority's key is made in the token and never leaves it; the root's "
                        "stays sealed by the passphrase. For an existing authority give the label "
                        "of its key. Leave the module empty to keep the key on this computer."
                    )
                ),
                classes="muted", markup=False,
            )  # fmt: skip
            yield Form(self._specs(), _read)

    def on_mount(self) -> None:
        """Begin with the module."""
        self.query_one(Form).focus_field(_MODULE)

    def on_form_completed(self, event: Form.Completed) -> None:
        """Try them, or go on without."""
        values = event.values
        if values[_MODULE] and not values[_TOKEN]:
            event.form.show_findings((blocks(CaseFinding.FIELD_REQUIRED, _TOKEN),))
        elif values[_MODULE]:
            self.try_it(values[_MODULE], values[_TOKEN], values[_KEY], Secret(values[_PIN]))
        else:
            self.dismiss(KeyPlace(None))

    @work(exclusive=True, group="try", exit_on_error=True, description="try a security module")
    async def try_it(self, module: str, token: str, key: str, pin: Secret) -> None:
        """Log in once; leave with what works."""
        with self.ventanilla.keys.held():
            tried = await asyncio.to_thread(try_security_module, module, token, key, pin)
            if not self.is_drawn:
                return
        if isinstance(tried, Finding):
            form, field = self.query_one(Form), _field_of(tried)
            if field == _PIN:
                # Whatever is typed behind a wrong one is a wrong try more, and a token counts.
                form.restore({_PIN: ""})
            self.query_one("#message", MessageLine).show_findings((tried,))
            form.focus_field(field)
        else:
            self.dismiss(KeyPlace(tried))

    def action_do(self) -> None:
        """Try what was typed."""
        self.query_one(Form).complete()

    def _specs(self) -> tuple[FieldSpec, ...]:
        plan = self._plan
        known = {
            _MODULE: plan.address.module if plan else "",
            _TOKEN: plan.address.label if plan else "",
            _KEY: plan.key_label if plan else "",
        }
        labels = {
            _MODULE: self.translate(N_("PKCS#11 module")),
            _TOKEN: self.translate(N_("Token's label")),
            _KEY: self.translate(N_("Key's label")),
            _PIN: self.translate(N_("PIN")),
        }
        return tuple(
            FieldSpec(
                name,
                FieldKind.FREE_TEXT,
                label,
                required=False,
                initial=known.get(name, ""),
                maximum_length=_LENGTHS[name],
                secret=name == _PIN,
            )
            for name, label in labels.items()
        )


def place_words(place: KeyPlace, translate: Translator) -> str:
    """Say where the signing key is to be."""
    if place.token is None:
        return translate(N_("The signing key stays on this computer, sealed."))
    label = printable(place.token.address.label)
    return translate(N_("The signing key will be in the token {label}."), label=label)


def _field_of(refusal: Finding) -> str:
    """Return the field in which a refusal is cured."""
    if refusal.code.startswith("TOKEN_PIN"):
        return _PIN
    return _MODULE if refusal.code.startswith("TOKEN_MODULE") else _TOKEN


def _read(name: str, text: str) -> Reading:
    return valid(text if name == _PIN else text.strip())
