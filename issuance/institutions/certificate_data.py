"""What an official's certificate is filled in with."""

from collections.abc import Mapping

from issuance.institutions.institution_stream import InstitutionState
from issuance.institutions.names import organization_name, padded
from issuance.institutions.people import Person


def certificate_data(person: Person, institution: InstitutionState) -> Mapping[str, str]:
    """Return the values that the profile of a portable certificate reads, by their names."""
    return {
        "run": padded(person.run),
        "given_names": person.given_names,
        "first_surname": person.first_surname,
        "second_surname": person.second_surname,
        "certificate_name": person.certificate_name,
        "email": person.email,
        "position": person.position,
        "institution": institution.name,
        "institution_short": organization_name(institution.name, institution.short_name),
        "institution_rut": padded(institution.rut),
    }
