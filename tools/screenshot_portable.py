"""The pictures of a holder and of an institution's applications."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from screenshot_camera import Camera

from issuance.access.totp import current_code
from issuance.commands import Body
from issuance.institution_queries import PortableLine, PortablesAnswer, PortablesQuery
from issuance.institutions.portable_commands import ApprovePortable
from issuance.samples.documents import sample_act
from issuance.secret import Secret
from issuance.signing.application_stream import Grant
from issuance.signing.commands import RegisterApplication
from issuance.signing.ticket_token import ATTENDED, UNATTENDED
from issuance.streams import StreamRef

_CERTIFIER, _OPERATOR, _HOLDER, _CENTRE = "mireya", "osvaldo", "teresa", "amalia"
_HALF_A_MINUTE: Final = timedelta(seconds=30)


async def portable(camera: Camera, folder: Path) -> None:
    """Show every screen of a holder, and of applications; `folder` takes the files to sign."""
    line = await _two_certificates(camera)
    await _applications(camera, line)
    await _holder(camera, folder)
    await _signed(camera)
    await camera.become(_CENTRE)
    await _show(camera, "portable_sandbox", "PortableSandboxScreen")


async def _two_certificates(camera: Camera) -> PortableLine:
    """Let the holder's second request be approved, and return the first one's certificate."""
    await camera.become(_CERTIFIER)
    waiting = await _line(camera, "Teresa", UNATTENDED)
    today = camera.backend.now().date()
    proved = ApprovePortable(document="cedula", number="A000000001", seen_on=today)
    stream = StreamRef(kind="portable_certificate", id=waiting.certificate)
    await _give(camera, proved, stream, waiting.revision)
    return await _line(camera, "Teresa", ATTENDED)


async def _applications(camera: Camera, line: PortableLine) -> None:
    await camera.become(_OPERATOR)
    run = line.run.partition("-")[0]
    grants = tuple(Grant(purpose=each, run=run) for each in (ATTENDED, UNATTENDED))
    key, secret = camera.backend.portable.new_application()
    for name, own_key in (("Correspondencia", key), ("Remuneraciones", f"{key[:-1]}x")):
        body = RegisterApplication(
            institution=line.institution, name=name, key=own_key, grants=grants, secret=secret
        )
        await _give(camera, body, camera.backend.new_stream("application"), 0)
    await _show(camera, "portable_applications", "PortableApplicationsScreen")
    await _show(camera, "portable_refusals", "PortableRefusalsScreen")


async def _holder(camera: Camera, folder: Path) -> None:
    await camera.become(_HOLDER)
    line = await _line(camera, "", ATTENDED)
    unattended = await _line(camera, "", UNATTENDED)
    await _show(camera, "portable_request", "PortableRequestScreen")
    await _show(camera, "portable_revocation", "PortableRevocationScreen", line)
    await _show(camera, "portable_permissions", "PortablePermissionsScreen", unattended.certificate)
    await camera.open("portable_certificate", line.certificate, screen="PortableCertificateScreen")
    # The likeliest act is the first of the list.
    await camera.arrive("ValueList", "f4")
    await camera.arrive("PortableOtpScreen", "enter")
    await camera.take("portable_otp")
    await camera.take_narrow("portable_otp-80x24")
    secret: Secret = camera.screen._enrolment.secret  # noqa: SLF001 -- as the telephone reads it
    now = camera.backend.now()
    codes = [current_code(secret, each).reveal() for each in (now - _HALF_A_MINUTE, now)]
    await camera.arrive("PortableCertificateScreen", codes[0], "enter", codes[1], "enter")
    await camera.take("portable_certificate")
    await camera.leave()
    await _sign(camera, folder, line, secret)


async def _sign(camera: Camera, folder: Path, line: PortableLine, secret: Secret) -> None:
    papers = folder / "oficios"
    papers.mkdir()
    today = camera.backend.now().date()
    for number in (41, 42, 43):
        content = sample_act("Ministerio", "Oficio", [("Número", str(number))], today)
        (papers / f"oficio-{number}.pdf").write_bytes(content)
    await camera.open("portable_signing", line.certificate, screen="PortableSigningScreen")
    await camera.arrive("FilePicker", "f8")
    await camera.press(str(papers), "enter")
    await camera.arrive("PortableSigningScreen", "f10")
    await camera.press("f10")
    code = current_code(secret, camera.backend.now() + _HALF_A_MINUTE).reveal()
    await camera.press(code, "enter")
    await camera.take("portable_signing")
    await camera.take_narrow("portable_signing-80x24")
    await camera.leave()


async def _signed(camera: Camera) -> None:
    await camera.become(_OPERATOR)
    line = await _line(camera, "Teresa", ATTENDED)
    await _show(camera, "portable_identified", "PortableIdentifiedScreen", line)
    await _show(camera, "portable_log", "PortableLogScreen")


async def _show(camera: Camera, name: str, screen: str, *arguments: Any) -> None:
    await camera.open(name, *arguments, screen=screen)
    await camera.take(name)
    await camera.leave()


async def _line(camera: Camera, name: str, purpose: str) -> PortableLine:
    """Return somebody's certificate of a purpose; the own one without a name."""
    answer = await camera.backend.ask(PortablesQuery(text=name, own=not name, purpose=purpose))
    if not isinstance(answer, PortablesAnswer):
        raise TypeError("everybody sees a certificate here")
    return answer.entries[0]


async def _give(camera: Camera, body: Body, stream: StreamRef, revision: int) -> None:
    done = await camera.backend.execute(body, stream, revision)
    if not done.applied:
        raise RuntimeError(f"nothing to look at: {done.findings}")
