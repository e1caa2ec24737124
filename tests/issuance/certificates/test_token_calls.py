import subprocess
import sys
import threading

import pytest

from issuance.certificates.token_calls import TokenFailure, answered, token_calls
from issuance.findings import Finding
from issuance.findings.tokens import TokenFinding

# What only hardware answers: SoftHSM never locks, is never full and knows no removal.
HARDWARE = [
    ("PinLocked", TokenFinding.TOKEN_PIN_LOCKED),
    ("PinExpired", TokenFinding.TOKEN_PIN_EXPIRED),
    ("PinTooWeak", TokenFinding.TOKEN_PIN_UNFIT),
    ("DeviceRemoved", TokenFinding.TOKEN_LOST),
    ("TokenNotPresent", TokenFinding.TOKEN_LOST),
    ("UserNotLoggedIn", TokenFinding.TOKEN_LOST),
    ("TokenWriteProtected", TokenFinding.TOKEN_WRITE_PROTECTED),
    ("DeviceMemory", TokenFinding.TOKEN_FULL),
    ("SessionCount", TokenFinding.TOKEN_IN_USE),
    ("FunctionNotSupported", TokenFinding.TOKEN_REFUSED),
]


@pytest.mark.parametrize(("name", "code"), HARDWARE)
def test_what_a_module_answers_becomes_a_finding(name: str, code: TokenFinding):
    pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 (extra hsm) is not installed")

    def act() -> None:
        raise getattr(pkcs11, name)

    told = answered("module", act)
    assert isinstance(told, Finding)
    assert told.code == code


def test_every_name_is_one_of_the_packages():
    exceptions = pytest.importorskip("pkcs11.exceptions", reason="extra hsm is not installed")
    from issuance.certificates import token_calls

    for name in {*token_calls._WITHOUT_PARAMETERS, *token_calls._LOST}:
        assert issubclass(getattr(exceptions, name), exceptions.PKCS11Error)


def test_a_bug_of_ours_stays_a_bug():
    def act() -> None:
        raise KeyError

    with pytest.raises(KeyError):
        answered("module", act)
    with pytest.raises(ModuleNotFoundError), token_calls("module"):
        __import__("no_such_module_of_ours")


def test_a_failure_inside_passes_as_it_is():
    finding = Finding(TokenFinding.TOKEN_KEY_MISSING)
    with pytest.raises(TokenFailure) as raised, token_calls("module"), token_calls("module"):
        raise TokenFailure(finding)
    assert raised.value.finding is finding


def test_two_threads_are_never_in_one_module():
    entered, order = threading.Event(), list[str]()

    def second() -> None:
        entered.set()
        with token_calls("one"):
            order.append("second")

    with token_calls("one"):
        thread = threading.Thread(target=second)
        thread.start()
        assert entered.wait(30)
        with token_calls("another"):
            order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_without_the_package_its_absence_is_told():
    program = """
import sys
sys.modules["pkcs11"] = None
from backend_client.at_the_station.token import open_token, tokens_present
from issuance.certificates.token_calls import TokenAddress
from issuance.secret import Secret
print(tokens_present("/module.so").code)
print(open_token(TokenAddress(module="/module.so", label="x"), Secret("246813")).code)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.split() == ["TOKEN_SOFTWARE_MISSING"] * 2, done.stderr
