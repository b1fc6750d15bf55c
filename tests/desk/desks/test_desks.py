"""A desk is opened with what it needs, in a zone that exists, at an address that is free; its tickets are numbered."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from remit.desk.desks.actions.create_desk import create_desk
from remit.desk.desks.actions.number_tickets import number_ticket
from remit.desk.desks.models import Desk, validate_zone
from remit.desk.foundation import events
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import InvalidInput, NotFoundHere
from remit.desk.foundation.writing import Writing


class TestOpening:
    @pytest.mark.django_db
    def test_it_notes_that_the_desk_was_opened(self, desk, now):
        assert [event.kind for event in events.of_subject(("desk", desk.pk))] == ["desk opened"]

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("slug", "static"),
            ("slug", "two words"),
            ("zone", "Europe/Atlantis"),
            ("zone", "UTC+15"),
            ("ticket_prefix", "h-1"),
            ("name", ""),
        ],
    )
    def test_it_names_the_field_that_cannot_be(self, field, value, now):
        fields = {"slug": "harbour", "name": "Harbour", "ticket_prefix": "HAR", field: value}
        with pytest.raises(InvalidInput) as refusal:
            create_desk(actor=SYSTEM, now=now, **fields)
        assert field in refusal.value.fields
        assert not Desk.objects.exists()

    @pytest.mark.django_db
    def test_it_refuses_an_address_that_another_desk_has(self, desk, now):
        with pytest.raises(InvalidInput):
            create_desk(slug=desk.slug, name="Other", ticket_prefix="OTH", actor=SYSTEM, now=now)

    @pytest.mark.django_db
    def test_it_is_found_by_its_address_and_nothing_else_is(self, desk):
        assert Desk.objects.by_slug("harbour") == desk
        with pytest.raises(NotFoundHere):
            Desk.objects.by_slug("nowhere")


class TestZones:
    @pytest.mark.parametrize(("name", "hours"), [("Europe/Berlin", 2), ("UTC+3", 3), ("UTC+5:30", 5.5)])
    def test_a_desk_lives_by_its_zones_clocks(self, name, hours):
        assert datetime(2026, 7, 1, tzinfo=Desk(zone=name).tz).utcoffset() == timedelta(hours=hours)

    @pytest.mark.parametrize("name", ["", "Europe/Atlantis", "../etc/passwd", "UTC+99", "utc+3", "a\0b"])
    def test_it_refuses_what_is_no_zone(self, name):
        with pytest.raises(ValidationError):
            validate_zone(name)


def numbered(desk, *rows):
    ticket = SimpleNamespace(desk_id=desk.pk, number=None)
    with Writing() as writing:
        number_ticket(writing, ticket)
        writing.insert(rows)
    return ticket.number


@pytest.mark.django_db
class TestNumbers:
    def test_it_counts_from_one_for_each_desk_apart(self, desk, other_desk):
        assert [numbered(desk) for _ in range(3)] == [1, 2, 3]
        assert numbered(other_desk) == 1

    def test_it_takes_a_number_back_when_the_transaction_fails(self, desk):
        with transaction.atomic():
            numbered(desk)
            transaction.set_rollback(True)
        assert numbered(desk) == 1

    def test_it_takes_a_number_back_when_what_is_written_with_it_fails(self, desk):
        with pytest.raises(IntegrityError):
            numbered(desk, Desk(slug=desk.slug, name="Its double"))
        assert numbered(desk) == 1
