"""What is looked at before an office is founded: a wrong plan leaves nothing behind."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuance.access.roles import Role
from issuance.certificates.keys import make_private_key
from issuance.engine.demonstration import demonstration_plan
from issuance.engine.founding import FirstPerson, Founded, FoundingPlan, found_office
from issuance.findings.access import AccessCode
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice
from tests.engine.desk import codes
from ventanilla.compose import system_sources

REAL = replace(
    demonstration_plan(),
    name="Oficina de Quito",
    demonstration=False,
    people=(
        FirstPerson(
            "ana", "Ana Ñacato", (Role.ADMINISTRATOR,), Secret("correcto-caballo-bateria"),
            Secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
        ),
    ),
)  # fmt: skip


def no_key(algorithm: str) -> Any:
    raise AssertionError(f"nothing may be made of a wrong plan, not even a key: {algorithm}")


def with_first(**changes: Any) -> FoundingPlan:
    return replace(REAL, people=(replace(REAL.people[0], **changes),))


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        (replace(REAL, people=()), [AccessCode.LAST_ADMINISTRATOR]),
        (with_first(roles=(Role.OPERATOR, Role.AUDITOR)), [AccessCode.LAST_ADMINISTRATOR]),
        (with_first(user="Ana"), [AccessCode.USER_NAME_INVALID]),
        (with_first(name=" "), [AccessCode.OPERATOR_NAME_INVALID]),
        (with_first(name="An\x1ba"), [AccessCode.OPERATOR_NAME_INVALID]),
        (with_first(password=Secret("corta")), [AccessCode.PASSWORD_TOO_SHORT]),
        (with_first(password=Secret("oficina de quito 1")), [AccessCode.PASSWORD_CONTAINS_NAME]),
        (replace(REAL, people=REAL.people * 2), [AccessCode.USER_NAME_TAKEN]),
        (
            replace(REAL, people=(*REAL.people, replace(REAL.people[0], user="eva", roles=()))),
            [AccessCode.ROLES_MISSING],
        ),
    ],
)
def test_a_wrong_plan_leaves_nothing(tmp_path: Path, plan: FoundingPlan, found: list[str]):
    refused = found_office(tmp_path / "office", plan, system_sources(), no_key)
    assert codes(refused) == found
    assert list((tmp_path / "office").iterdir()) == []


def test_a_demonstrations_public_passwords_are_let_be(tmp_path: Path):
    people = (*demonstration_plan().people[:4], replace(REAL.people[0], password=Secret("corta")))
    plan = replace(demonstration_plan(), people=people)
    assert isinstance(
        found_office(tmp_path / "office", plan, system_sources(), make_private_key), Founded
    )


@pytest.mark.parametrize("name", ["office.json", "authority.json", "register.db"])
def test_what_lies_there_is_not_overwritten(office: FoundedOffice, tmp_path: Path, name: str):
    folder = tmp_path / "half"
    folder.mkdir()
    content = (office.folder / name).read_bytes()
    (folder / name).write_bytes(content)
    refused = found_office(folder, REAL, system_sources(), no_key)
    assert codes(refused) == [AccessCode.OFFICE_EXISTS]
    assert [each.name for each in folder.iterdir()] == [name]
    assert (folder / name).read_bytes() == content
