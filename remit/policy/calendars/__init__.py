"""Calendars: opening hours, bands, holidays and closures, and arithmetic on the time in between.

What is promised in working time, and what pauses it, lives in `clocks`.
"""

from remit.policy.calendars.calendar import OPEN, Calendar, Closure, OpeningHours
from remit.policy.calendars.holidays import holidays_for
from remit.policy.calendars.hours import WEEKDAYS, parse_days, parse_hours
from remit.policy.calendars.working_time import WORKING_DAY, CalendarNeverOpens, WorkingTime

__all__ = [
    "OPEN",
    "WEEKDAYS",
    "WORKING_DAY",
    "Calendar",
    "CalendarNeverOpens",
    "Closure",
    "OpeningHours",
    "WorkingTime",
    "holidays_for",
    "parse_days",
    "parse_hours",
]
