"""The shell on a real terminal: what Pilot cannot show."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import ALTERNATE_SCREEN_OFF, ALTERNATE_SCREEN_ON, BRACKETED_PASTE_ON
from tests.tui.running import ROOT, StartSample, log_path

READY = "Hacer"


def test_a_burst_lands_in_the_right_fields(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send("AAA\tBBB\rCCC\r")
    terminal.wait_for("values=AAA|BBB|CCC;")


def test_type_ahead_crosses_screens(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send("AAA\rBBB\r\rZZZ\r")
    terminal.wait_for("values=AAA|BBB|; after=ZZZ;")


def test_keys_wait_for_work_that_holds_them(start: StartSample):
    terminal = start("waiting")
    terminal.wait_for(lambda: BRACKETED_PASTE_ON in terminal.output)
    terminal.send("AAA\rBBB\r")
    terminal.wait_for("values=AAA; after=BBB;")


def test_fifty_scans_in_one_packet_lose_nothing(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    # A scanner's group separators bind nothing and insert nothing.
    terminal.send("0123456789" * 10 + "\x1d\x1e\x04" + "\rB\r\r")
    terminal.wait_for(f"values={'0123456789' * 10}"[:78])
    terminal.wait_for("|B|;")


def test_a_paste_keeps_its_place_among_keys(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send("A\x1b[200~PASTED\x1b[201~Z\tB\r\r")
    terminal.wait_for("values=APASTEDZ|B|;")


def test_a_hostile_paste_reaches_the_screen_harmless(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    before = len(terminal.output)
    terminal.send("\x1b[200~A\x1b]0;owned\x07\u202eB\x1b[201~")
    terminal.wait_for("A\ufffd]0;owned\ufffd\ufffdB")
    terminal.send("\x1b[200~\x1b\rC\x1b[201~")
    terminal.wait_for("\ufffdB\ufffd")
    assert b"\x1b]0" not in terminal.output[before:]


def test_a_hostile_name_is_shown_harmless(start: StartSample):
    terminal = start("counter")
    terminal.wait_for("ANA [/] [bold]PÉREZ[/bold] \ufffd]0;owned\ufffd")
    assert b"\x1b]0;owned" not in terminal.output


def test_latin_1_bytes_are_read(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send(b"Nu\xf1ez")
    terminal.wait_for("Nuñez")
    terminal.send(b"\xf1")
    terminal.wait_for("Nuñezñ")


@pytest.mark.parametrize("keys", [b"\x1b3", b"\x1bOR", b"\x1b"])
def test_f3_has_three_spellings(start: StartSample, keys: bytes):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send(keys)
    terminal.wait_for("back")


def test_esc_and_a_digit_may_come_apart(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send(b"\x1b")
    terminal.wait_quiet(0.1)
    terminal.send(b"3")
    terminal.wait_for("back")


def test_a_question_ignores_type_ahead(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send("\x1b0\x1b[B\r\x1b[B\r")
    terminal.wait_for("USD 22.77")
    assert "answered" not in terminal.text()

    def answered() -> bool:
        terminal.send("\r")
        return "answered False" in terminal.text()

    terminal.wait_for(answered)


@pytest.mark.parametrize("control", ["\x11", "\x03", "\x10", "\x1a", "\x1c", "\x04"])
def test_control_keys_do_nothing(start: StartSample, control: str):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send(f"AB{control}C")
    terminal.wait_for(" ABC")
    assert terminal.process.poll() is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_restores_the_terminal_and_saves(
    start: StartSample, tmp_path: Path, number: signal.Signals
):
    terminal = start("counter")
    terminal.wait_for(READY)
    assert terminal.attributes != terminal.attributes_before
    terminal.signal(number)
    assert terminal.exit_code() == 128 + number
    assert terminal.attributes == terminal.attributes_before
    assert terminal.output.rfind(ALTERNATE_SCREEN_OFF) > terminal.output.rfind(ALTERNATE_SCREEN_ON)
    assert log_path(tmp_path).with_suffix(".saved").exists()


def test_a_lost_terminal_ends_the_program_and_saves(start: StartSample, tmp_path: Path):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.hang_up()
    # Python itself answers 120 when its standard error cannot be flushed any more.
    assert terminal.process.wait(10) in {128 + signal.SIGHUP, 120}
    assert log_path(tmp_path).with_suffix(".saved").exists()


def test_without_a_terminal_it_refuses_at_once(tmp_path: Path):
    begun = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "tests.tui.program", "counter", str(log_path(tmp_path))],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT, timeout=20,
    )  # fmt: skip
    assert ended.returncode == 69
    assert "necesita una terminal" in ended.stderr
    assert time.monotonic() - begun < 10


def test_a_crash_tells_a_reference_and_no_secret(start: StartSample, tmp_path: Path):
    terminal = start("crashing")
    terminal.wait_for(lambda: BRACKETED_PASTE_ON in terminal.output)
    terminal.send("x\r")
    assert terminal.exit_code() == 70
    assert "Error interno R3F" in terminal.text()
    log = log_path(tmp_path).read_text()
    assert "ValueError" in log
    assert "on_input_submitted" in log
    assert "47110815" not in log + terminal.output.decode(errors="replace")
    assert terminal.attributes == terminal.attributes_before
    assert log_path(tmp_path).stat().st_mode & 0o777 == 0o600


def test_the_idle_lock_takes_the_keys(start: StartSample):
    terminal = start("counter", "0.6")
    terminal.wait_for(READY)
    terminal.send("SECRETO")
    terminal.wait_for("LOCKED")
    terminal.send("\x1b0XX\rllave")
    terminal.wait_for("•••")
    assert "XX" not in terminal.text()
    terminal.send("\r")
    terminal.wait_for(READY)
    assert re.search("Nombre +SECRETO$", terminal.text(), re.MULTILINE)
    assert "22.77" not in terminal.text()


def test_an_idle_screen_sends_nothing(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.wait_quiet(0.5)
    assert terminal.bytes_within(2) == 0


def test_a_key_costs_little(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.send("A")
    terminal.wait_quiet(0.3)
    before = len(terminal.output)
    terminal.send("B")
    terminal.wait_for("AB")
    terminal.wait_quiet(0.3)
    assert len(terminal.output) - before <= 300


def test_the_first_paint_and_a_field_change_are_small(start: StartSample):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.wait_quiet(0.3)
    assert len(terminal.output) <= 13_000
    before = len(terminal.output)
    terminal.send("\t")
    terminal.wait_quiet(0.3)
    assert len(terminal.output) - before <= 12_000


@pytest.mark.parametrize(
    "variables",
    [
        {"NO_COLOR": "1"},
        {"TERM": "xterm", "COLORTERM": ""},
        {"TERM": "linux", "COLORTERM": ""},
        {"TERM": "xterm-256color", "COLORTERM": ""},
    ],
)
def test_text_is_visible_with_few_colours(start: StartSample, variables: dict[str, str]):
    terminal = start("counter", **variables)
    terminal.wait_for(READY)
    terminal.wait_quiet(0.3)
    for number, line in enumerate(terminal.screen()):
        for column, character in enumerate(line):
            cell = terminal.cell(number, column)
            if character.strip():
                assert (cell.fg, cell.bg) != ("black", "black")
                assert cell.fg != cell.bg or cell.fg == "default"


def test_no_colour_means_grey(start: StartSample):
    terminal = start("counter", NO_COLOR="1")
    terminal.wait_for(READY)
    colours = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", terminal.output)
    assert all(red == green == blue for red, green, blue in colours)


def test_a_plain_console_gets_ascii_boxes(start: StartSample):
    terminal = start("counter", TERM="linux", COLORTERM="")
    terminal.wait_for(READY)
    terminal.send("\x1b0")
    terminal.wait_for("USD 22.77")
    assert not set("┌─┐│└┘") & set(terminal.text())


def test_the_environment_cannot_reach_in(start: StartSample):
    terminal = start("counter", TEXTUAL_PRESS="X,Y", TEXTUAL="debug", TEXTUAL_ALLOW_SIGNALS="1")
    terminal.wait_for(READY)
    terminal.send("A\x03B")
    terminal.wait_for(" AB")
    assert "XY" not in terminal.text()


def test_the_window_may_change_size(start: StartSample):
    terminal = start("counter", columns=120)
    terminal.wait_for(READY)

    def columns() -> int:
        return 1 + any("Nombre" in line and "Ciudad" in line for line in terminal.screen())

    terminal.wait_for(lambda: columns() == 2)
    terminal.resize(80, 24)
    terminal.wait_for(lambda: columns() == 1)


def test_keys_stay_off_the_crash_log_of_an_orderly_end(start: StartSample, tmp_path: Path):
    terminal = start("counter")
    terminal.wait_for(READY)
    terminal.signal(signal.SIGTERM)
    terminal.exit_code()
    assert not log_path(tmp_path).exists()
