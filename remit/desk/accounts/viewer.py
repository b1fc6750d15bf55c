"""Who looks at a desk: a visitor, one of its contacts, one of its agents, or both at once. Views ask here, and fetch
what they show through `visible_to(viewer)`; an outsider gets the same answer as for a thing that does not exist.
"""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext

from remit.desk.accounts.models import Agent, Contact, Customer, Team, User
from remit.desk.desks.models import Desk
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import NotFoundHere
from remit.desk.foundation.prepared import Prepared, columns_of, instances, together


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as one desk knows them. `user` is None for a visitor; rights come from `contact` and `agent` alone."""

    desk: Desk
    user: User | None = None
    contact: Contact | None = None
    agent: Agent | None = None

    @property
    def is_agent(self) -> bool:
        """Say whether they work at this desk."""
        return self.agent is not None

    @property
    def is_lead(self) -> bool:
        """Say whether they decide here what is left to discretion."""
        return self.agent is not None and self.agent.can_override

    @property
    def actor(self) -> Actor:
        """Return the person as the author of an action, as agent before contact; NotFoundHere for an outsider."""
        person = self.agent or self.contact
        if person is None:
            raise NotFoundHere(gettext("There is nothing here for you."))
        return person.actor


def resolve_viewer(request: HttpRequest, desk: Desk) -> Viewer:
    """Return who the signed-in person is at the desk, looked up once in a request."""
    known: dict[int, Viewer] = request.__dict__.setdefault("_viewers", {})
    if desk.pk not in known:
        known[desk.pk] = _look_up(request, desk)
    return known[desk.pk]


def _look_up(request: HttpRequest, desk: Desk) -> Viewer:
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return Viewer(desk)
    as_contact, as_agent = together((_CONTACTS, (desk.pk, user.pk)), (_AGENTS, (desk.pk, user.pk)))
    contact = next(iter(instances(Contact, as_contact)), None)
    if contact is not None and contact.customer_id is not None:
        [contact.customer] = instances(Customer, [as_contact[0][len(columns_of(Contact)) :]])
    agent = next(iter(instances(Agent, as_agent)), None)
    if agent is not None and agent.team_id is not None:
        [agent.team] = instances(Team, [as_agent[0][len(columns_of(Agent)) :]])
    return Viewer(desk, user, contact, agent)


_CONTACTS = Prepared(
    lambda desk, user: (
        Contact.objects.filter(desk_id=desk, user_id=user)
        .order_by("id")
        .values_list(*columns_of(Contact), *columns_of(Customer, "customer__"))[:1]
    ),
    int,
    int,
)
_AGENTS = Prepared(
    lambda desk, user: (
        Agent.objects.filter(desk_id=desk, user_id=user, is_active=True)
        .order_by("id")
        .values_list(*columns_of(Agent), *columns_of(Team, "team__"))[:1]
    ),
    int,
    int,
)
