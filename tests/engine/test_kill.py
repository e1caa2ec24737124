"""`kill -9` at random moments of a journey: nothing acknowledged is lost, nobody is stranded.

A child process plays the journey and says on a pipe which command it has had acknowledged. The
parent kills it at a random moment, opens the office again and lets the journey finish.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from issuance.engine.inspection import inspect_office
from issuance.register.fault import VerificationReport
from issuance.register.model import CertificateState
from issuance.secret import Secret
from tests.engine.conftest import FoundedOffice, MakeRehearsal
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

PASSWORD = "Zanja-Trueno-Marmol-58"
CASE = UUID("01900000-0000-7000-8000-000000000001")
COMMANDS = 20
"""How many commands a journey of a natural person has acknowledged at its end."""
ACTIVATION = 15
SEED = int(os.environ.get("SEED", "20261122"))

CHILD = f"""
import sys
from pathlib import Path
from uuid import UUID
from issuance.certificates.keys import make_private_key
from issuance.policies.loader import load_policy
from issuance.secret import Secret
from ventanilla.compose import system_sources
from ventanilla.rehearsal import Rehearsal

product = load_policy("ec-icert").policy.product("natural-pkcs12-2y")
folder, target = Path(sys.argv[1]), Path(sys.argv[2])

class Telling(Rehearsal):
    def _execute(self, body, case, revision):
        receipt = super()._execute(body, case, revision)
        if receipt.applied:
            print(receipt.command, body.kind, flush=True)
        return receipt

rehearsal = Telling(folder, system_sources(), make_private_key, product, target)
rehearsal.case = UUID("{CASE}")
rehearsal.password = Secret("{PASSWORD}")
print("ready", flush=True)
rehearsal.play()
print("done", flush=True)
"""


def play_until_killed(folder: Path, target: Path, after: int, seconds: float) -> list[str]:
    """Kill the child some time after its n-th acknowledgement; return all it had acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(target)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent.parent,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        told = [child.stdout.readline().strip() for _ in range(after)]
        # The moment of the kill is what the test is about, so this is the one place that sleeps.
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        told += child.stdout.read().splitlines()
    return [line for line in told if line not in ("", "done")]


def check_as_it_was_left(office: FoundedOffice, rehearsal: Rehearsal, folder: Path) -> None:
    """Open a copy of what the kill left, before anything went on: it opens, and is whole."""
    copy = shutil.copytree(office.folder, folder / "as it was left")
    looking = replace(rehearsal, folder=copy)
    looking.become("olga")
    with looking.office.engine.office.register.reading() as reading:
        assert reading.open_intents() == []
    looking.close()
    report = inspect_office(copy, office.recovery_key, system_sources())
    assert isinstance(report, VerificationReport)
    assert report.ok, report.faults


def check_after_a_kill(office: FoundedOffice, rehearsal: Rehearsal, told: list[str]) -> None:
    rehearsal.case, rehearsal.password = CASE, Secret(PASSWORD)
    rehearsal.become("olga")
    register = rehearsal.office.engine.office.register
    with register.reading() as reading:
        for line in told:
            command, kind = line.split()
            receipt = reading.receipt(rehearsal.office.session.office, UUID(command))
            assert receipt is not None, f"{kind} was acknowledged and is lost"
        assert reading.open_intents() == []
    delivered = rehearsal.known is not None and rehearsal.state.status == "active"
    if not delivered:
        rehearsal.play()
    assert rehearsal.state.status == "active"
    with register.reading() as reading:
        issued = list(reading.certificates(state=CertificateState.ISSUED))
    assert len(issued) == 1
    rehearsal.close()
    report = inspect_office(office.folder, office.recovery_key, system_sources())
    assert isinstance(report, VerificationReport)
    assert report.ok, report.faults


@pytest.mark.parametrize("round_", range(1))
def test_a_kill_strands_nobody(
    office: FoundedOffice, rehearse: MakeRehearsal, tmp_path: Path, round_: int
):
    kill_once(office, rehearse, tmp_path, round_)


@pytest.mark.soak
@pytest.mark.parametrize("round_", range(50))
def test_a_kill_strands_nobody_in_fifty_moments(
    office: FoundedOffice, rehearse: MakeRehearsal, tmp_path: Path, round_: int
):
    kill_once(office, rehearse, tmp_path, round_)


def kill_once(office: FoundedOffice, rehearse: MakeRehearsal, tmp_path: Path, round_: int) -> None:
    moment = random.Random(f"{SEED}-{round_}")
    rehearsal = rehearse()
    # Half of the kills aim at the activation, from the code's entry to the delivery.
    first = ACTIVATION if round_ % 2 else 0
    after = moment.randint(first, COMMANDS)
    told = play_until_killed(office.folder, tmp_path / "0.p12", after, moment.uniform(0, 0.25))
    check_as_it_was_left(office, rehearsal, tmp_path)
    check_after_a_kill(office, rehearsal, told)
