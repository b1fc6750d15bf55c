"""Sets of tickets, read as English. Every page and call fetches through `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from remit.desk.accounts.viewer import Viewer


class TicketQuerySet(models.QuerySet[Any]):
    """Tickets of one desk, as far as a viewer may see them."""

    def visible_to(self, viewer: Viewer) -> TicketQuerySet:
        """What this viewer may see: agents the whole desk, contacts their own requests, anyone else nothing."""
        if viewer.agent is not None:
            return self.filter(desk_id=viewer.agent.desk_id)
        if viewer.contact is not None:
            return self.filter(desk_id=viewer.contact.desk_id, requester_id=viewer.contact.pk)
        return self.none()

    def in_queue(self, desk: Any) -> TicketQuerySet:
        """What waits for the desk, in the order the policy sets (IEX-4, IEX-5); each row knows why it stands there."""
        return self.filter(desk=desk, status__in=["new", "open"]).order_by("queue_rank", "id")

    def unsolved(self) -> TicketQuerySet:
        """Everything that somebody still waits for."""
        return self.filter(status__in=["new", "open", "pending", "on hold"])

    def to_decide(self) -> TicketQuerySet:
        """What is left to people: reviews without a person's decision, and contested decisions."""
        return self.filter(
            models.Q(is_contested=True) | models.Q(outcome="review", status__in=["new", "open"])
        )

    def for_lists(self) -> TicketQuerySet:
        """All that a list of tickets shows, without a query per row."""
        return self.select_related(
            "desk", "text", "requester", "customer", "entitlement", "assignee", "team", "version", "agreement"
        ).defer("version__source", "version__holidays", "agreement__source", "agreement__holidays")

    def for_page(self) -> TicketQuerySet:
        """All that a ticket's page shows, in a fixed number of queries."""
        return self.for_lists().prefetch_related(
            "messages__text",
            "messages__author_contact",
            "messages__author_agent",
            "clocks",
            "breaches",
            "questions",
            "steps__text",
            "steps__done_by_contact",
            "steps__done_by_agent",
            "decisions",
        )
