"""Giving out ticket numbers: without gaps, from 1 up, apart for each desk."""

from django.db import connection

_SQL = """
INSERT INTO desks_deskcounter (desk_id, last_ticket_number) VALUES (%s, %s)
ON CONFLICT (desk_id) DO UPDATE SET last_ticket_number = desks_deskcounter.last_ticket_number + %s
RETURNING last_ticket_number
"""


def next_ticket_number(desk_id: int) -> int:
    """Return the desk's next ticket number. The counter stays locked to the end of the transaction, so that a number is
    not lost when it fails: ask late in the transaction.
    """
    return next_ticket_numbers(desk_id, 1).start


def next_ticket_numbers(desk_id: int, count: int) -> range:
    """Return the desk's next `count` ticket numbers, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [desk_id, count, count])
        (last,) = cursor.fetchone()
    return range(last - count + 1, last + 1)
