"""Persian figures and the Solar Hijri calendar, in which Persian readers have their dates. Pure arithmetic and names;
sentences live with those who say them.
"""

from __future__ import annotations

from datetime import date, timedelta

DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
MONTHS = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip


def solar_hijri(day: date) -> tuple[int, int, int]:
    """Year, month and day in the Solar Hijri calendar, by the 33-year cycle; right for 1244 to 1472 (1865 to 2093).

    In that span a year is leap where (25 · year + 11) mod 33 < 8. The count is anchored at 1 Farvardin 1400,
    which was 21 March 2021.
    """
    year, start = 1400, date(2021, 3, 21)
    while day < start:
        year -= 1
        start -= timedelta(days=366 if _is_leap(year) else 365)
    while day >= (following := start + timedelta(days=366 if _is_leap(year) else 365)):
        year, start = year + 1, following
    elapsed = (day - start).days
    if elapsed < 186:
        return year, elapsed // 31 + 1, elapsed % 31 + 1
    elapsed -= 186
    return year, elapsed // 30 + 7, elapsed % 30 + 1


def day_in_persian(day: date, *, year: bool = True) -> str:
    """A day as Persian readers write it: "۱۱ مرداد ۱۴۰۵", without the year "۱۱ مرداد"."""
    solar_year, month, number = solar_hijri(date(day.year, day.month, day.day))  # of a moment: its day
    words = f"{number} {MONTHS[month - 1]}" + (f" {solar_year}" if year else "")
    return words.translate(DIGITS)


def _is_leap(year: int) -> bool:
    return (25 * year + 11) % 33 < 8
