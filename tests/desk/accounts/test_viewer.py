"""Who somebody is depends on the desk; an outsider meets the same answer as for a thing that does not exist."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory

from remit.desk.accounts.models import Agent, Contact, User
from remit.desk.accounts.viewer import resolve_viewer
from remit.desk.foundation.errors import NotFoundHere

pytestmark = pytest.mark.django_db


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return request


def test_it_knows_a_contact_and_gives_them_no_agents_rights(desk, alice):
    viewer = resolve_viewer(request_of(alice.user), desk)
    assert (viewer.contact, viewer.agent, viewer.is_agent) == (alice, None, False)


def test_it_knows_an_agent_and_does_not_take_them_for_a_contact(desk, ada):
    viewer = resolve_viewer(request_of(ada.user), desk)
    assert (viewer.contact, viewer.agent, viewer.is_agent) == (None, ada, True)


def test_it_does_not_know_an_agent_of_another_desk(desk, rosa):
    viewer = resolve_viewer(request_of(rosa.user), desk)
    assert (viewer.contact, viewer.agent) == (None, None)
    with pytest.raises(NotFoundHere):
        viewer.actor  # noqa: B018


def test_it_does_not_know_a_visitor(desk):
    assert resolve_viewer(request_of(None), desk).user is None


def test_it_knows_one_person_as_agent_here_and_contact_there(desk, other_desk, ada):
    customer = other_desk.customers.create(name="Harbour itself")
    contact = Contact.objects.create(desk=other_desk, customer=customer, user=ada.user, name="Ada")
    assert resolve_viewer(request_of(ada.user), desk).actor == ada.actor
    assert resolve_viewer(request_of(ada.user), other_desk).actor == contact.actor


def test_it_forgets_an_agent_who_left(desk, ada):
    Agent.objects.update(is_active=False)
    assert resolve_viewer(request_of(ada.user), desk).agent is None


def test_it_forgets_a_person_who_was_shut_out(desk, ada):
    User.objects.update(is_active=False)
    assert resolve_viewer(request_of(User.objects.get(pk=ada.user_id)), desk).agent is None


def test_it_lets_only_leads_and_owners_override(desk, ada, lena):
    assert not resolve_viewer(request_of(ada.user), desk).is_lead
    assert resolve_viewer(request_of(lena.user), desk).is_lead


def test_it_gives_an_operator_no_rights_at_a_desk(desk):
    operator = User.objects.create_user("root@example.org", is_operator=True)
    assert resolve_viewer(request_of(operator), desk).agent is None


def test_it_asks_the_database_once_a_request(desk, alice, django_assert_num_queries):
    request = request_of(alice.user)
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        resolve_viewer(request, desk)
        resolve_viewer(request, desk)
