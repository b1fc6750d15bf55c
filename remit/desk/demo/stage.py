"""The stage on which a desk's history is played: its people, what they hold, and a clock that only moves forward.

A story is a generator: it yields the moment at which it goes on, and between two moments it calls actions. `play`
runs all stories of a desk in the order of their moments and lets the worker do what falls due in between, so warnings,
breaches, hand-overs and closings come about exactly as they would have.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings

from remit.desk.accounts.actions.add_people import add_agent, add_contact
from remit.desk.accounts.models import Agent, Contact, Customer
from remit.desk.desks.models import Desk
from remit.desk.entitlements.actions import add_entitlement, record_purchase, set_standing
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.actors import SYSTEM, Actor
from remit.desk.foundation.models import Timer
from remit.desk.policies import store
from remit.desk.policies.actions import record_agreement
from remit.desk.tickets import actions
from remit.desk.tickets.inbound import Inbound
from remit.desk.tickets.models import Ticket
from remit.desk.worker.loop import Counts, fire_timers, send_deliveries
from remit.policy.calendars import Calendar

Story = Iterator[datetime]
PASSWORD = "remit demo desk"  # noqa: S105  printed beside every sign-in; the demo holds nothing to protect


class Stage:
    """One desk while its history is played; `now` is the simulated moment, `end` the real one."""

    def __init__(self, desk: Desk, calendar: Calendar | None, end: datetime) -> None:
        self.desk = desk
        self.calendar = calendar
        self.end = end
        self.now = desk.created_at
        self.agents: dict[str, Agent] = {}
        self.contacts: dict[str, Contact] = {}

    # -- Moments -----------------------------------------------------------------------------------------------

    def workday(self, back: int, clock: str) -> datetime:
        """Return the local wall time `clock` on the `back`-th open day before today, in UTC."""
        day = self.end.astimezone(self.desk.tz).date()
        for _ in range(back):
            day = self._open_day_before(day)
        return datetime.combine(day, time.fromisoformat(clock), self.desk.tz).astimezone(self.end.tzinfo)

    def _open_day_before(self, day: date) -> date:
        for steps in range(1, 30):
            earlier = day - timedelta(days=steps)
            if self.calendar is None or self._is_working(earlier):
                return earlier
        return day - timedelta(days=1)

    def _is_working(self, day: date) -> bool:
        assert self.calendar is not None
        opens = {hours.weekday for hours in self.calendar.weekly if hours.band == "open"}
        return day.weekday() in opens and day not in self.calendar.holidays

    def ago(self, **parts: float) -> datetime:
        """Return the moment that long before the end."""
        return self.end - timedelta(**parts)

    def date_ago(self, days: int) -> date:
        """Return the local date that many days before the end."""
        return (self.end.astimezone(self.desk.tz) - timedelta(days=days)).date()

    # -- People ------------------------------------------------------------------------------------------------

    def agent(self, name: str, email: str, team: str, tier: int = 1, **fields: Any) -> Agent:
        """Add someone who answers, with a sign-in."""
        agent = add_agent(
            self.desk,
            name,
            email,
            team=team,
            tier=tier,
            password=PASSWORD,
            actor=SYSTEM,
            now=self.now,
            **fields,
        )
        self.agents[name] = agent
        return agent

    def contact(self, company: str, name: str, email: str, language: str = "") -> Contact:
        """Add a person of that company, with a sign-in."""
        contact = add_contact(
            self.desk, company, name, email, language=language, password=PASSWORD, actor=SYSTEM, now=self.now
        )
        self.contacts[name] = contact
        return contact

    def holding(
        self,
        customer: Customer,
        kind: str,
        name: str,
        *,
        plan: str = "",
        attributes: Mapping[str, Any] | None = None,
        bought: Sequence[Mapping[str, Any]] = (),
        standings: Mapping[str, str] | None = None,
    ) -> Entitlement:
        """Add what a customer holds, its purchases and who may ask under it."""
        held = add_entitlement(
            customer, kind, name, plan=plan, attributes=attributes, actor=SYSTEM, now=self.now
        )
        for purchase in bought:
            record_purchase(held, actor=SYSTEM, now=purchase["at"], **purchase)
        for person, standing in (standings or {}).items():
            set_standing(held, self.contacts[person], standing, actor=SYSTEM, now=self.now)
        return held

    def agreement(self, customer: Customer, file: str, starts_at: datetime) -> None:
        """Agree with a customer on the document of that name in `policies/agreements`."""
        source = (Path(settings.BASE_DIR) / "policies" / "agreements" / file).read_text(encoding="utf-8")
        record_agreement(customer, source, starts_at=starts_at, ends_at=None, actor=SYSTEM, now=self.now)

    # -- What people do ----------------------------------------------------------------------------------------

    def request(
        self,
        who: str,
        subject: str,
        body: str,
        *,
        holding: Entitlement | None = None,
        channel: str = "portal",
        answers: Mapping[str, Any] | None = None,
        actor: Actor | None = None,
    ) -> Ticket:
        """Send a request in, as that person, at the simulated moment."""
        contact = self.contacts[who]
        inbound = Inbound(channel, contact, subject, body, dict(answers or {}), holding)
        author = actor or Actor("contact", contact.pk, contact.name)
        received = actions.receive_request(self.desk, inbound, actor=author, now=self.now)
        assert received.ticket is not None, f"{subject!r} came in by a channel that does not count"
        return received.ticket

    def write(self, ticket: Ticket, who: str, body: str, answers: Mapping[str, Any] | None = None) -> None:
        """Let the requester write again."""
        contact = self.contacts[who]
        actor = Actor("contact", contact.pk, contact.name)
        if answers:
            actions.answer_missing_facts(ticket, answers, actor=actor, now=self.now, body=body)
        else:
            actions.receive_message(ticket, body, actor=actor, now=self.now)

    def reply(self, ticket: Ticket, agent: str, body: str) -> None:
        """Let an agent answer."""
        actions.reply_publicly(ticket, body, actor=self.agents[agent].actor, now=self.now)

    def ask(self, ticket: Ticket, agent: str, body: str, **particulars: Any) -> None:
        """Let an agent ask and wait."""
        actions.ask_requester(ticket, body, actor=self.agents[agent].actor, now=self.now, **particulars)

    def note(self, ticket: Ticket, agent: str, body: str) -> None:
        """Let an agent write a note to the team."""
        actions.note_internally(ticket, body, actor=self.agents[agent].actor, now=self.now)

    def act(self, action: Callable[..., object], ticket: Ticket, *words: Any, by: str, **named: Any) -> None:
        """Let an agent do anything else, by the action of that name."""
        action(ticket, *words, actor=self.agents[by].actor, now=self.now, **named)


def main_calendar(desk: Desk, now: datetime) -> Calendar | None:
    """Return the first calendar of the desk's policy, if it has one."""
    policy = store.compiled(store.in_force(store.versions_of(desk), now))
    return next(iter(policy.calendars.values()), None)


def play(stage: Stage, stories: Sequence[Callable[[Stage], Story]]) -> None:
    """Play all stories in the order of their moments, then let pass what falls due until the end."""
    order = count()
    waiting: list[tuple[datetime, int, Story]] = []
    for story in stories:
        _go_on(story(stage), waiting, order)
    while waiting:
        moment, _, running = heapq.heappop(waiting)
        if moment > stage.end:
            continue
        let_pass(moment)
        stage.now = moment
        _go_on(running, waiting, order)
    let_pass(stage.end)


def _go_on(story: Story, waiting: list[tuple[datetime, int, Story]], order: Iterator[int]) -> None:
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, next(order), story))


def let_pass(until: datetime) -> None:
    """Fire each timer at its own moment, up to `until`, and send the letters written by then."""
    while True:
        due = Timer.objects.filter(due_at__lte=until, dead_at=None).order_by("due_at").first()
        if due is None or due.due_at is None:
            break
        fire_timers(due.due_at, Counts())
    send_deliveries(until, Counts(), limit=10_000)
