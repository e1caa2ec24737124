"""How long the first start takes in a terminal: to the first paint, and to the demonstration.

The demonstration is to be ready in 5 s on a computer that has nothing else to do. On a busy one the
limit grows with its load, since every process then waits for its turn.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 5.0
PATIENT = 120.0
ENTER = "\r"


def main() -> int:
    """Measure, print, and return 1 when the limit is broken."""
    from tests.terminal import Terminal

    command = [str(Path(sys.executable).with_name("ventanilla"))]
    load = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "VENTANILLA_HOME": str(Path(home) / "data"),
        }  # fmt: skip
        began = time.perf_counter()
        with Terminal(command, environment, folder=home) as terminal:
            terminal.wait_for("Abrir la oficina de demostración", PATIENT)
            painted = time.perf_counter() - began
            began = time.perf_counter()
            terminal.send(ENTER)
            terminal.wait_for("1  Olga Operadora", PATIENT)
            ready = time.perf_counter() - began
    limit = SECONDS * load
    sys.stdout.write(
        f"first paint after {painted:.2f} s\n"
        f"demonstration ready after {ready:.2f} s, at most {limit:.1f} s at a load of {load:.1f} "
        "for each core\n"
    )
    return 0 if ready <= limit else 1


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
