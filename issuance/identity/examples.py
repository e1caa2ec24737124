"""Invented numbers with right check digits, for the demonstration and the rehearsal.

They lie in the specimen range `30 5 9999xx`, so that nobody takes them for a person's.
"""

from issuance.identity.cedula import passes_modulo_10
from issuance.identity.run import read_run

SPECIMENS = 100


def invented_cedula(number: int) -> str:
    """Return the cédula of invented person `number`.

    Raises:
        ValueError: `number` is not from 0 to 99.
    """
    if not 0 <= number < SPECIMENS:
        raise ValueError(f"invented people are numbered from 0 to {SPECIMENS - 1}")
    nine_digits = f"3059999{number:02}"
    return next(
        nine_digits + check_digit
        for check_digit in "0123456789"
        if passes_modulo_10(nine_digits + check_digit)
    )


def invented_ruc(number: int) -> str:
    """Return the RUC of invented person `number`.

    Raises:
        ValueError: `number` is not from 0 to 99.
    """
    return invented_cedula(number) + "001"


def invented_run(number: int) -> str:
    """Return a RUN for invented person `number`, beyond every one that was given out.

    Raises ValueError where `number` is not from 0 to 99.
    """
    if not 0 <= number < SPECIMENS:
        raise ValueError(f"invented people are numbered from 0 to {SPECIMENS - 1}")
    digits = f"999999{number:02}"
    return next(run for check in "0123456789K" if read_run(run := f"{digits}-{check}").acceptable)
