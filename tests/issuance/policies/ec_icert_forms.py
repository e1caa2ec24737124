"""The policy of ICERT, and its forms filled from their own examples."""

from datetime import date

from issuance.findings import any_blocks
from issuance.identity.kinds import FieldKind, read
from issuance.policies.loader import load_policy
from issuance.policies.model import FieldRule, Product

TODAY = date(2026, 11, 22)
ARC = "1.3.6.1.4.1.43745"
POLICY_OIDS = {
    ("natural", "token"): "1.2.1.1.1.1",
    ("natural", "hsm-sfc"): "1.2.1.1.1.2",
    ("natural", "hsm"): "1.2.1.1.1.3",
    ("natural", "pkcs12"): "1.2.1.1.2.1",
    ("juridica-privada", "token"): "1.2.1.2.1.1",
    ("juridica-privada", "hsm-sfc"): "1.2.1.2.1.2",
    ("juridica-privada", "pkcs12"): "1.2.1.2.2.1",
    ("juridica-publica", "token"): "1.2.1.3.1.1",
    ("juridica-publica", "hsm-sfc"): "1.2.1.3.1.2",
    ("juridica-publica", "hsm"): "1.2.1.3.1.3",
    ("juridica-publica", "pkcs12"): "1.2.1.3.2.1",
    ("miembro-empresa", "token"): "1.2.1.4.1.1",
    ("miembro-empresa", "hsm-sfc"): "1.2.1.4.1.2",
    ("miembro-empresa", "hsm"): "1.2.1.4.1.3",
    ("miembro-empresa", "pkcs12"): "1.2.1.4.2.1",
    ("empresa", "hsm-sfc"): "1.2.2.1.1.2",
    ("empresa", "hsm"): "1.2.2.1.2.1",
    ("departamento", "hsm-sfc"): "1.2.3.1.1.2",
    ("departamento", "pkcs12"): "1.2.3.1.2.1",
}

OF_ORGANISATIONS = ("empresa", "departamento")
LOADED = load_policy("ec-icert")
POLICY = LOADED.policy


def read_example(field: FieldRule, example: str) -> str:
    """Read an example as the form does; it must not be refused."""
    text = field.choices[0] if field.kind is FieldKind.CHOICE else example
    reading = read(
        field.kind, text, today=TODAY, choices=field.choices, maximum_length=field.maximum_length
    )
    assert reading.value, field.name
    assert not any_blocks(reading.findings), field.name
    return reading.value


def filled(product: Product, kind: str, *, optional: bool) -> dict[str, str]:
    """Fill a product's form from the examples, as far as the answers show fields."""
    values = {"type": product.certificate_type, "container": product.container}
    values["identification_kind"] = kind
    for name in POLICY.type_of(product.certificate_type).fields:
        field = next((each for each in POLICY.form_for(values) if each.name == name), None)
        if field is None or name in values or not (optional or field.required):
            continue
        values[name] = read_example(field, LOADED.words("es").word("fields", name, "example"))
    return values
