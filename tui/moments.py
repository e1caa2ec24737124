"""Moments on the office's clock, written the way the reader's language does."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton


def since(moment: datetime, zone: str, language: str, today: date) -> str:
    """Return the time of a moment of today, else its day and month: `10:42`, `22 nov`."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.date() == today:
        return local.strftime("%H:%M")
    return format_skeleton("MMMd", local, locale=language)


def short(moment: datetime, zone: str, language: str) -> str:
    """Return day, month and time to the minute: `22 nov 10:42`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{format_skeleton('MMMd', local, locale=language)} {local:%H:%M}"


def for_file_name(moment: datetime, zone: str) -> str:
    """Return a moment to the second, as names of files carry it: `20261122-104205`."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y%m%d-%H%M%S}"


def day(moment: datetime, zone: str, language: str) -> str:
    """Return day, month and year: `22 nov 2026`."""
    return format_datetime(moment.astimezone(ZoneInfo(zone)), "d MMM y", locale=language)


def full(moment: datetime, zone: str, language: str) -> str:
    """Return day, month, year and time to the minute: `22 nov 2026, 10:42`."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day(moment, zone, language)}, {local:%H:%M}"
