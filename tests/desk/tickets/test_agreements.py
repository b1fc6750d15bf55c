"""An individual agreement at a desk: a request received while it runs is judged under it, and its ticket stays so
(design §4: layers).
"""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from remit.desk.foundation.actors import SYSTEM, Actor
from remit.desk.foundation.errors import Conflict, InvalidInput, Refused
from remit.desk.foundation.models import Event, Outbox
from remit.desk.notifications.render import render
from remit.desk.policies import store
from remit.desk.policies.actions import end_agreement, publish_policy, record_agreement
from remit.desk.policies.models import Agreement, AgreementEnd, Decision, OffChannelMessage
from remit.desk.tickets.actions import change_priority, correct_fact, override_decision, receive_request
from remit.desk.tickets.inbound import Inbound
from remit.desk.tickets.models import Ticket
from remit.desk.tickets.verifying import Count, differences
from tests.desk.five import POLICIES, at, clock_of

AGREED = (POLICIES / "agreements" / "mekong-freight.md").read_text(encoding="utf-8")
PUBLISHED = (POLICIES / "ionetech.md").read_text(encoding="utf-8")
RECORDED = at("2026-06-01 03:00")
START = at("2026-07-01 03:00")
END = at("2026-07-20 03:00")
BEFORE = at("2026-07-01 02:59")


@pytest.fixture(autouse=True)
def contracts(ion):
    """Both customers have a contract."""
    ion.holds("contract", at("2026-01-05 02:00"), term="12 months", name="C-1")
    ion.holds("contract", at("2026-01-05 02:00"), term="12 months", name="C-2", contact=ion.charlie)


@pytest.fixture
def agreement(ion) -> Agreement:
    """What I One Tech agreed with Alice's company, for part of July."""
    return recorded(ion)


def recorded(ion, source=AGREED, starts_at=START, ends_at=END, actor=SYSTEM, customer=None) -> Agreement:
    return record_agreement(
        customer or ion.alice.customer,
        source,
        starts_at=starts_at,
        ends_at=ends_at,
        actor=actor,
        now=RECORDED,
    )


def third_party(ion, moment, contact=None) -> Ticket:
    """A request about the program of another maker, which the policy excludes (ION-9)."""
    return ion.ticket(moment, contact=contact, topic="third_party")


def verified() -> list[str]:
    """What differs when everything stored is recomputed."""
    found = differences(Decision.objects.all(), Ticket.objects.all(), at("2026-07-20 04:00"), Count())
    return [one.message for one in found]


class TestJudgingUnderIt:
    @pytest.mark.parametrize(
        ("moment", "runs"),
        [(BEFORE, False), (START, True), (at("2026-07-20 02:59"), True), (END, False)],
    )
    def test_its_term_is_half_open(self, ion, agreement, moment, runs):
        """Received in [start, end): under it; a minute before and at the end: by the policy alone."""
        ticket = third_party(ion, moment)
        assert (ticket.agreement_id, ticket.outcome) == (
            (agreement.pk, "accept") if runs else (None, "refuse")
        )
        assert Decision.objects.get(ticket=ticket).agreement_id == ticket.agreement_id

    def test_its_targets_are_owed_and_cite_the_clause_it_changes(self, ion, agreement):
        """Thu 9 July 18:40 in Phnom Penh: by the policy due at 12:00 next day, by the agreement at 10:00."""
        mine = clock_of(ion.ticket(at("2026-07-09 11:40")))
        others = clock_of(ion.ticket(at("2026-07-09 11:40"), contact=ion.charlie))
        assert (mine.due_at, others.due_at) == (at("2026-07-10 03:00"), at("2026-07-10 05:00"))
        assert mine.clause == others.clause == "answers"
        cited = store.policy_of(mine.ticket).clauses["answers"].cited
        assert cited == "§4 as changed by the agreement, A-1"

    def test_other_customers_are_not_affected(self, ion, agreement):
        """It is an agreement with one customer."""
        ticket = third_party(ion, START, ion.charlie)
        assert (ticket.agreement_id, ticket.outcome) == (None, "refuse")

    def test_it_is_the_moment_of_receipt_that_counts(self, ion, agreement):
        """A call that was taken in the term and written down after it is judged under it."""
        inbound = Inbound(
            "phone",
            ion.alice,
            "Waybills",
            "They are empty.",
            {**ion.usual, "topic": "third_party"},
            received_at=at("2026-07-20 02:00"),
        )
        received = receive_request(ion.desk, inbound, actor=ion.ada.actor, now=at("2026-07-20 05:00"))
        assert received.ticket is not None
        assert received.ticket.agreement_id == agreement.pk

    def test_a_message_off_the_channels_is_answered_in_its_words(self, ion):
        """ION-2, design §4: whoever agreed on another answer gets that one, though the agreement ended since."""
        start = PUBLISHED.index("## How to reach us {#channels")
        section = PUBLISHED[start : PUBLISHED.index("\n## ", start + 1)]
        heading = AGREED.index("\n## ")
        own = section.replace('{#channels from="ION-2"}', '{#reach changes="channels"}').replace(
            "says: Thank you for your message.", "says: Dear friends at Mekong Freight."
        )
        agreement = recorded(ion, f"{AGREED[:heading]}\n{own}\n")
        asked = at("2026-07-09 11:40")
        for contact in (ion.alice, ion.charlie):
            inbound = Inbound("telegram", contact, "Waybills", "They are empty.", ion.usual)
            receive_request(ion.desk, inbound, actor=contact.actor, now=asked)
        end_agreement(agreement, actor=SYSTEM, now=at("2026-07-09 12:00"))
        letters = [
            render(row) for row in Outbox.objects.filter(payload__template="off channel").order_by("id")
        ]
        assert ["Dear friends" in letter.body for letter in letters if letter] == [True, False]
        kept = OffChannelMessage.objects.order_by("id").values_list("agreement", flat=True)
        assert list(kept) == [agreement.pk, None]

    def test_the_ticket_stays_under_it_after_its_end(self, ion, agreement):
        """Later decisions and clocks go on under what ran at receipt, and what is stored comes out again."""
        ticket = third_party(ion, at("2026-07-17 03:00"))
        plain = third_party(ion, at("2026-07-17 03:00"), ion.charlie)
        end_agreement(agreement, actor=SYSTEM, now=at("2026-07-17 03:30"))
        change_priority(ticket, "medium", "It can wait.", actor=ion.lena.actor, now=at("2026-07-17 04:00"))
        later = at("2026-07-21 03:00")
        assert clock_of(ticket).due_at == at("2026-07-17 11:00")
        corrected = correct_fact(
            ticket, "details", "Waybills are empty.", "Said on the phone.", actor=ion.ada.actor, now=later
        )
        over = override_decision(ticket, "refuse", "By word.", actor=ion.lena.actor, now=later)
        assert corrected.outcome == "accept"
        assert {corrected.agreement_id, over.agreement_id} == {agreement.pk}
        again = correct_fact(plain, "details", "Waybills.", "Phone.", actor=ion.ada.actor, now=later)
        assert (again.outcome, again.agreement_id) == ("refuse", None)
        assert verified() == []

    def test_recomputing_needs_the_agreement(self, ion, agreement):
        """A ledger row that leaves it out would come out otherwise, and is reported."""
        ticket = third_party(ion, START)
        row = Decision.objects.get(ticket=ticket)
        row.pk, row.agreement = None, None
        row._state.adding = True
        row.save(force_insert=True)
        assert len(verified()) == 1

    def test_a_customer_without_one_costs_one_cheap_read_and_no_more(self, ion):
        """Intake asks once which agreement runs; the document is read when it is compiled first."""
        third_party(ion, START)
        assert reads_of_agreements(ion) == 1
        recorded(ion)
        third_party(ion, START)
        assert reads_of_agreements(ion) == 1


def reads_of_agreements(ion):
    """How many questions to the database a request takes that are about agreements."""
    with CaptureQueriesContext(connection) as asked:
        third_party(ion, START)
    texts = [one["sql"] for one in asked.captured_queries]
    return len([one for one in texts if "policies_agreement" in one and not one.startswith("INSERT")])


class TestRecording:
    def test_it_keeps_who_what_and_when(self, ion):
        agreement = recorded(ion, actor=ion.lena.actor)
        assert agreement.title == "Service agreement with Mekong Freight Co."
        assert (agreement.recorded_by_id, agreement.recorded_at) == (ion.lena.pk, RECORDED)
        (event,) = Event.objects.filter(subject_kind="agreement", subject_id=agreement.pk)
        assert (event.kind, event.data["hash"]) == ("agreement recorded", agreement.hash)

    def test_it_names_every_fault_by_line_and_column_and_stores_nothing(self, ion):
        faulty = AGREED.replace('changes="answers"', 'changes="answer"').replace(
            '["third_party"]', '["third"]'
        )
        with pytest.raises(InvalidInput) as caught:
            recorded(ion, faulty)
        line = AGREED[: AGREED.index("{#faster")].count("\n") + 1
        places = list(caught.value.fields)
        assert places[0].startswith(f"line {line}, column ")
        assert any("third" in sentence for sentence in caught.value.fields.values())
        assert not Agreement.objects.exists()

    def test_it_fits_over_every_version_in_its_term(self, ion, monkeypatch):
        """The next version has no such clause: an agreement that reaches into it says so, one that ends before does not."""
        second = PUBLISHED.replace("version: 1", "version: 2", 1).replace(
            "2026-01-01 00:00", "2026-07-10 00:00", 1
        )
        second = second.replace("rule: third-party software", "rule: software of others")
        second = second.replace("not-covered/third-party software", "not-covered/software of others")
        publish_policy(ion.desk, second, actor=SYSTEM, now=RECORDED)
        with pytest.raises(InvalidInput) as caught:
            recorded(ion)
        assert any("third-party software" in sentence for sentence in caught.value.fields.values())
        assert recorded(ion, ends_at=at("2026-07-09 17:00")).pk

    @pytest.mark.parametrize(
        ("starts", "ends", "meets"),
        [
            ("2026-06-01 00:00", "2026-07-01 03:00", False),
            ("2026-06-01 00:00", "2026-07-01 03:01", True),
            ("2026-07-02 00:00", "2026-07-03 00:00", True),
            ("2026-07-20 02:59", None, True),
            ("2026-07-20 03:00", None, False),
            ("2026-06-01 00:00", None, True),
        ],
    )
    def test_a_customer_has_one_at_a_time(self, ion, agreement, starts, ends, meets):
        """Terms are half-open, so that one may begin where another ends."""
        term = {"starts_at": at(starts), "ends_at": at(ends) if ends else None}
        if meets:
            with pytest.raises(InvalidInput) as caught:
                recorded(ion, **term)
            assert "Mekong Freight" in caught.value.fields["starts"]
        else:
            assert recorded(ion, **term).pk
        assert recorded(ion, customer=ion.charlie.customer, **term).pk

    def test_a_term_ends_after_it_begins(self, ion):
        with pytest.raises(InvalidInput) as caught:
            recorded(ion, ends_at=START)
        assert set(caught.value.fields) == {"ends"}

    def test_only_a_lead_of_the_desk_agrees(self, ion):
        for actor in (ion.ada.actor, ion.alice.actor, Actor("api", None)):
            with pytest.raises(Refused):
                recorded(ion, actor=actor)
        assert recorded(ion, actor=ion.lena.actor).pk

    def test_the_database_itself_keeps_it(self, ion, agreement):
        """Agreements and their ends are append-only, like versions."""
        end_agreement(agreement, actor=SYSTEM, now=at("2026-07-10 00:00"))
        for change in (
            lambda: Agreement.objects.update(title="Another"),
            lambda: AgreementEnd.objects.update(ends_at=END),
            lambda: AgreementEnd.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_its_own_calendar_keeps_the_holidays_of_its_recording(self, ion):
        """C24-6: what it declares is frozen with it; the policy's own calendars keep the version's."""
        own = AGREED + (
            '\n```remit\ncalendar: depot\nhours: [{days: every day, open: "6:00-22:00"}]\n'
            "holidays: {dates: {2026-07-14: Depot closed}}\n```\n"
        )
        agreement = recorded(ion, own)
        assert agreement.holidays == {"depot": {"2026-07-14": "Depot closed"}}
        assert recorded(ion, starts_at=END, ends_at=None).holidays == {}
        policy = store.compiled(ion.version, agreement)
        assert policy.calendars["depot"].holidays.keys() == {at("2026-07-14 00:00").date()}


class TestEnding:
    def test_it_ends_now_and_tickets_before_stay_under_it(self, ion, agreement):
        before = third_party(ion, at("2026-07-06 03:00"))
        ending = end_agreement(agreement, actor=ion.lena.actor, now=at("2026-07-06 04:00"))
        after = third_party(ion, at("2026-07-06 04:00"))
        assert (before.agreement_id, after.agreement_id) == (agreement.pk, None)
        assert ending.ends_at == at("2026-07-06 04:00")
        assert Event.objects.filter(subject_kind="agreement", kind="agreement ended").count() == 1
        assert recorded(ion, starts_at=at("2026-07-06 04:00"), ends_at=None).pk
        assert verified() == []

    def test_one_that_has_not_begun_never_does(self, ion, agreement):
        end_agreement(agreement, actor=SYSTEM, now=RECORDED)
        assert third_party(ion, START).agreement_id is None
        assert recorded(ion).pk

    def test_it_refuses_an_end_that_changes_what_was_judged_or_lengthens_it(self, ion, agreement):
        now = at("2026-07-06 03:00")
        for ends in (at("2026-07-06 02:59"), END, at("2026-08-01 00:00")):
            with pytest.raises(InvalidInput) as caught:
                end_agreement(agreement, actor=SYSTEM, now=now, ends_at=ends)
            assert set(caught.value.fields) == {"ends"}
        end_agreement(agreement, actor=SYSTEM, now=now, ends_at=at("2026-07-07 00:00"))
        with pytest.raises(Conflict):
            end_agreement(agreement, actor=SYSTEM, now=now)
        with pytest.raises(Refused):
            end_agreement(agreement, actor=ion.ada.actor, now=now)

    def test_one_whose_term_is_over_has_ended(self, ion, agreement):
        with pytest.raises(Conflict):
            end_agreement(agreement, actor=SYSTEM, now=END)


class TestPublishingBeneathIt:
    @pytest.fixture
    def without(self) -> str:
        """The next version, in which the rule that the agreement is an exception to has another name."""
        text = PUBLISHED.replace("version: 1", "version: 2", 1).replace(
            "2026-01-01 00:00", "2026-07-10 00:00", 1
        )
        return re.sub(r"rule: third-party software", "rule: software of others", text)

    def test_a_version_under_which_it_no_longer_fits_is_refused(self, ion, agreement, without):
        with pytest.raises(InvalidInput) as caught:
            publish_policy(ion.desk, without, actor=SYSTEM, now=RECORDED)
        place = next(iter(caught.value.fields))
        assert place.startswith("Service agreement with Mekong Freight Co., line ")
        assert "Lighthouse Ltd" in caught.value.fields[place]

    def test_once_it_has_ended_the_version_can_be_published(self, ion, agreement, without):
        end_agreement(agreement, actor=SYSTEM, now=RECORDED, ends_at=at("2026-07-09 17:00"))
        version = publish_policy(ion.desk, without, actor=SYSTEM, now=RECORDED)
        assert third_party(ion, at("2026-07-10 03:00")).version_id == version.pk

    def test_a_version_that_it_fits_is_the_next_it_stands_over(self, ion, agreement):
        second = PUBLISHED.replace("version: 1", "version: 2", 1).replace(
            "2026-01-01 00:00", "2026-07-10 00:00", 1
        )
        version = publish_policy(ion.desk, second, actor=SYSTEM, now=RECORDED)
        ticket = third_party(ion, at("2026-07-10 03:00"))
        assert (ticket.version_id, ticket.agreement_id) == (version.pk, agreement.pk)
        assert ticket.outcome == "accept"


class TestTheCommand:
    """`manage.py record_agreement`: the document from a file, the term in the desk's own time."""

    def test_it_records_the_document_with_its_term(self, ion):
        said = StringIO()
        call_command(
            "record_agreement", "ionetech", "alice@example.org", POLICIES / "agreements" / "mekong-freight.md",
            "--from", "2026-07-01", "--until", "2027-07-01", stdout=said,
        )  # fmt: skip
        agreement = Agreement.objects.get()
        assert (agreement.starts_at, agreement.ends_at) == (at("2026-06-30 17:00"), at("2027-06-30 17:00"))
        assert agreement.customer == ion.alice.customer
        assert "is recorded for Lighthouse Ltd" in said.getvalue()

    def test_it_prints_every_fault_with_its_place(self, ion, tmp_path):
        faulty = tmp_path / "agreed.md"
        faulty.write_text(AGREED.replace('changes="answers"', 'changes="answer"'), encoding="utf-8")
        with pytest.raises(CommandError) as caught:
            call_command("record_agreement", "ionetech", "alice@example.org", faulty)
        assert re.search(r"line 9, column \d+: the policy has no clause “answer”", str(caught.value))
        for argument in (["nobody@example.org", faulty], ["alice@example.org", tmp_path / "none.md"]):
            with pytest.raises(CommandError):
                call_command("record_agreement", "ionetech", *argument)
        with pytest.raises(CommandError, match="2026-01-31"):
            call_command("record_agreement", "ionetech", "alice@example.org", faulty, "--from", "July")
        assert not Agreement.objects.exists()


def test_the_letter_promises_what_the_agreement_says(ion, agreement):
    """Sent Thu 9 July 18:40: by the policy due at 12:00 next day, by the agreement at 10:00."""
    for contact, promised in ((ion.alice, "10:00"), (ion.charlie, "12:00")):
        ticket = ion.ticket(at("2026-07-09 11:40"), contact=contact)
        letter = render(Outbox.objects.get(ticket_id=ticket.pk, payload__template="decision"))
        assert letter is not None
        assert promised in letter.body
