"""The pictures of an office of institutions: its centre, a ministry's operator, its certifier."""

from pathlib import Path
from typing import Final
from uuid import UUID

from screenshot_camera import Camera
from screenshot_office import CountedIdentifiers, SeededRandomness, WorkingDay

from backend_client.backend import OfficeSign
from backend_client.embedded import EmbeddedBackend
from backend_client.founding import found_institutional_demonstration
from backend_client.offices import Offices
from backend_client.oidc import PendingLogIn
from issuance.access.oidc_settings import ProviderSettings, SetIdentityProvider
from issuance.engine.office import Sources
from issuance.institution_queries import (
    InstitutionAnswer,
    InstitutionQuery,
    InstitutionsAnswer,
    InstitutionsQuery,
    OfficialAnswer,
    OfficialQuery,
    OfficialsAnswer,
    OfficialsQuery,
    TicketAnswer,
    TicketQuery,
)
from issuance.institutions.campaign_stream import CampaignFilter
from issuance.institutions.campaigns import OpenCampaign
from issuance.institutions.ticket_stream import OpenTicket, TicketType
from issuance.secret import Secret
from issuance.signing.commands import SetTimeStamping
from issuance.signing.time_stamp_settings import TimeStampSettings
from issuance.streams import StreamRef
from tui.station import Station
from ventanilla.compose import make_key

_LIST: Final = """\
RUN;Nombres;Primer apellido;Correo;Cargo
9999999-3;Gloria;Gómez;gomez@energia.example;Analista
9999999-4;Hernán;Herrera;herrera@energia.example;Analista
16.000.001-2;Irene;Ibarra;ibarra@energia.example;Abogada
"""


def found_institutions(home: Path, day: WorkingDay) -> Offices:
    """Found the demonstration of institutions below a home folder."""
    day.begin()
    sources = Sources(day, CountedIdentifiers(day), SeededRandomness())
    offices = Offices(home, lambda: sources, make_key)
    sign = found_institutional_demonstration(offices, lambda _step: None)
    if not isinstance(sign, OfficeSign):
        raise RuntimeError(f"no institutions to take pictures of: {sign}")
    return offices


_PROVIDER: Final = ProviderSettings(
    name="ClaveÚnica",
    issuer="https://accounts.claveunica.gob.cl/openid",
    authorization="https://accounts.claveunica.gob.cl/openid/authorize",
    token="https://accounts.claveunica.gob.cl/openid/token",  # noqa: S106 -- an address
    userinfo="https://accounts.claveunica.gob.cl/openid/userinfo",
    keys="https://accounts.claveunica.gob.cl/openid/jwks",
    client="ventanilla-de-ejemplo",
    redirect="https://ventanilla.example.cl/oidc/callback",
)
_HANDLE: Final = "k3vtq7m2xw5jd4bz"


async def institutions(camera: Camera, folder: Path) -> None:
    """Show every screen of institutions; `folder` takes the files that are brought."""
    camera.home = "institutions_home", "InstitutionsHomeScreen"
    await _help_desk(camera)
    await _centre(camera)
    await _operator(camera, folder)
    await _certifier(camera)
    await _by_the_provider(camera)


async def _help_desk(camera: Camera) -> None:
    await camera.become("marcos")
    await _show(camera, "institution_entry", "InstitutionEntryScreen")
    await _show(camera, "ticket_entry", "TicketEntryScreen")
    ministry = await _ministry(camera)
    ticket = await _begin_ticket(camera, ministry)
    await _show(camera, "ticket", "TicketScreen", ticket)
    known = await camera.backend.ask(TicketQuery(ticket=ticket))
    if isinstance(known, TicketAnswer):
        await _show(camera, "ticket_answer", "TicketAnswerScreen", ticket, known, False)


async def _centre(camera: Camera) -> None:
    await camera.become("amalia")
    await camera.take("institutions_home")
    await camera.take_narrow("institutions_home-80x24")
    ministry = await _ministry(camera)
    known = await camera.backend.ask(InstitutionQuery(institution=ministry))
    official = await _official(camera, "Teresa")
    person = await camera.backend.ask(OfficialQuery(official=official))
    if not isinstance(known, InstitutionAnswer) or not isinstance(person, OfficialAnswer):
        raise TypeError("the centre sees its institutions")
    name = known.state.name
    await _show(camera, "institution", "InstitutionScreen", ministry)
    await _show(camera, "institution_name", "InstitutionNameScreen", ministry, known)
    await _show(camera, "institution_history", "InstitutionHistoryScreen", ministry, name)
    await _show(camera, "operator_replacement", "OperatorReplacementScreen", ministry, known)
    await _show(camera, "officials", "OfficialsScreen", ministry, name)
    await _show(camera, "official", "OfficialScreen", official)
    await _show(camera, "official_end", "OfficialEndScreen", person)
    await _show(camera, "certifier_grant", "CertifierGrantScreen", official, person)
    await _show(camera, "member_entry", "MemberEntryScreen", ministry, None, name)
    await _provider(camera)
    await _show(camera, "campaign_entry", "CampaignEntryScreen")
    body = OpenCampaign(name="Reemisión", filter=CampaignFilter(institutions=(ministry,)))
    stream = camera.backend.new_stream("campaign")
    await camera.backend.execute(body, stream, 0)
    await _show(camera, "campaign", "CampaignScreen", stream.id)
    await _show(camera, "campaign_requests", "CampaignRequestsScreen", stream.id, "Reemisión")


async def _provider(camera: Camera) -> None:
    """Show the settings of the provider officials log in by, and of time stamps for a moment."""
    body = SetIdentityProvider(settings=_PROVIDER, client_secret=Secret(_PROVIDER.client))
    office = StreamRef(kind="office", id=camera.backend.session.office)
    await camera.backend.execute(body, office, 0)
    await _show(camera, "identity_provider", "IdentityProviderScreen")
    stamps = TimeStampSettings(address="https://tsa.example.cl/tsa")
    await camera.backend.execute(SetTimeStamping(settings=stamps, password=None), office, 0)
    await _show(camera, "time_stamping", "TimeStampingScreen")
    # Nobody answers there, and without its stamp nothing would be signed in later pictures.
    await camera.backend.execute(SetTimeStamping(settings=None, password=None), office, 0)


class _Terminal(EmbeddedBackend):
    """The backend of a server's terminal, as far as a log-in by the provider shows of it."""

    @property
    def provider_log_in(self) -> "_Terminal":  # pyright: ignore[reportIncompatibleMethodOverride]
        """Return the log-in."""
        return self

    async def begin(self) -> PendingLogIn:
        """Begin one."""
        return PendingLogIn(f"{_PROVIDER.base}/oidc/{_HANDLE}", "K7M-2QX", 300, 6)

    async def look(self) -> str:
        """Tell that the page was opened."""
        return "opened"


async def _by_the_provider(camera: Camera) -> None:
    """Show a log-in by the provider; whoever is next has a backend of their own."""
    offices = camera.app.offices
    if offices is None or offices.chosen is None:
        raise RuntimeError("the program was composed with offices")
    await camera.backend.close()
    folder = offices.folder(offices.chosen.place)
    camera.app.backend = _Terminal(folder, offices.sources(), make_key, print)
    camera.app.station = Station(offices.chosen.name, demonstration=True)
    camera.app.start_over("provider_log_in", _PROVIDER.name)
    await camera.arrive("ProviderLogInScreen")
    camera.screen.look()
    await camera.take("provider_log_in")
    await camera.take_narrow("provider_log_in-80x24")


async def _operator(camera: Camera, folder: Path) -> None:
    await camera.become("osvaldo")
    ministry = await _ministry(camera)
    await _show(camera, "official_entry", "OfficialEntryScreen", ministry)
    path = folder / "funcionarios.csv"
    path.write_text(_LIST, "utf-8")
    await camera.open("officials_import", ministry, screen="OfficialsImportScreen")
    await camera.arrive("FilePicker", "f6")
    await camera.arrive("OfficialsImportScreen", str(path), "enter")
    await camera.take("officials_import")
    await camera.leave()


async def _certifier(camera: Camera) -> None:
    await camera.become("mireya")
    await camera.open("requests", screen="RequestsScreen")
    await camera.press("f8")
    await camera.take("requests")
    await camera.take_narrow("requests-80x24")
    await camera.arrive("RequestApprovalScreen", "f10")
    await camera.take("request_approval")
    await camera.leave()


async def _show(camera: Camera, name: str, screen: str, *arguments: object) -> None:
    await camera.open(name, *arguments, screen=screen)
    await camera.take(name)
    await camera.leave()


async def _ministry(camera: Camera) -> UUID:
    answer = await camera.backend.ask(InstitutionsQuery())
    if not isinstance(answer, InstitutionsAnswer):
        raise TypeError("everybody sees an institution here")
    return answer.entries[0].institution


async def _official(camera: Camera, name: str) -> UUID:
    answer = await camera.backend.ask(OfficialsQuery(text=name))
    if not isinstance(answer, OfficialsAnswer):
        raise TypeError("the centre sees the officials")
    return answer.entries[0].official


async def _begin_ticket(camera: Camera, ministry: UUID) -> UUID:
    body = OpenTicket(
        type=TicketType.QUESTION,
        institution=ministry,
        subject="Los códigos no llegan",
        text="Desde esta mañana ningún titular recibe el correo con el enlace.",
    )
    stream = camera.backend.new_stream("ticket")
    await camera.backend.execute(body, stream, 0)
    return stream.id
