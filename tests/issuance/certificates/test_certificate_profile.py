import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from issuance.certificates.profile import CertificateProfile, ResolvedProfile, resolve
from issuance.findings import Finding
from tests.issuance.certificates.certificate_samples import (
    ICERT,
    NAME_CHARACTERS,
    PERSON,
    icert_profile,
    resolved_for,
)

NATIONAL = CertificateProfile.model_validate(
    {
        "id": "arcotel-natural",
        "subject": [
            {"oid": "2.5.4.6", "constant": "EC"},
            {
                "oid": "2.5.4.5",
                "template": "IDCEC-{cedula}",
                "otherwise": {"template": "PASEC-{passport}"},
            },
            {"oid": "2.5.4.97", "template": "VATEC-{ruc}", "required": False},
            {"oid": "2.5.4.4", "template": "{first_surname} {second_surname}"},
            {"oid": "2.5.4.42", "source": "given_names"},
        ],
        "policy_oids": ["1.2.3"],
    }
)


def values(resolved: ResolvedProfile | list[Finding]) -> dict[str, str]:
    assert isinstance(resolved, ResolvedProfile), resolved
    return {each.oid: each.value for each in (*resolved.subject, *resolved.other_names)}


def codes(result: object) -> list[tuple[str, str | None]]:
    assert isinstance(result, list), result
    return [(each.code, each.field) for each in result]


def test_a_profile_is_filled_in_from_the_holders_data():
    found = values(resolved_for(icert_profile()))
    assert found["2.5.4.3"] == "JOSÉ MARÍA NUÑEZ PÉREZ"
    assert found["2.5.4.5"] == found[f"{ICERT}.1.3.1"] == "1710034065"
    assert found[f"{ICERT}.1.3.4"] == "PÉREZ"


def test_a_missing_second_surname_leaves_no_gap_and_no_field():
    found = values(resolved_for(icert_profile(), PERSON | {"second_surname": ""}))
    assert found["2.5.4.3"] == "JOSÉ MARÍA NUÑEZ"
    assert f"{ICERT}.1.3.4" not in found


def test_the_national_profile_takes_a_passport_where_there_is_no_card():
    with_card = values(resolve(NATIONAL, PERSON | {"passport": "AB123"}))
    person = {name: value for name, value in PERSON.items() if name != "cedula"}
    with_passport = values(resolve(NATIONAL, person | {"passport": "AB123"}))
    assert with_card["2.5.4.5"] == "IDCEC-1710034065"
    assert with_passport["2.5.4.5"] == "PASEC-AB123"
    assert "2.5.4.97" not in with_card
    assert codes(resolve(NATIONAL, person)) == [("VALUE_MISSING", "cedula")]


def test_every_field_that_does_not_fit_is_named():
    data = PERSON | {"cedula": "", "given_names": "X" * 65, "city": "QUI\u202eTO"}
    assert codes(resolve(icert_profile(), data)) == [
        ("VALUE_MISSING", "cedula"),
        ("VALUE_TOO_LONG", "given_names"),
        ("VALUE_MISSING", "cedula"),
        ("VALUE_CHARACTER_REFUSED", "city"),
    ]


def test_a_finding_tells_length_and_limit():
    result = resolve(icert_profile(), PERSON | {"given_names": "Ñ" * 80})
    assert isinstance(result, list)
    assert result[0].parameters["length"] == 80 + len(" NUÑEZ PÉREZ")
    assert result[0].parameters["limit"] == 64


@pytest.mark.parametrize("cedula", ["171003406Ñ", "1710034065*", "17100\n4065"])
def test_a_printable_string_holds_only_its_characters(cedula: str):
    assert ("VALUE_CHARACTER_REFUSED", "cedula") in codes(
        resolve(icert_profile(), PERSON | {"cedula": cedula})
    )


@pytest.mark.parametrize(
    ("character", "name"),
    [("\u00df", True), ("\u20ac", True), ("\u1e9e", False), ("\u2b50", False), ("\ufffd", False)],
)
def test_a_name_holds_only_what_readers_can_compare(character: str, *, name: bool):
    profile = icert_profile(subject=[{"oid": "2.5.4.3", "source": "name"}], other_names=[])
    result = resolve(profile, {"name": f"A{character}"})
    assert name or codes(result) == [("VALUE_CHARACTER_REFUSED", "name")]
    assert isinstance(result, ResolvedProfile) is name


@pytest.mark.parametrize("country", ["ec", "ECU", "E", "É1"])
def test_a_country_is_two_capital_letters(country: str):
    profile = icert_profile(subject=[{"oid": "2.5.4.6", "source": "country"}])
    assert codes(resolve(profile, PERSON | {"country": country})) == [
        ("COUNTRY_CODE_WRONG", "country")
    ]


@given(
    name=st.text(NAME_CHARACTERS, min_size=1, max_size=90),
    limit=st.integers(1, 64),
)
def test_a_name_comes_out_as_it_went_in_or_is_refused(name: str, limit: int):
    subject = [{"oid": "2.5.4.3", "source": "name", "maximum_length": limit}]
    result = resolve(icert_profile(subject=subject, other_names=[]), {"name": name})
    if not name.strip():
        assert codes(result) == [("VALUE_MISSING", "name")]
    elif len(name) > limit:
        assert codes(result) == [("VALUE_TOO_LONG", "name")]
    else:
        assert values(result) == {"2.5.4.3": name}


@given(st.dictionaries(st.sampled_from(sorted(PERSON)), st.text(max_size=300)))
def test_no_data_makes_resolving_fail(data: dict[str, str]):
    result = resolve(icert_profile(), data)
    assert isinstance(result, ResolvedProfile) or result


@given(st.text(string.printable, max_size=30))
def test_a_template_is_read_or_refused_when_the_policy_is_loaded(template: str):
    try:
        profile = icert_profile(subject=[{"oid": "2.5.4.3", "template": template}])
    except ValidationError:
        return
    assert isinstance(resolve(profile, PERSON), list | ResolvedProfile)


@pytest.mark.parametrize(
    "changes",
    [
        {"policy_oids": []},
        {"policy_oids": ["not an oid"]},
        {"key_usage": ["sign everything"]},
        {"key_algorithms": ["rsa-1024"]},
        {"crl_urls": ["ldap://example.org"]},
        {"subject": [{"oid": "2.5.4.3", "constant": "a"}, {"oid": "2.5.4.3", "constant": "b"}]},
        {"subject": [{"oid": "2.5.4.3", "constant": "a", "source": "b"}]},
        {"subject": [{"oid": "2.5.4.3", "template": "{name!r}"}]},
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_when_it_is_read(changes: dict[str, object]):
    with pytest.raises(ValidationError):
        icert_profile(**changes)


def test_a_profile_names_the_data_it_reads():
    assert icert_profile().names == frozenset(PERSON)
    assert NATIONAL.names >= {"cedula", "passport", "ruc"}


def test_a_pseudonym_has_at_most_128_characters():
    profile = icert_profile(subject=[{"oid": "2.5.4.65", "source": "given_names"}])
    assert isinstance(resolve(profile, PERSON | {"given_names": "Ñ" * 128}), ResolvedProfile)
    refused = resolve(profile, PERSON | {"given_names": "Ñ" * 129})
    assert ("VALUE_TOO_LONG", "given_names") in codes(refused)
