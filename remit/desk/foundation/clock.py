"""The only reader of the wall clock. Actions take `now`; views read `request.now`; the worker asks here once a step."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)
