"""As many invented applicants as a bench asks for; run by itself it measures nothing."""

from dataclasses import dataclass

from issuance.cases.commands.application import AmendApplication, OpenCase
from issuance.identity.cedula import passes_modulo_10
from issuance.policies.loader import load_policy
from issuance.samples.people import PEOPLE, sample_person


@dataclass(frozen=True)
class Applicant:
    """An invented person with a number of the specimen range `30 5 9`, up to 99,999."""

    number: int

    @property
    def cedula(self) -> str:
        """Return the cédula."""
        nine_digits = f"3059{self.number:05}"
        ten_digits = (nine_digits + each for each in "0123456789")
        return next(filter(passes_modulo_10, ten_digits))

    @property
    def values(self) -> dict[str, str]:
        """Return the application of a natural person."""
        like = sample_person("natural", self.number % PEOPLE).values
        own = {"cedula": self.cedula, "email": f"p{self.number}@example.com"}
        if "ruc" in like:
            own["ruc"] = f"{self.cedula}001"
        return {**like, **own}

    def opening(self) -> OpenCase:
        """Return the command that opens the case."""
        return OpenCase(
            policy="ec-icert",
            product="natural-pkcs12-2y",
            values=self.values,
            consent_version=load_policy("ec-icert").policy.consent_version,
            language="es",
        )

    def correction(self, round_: int = 0) -> AmendApplication:
        """Return a command that corrects the telephone number."""
        phone = f"+59399{(self.number * 20 + round_) % 10**7:07}"
        return AmendApplication(values={**self.values, "phone": phone})
