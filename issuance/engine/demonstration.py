"""The demonstration office: invented people whose credentials are public, and its test authority.

Nothing here protects anything. What keeps a demonstration from becoming a real office is the first
entry of its register, which says what it is and cannot be changed.
"""

from dataclasses import dataclass

from issuance.access.office import KeyDerivationParameters
from issuance.access.roles import Role
from issuance.certificates.authority import AuthorityNames, AuthorityPlan
from issuance.certificates.sealing import PassphraseParameters
from issuance.engine.founding import FirstPerson, FoundingPlan
from issuance.secret import Secret

OFFICE_NAME = "Oficina de demostración ICERT Pichincha"
PASSPHRASE = "frase publica de la demostracion"  # noqa: S105 -- public on purpose


@dataclass(frozen=True, slots=True)
class DemonstrationPerson:
    """An invented person; password and TOTP secret are known to everybody."""

    user: str
    name: str
    roles: tuple[Role, ...]
    password: str
    totp_secret: str


PEOPLE = (
    DemonstrationPerson(
        "olga", "Olga Operadora", (Role.OPERATOR,), "olga-atiende-la-ventanilla",
        "OLGAOLGAOLGAOLGAOLGAOLGAOLGAOLGA",
    ),
    DemonstrationPerson(
        "adrian", "Adrián Aprobador", (Role.APPROVER,), "adrian-aprueba-solicitudes",
        "ADRIANADRIANADRIANADRIANADRIANAD",
    ),
    DemonstrationPerson(
        "carmen", "Carmen Cajera", (Role.CASHIER,), "carmen-cuenta-los-pagos",
        "CARMENCARMENCARMENCARMENCARMENCA",
    ),
    DemonstrationPerson(
        "jefa", "Julia Jefa", (Role.ADMINISTRATOR, Role.AUDITOR), "julia-administra-la-oficina",
        "JULIAJULIAJULIAJULIAJULIAJULIAJU",
    ),
    # Rules come into force by two people.
    DemonstrationPerson(
        "arturo", "Arturo Administrador", (Role.ADMINISTRATOR,), "arturo-tambien-administra",
        "ARTUROARTUROARTUROARTUROARTUROAR",
    ),
)  # fmt: skip


def demonstration_plan(policy: str = "ec-icert") -> FoundingPlan:
    """Return the plan of a demonstration office; its authority's names say PRUEBA."""
    return FoundingPlan(
        name=OFFICE_NAME,
        province="pichincha",
        language="es",
        policy=policy,
        demonstration=True,
        people=tuple(
            FirstPerson(
                each.user, each.name, each.roles, Secret(each.password), Secret(each.totp_secret)
            )
            for each in PEOPLE
        ),
        authority=AuthorityPlan(
            root=_names("RAIZ DE PRUEBA DEMOSTRACION - SIN VALOR"),
            issuing=_names("AUTORIDAD DE PRUEBA DEMOSTRACION - SIN VALOR"),
        ),
        passphrase=Secret(PASSPHRASE),
        # Public passwords need no costly derivation, and people are switched all the time.
        slot_parameters=KeyDerivationParameters(1, 8 * 1024, 1),
        passphrase_parameters=PassphraseParameters(memory_kib=8 * 1024, iterations=1),
    )


def _names(common_name: str) -> AuthorityNames:
    return AuthorityNames(
        common_name=common_name,
        organization="VENTANILLA DEMOSTRACION",
        locality="DM QUITO",
        country="EC",
    )
