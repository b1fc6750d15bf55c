"""What the desk has announced beyond its policy's hours: events that stop clocks, and days it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from remit.desk.design.clocks import Cite, cite_of, metric_words
from remit.desk.design.words import listed
from remit.desk.desks.models import Closure
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.moments import OUT_OF_REACH, is_within_reach
from remit.desk.policies.models import DeclaredEvent
from remit.desk.workspace.visit import Visit
from remit.policy.document.policy import Policy

LOOKED_BACK = timedelta(days=90)
MOST = 50


@dataclass(frozen=True, slots=True)
class EventLine:
    """A declared event. `can_end`: it has not ended, and may be ended now."""

    key: int
    name: str
    kind: str
    cause: str
    services: str
    starts_at: datetime
    ends_at: datetime | None
    is_over: bool
    is_ahead: bool
    stops: str
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """A stretch in which the desk is closed."""

    key: int
    reason: str
    starts_at: datetime
    ends_at: datetime
    is_over: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event the policy lets people declare."""

    name: str
    label: str
    stops: str
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class AnnouncedPage:
    """The page. What was typed stands in it again where it could not be announced."""

    events: tuple[EventLine, ...]
    closures: tuple[ClosureLine, ...]
    kinds: tuple[EventKind, ...]
    causes: tuple[str, ...]
    services: tuple[tuple[str, str], ...]
    zone: str
    may_announce: bool
    form: str
    typed: Mapping[str, Any]
    chosen: tuple[str, ...]
    errors: Mapping[str, str]


def announced_page(
    visit: Visit,
    *,
    form: str = "",
    typed: Mapping[str, Any] | None = None,
    chosen: Iterable[str] = (),
    errors: Mapping[str, str] | None = None,
) -> AnnouncedPage:
    """The page; what is over for long is left out."""
    policy = visit.in_force
    since = visit.now - LOOKED_BACK
    declared = DeclaredEvent.objects.filter(desk=visit.desk).order_by("-starts_at", "-id")[:MOST]
    closures = Closure.objects.filter(desk=visit.desk, ends_at__gte=since).order_by("-starts_at")[:MOST]
    kinds = policy.events.values()
    return AnnouncedPage(
        events=tuple(
            _event_line(one, policy, visit) for one in declared if one.ends_at is None or one.ends_at >= since
        ),
        closures=tuple(
            ClosureLine(
                one.pk, one.reason, one.starts_at, one.ends_at, one.ends_at <= visit.now, one.starts_at >= visit.now
            )
            for one in closures
        ),
        kinds=tuple(
            EventKind(
                one.name, _sentence(one.name), _stops(one.metrics),
                cite_of(policy, one.clause, visit.policy_address(policy.number)),
            )
            for one in kinds
        ),
        causes=tuple(dict.fromkeys(cause for one in kinds for cause in one.causes)),
        services=tuple((one, service.title) for one, service in policy.services.items()),
        zone=visit.desk.zone,
        may_announce=visit.viewer.is_lead,
        form=form,
        typed=typed or {},
        chosen=tuple(chosen),
        errors=errors or {},
    )  # fmt: skip


def _event_line(event: DeclaredEvent, policy: Policy, visit: Visit) -> EventLine:
    kind = policy.events.get(event.kind)
    services = [policy.services[one].title if one in policy.services else one for one in event.services]
    return EventLine(
        key=event.pk,
        name=event.name or _sentence(event.kind),
        kind=_sentence(event.kind),
        cause=event.cause,
        services=listed(services),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        is_over=event.ends_at is not None and event.ends_at <= visit.now,
        is_ahead=event.starts_at > visit.now,
        stops=_stops(kind.metrics if kind else ()),
        cite=cite_of(policy, event.clause, visit.policy_address(policy.number)),
    )


def _stops(metrics: Iterable[Any]) -> str:
    names = listed(metric_words(str(one)).lower() for one in metrics)
    return gettext("Stops the clocks: %s.") % names if names else gettext("Stops no clock; it is only told.")


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]


def moment_in(
    form: Mapping[str, Any], name: str, visit: Visit, *, is_needed: bool = False
) -> datetime | None:
    """A moment as a form writes it, on the desk's own clock; None where it was left empty. Raises `InvalidInput`."""
    written = form.get(name, "")
    if not written and not is_needed:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        message = gettext("Write the day and the time.")
        raise InvalidInput(gettext("This can’t be announced."), fields={name: message}) from None
    if not is_within_reach(at):
        raise InvalidInput(gettext("This can’t be announced."), fields={name: OUT_OF_REACH})
    return at.replace(tzinfo=visit.desk.tz) if at.tzinfo is None else at
