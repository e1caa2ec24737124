"""A policy that would break only at the counter is refused when it is read, and says where."""

import shutil
from pathlib import Path

import pytest

import issuance.policies
from issuance.policies.loader import PolicyError, read_policy

_SHIPPED = Path(issuance.policies.__file__).parent
_PROFILE = """
[[profiles]]
id = "tenth"
subject = [{ oid = "2.5.4.3", source = "given_names" }]
policy_oids = ["1.2.3"]
"""
_PRODUCT = """
[[products]]
certificate_type = "natural"
container = "pkcs12"
validity = "tenth"
validity_years = 2
profile = "natural-pkcs12"
"""
_IN = 'profiles.toml: profiles "tenth"'


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(_SHIPPED / "ec-icert", tmp_path_factory.mktemp("policy") / "ours"))


def refusal(folder: Path, file: str, more: str) -> str:
    rules = folder / file
    before = rules.read_text("utf-8")
    rules.write_text(before + more, "utf-8")
    try:
        with pytest.raises(PolicyError) as refused:
            read_policy(folder)
    finally:
        rules.write_text(before, "utf-8")
    return str(refused.value)


def with_subject(field: str) -> str:
    return _PROFILE.replace("subject = [", f"subject = [{field}, ")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (_PROFILE + 'crl_url = "http://a/b"', f"{_IN}: crl_url: "),
        (_PROFILE.replace("1.2.3", "1.2.x"), f"{_IN}: policy_oids.0: '1.2.x': "),
        (_PROFILE.replace("1.2.3", "1.2.268435456"), f"{_IN}: policy_oids.0: '1.2.268435456': "),
        (_PROFILE.replace("1.2.3", "1.2" + ".3" * 19), "nor more than 20 numbers"),
        (_PROFILE.replace('oid = "2.5.4.3", ', ""), f"{_IN}: subject.0.oid: "),
        (_PROFILE + 'extends = ["nix"]', f"{_IN}: no piece nix to extend"),
        (_PROFILE + "extends = 5", f"{_IN}: extends is a list of pieces"),
        (_PROFILE + 'other_names = ["x"]', f"{_IN}: other_names: 'x' is no table"),
        (
            '[profile_pieces.a]\nsubject = ["b"]\n' + _PROFILE + 'extends = ["a"]',
            "profiles.toml: profile_pieces.a: subject: 'b' is no table",
        ),
        ('[profile_pieces.a]\nextends = ["a"]\n' + _PROFILE + 'extends = ["a"]', "no piece a"),
        (_PROFILE.replace("[{", "{").replace("}]", "}"), f"{_IN}: subject is a list of fields"),
        (_PROFILE + 'crl_urls = ["http:///list.crl"]', f"{_IN}: crl_urls.0: "),
        (_PROFILE + 'crl_urls = ["http://a.example:99999/x"]', f"{_IN}: crl_urls.0: "),
        (_PROFILE + 'ocsp_urls = ["http://a.:::b/"]', f"{_IN}: ocsp_urls.0: "),
        (_PROFILE + 'aia_urls = ["http://a/b", "http://a/b"]', "stands twice: http://a/b"),
        (_PROFILE + 'extended_key_usage = ["1.3.6.1.5.5.7.3.9"]', "answers for the authority"),
        (with_subject('{ oid = "2.5.4.5", template = "Ñ-{cedula}" }'), "2.5.4.5: 'Ñ-' does not"),
        (_PROFILE + 'key_algorithms = ["rsa-1024"]', "'rsa-2048', 'rsa-3072'"),
        (_PROFILE + "key_algorithms = []", f"{_IN}: key_algorithms: "),
        (_PROFILE + "key_usage = []", f"{_IN}: key_usage: "),
        (_PROFILE + 'key_usage = ["keyAgreement"]', "no keyAgreement with rsa-2048"),
        (
            _PROFILE + 'key_usage = ["keyEncipherment"]\nkey_algorithms = ["p-256"]',
            "no keyEncipherment with p-256",
        ),
        (with_subject('{ oid = "2.5.4.6", constant = "Perú" }'), "2.5.4.6: 'Perú' does not fit"),
        (with_subject('{ oid = "2.5.4.10", constant = "' + "x" * 65 + '" }'), "2.5.4.10: 'x"),
        (_PROFILE + 'other_names = [{ oid = "1.2.3", constant = "ñ", encoding = "ia5" }]', "'ñ'"),
        (
            _PROFILE + 'other_names = [{ oid = "1.2.3", source = "cedulla", required = false }]',
            f"{_IN}: reads cedulla, which no field of the policy is called",
        ),
        (_PROFILE + _PROFILE, 'profiles.toml: profiles "tenth": stands there more than once'),
        (_PROFILE + 'id = "again"', "profiles.toml: "),
    ],
)
def test_a_wrong_profile_is_refused_by_file_and_name(shipped: Path, more: str, said: str):
    assert said in refusal(shipped, "profiles.toml", more)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            _PRODUCT.replace('"pkcs12"', '"pkcs13"'),
            'products.toml: products "natural-pkcs13-tenth": no container pk',
        ),
        (
            _PRODUCT.replace('"natural"', '"nat"'),
            'products.toml: products "nat-pkcs12-tenth": no type nat',
        ),
        (
            _PRODUCT.replace('"natural"', '"empresa"'),
            'products "empresa-pkcs12-tenth": the pair is im',
        ),
        (
            _PRODUCT.replace('container = "pkcs12"', 'container = "token"').replace(
                '"natural-pkcs12"', '"miembro-empresa-pkcs12"'
            ),
            "needs organization_ruc, which the form of natural in token does not ask",
        ),
        (
            _PRODUCT.replace('"natural"', '"miembro-empresa"')
            .replace('"pkcs12"', '"token"')
            .replace('"natural-pkcs12"', '"miembro-empresa-pkcs12"'),
            "needs organization_ruc, which the form of miembro-empresa in token does not ask",
        ),
        (_PRODUCT.replace('"natural-pkcs12"', '"nix"'), 'tenth": no profile nix, only'),
        (_PRODUCT + _PRODUCT, 'products "natural-pkcs12-tenth": stands there more than once'),
        (_PRODUCT + 'key_algorithms = ["p-384"]', "its profile has no p-384, only rsa-2048, p-256"),
        (
            _PRODUCT.replace("natural-pkcs12", "departamento-pkcs12"),
            "departamento-pkcs12 needs entity_ruc, which the form of natural in pkcs12 does not",
        ),
        (
            _PRODUCT.replace("natural-pkcs12", "tenth")
            + _PROFILE
            + 'key_usage = ["digitalSignature"]',
            "profile tenth has no nonRepudiation, so that no holder could sign the contract",
        ),
        (_PRODUCT.replace("= 2", "= 9000"), 'products "natural-pkcs12-tenth": validity_years: '),
    ],
)
def test_a_product_that_cannot_be_issued_is_refused(shipped: Path, more: str, said: str):
    assert said in refusal(shipped, "products.toml", more)


def test_nothing_is_said_of_what_follows_from_another_mistake(shipped: Path):
    said = refusal(shipped, "profiles.toml", _PROFILE.replace("1.2.3", "1.2.x"))
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("fields.toml", b"[[fields]\n", "fields.toml: "),
        ("es/fields.toml", b"cedula = ", "es/fields.toml: "),
        ("es/consent.txt", b"Se\xf1or", "es/consent.txt: invalid"),
        ("es/consent.txt", b"$ 20", "es/consent.txt: a placeholder is malformed"),
        ("es", None, "es: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    shipped: Path, tmp_path: Path, file: str, content: bytes | None, said: str
):
    folder = Path(shutil.copytree(shipped, tmp_path / "ours"))
    if content is None:
        shutil.rmtree(folder / file)
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(PolicyError) as refused:
        read_policy(folder)
    assert str(refused.value).startswith(said)
