"""The real command on a real terminal, from an empty computer to a key file in somebody's hands.

Everything is typed as people type who know the program: whole forms at once, ahead of the screen.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from backend_client.policy_view import PolicyView
from issuance.policies.loader import load_policy
from issuance.samples.documents import sample_document_date
from issuance.samples.files import DOCUMENT_FILES, PHOTO, PROOF, WRONG_FILES, folder_name
from issuance.samples.people import SamplePerson, sample_payment, sample_person
from tests.terminal import Terminal

POLICY = load_policy("ec-icert")
PRODUCT = "natural-pkcs12-2y"
PERSON = sample_person("natural", 1)
"""Without a RUC, so with the fewest documents; the demonstration has their files."""
PASSWORD = "Guayabamba-verde-77"

ENTER, DOWN, PAGE_DOWN, HANG_UP_CODES = "\r", "\x1b[B", "\x1b[6~", {128 + signal.SIGHUP, 120}
PATIENT = 90
"""Seconds; two busy cores are slow, and a quiet computer never waits."""


def function_key(number: int) -> str:
    """Esc and a digit stand for a function key on every terminal."""
    return "\x1b" + "1234567890-="[number - 1]


F3, F5, F7, F8, F9, F10 = (function_key(number) for number in (3, 5, 7, 8, 9, 10))


class Counter:
    """Somebody at the terminal: types in bursts, and waits for words on the screen."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def types(self, *keys: str) -> None:
        self.terminal.send("".join(keys))

    def sees(self, *words: str) -> None:
        for each in words:
            self.terminal.wait_for(each, PATIENT)

    def shows(self, words: str) -> bool:
        return words in self.terminal.text()

    def finds(self, pattern: str) -> str:
        """Wait for something that only the screen knows, and return it."""
        found = re.compile(pattern, re.MULTILINE)
        self.terminal.wait_for(lambda: found.search(self.terminal.text()), PATIENT)
        match = found.search(self.terminal.text())
        assert match
        return match[1]

    def becomes(self, number: int, name: str) -> None:
        self.types(F7)
        self.sees("¿Quién sigue?")
        self.types(str(number))
        self.works_as(name)

    def works_as(self, name: str) -> None:
        """Wait for the work-list with the person in its first line."""
        self.finds(rf"ICERT Pichincha +({name})")
        self.sees("Escanee o escriba")

    def opens_step(self, *words: str) -> None:
        """Scan the card, open the case found, and the step it stands at."""
        self.types(PERSON.values["cedula"], ENTER)
        self.sees("· trámite 2")
        self.types(F10)
        self.sees(*words)

    def confirms(self, question: str, yes: str) -> None:
        """Say yes; what is typed before one can have read the question does not count."""
        self.sees(question, yes)
        self.terminal.wait_quiet(1, PATIENT)
        self.types(DOWN, ENTER)

    def reads_code_in_the_mailbox(self) -> str:
        code_line = r"^\s*(\d{8})\s*$"
        self.types(F9)
        self.sees("Correos de la demostración")
        # The mail may still be under way: F5 looks again.
        while not re.search(code_line, self.terminal.text(), re.MULTILINE):
            self.types(F5, ENTER)
            self.terminal.wait_quiet(0.5, PATIENT)
        code = self.finds(code_line)
        self.types(F3, F3)
        return code


StartCounter = Callable[[], AbstractContextManager[Counter]]


@pytest.fixture
def start(tmp_path: Path) -> StartCounter:
    """Start the installed command; the same home is found again by the next start."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "LANG": "C.UTF-8",
        "TERM": "xterm-256color", "VENTANILLA_HOME": str(tmp_path / "data"),
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("ventanilla"))]

    @contextmanager
    def started() -> Iterator[Counter]:
        with Terminal(command, environment, folder=str(tmp_path)) as terminal:
            yield Counter(terminal)

    return started


def check_that_it_verifies(home: Path) -> None:
    """Let the real command prove the register of what a journey has left."""
    command = [str(Path(sys.executable).with_name("ventanilla")), "verify"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "es_EC.UTF-8",
                   "VENTANILLA_HOME": str(home / "data")}  # fmt: skip
    verified = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert verified.returncode == 0, (verified.stdout, verified.stderr)
    assert re.fullmatch(r"íntegro: \d+ asientos, 0 hallazgos\n", verified.stdout)


def found_demonstration(counter: Counter) -> None:
    counter.sees("Abrir la oficina de demostración")
    counter.types(ENTER)
    log_in(counter)


def log_in(counter: Counter) -> None:
    counter.sees("1  Olga Operadora")
    counter.types("1", ENTER)
    counter.works_as("Olga Operadora")


def application_texts(person: SamplePerson) -> dict[str, str]:
    """Return what is typed into every field from the first empty one."""
    values = {**person.values, "phone": "0990001001"}
    fields = PolicyView(POLICY, "es").application_form(PRODUCT, values)
    return {field.name: values.get(field.name, "") for field in fields[1:]}


def each_entered(texts: Iterable[str]) -> list[str]:
    return [key for text in texts for key in (text, ENTER)]


def today() -> date:
    return datetime.now(UTC).astimezone(ZoneInfo(POLICY.policy.zone)).date()


def apply(counter: Counter) -> None:
    counter.types(F10, ENTER)
    counter.sees("Código dactilar")
    counter.types(*each_entered(application_texts(PERSON).values()))
    counter.sees("consentimiento, versión")
    counter.types(*[PAGE_DOWN] * 5)
    counter.sees("¿La persona acepta?")
    counter.types(F10)
    counter.sees("envíe el código con F10")
    counter.types(F10)
    counter.sees("solo sirve el último")
    code = counter.reads_code_in_the_mailbox()
    counter.sees("solo sirve el último")
    counter.types(code, ENTER)
    counter.sees("√ El correo está confirmado")


def approve(counter: Counter) -> None:
    counter.becomes(2, "Adrián Aprobador")
    counter.opens_step("Registrada por")
    counter.types(F10)
    counter.sees("Aprobada por")


def bring_evidence(counter: Counter, samples: Path) -> None:
    counter.becomes(1, "Olga Operadora")
    counter.opens_step("falta")
    # They are drawn while the first people work; these are the last.
    counter.terminal.wait_for((samples.parent / WRONG_FILES).exists, PATIENT)
    parts = {"type": PERSON.certificate_type, "container": "pkcs12"}
    for rule in POLICY.policy.evidence_for({**PERSON.values, **parts}):
        counter.types(ENTER)
        counter.sees("../")
        counter.types(str(samples / (PHOTO if rule.photo else DOCUMENT_FILES[rule.id])), ENTER)
        counter.sees("ACEPTAR: ")
        day = sample_document_date(rule.id, today())
        counter.types("s" * len(rule.checklist), f"{day:%d%m%Y}" if day else "", ENTER)
        counter.sees("Estado")


def accept_evidence(counter: Counter) -> None:
    counter.becomes(2, "Adrián Aprobador")
    counter.opens_step("N: devolver")
    while not counter.shows("Todo está decidido"):
        # To the page nobody has looked at yet, or accepted.
        counter.types(ENTER)
        counter.terminal.wait_quiet(0.5, PATIENT)
    counter.types(ENTER)


def pay(counter: Counter, samples: Path) -> None:
    counter.becomes(1, "Olga Operadora")
    counter.opens_step("Número de depósito")
    values = sample_payment(PERSON.number, today())
    slip = (values["deposit_number"], f"{today():%d%m%Y}", values["bank"], values["depositor_name"])
    counter.types(ENTER, *(key for text in slip for key in (text, ENTER)))
    counter.sees("../")
    counter.types(str(samples / PROOF), ENTER)
    counter.sees("Escriba el valor tal como consta")
    product = POLICY.policy.product(PRODUCT)
    assert product
    price = POLICY.policy.price(product, today())
    assert price
    counter.types(str(price.total.amount), ENTER)


def take_the_money(counter: Counter) -> None:
    counter.becomes(3, "Carmen Cajera")
    counter.opens_step("Compárelo")
    counter.types(F10)
    counter.confirms("¿Confirmar el pago de", "llegaron")
    counter.sees("Facturación")
    counter.types(F10)
    counter.sees("¿La factura va a nombre de quien solicita?")
    counter.types("s")


def activate(counter: Counter) -> None:
    counter.becomes(1, "Olga Operadora")
    counter.opens_step("Activación, 1 de 5")
    questions = POLICY.policy.activation.person_checklist
    counter.types("s" * len(questions), ENTER)
    counter.sees("Activación, 2 de 5")
    counter.types(*[PAGE_DOWN] * 12)
    counter.sees("Pregunte a la persona")
    counter.types("s" * len(PolicyView(POLICY, "es").data_questions()), ENTER)
    counter.sees("Activación, 3 de 5")
    counter.types(F10)
    counter.sees("Se envió un código")
    code = counter.reads_code_in_the_mailbox()
    counter.sees("Activación, 3 de 5")
    counter.types("0" * 8 if code != "0" * 8 else "1" * 8, ENTER)
    # The whole sentence is on the screen, however long it is.
    counter.sees("El código no fue aceptado", "nuevo.")
    counter.types(code, ENTER)
    counter.sees("La misma contraseña otra vez")
    counter.types(PASSWORD, ENTER, PASSWORD, ENTER)
    counter.sees("Activación, 5 de 5")
    counter.types(ENTER)
    counter.confirms("¿Emitir el certificado de", "Sí, emitirlo")
    counter.sees("Certificado emitido y entregado")


@pytest.mark.timeout(600)
def test_from_the_first_start_to_the_key_file(start: StartCounter, tmp_path: Path):
    samples = tmp_path / "data" / "demonstration" / "samples" / folder_name(PERSON)
    with start() as counter:
        found_demonstration(counter)
        apply(counter)
        approve(counter)
        bring_evidence(counter, samples)
        accept_evidence(counter)
        pay(counter, samples)
        take_the_money(counter)
        activate(counter)
        terminal = counter.terminal
        terminal.signal(signal.SIGTERM)
        assert terminal.exit_code(PATIENT) == 128 + signal.SIGTERM
        assert PASSWORD.encode() not in terminal.output
    (saved,) = tmp_path.glob("*.p12")
    key, certificate, _chain = pkcs12.load_key_and_certificates(
        saved.read_bytes(), PASSWORD.encode()
    )
    assert key
    assert certificate
    assert key.public_key() == certificate.public_key()
    assert PERSON.values["cedula"] in certificate.subject.rfc4514_string()
    assert not (tmp_path / "data" / "crash.log").exists()
    check_that_it_verifies(tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_dropped_line_in_the_middle_of_the_form_costs_nothing(
    start: StartCounter, tmp_path: Path
):
    names = [*application_texts(PERSON)]
    texts = [*application_texts(PERSON).values()]
    # The e-mail is left with Enter too.
    typed = names.index("email") + 1
    with start() as counter:
        found_demonstration(counter)
        counter.types(F10, ENTER)
        counter.sees("Código dactilar")
        counter.types(*each_entered(texts[:typed]))
        counter.sees(PERSON.values["email"])
        counter.terminal.hang_up()
        # Python itself answers 120 when its standard error cannot be flushed any more.
        assert counter.terminal.process.wait(PATIENT) in HANG_UP_CODES
    with start() as counter:
        log_in(counter)
        counter.sees("F8: seguir con", PERSON.values["first_surname"])
        counter.types(F8)
        counter.sees(PERSON.values["first_surname"], PERSON.values["email"])
        # The rest of the form goes on where the line dropped.
        counter.types(*each_entered(texts[typed:]))
        counter.sees("consentimiento, versión")
    assert not (tmp_path / "data" / "crash.log").exists()
    check_that_it_verifies(tmp_path)
