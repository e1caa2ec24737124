"""What a policy says of institutions, their people and their certificates, in one language."""

from backend_client.policy_lines import FormField
from backend_client.policy_view import PolicyView
from issuance.institutions.people import person_rules


class InstitutionView(PolicyView):
    """The lists and words of a policy that has institutions."""

    def official_form(self) -> tuple[FormField, ...]:
        """Return the fields of an official, or of an institution's operator."""
        return self._fields(person_rules(self._policy))

    def purposes(self) -> tuple[tuple[str, str], ...]:
        """Return what certificates may be asked for, with their labels."""
        rule = self._policy.portable
        names = rule.purposes if rule else ()
        return tuple((name, self.word("purposes", name)) for name in names)

    def identity_documents(self) -> tuple[tuple[str, str], ...]:
        """Return the documents an official may prove who they are with."""
        rule = self._policy.portable
        documents = rule.identity_documents if rule else ()
        return tuple((each, self.word("identity_documents", each)) for each in documents)

    def revocation_causes(self) -> tuple[tuple[str, str], ...]:
        """Return why a certificate, or an official's registration, may end."""
        return tuple((each, self.word("reasons", each)) for each in self._policy.reasons.revoke)
