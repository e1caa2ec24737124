"""Takes a picture of every step, docs/screens/<language>/<name>.svg: `make screenshots`.

The real program runs on a demonstration office in a temporary folder; nobody's data are in it.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from screenshot_alone import work_alone
from screenshot_camera import WIDE, YES, Camera
from screenshot_institutions import found_institutions, institutions
from screenshot_office import WorkingDay, found_office, lead_cases
from screenshot_portable import portable

from backend_client.founding import SAMPLES
from backend_client.offices import DEMONSTRATION, Offices
from build_hook import compile_catalogues
from issuance.access.commands import AddOperator
from issuance.cases.commands.life import RevokeCertificate, SuspendCertificate
from issuance.queries import BroughtCertificateAnswer, CaseAnswer, CaseQuery
from issuance.samples.files import PHOTO, folder_name
from issuance.samples.machine_readable import td1_lines
from issuance.samples.people import sample_payment, sample_person
from issuance.secret import Secret
from issuance.streams import StreamRef
from tui.form import Form
from tui.translation import LANGUAGES
from ventanilla.app import counter_app

ROOT: Final = Path(__file__).resolve().parent.parent
SCREENS: Final = ROOT / "docs" / "screens"

_APPLICANT: Final = sample_person("natural", 9)
_CARD_LINES: Final = td1_lines(
    card_number="A00000009",
    cedula=_APPLICANT.values["cedula"],
    birth_date=date(1990, 5, 17),
    sex="F",
    expires=date(2035, 5, 16),
    surnames=f"{_APPLICANT.values['first_surname']} {_APPLICANT.values['second_surname']}",
    given_names=_APPLICANT.values["given_names"],
)
"""What a scanner sends of the applicant's card."""
_WITH_FILES: Final = sample_person("miembro-empresa", 4)
_PASSWORD: Final = "Guayabamba-verde-77"  # noqa: S105 -- of a key nobody uses
_FIRST_PASSWORD: Final = "kp4m-7rtz-x2ch-9qwd"  # noqa: S105 -- of a person who is not


# -- what is photographed, by who works ----------------------------------------------------------


async def before_an_office(camera: Camera) -> None:
    """Show what an empty computer offers."""
    await camera.take("first_start")
    await camera.arrive("ConnectScreen", "down", "down", "enter")
    await camera.take("connect")
    await camera.arrive("FirstStartScreen", "f3")
    await camera.arrive("SetUpScreen", "down", "enter")
    # The kind of office is a page of one field; the next shows more.
    await camera.press("enter")
    await camera.take("set_up")


async def at_the_door(camera: Camera) -> None:
    """Show log-in, lock, and the change of people."""
    # The number of a person fills the fields and shows the code of the moment.
    await camera.press("1")
    await camera.take("log_in")
    await camera.become("olga")
    await camera.take("worklist")
    await camera.take_narrow("worklist-80x24")
    await camera.arrive("SwitchPersonScreen", "f7")
    await camera.take("switch_person")
    await camera.leave()
    camera.app.lock()
    await camera.arrive("LockScreen")
    await camera.take("lock")
    camera.app.unlock()


async def apply(camera: Camera) -> None:
    """Show tariff, application, consent and e-mail code of a new case."""
    await camera.arrive("TariffScreen", "f10")
    await camera.take("tariff")
    await camera.arrive("ApplicationScreen", "enter")
    await camera.arrive("MrzEntryScreen", "f9")
    await camera.press(*_CARD_LINES)
    await camera.take("mrz_entry")
    await camera.arrive("ApplicationScreen", "f3")
    values = {**_APPLICANT.values, "phone": "0990001009"}
    form = camera.screen.query_one(Form)
    while (name := form.focused_field) != list(form.texts())[-1]:
        await camera.press(values.get(name, ""), "enter")
    await camera.press(values[name])
    await camera.take("application")
    await camera.arrive("ConsentScreen", "enter")
    await camera.take("application-consent")
    await camera.read_to_the_end()
    await camera.arrive("EmailScreen", "f10")
    await camera.press("f10")
    await camera.take("email")
    await camera.leave()


async def look_around(camera: Camera, cases: Mapping[str, UUID]) -> None:
    """Show what a case is and was, and the demonstration's mailbox."""
    await camera.open("case", cases["evidence"], screen="CaseOverviewScreen")
    await camera.take("case")
    await camera.leave()
    await camera.open("history", cases["delivered"], screen="HistoryScreen")
    await camera.take("history")
    await camera.leave()
    await camera.arrive("MailboxScreen", "f9")
    await camera.take("mailbox")
    await camera.leave()


async def bring_evidence(camera: Camera, cases: Mapping[str, UUID], samples: Path) -> None:
    """Show a photo being taken in, then the list of what is still missing."""
    await camera.open("evidence", cases["evidence"], screen="EvidenceScreen")
    await camera.arrive("FilePicker", "enter")
    photo = samples / folder_name(_WITH_FILES) / PHOTO
    await camera.arrive("EvidenceCaptureScreen", str(photo), "enter")
    await camera.press(YES, YES)
    await camera.take("evidence-capture")
    await camera.answer_yes()
    await camera.arrive("EvidenceScreen", "enter")
    await camera.take("evidence")
    await camera.take_narrow("evidence-80x24")
    await camera.leave()


async def take_payment(camera: Camera, cases: Mapping[str, UUID]) -> None:
    """Show the slip of a deposit."""
    await camera.open("payment", cases["payment"], screen="PaymentScreen")
    slip = sample_payment(3, camera.screen.today)
    day = date.fromisoformat(slip["deposit_date"])
    texts = (slip["deposit_number"], f"{day:%d%m%Y}", slip["bank"], slip["depositor_name"])
    await camera.press("enter")
    for text in texts[:-1]:
        await camera.press(text, "enter")
    await camera.press(texts[-1])
    await camera.take("payment")
    await camera.leave()


async def review(camera: Camera, cases: Mapping[str, UUID]) -> None:
    """Show what the second person and the cashier look at."""
    await camera.become("adrian")
    await camera.open("approval", cases["approval"], screen="ApprovalScreen")
    await camera.take("approval")
    await camera.leave()
    await camera.open("evidence_review", cases["evidence_review"], screen="EvidenceReviewScreen")
    await camera.take("evidence_review")
    await camera.become("carmen")
    await camera.open("payment_review", cases["payment_review"], screen="PaymentReviewScreen")
    await camera.take("payment_review")
    await camera.leave()
    await camera.open("billing", cases["billing"], screen="BillingScreen")
    await camera.take("billing")


async def activate(camera: Camera, cases: Mapping[str, UUID]) -> None:
    """Show every page from the person at the counter to the file in their hands."""
    await camera.become("olga")
    await camera.open("activation", cases["activation"], screen="ActivationPersonScreen")
    await camera.take("activation-person")
    await camera.answer_yes()
    await camera.arrive("ActivationDataScreen", "enter")
    await camera.take("activation-data")
    await camera.press("pagedown")
    await camera.take("activation-contract")
    await camera.read_to_the_end()
    await camera.answer_yes()
    await camera.arrive("ActivationCodeScreen", "enter")
    await camera.press("f10")
    await camera.take("activation-code")
    await camera.arrive("PasswordScreen", await camera.code_from_mail(), "enter")
    await camera.press(_PASSWORD)
    await camera.take("activation-password")
    await camera.arrive("ActivationSaveScreen", "enter", _PASSWORD, "enter")
    await camera.take("activation-save")
    await camera.arrive("Confirm", "enter")
    await camera.arrive("ActivationDoneScreen", "down", "enter")
    await camera.take("activation-done")


async def look_after_certificates(camera: Camera, cases: Mapping[str, UUID]) -> None:
    """Show what becomes of a certificate once it was handed over."""
    await camera.become("olga")
    await camera.open("certificates", screen="CertificatesScreen")
    await camera.take("certificates")
    await camera.take_narrow("certificates-80x24")
    await camera.leave()
    await camera.open("unregistered", screen="UnregisteredScreen")
    await camera.take("unregistered")
    await camera.leave()
    found = BroughtCertificateAnswer(
        serial="5d0c7a41be920f6318d4c9e0a7b25f11",
        holder="MARÍA INVENTADA DE PRUEBA",
        identification="1710034065",
        not_before=camera.backend.now() - timedelta(days=330),
        not_after=camera.backend.now() + timedelta(days=400),
    )
    await camera.open("unregistered_request", "", found, screen="UnregisteredRequestScreen")
    await camera.take("unregistered_request")
    await camera.leave()
    for name, case, screen in (
        ("contract", "delivered", "ContractScreen"),
        ("certificate", "ending", "CertificateScreen"),
        ("renewal", "ending", "RenewalScreen"),
        ("revocation", "delivered", "RevocationScreen"),
        ("suspension", "delivered", "SuspensionScreen"),
    ):
        await camera.open(name, cases[case], screen=screen)
        await camera.take(name)
        await camera.leave()
    suspension = SuspendCertificate(
        serial=await _serial(camera, cases["delivered"]), cause="suspension_requested"
    )
    revocation = RevokeCertificate(
        serial=await _serial(camera, cases["ending"]),
        cause="data_inaccurate",
        asked_by="authority",
        identified_by="official_letter",
        asker="Consejo de la Judicatura, oficio 12",
    )
    for case, body in (("delivered", suspension), ("ending", revocation)):
        known = await _known(camera, cases[case])
        stream = StreamRef(kind="case", id=cases[case])
        done = await camera.backend.execute(body, stream, known.revision)
        if not done.applied:
            raise RuntimeError(f"nothing to look at: {done.findings}")
    await camera.become("adrian")
    await camera.open("reinstatement", cases["delivered"], screen="ReinstatementScreen")
    await camera.take("reinstatement")
    await camera.leave()
    await camera.open("revocation_review", cases["ending"], screen="RevocationReviewScreen")
    await camera.take("revocation_review")
    await camera.leave()


async def _known(camera: Camera, case: UUID) -> CaseAnswer:
    answer = await camera.backend.ask(CaseQuery(case=case))
    if not isinstance(answer, CaseAnswer):
        raise TypeError("a case query is answered with a case")
    return answer


async def _serial(camera: Camera, case: UUID) -> str:
    certificate = (await _known(camera, case)).state.activation.certificate
    if certificate is None:
        raise RuntimeError("this case was to be led to its certificate")
    return certificate.serial


async def administer(camera: Camera) -> None:
    """Show the office's own screens, and the first log-in of somebody new."""
    await camera.become("jefa")
    for name, screen in (
        ("operators", "OperatorsScreen"),
        ("operator_entry", "OperatorEntryScreen"),
        ("policy", "PolicyScreen"),
        ("settings", "SettingsScreen"),
        ("mail_server", "MailServerScreen"),
        ("station_sources", "StationSourcesScreen"),
        ("token_settings", "TokenSettingsScreen"),
        ("stations", "StationsScreen"),
        ("station_entry", "StationEntryScreen"),
        ("sync", "SyncScreen"),
    ):
        await camera.open(name, screen=screen)
        await camera.take(name)
        await camera.leave()
    body = AddOperator(
        user="nuria",
        name="Nuria Nueva",
        roles=("operator",),
        first_password=Secret(_FIRST_PASSWORD),
    )
    added = await camera.backend.execute(body, camera.backend.new_stream("operator"), 0)
    if not added.applied:
        raise RuntimeError(f"nobody new to show: {added.findings}")
    camera.app.start_over("log_in")
    await camera.arrive("LogInScreen")
    camera.screen.query_one(Form).focus_field("user")
    await camera.arrive("FirstPasswordScreen", "nuria", "enter", _FIRST_PASSWORD, "enter", "enter")
    await camera.take("first_password")


# -- running the program -------------------------------------------------------------------------


@asynccontextmanager
async def running(
    offices: Offices, language: str, day: WorkingDay, pictures: dict[str, str]
) -> AsyncIterator[Camera]:
    """Run the program as it starts, with a camera before it."""
    app = counter_app(offices, language=language)
    try:
        async with app.run_test(size=WIDE) as pilot:
            yield Camera(pilot, day, pictures)
    finally:
        if app.backend is not None:
            await app.backend.close()


async def take_all(home: Path) -> dict[Path, str]:
    """Return every picture by its path below docs/screens."""
    day = WorkingDay()
    offices = found_office(home, day)
    folder = offices.folder(DEMONSTRATION)
    # Signing a contract runs a loop of its own.
    cases = await asyncio.to_thread(lead_cases, offices, folder, day)
    kept = folder.rename(home / "kept")
    platform_day = WorkingDay()
    platform = found_institutions(home, platform_day)
    kept_platform = folder.rename(home / "kept platform")
    found: dict[Path, str] = {}
    for language in LANGUAGES:
        pictures: dict[str, str] = {}
        # The key file is offered to be saved here; one that is there already would be in the way.
        own = home / language
        own.mkdir()
        os.environ["HOME"] = str(own)
        async with running(offices, language, day, pictures) as camera:
            await before_an_office(camera)
        shutil.copytree(kept, folder)
        async with running(offices, language, day, pictures) as camera:
            await at_the_door(camera)
            await apply(camera)
            await look_around(camera, cases)
            await bring_evidence(camera, cases, folder / SAMPLES)
            await take_payment(camera, cases)
            await review(camera, cases)
            await activate(camera, cases)
            await look_after_certificates(camera, cases)
            await work_alone(camera, await _known(camera, cases["evidence"]))
            await administer(camera)
        shutil.rmtree(folder)
        shutil.copytree(kept_platform, folder)
        async with running(platform, language, platform_day, pictures) as camera:
            await institutions(camera, own)
            await portable(camera, own)
        found.update({Path(language, f"{name}.svg"): svg for name, svg in pictures.items()})
        shutil.rmtree(folder)
    return found


def write(pictures: Mapping[Path, str], folder: Path) -> None:
    """Write the pictures and remove those of screens that are no more."""
    for left_over in folder.glob("*/*.svg"):
        if left_over.relative_to(folder) not in pictures:
            left_over.unlink()
    for path, svg in pictures.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(svg, "utf-8")


@contextmanager
def home_folder() -> Iterator[Path]:
    """Make the folder everything lies in; always the same one, since its path is in a picture."""
    home = Path(tempfile.gettempdir(), "ventanilla")
    home.mkdir(mode=0o700)
    try:
        yield home
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    compile_catalogues(ROOT / "tui" / "locale")
    with home_folder() as folder:
        taken = asyncio.run(take_all(folder))
    write(taken, SCREENS)
    print(f"{len(taken)} pictures, {sum(map(len, taken.values())) // 1024} KB, in {SCREENS}")
