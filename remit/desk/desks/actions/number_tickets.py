"""Giving out ticket numbers: without gaps, from 1 up, apart for each desk."""

from __future__ import annotations

from typing import Any

from remit.desk.foundation.postgresql.statements import Statement
from remit.desk.foundation.writing import Reading, Writing

_COUNTING = Statement(
    "desks_deskcounter",
    """
INSERT INTO desks_deskcounter (desk_id, last_ticket_number) VALUES (%s, 1)
ON CONFLICT (desk_id) DO UPDATE SET last_ticket_number = desks_deskcounter.last_ticket_number + 1
RETURNING last_ticket_number
""",
)
_COUNTED = Reading("(SELECT last_ticket_number FROM desks_deskcounter WHERE desk_id = {desk_id})")


def number_ticket(writing: Writing, ticket: Any) -> None:
    """Give the ticket its desk's next number, as the first of what is written with it. The counter stays locked to the
    end of the transaction, so that no number is lost when it fails; on PostgreSQL the number is known after it.
    """

    def take(number: Any) -> None:
        ticket.number = number

    writing.begin_with(_COUNTING, [ticket.desk_id], _COUNTED, take)
