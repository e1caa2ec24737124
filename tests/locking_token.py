"""A PKCS#11 module whose tokens lock after three wrong PINs, which SoftHSM2 by itself never does.

A few lines of C stand before a copy of SoftHSM2's module and count. To this program it is a module
like any other: the answers CKR_PIN_INCORRECT and CKR_PIN_LOCKED, and the flags of CK_TOKEN_INFO,
come through the same door as a card's (PKCS#11 2.40, 3.1 and 5.6).
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from issuance.certificates.token_calls import TokenAddress
from tests.soft_token import MODULE

_SOURCE = r"""
#include <dlfcn.h>

typedef unsigned long number;
struct functions { unsigned char major, minor; void *call[68]; };
enum { TOKEN_INFO = 6, INIT_PIN = 10, LOGIN = 18 };
enum { USER = 1, PIN_INCORRECT = 0xA0, PIN_LOCKED = 0xA4, FLAGS_AT = 96, TRIES = 3 };

static struct functions ours, *theirs;
static int wrong;

static number login(number session, number who, unsigned char *pin, number length)
{
    number (*real)(number, number, unsigned char *, number) = theirs->call[LOGIN];
    if (who == USER && wrong >= TRIES) return PIN_LOCKED;
    number answer = real(session, who, pin, length);
    if (who == USER && answer == PIN_INCORRECT) wrong++;
    if (who == USER && answer == 0) wrong = 0;
    return answer;
}

static number init_pin(number session, unsigned char *pin, number length)
{
    number (*real)(number, unsigned char *, number) = theirs->call[INIT_PIN];
    number answer = real(session, pin, length);
    if (answer == 0) wrong = 0;
    return answer;
}

static number token_info(number slot, unsigned char *info)
{
    number (*real)(number, unsigned char *) = theirs->call[TOKEN_INFO];
    number answer = real(slot, info), *flags = (number *)(info + FLAGS_AT);
    if (answer == 0 && wrong >= 1) *flags |= 0x10000;
    if (answer == 0 && wrong == TRIES - 1) *flags |= 0x20000;
    if (answer == 0 && wrong >= TRIES) *flags |= 0x40000;
    return answer;
}

number C_GetFunctionList(struct functions **list)
{
    void *module = dlopen(SOFTHSM, RTLD_NOW | RTLD_LOCAL);
    number (*get)(struct functions **) = module ? dlsym(module, "C_GetFunctionList") : 0;
    number answer = get ? get(&theirs) : 5;
    if (answer != 0) return answer;
    ours = *theirs;
    ours.call[LOGIN] = login;
    ours.call[INIT_PIN] = init_pin;
    ours.call[TOKEN_INFO] = token_info;
    *list = &ours;
    return 0;
}
"""

needs_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler (cc) here")


def locking(address: TokenAddress, folder: Path) -> TokenAddress:
    """Return a token of SoftHSM2 as the module that locks shows it."""
    # Loaded from another file it has a state of its own, beside the module other tests use.
    copied = shutil.copyfile(MODULE, folder / "softhsm.so")
    source, module = folder / "locking.c", folder / "locking.so"
    source.write_text(f'#define SOFTHSM "{copied}"\n{_SOURCE}')
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-o", module, source, "-ldl"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return address.model_copy(update={"module": str(module)})
