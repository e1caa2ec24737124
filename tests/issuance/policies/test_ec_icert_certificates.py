"""What certificates of ICERT say: that its forms ask all of it, by both profiles."""

import pytest

from issuance.certificates.profile import CertificateProfile, ResolvedProfile, resolve
from issuance.policies.model import Product
from tests.issuance.policies.ec_icert_forms import (
    ARC,
    OF_ORGANISATIONS,
    POLICY,
    POLICY_OIDS,
    filled,
)


@pytest.mark.parametrize("kind", ["cedula", "passport"])
@pytest.mark.parametrize(
    "product",
    POLICY.products,
    ids=lambda product: product.id,
)
@pytest.mark.parametrize("optional", [False, True], ids=["required", "everything"])
def test_the_form_is_enough_for_the_certificate(product: Product, kind: str, optional: bool):
    values = filled(product, kind, optional=optional)
    assert values[kind]
    for name in ("given_names", "first_surname", POLICY.email_field):
        assert values[name]
    assert {"cedula", "passport"} & values.keys() == {kind}

    resolved = resolve(POLICY.profile_of(product), values)
    assert isinstance(resolved, ResolvedProfile), resolved
    said = {field.oid: field.value for field in (*resolved.subject, *resolved.other_names)}
    assert said["2.5.4.6"] == "EC"
    own_ruc = values.get("ruc") or values.get("organization_ruc") or values.get("entity_ruc")
    assert said.get(f"{ARC}.1.3.11") == own_ruc
    if product.certificate_type in OF_ORGANISATIONS:
        assert said["2.5.4.5"] == values["entity_ruc"]
        assert said["2.5.4.3"] == said[f"{ARC}.1.3.10"] == values["organization"]
        assert said.get("2.5.4.11") == values.get("department")
        assert not {f"{ARC}.1.3.{number}" for number in (1, 2, 3, 4)} & said.keys()
        return
    assert said["2.5.4.5"] == said[f"{ARC}.1.3.1"] == values[kind]
    assert said[f"{ARC}.1.3.2"] == values["given_names"]
    assert (
        said[f"{ARC}.1.3.4"] == values["second_surname"]
        if optional
        else (f"{ARC}.1.3.4" not in said)
    )


LONG_NAME = "Empresa Pública Metropolitana de Movilidad y Obras Públicas del Cantón de Muestra"


@pytest.mark.parametrize(
    "product",
    [each for each in POLICY.products if each.certificate_type != "natural"],
    ids=lambda product: product.id,
)
def test_a_long_organisation_name_needs_a_short_form_and_stands_in_full_as_well(product: Product):
    assert len(LONG_NAME) > 64
    values = filled(product, "cedula", optional=False) | {"organization": LONG_NAME}
    asked = {field.name: field for field in POLICY.form_for(values)}
    assert asked["organization_short"].required
    assert asked["organization_short"].maximum_length == 64
    refused = resolve(POLICY.profile_of(product), values)
    assert isinstance(refused, list)
    assert [(each.code, each.field) for each in refused] == [
        ("VALUE_TOO_LONG", "organization_short")
    ]
    resolved = resolve(POLICY.profile_of(product), values | {"organization_short": "EPMMOP"})
    assert isinstance(resolved, ResolvedProfile)
    said = {field.oid: field.value for field in (*resolved.subject, *resolved.other_names)}
    assert (
        said["2.5.4.3" if product.certificate_type in OF_ORGANISATIONS else "2.5.4.10"] == "EPMMOP"
    )
    assert said[f"{ARC}.1.3.10"] == LONG_NAME


@pytest.mark.parametrize(("name", "asked"), [("Ñ" * 64, False), ("Ñ" * 65, True), ("", False)])
def test_a_short_form_is_asked_only_where_the_name_does_not_fit(name: str, *, asked: bool):
    for typed in (name, f"  {name} ", name.replace("Ñ", "N\u0303")):
        values = {"type": "juridica-privada", "container": "pkcs12", "organization": typed}
        shown = {field.name for field in POLICY.form_for(values)}
        assert ("organization_short" in shown) is asked


def test_every_pair_has_both_profiles():
    own = {each.id for each in POLICY.profiles if not each.id.startswith("national-")}
    assert {each.id for each in POLICY.profiles} == own | {f"national-{each}" for each in own}
    assert own == {"-".join(pair) for pair in POLICY_OIDS}


@pytest.mark.parametrize("kind", ["cedula", "passport"])
@pytest.mark.parametrize(
    "profile",
    [each for each in POLICY.profiles if each.id.startswith("national-")],
    ids=lambda profile: profile.id,
)
def test_the_national_profile_says_who_in_the_subject(profile: CertificateProfile, kind: str):
    product = POLICY.product("miembro-empresa-pkcs12-2y")
    assert product is not None
    values = filled(product, kind, optional=True)
    values |= {"ruc": "3059999015001", "entity_ruc": "3059999015001"}
    resolved = resolve(profile, values)
    assert isinstance(resolved, ResolvedProfile), resolved
    assert resolved.other_names == ()
    said = {field.oid: field.value for field in resolved.subject}
    person = {"cedula": "IDCEC-3059999015", "passport": "PASEC-AB123456"}
    is_person = not any(f"national-{each}" in profile.id for each in OF_ORGANISATIONS)
    assert said.get("2.5.4.5") == (person[kind] if is_person else None)
    assert said["2.5.4.97"] == "VATEC-3059999015001"
    assert said.get("2.5.4.10") == (None if "natural" in profile.id else values["organization"])
    assert ("2.5.4.11" in said) is ("miembro" in profile.id or "departamento" in profile.id)
    assert ("2.5.4.12" in said) is ("juridica" in profile.id or "miembro" in profile.id)
    assert (said["2.5.4.6"], said["2.5.4.7"]) == ("EC", values["city"])
    twin = next((each for each in POLICY.profiles if f"national-{each.id}" == profile.id), None)
    assert twin is not None
    assert twin.policy_oids == profile.policy_oids
