"""An application of an institution: its name, and for whom it may ask for signatures."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final
from uuid import UUID

from issuance.identity.cleaning import printable
from issuance.identity.kinds import FieldKind
from issuance.identity.run import digits_of, read_runs, with_check_digit
from issuance.identity.verdict import Reading
from issuance.signing.application_stream import Grant
from issuance.signing.commands import ChangeApplication, RegisterApplication
from issuance.signing.queries import ApplicationLine
from issuance.signing.ticket_token import PURPOSES
from issuance.streams import StreamRef
from screens.entry_form import EntryForm
from screens.portable_secret import PortableSecretScreen
from tui.form_fields import FieldSpec
from tui.translation import N_

_BOTH, _RUNS = "both", "runs"
_LONGEST_NAME: Final = 80
_LONGEST_RUNS: Final = 2000


class PortableApplicationEntryScreen(EntryForm[None]):
    """Registers an application, or changes for whom a known one signs.

    Args:
        institution: whose it is.
        known: the application to change; without it one is registered.
    """

    def __init__(self, institution: UUID, known: ApplicationLine | None = None) -> None:
        super().__init__()
        self._institution = institution
        self._known = known

    def heading(self) -> str:
        """Say what is entered."""
        if self._known is None:
            return self.translate(N_("Register an application"))
        return self.translate(N_("For whom “{name}” signs"), name=printable(self._known.name))

    def help_text(self) -> str:
        """Explain it in the policy's words."""
        return self.words.text("help/applications")

    def meaning(self) -> str:
        """Say who else decides."""
        return self.translate(
            N_(
                "It may ask for signatures of these officials. Those who sign unattended also have "
                "to enable it themselves, in their own session."
            )
        )

    def draft_name(self) -> str:
        """Keep what is typed until it is accepted."""
        return f"application:{self._known.application if self._known else self._institution}"

    def specs(self) -> Sequence[FieldSpec]:
        """Return name, purposes and RUNs; of a known one the name stays."""
        both = (_BOTH, self.translate(N_("both")))
        fields = [
            FieldSpec(
                "purpose",
                FieldKind.CHOICE,
                self.translate(N_("Purpose")),
                choices=(*self.terms.purposes(), both),
                initial=self._purpose(),
            ),
            FieldSpec(
                _RUNS,
                FieldKind.FREE_TEXT,
                self.translate(N_("RUNs, a space between")),
                help=self.translate(
                    N_("Of every official for whom it asks, each with its check digit.")
                ),
                example="12.345.678-5 9.876.543-3",
                maximum_length=_LONGEST_RUNS,
                initial=self._runs(),
            ),
        ]
        if self._known is not None:
            return fields
        name = FieldSpec(
            "name",
            FieldKind.FREE_TEXT,
            self.translate(N_("Name of the application")),
            example=self.translate(N_("Correspondence")),
            maximum_length=_LONGEST_NAME,
        )
        return [name, *fields]

    async def submit(self, values: Mapping[str, str]) -> None:
        """Register the application, or change it."""
        purposes = PURPOSES if values["purpose"] == _BOTH else (values["purpose"],)
        grants = tuple(
            Grant(purpose=purpose, run=digits_of(run))
            for purpose, run in product(purposes, values[_RUNS].split())
        )
        with self.ventanilla.keys.held():
            if self._known is None:
                await self._register(values["name"], grants)
            else:
                await self._change(self._known, grants)

    async def _register(self, name: str, grants: tuple[Grant, ...]) -> None:
        """Register the application and show its secret, once."""
        key, secret = self.backend.portable.new_application()
        body = RegisterApplication(
            institution=self._institution, name=name, key=key, grants=grants, secret=secret
        )
        receipt = await self.give(body, self.backend.new_stream("application"), 0)
        if receipt.applied:
            self.ventanilla.switch_screen(PortableSecretScreen(name, key, secret))
        else:
            self.refused(receipt)

    async def _change(self, known: ApplicationLine, grants: tuple[Grant, ...]) -> None:
        stream = StreamRef(kind="application", id=known.application)
        receipt = await self.give(ChangeApplication(grants=grants), stream, known.revision)
        if receipt.applied:
            self.dismiss()
        else:
            self.refused(receipt)

    def _purpose(self) -> str:
        purposes = {each.purpose for each in self._known.grants} if self._known else set[str]()
        return _BOTH if len(purposes) > 1 else next(iter(purposes), "")

    def _runs(self) -> str:
        runs = {each.run for each in self._known.grants} if self._known else set[str]()
        return " ".join(map(with_check_digit, sorted(runs)))

    def read(self, name: str, text: str) -> Reading:
        """Read the field of the RUNs, which takes several."""
        return read_runs(text) if name == _RUNS else super().read(name, text)
