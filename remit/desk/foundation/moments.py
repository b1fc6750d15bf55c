"""Which days and moments people can mean: none that a database, a zone or a calendar can't reckon with."""

from datetime import date, datetime

EARLIEST_YEAR, LATEST_YEAR = 1970, 2200
OUT_OF_REACH = f"Choose a year from {EARLIEST_YEAR} to {LATEST_YEAR}."


def is_within_reach(day: date | datetime) -> bool:
    """Whether the day's year, as it was written, is one that people can mean here."""
    return EARLIEST_YEAR <= day.year <= LATEST_YEAR
