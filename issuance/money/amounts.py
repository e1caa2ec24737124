"""Money as integer minor units, and what a product costs on a day."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import Field

from issuance.model import Frozen

Operation = Literal["new", "renewal"]


class Money(Frozen):
    """An amount in minor units (cents) of an ISO 4217 currency."""

    amount: int
    currency: str = Field(pattern=r"^[A-Z]{3}$")


class TariffRow(Frozen):
    """The base price of a product from a day on; `sample` marks a figure nobody has confirmed."""

    certificate_type: str
    container: str
    operation: Operation = "new"
    validity: str
    valid_from: date
    base: int = Field(ge=0)
    sample: bool = False


class TaxRow(Frozen):
    """The tax rate, in whole percent, from a day on."""

    valid_from: date
    percent: int = Field(ge=0, le=100)


class Price(Frozen):
    """A base amount, its tax and the total due, all in the same currency."""

    base: Money
    tax_percent: int
    tax: Money
    total: Money
    sample: bool = False


def tax_on(base: int, percent: int) -> int:
    """Return the tax in minor units, rounded half up as tax offices do."""
    exact = Decimal(base) * percent / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def price_on(
    day: date,
    tariffs: tuple[TariffRow, ...],
    taxes: tuple[TaxRow, ...],
    currency: str,
    *,
    certificate_type: str,
    container: str,
    validity: str,
    operation: Operation = "new",
) -> Price | None:
    """Return the price in force on a day, or None where the policy has no row for it."""
    product = (certificate_type, container, validity, operation)
    rows = [
        row
        for row in tariffs
        if (row.certificate_type, row.container, row.validity, row.operation) == product
        and row.valid_from <= day
    ]
    rates = [row for row in taxes if row.valid_from <= day]
    if not rows or not rates:
        return None
    row = max(rows, key=lambda each: each.valid_from)
    percent = max(rates, key=lambda each: each.valid_from).percent
    tax = tax_on(row.base, percent)
    return Price(
        base=Money(amount=row.base, currency=currency),
        tax_percent=percent,
        tax=Money(amount=tax, currency=currency),
        total=Money(amount=row.base + tax, currency=currency),
        sample=row.sample,
    )


def amount_text(money: Money, language: str, country: str) -> str:
    """Write an amount the way a reader of this language in this country does."""
    # Babel's currency tables take 30 ms to load, and most callers only count.
    from babel import Locale, UnknownLocaleError
    from babel.numbers import format_currency

    try:
        locale = Locale(language, country)
    except UnknownLocaleError:
        locale = Locale(language)
    return format_currency(Decimal(money.amount) / 100, money.currency, locale=locale)
