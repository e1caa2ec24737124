"""The invented people of the demonstration of institutions; their credentials are public."""

from typing import Final

from issuance.access.roles import Role
from issuance.engine.demonstration import DemonstrationPerson

OFFICE_NAME: Final = "Demostración FirmaGob"
_MEMBER: Final = (Role.MEMBER,)

PEOPLE: Final = (
    DemonstrationPerson(
        "amalia", "Amalia Administradora", (Role.ADMINISTRATOR,), "amalia-administra-el-centro",
        "AMALIAAMALIAAMALIAAMALIAAMALIAAM",
    ),
    DemonstrationPerson(
        "marcos", "Marcos Mesa", (Role.OPERATOR,), "marcos-atiende-la-mesa",
        "MARCOSMARCOSMARCOSMARCOSMARCOSMA",
    ),
    # Rules come into force by two people.
    DemonstrationPerson(
        "aurora", "Aurora Auditora", (Role.ADMINISTRATOR, Role.AUDITOR), "aurora-audita-el-centro",
        "AURORAAURORAAURORAAURORAAURORAAU",
    ),
    DemonstrationPerson(
        "osvaldo", "Osvaldo Operador", _MEMBER, "osvaldo-registra-funcionarios",
        "OSVALDOOSVALDOOSVALDOOSVALDOOSVA",
    ),
    DemonstrationPerson(
        "mireya", "Mireya Ministra de Fe", _MEMBER, "mireya-certifica-identidades",
        "MIREYAMIREYAMIREYAMIREYAMIREYAMI",
    ),
    DemonstrationPerson(
        "sergio", "Sergio Subrogante", _MEMBER, "sergio-subroga-unos-dias",
        "SERGIOSERGIOSERGIOSERGIOSERGIOSE",
    ),
    DemonstrationPerson(
        "teresa", "Teresa Titular", _MEMBER, "teresa-firma-resoluciones",
        "TERESATERESATERESATERESATERESATE",
    ),
    DemonstrationPerson(
        "hugo", "Hugo Honorable", _MEMBER, "hugo-espera-su-certificado",
        "HUGOHUGOHUGOHUGOHUGOHUGOHUGOHUGO",
    ),
)  # fmt: skip
