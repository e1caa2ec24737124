"""Profiles are put together from pieces; one more needs no code."""

import shutil
from pathlib import Path
from typing import Any

import pytest

import issuance.policies
from issuance.certificates.profile import ResolvedProfile, resolve
from issuance.policies.composition import composed_profiles
from issuance.policies.loader import load_policy, read_policy

TENTH = """
[[profiles]]
id = "funcionario-token"
extends = ["officer", "token"]
policy_oids = ["1.3.6.1.4.1.43745.1.2.1.9.1.1"]
key_usage = ["digitalSignature", "nonRepudiation", "keyEncipherment"]
extended_key_usage = ["1.3.6.1.5.5.7.3.2"]
backdate_minutes = 10
cps_url = "https://pki.example.com/ec-icert/dpc"
other_names = [{ oid = "1.3.6.1.4.1.43745.1.3.50", constant = "FUNCIONARIO PUBLICO" }]

[[products]]
certificate_type = "juridica-publica"
container = "token"
validity = "1y"
validity_years = 1
profile = "funcionario-token"
"""
HOLDER = {
    "cedula": "1710034065",
    "given_names": "JOSÉ",
    "first_surname": "NUÑEZ",
    "organization": "MINISTERIO DE MUESTRA",
    "position": "ANALISTA",
    "address": "AV. AMAZONAS",
    "phone": "022345678",
    "city": "QUITO",
}


@pytest.fixture
def policy_folder(tmp_path: Path) -> Path:
    shipped = Path(issuance.policies.__path__[0]) / "ec-icert"
    return Path(shutil.copytree(shipped, tmp_path / "ec-icert"))


def test_one_more_profile_is_a_few_lines_of_data(policy_folder: Path):
    (policy_folder / "tenth.toml").write_text(TENTH, "utf-8")
    policy = read_policy(policy_folder).policy
    product = policy.product("juridica-publica-token-1y")
    assert product is not None
    resolved = resolve(policy.profile_of(product), HOLDER)
    assert isinstance(resolved, ResolvedProfile), resolved
    subject = {each.oid: each.value for each in resolved.subject}
    names = {each.oid.rpartition(".")[2]: each.value for each in resolved.other_names}
    assert subject["2.5.4.10"] == "MINISTERIO DE MUESTRA"
    assert (names["50"], names["51"], names["5"]) == ("FUNCIONARIO PUBLICO", "TOKEN", "ANALISTA")
    assert resolved.profile.key_usage[-1] == "keyEncipherment"
    assert resolved.profile.crl_urls == ("http://pki.example.com/ec-icert/emisora.crl",)
    shipped = load_policy("ec-icert").policy.profiles
    assert len(policy.profiles) == len(shipped) + 1


def test_the_same_rule_in_two_files_is_refused(policy_folder: Path):
    (policy_folder / "again.toml").write_text('version = "2026.2"\n', "utf-8")
    with pytest.raises(ValueError, match="version stands in another file too"):
        read_policy(policy_folder)


def test_later_pieces_replace_fields_in_place_and_add_new_ones_at_the_end():
    pieces: dict[str, dict[str, Any]] = {
        "low": {"key": 1, "subject": [{"oid": "1", "v": "low"}, {"oid": "2", "v": "low"}]},
        "high": {
            "extends": ["low"],
            "subject": [{"oid": "3", "v": "top"}, {"oid": "1", "v": "h"}],
        },
    }
    own = {"id": "x", "extends": ["high"], "subject": [{"oid": "2", "v": "own"}]}
    assert composed_profiles([own], pieces) == [
        {
            "id": "x",
            "key": 1,
            "subject": [
                {"oid": "1", "v": "h"},
                {"oid": "2", "v": "own"},
                {"oid": "3", "v": "top"},
            ],
        }
    ]


@pytest.mark.parametrize(
    "pieces",
    [{}, {"a": {"extends": ["a"]}}, {"a": {"extends": ["b"]}, "b": {"extends": ["a"]}}],
    ids=["unknown", "itself", "in a circle"],
)
def test_a_piece_that_cannot_be_put_in_is_named(pieces: dict[str, dict[str, Any]]):
    with pytest.raises(ValueError, match=r"no piece [ab] to extend"):
        composed_profiles([{"id": "x", "extends": ["a"]}], pieces)
