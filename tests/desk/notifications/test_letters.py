"""Letters: worded when they are sent, to those who may read them, under one stable identity."""

import smtplib

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from remit.desk.accounts.models import Team
from remit.desk.channels.email import outbound
from remit.desk.entitlements.actions import record_purchase
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import DeliveryError
from remit.desk.foundation.models import Event, Outbox
from remit.desk.policies.models import PolicyTranslation, ReasonText
from remit.desk.tickets import letters as written
from remit.desk.tickets.actions import (
    ask_requester,
    assign_ticket,
    contest_decision,
    hand_up,
    override_decision,
    reply_publicly,
)
from tests.desk.conftest import agent_named
from tests.desk.five import POLICIES, Place, at, place, work_until


@pytest.fixture
def itc(db: None) -> Place:
    """iTech CRM."""
    return place("itech-crm", request__kind="support", topic="bug", product="crm", impact="high")


def sent() -> EmailMessage:
    """The last letter of the outbox, sent."""
    outbound.send(Outbox.objects.latest("id"))
    return mail.outbox[-1]


class TestDecision:
    def test_it_tells_the_requester_why_and_what_next(self, itc):
        """ITC-2: the letter says the outcome, cites the clause with its address, and names the next steps."""
        ticket = itc.ticket(at("2026-11-18 10:00"))
        letter = sent()
        assert letter.to == ["alice@example.org"]
        assert letter.subject == f"[{ticket.shown_number}] It does not work"
        assert "/itech-crm/policy/1/#plans" in letter.body
        assert f"/itech-crm/requests/{ticket.number}/" in letter.body
        assert letter.extra_headers["Auto-Submitted"] == "auto-generated"

    def test_it_keeps_one_identity_however_often_it_is_sent(self, itc):
        """A second try is the same letter to every mail program."""
        ticket = itc.ticket(at("2026-11-18 10:00"))
        first, second = sent(), sent()
        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
        assert first.extra_headers["Message-ID"].startswith(f"<ticket-{ticket.pk}-decision-")
        assert first.extra_headers["References"] == f"<ticket-{ticket.pk}@itech-crm.example>"

    def test_it_promises_the_moment_with_its_zone_and_clause(self, itc):
        """ITC-15: an accepted request's letter names by when a person answers, on the desk's clock, and by which clause."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        itc.ticket(at("2026-11-18 10:00"))
        assert "A person answers you by Thursday 19 November 2026, 10:00 (UTC). (§" in sent().body
        assert "/itech-crm/policy/1/#answers)" in mail.outbox[-1].body

    def test_it_gives_a_persons_reason_for_what_a_person_decided(self, itc):
        """Design §2.5: what the policy accepted and a lead refused is refused for the lead's reason, not for the policy's."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        override_decision(
            ticket, "refuse", "Another company asks here.", actor=itc.lena.actor, now=at("2026-11-18 12:00")
        )
        letter = sent().body
        assert "We can’t take this up." in letter
        assert "Another company asks here." in letter
        assert "(§" not in letter

    def test_it_promises_nothing_where_nothing_is_owed(self, itc):
        """A refusal owes no answer, so its letter names no moment."""
        itc.ticket(at("2026-11-18 10:00"))
        assert "answers you by" not in sent().body

    def test_it_says_when_a_request_that_lacks_something_closes(self, itc):
        """ITC-17: the letter that asks says until when we wait, and by which clause."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        itc.ticket(at("2026-11-18 10:00"), product=None, impact=None)
        body = sent().body
        assert "We need to know:" in body
        assert "If we hear nothing, your request closes on Friday 20 November 2026, 10:00 (UTC). (§" in body
        assert "#silence)" in body

    def test_it_speaks_the_readers_language(self, itc):
        """What the desk says is in the contact's own language, with its figures; the policy's words stay as they bind."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        itc.alice.language = "fa"
        itc.alice.save()
        itc.ticket(at("2026-11-18 10:00"))
        body = sent().body
        assert "آبان ۱۴۰۵" in body
        assert "A person answers" not in body

    def test_it_says_what_the_policy_says_in_the_translation(self, db):
        """Sentence, reasons and the titles of sections are the reader's; dates in them too (C24-4, C24-7)."""
        here = place("crm24", request__kind="support", details="متن")
        source = (POLICIES / "crm24.fa.md").read_text(encoding="utf-8")
        PolicyTranslation.objects.create(version=here.version, language="fa", source=source)
        here.alice.language = "fa"
        here.alice.save()
        held = here.holds("subscription", at("2026-10-23 06:00"))
        record_purchase(held, "renewal", term="3 months", actor=SYSTEM, now=at("2026-10-30 06:00"))
        here.ticket(at("2026-11-17 06:00"), subject="پرسش")
        body = sent().body
        assert "درخواست شما را پذیرفتیم." in body
        assert "(بند ۷ آنچه بر عهدهٔ ماست: http" in body
        assert "۱۴۰۵ می‌توانید از CRM24 استفاده کنید." in body
        assert "We " not in body


class TestEscalation:
    @pytest.fixture
    def ion(self, db: None) -> Place:
        """I One Tech, which warns at half the time and hands up from then on (ION-4)."""
        found = place(
            "ionetech", topic="network", category="technical", impact="critical", details="It drops."
        )
        found.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
        return found

    def test_it_warns_without_claiming_to_have_handed_up(self, ion):
        """ION-4: at 50 % those who have it are warned; nothing moves, and the letter says so."""
        ticket = ion.ticket(at("2026-11-18 03:00"))
        work_until(at("2026-11-18 03:35"))
        row = Outbox.objects.filter(payload__template="escalation").get()
        letter = written.written(row)
        assert (
            letter.subject == f"[{ticket.shown_number}] It does not work: First answer, 50 % of the time used"
        )
        assert "handed up" not in letter.body

    @pytest.fixture
    def tiers(self, ion):
        """Someone of each higher tier, and the addresses of everyone by tier."""
        people = {}
        for name, tier in (("Sam", 2), ("Sue", 2), ("Max", 3)):
            team = Team.objects.get(desk=ion.desk, tier=tier)
            agent = agent_named(name, ion.desk, team=team, tier=tier)
            people.setdefault(tier, []).append(agent.user.email)
        return people

    @pytest.mark.parametrize("has_team", [True, False], ids=["with a team", "without a team"])
    def test_by_time_it_tells_the_people_of_the_new_tier_and_only_them(self, ion, tiers, has_team):
        """ION-4: at 100 % the specialists are told, at 200 % management; also where the tier has people and no team."""
        if not has_team:
            Team.objects.filter(desk=ion.desk, tier__gt=1).delete()
        ticket = ion.ticket(at("2026-11-18 03:00"))
        hand_up(ticket, 1, "Front line first", actor=ion.lena.actor, now=at("2026-11-18 03:04"))
        assign_ticket(ticket, ion.ada, actor=ion.lena.actor, now=at("2026-11-18 03:05"))
        for moment, tier in (("2026-11-18 04:05", 2), ("2026-11-18 05:05", 3)):
            work_until(at(moment))
            row = Outbox.objects.filter(payload__template="escalation").latest("id")
            assert row.payload["tier"] == tier
            assert sorted(written.written(row).to) == sorted(tiers[tier])

    @pytest.mark.parametrize("has_team", [True, False], ids=["with a team", "without a team"])
    def test_by_hand_it_tells_the_people_of_the_new_tier_and_only_them(self, ion, tiers, has_team):
        """ION-4: handed up with a reason, or down again, those who have it now are told; the reason is on record."""
        if not has_team:
            Team.objects.filter(desk=ion.desk, tier__gt=1).delete()
        ticket = ion.ticket(at("2026-11-18 03:00"))
        hand_up(ticket, 1, "Front line first", actor=ion.lena.actor, now=at("2026-11-18 03:04"))
        assign_ticket(ticket, ion.ada, actor=ion.lena.actor, now=at("2026-11-18 03:05"))
        for minute, tier in ((10, 3), (15, 2)):
            now = at(f"2026-11-18 03:{minute}")
            hand_up(ticket, tier, "The core switch", actor=ion.ada.actor, now=now)
            row = Outbox.objects.filter(payload__template="handed up").latest("id")
            letter = written.written(row)
            assert sorted(letter.to) == sorted(tiers[tier])
            assert letter.subject.endswith(f"handed up to tier {tier}")
        event = Event.objects.filter(subject_kind="ticket", subject_id=ticket.pk, kind="handed up").latest(
            "id"
        )
        assert (event.actor_id, event.data["tier"]) == (ion.ada.pk, 2)
        assert ReasonText.objects.get(pk=event.data["reason"]).text == "The core switch"

    def test_it_says_from_where_to_where_it_was_handed_up(self, ion):
        """ION-4: at 100 % it goes to tier 2."""
        ion.ticket(at("2026-11-18 03:00"))
        work_until(at("2026-11-18 04:05"))
        row = Outbox.objects.filter(payload__template="escalation").latest("id")
        letter = written.written(row)
        assert letter.subject.endswith("handed up to tier 2")
        assert "from tier 1 to tier 2" in letter.body
        assert "The time has run out" in letter.body


class TestConversation:
    def test_it_carries_what_an_agent_wrote(self, itc):
        """A reply goes out in the agent's own words, threaded under its ticket, and is not marked automatic."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        reply_publicly(ticket, "Try the other door.", actor=itc.ada.actor, now=at("2026-11-18 11:00"))
        letter = sent()
        assert "Try the other door." in letter.body
        assert ticket.messages.last().delivery_state == "sent"
        assert "Auto-Submitted" not in letter.extra_headers

    def test_it_warns_before_closing_with_the_moment_in_the_desks_zone(self, itc):
        """ITC-17: the warning names the moment and the clause."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        ask_requester(ticket, "Which?", actor=itc.ada.actor, now=at("2026-11-18 12:00"))
        work_until(at("2026-11-20 00:00"))
        letter = sent()
        assert "Friday 20 November 2026, 12:00" in letter.body
        assert "#silence" in letter.body

    def test_it_says_with_the_question_when_the_request_closes(self, itc):
        """ITC-17: who is asked reads at once until when."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(at("2026-11-18 10:00"))
        ask_requester(ticket, "Which?", actor=itc.ada.actor, now=at("2026-11-18 12:00"))
        assert "closes on Friday 20 November 2026, 12:00 (UTC)." in sent().body

    def test_it_lists_with_the_question_the_steps_to_try(self, itc):
        """ION-8: the letter has the steps in their order."""
        ticket = itc.ticket(at("2026-11-18 10:00"))
        ask_requester(
            ticket,
            "Please try.",
            actor=itc.ada.actor,
            now=at("2026-11-18 12:00"),
            steps=["Restart <it>", "Look"],
        )
        assert "tick in your request what is done:\n- Restart <it>\n- Look\n\nWe go on" in sent().body

    def test_it_tells_those_who_work_on_it_of_a_contest(self, itc):
        """Without an assignee the desk's people are told, and only this desk's."""
        ticket = itc.ticket(at("2026-11-18 10:00"))
        contest_decision(ticket, "But we paid.", actor=itc.alice.actor, now=at("2026-11-18 11:00"))
        letter = sent()
        assert set(letter.to) == {"ada@example.org", "lena@example.org"}
        assert "/desk/tickets/" in letter.body


class TestNobodyToWriteTo:
    def test_it_counts_as_sent_where_the_address_is_gone(self, itc):
        """A contact without an address gets no letter, and nothing fails."""
        itc.ticket(at("2026-11-18 10:00"))
        itc.alice.email = ""
        itc.alice.save()
        outbound.send(Outbox.objects.latest("id"))
        assert not mail.outbox

    def test_it_survives_erased_text(self, itc):
        """C24-11: erased words are simply not there."""
        ticket = itc.ticket(at("2026-11-18 10:00"))
        ticket.text.delete()
        assert sent().subject == f"[{ticket.shown_number}]"


class TestHeads:
    def test_it_lets_nothing_into_the_head_of_a_letter(self, itc):
        """A subject can't smuggle a further header in."""
        itc.ticket(at("2026-11-18 10:00"), subject="Hi\r\nBcc: all@example.org")
        assert "\n" not in sent().subject


class TestFailures:
    @pytest.mark.parametrize(
        ("error", "is_permanent"),
        [
            (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")}), True),
            (smtplib.SMTPRecipientsRefused({"a@b": (451, b"later")}), False),
            (smtplib.SMTPDataError(552, b"too much"), True),
            (smtplib.SMTPServerDisconnected("gone"), False),
            (ConnectionRefusedError("no"), False),
        ],
    )
    def test_it_says_whether_another_try_is_worth_it(self, itc, monkeypatch, error, is_permanent):
        """Every foreign error becomes one of ours, permanent or not."""
        itc.ticket(at("2026-11-18 10:00"))

        def fail(self: EmailMessage, fail_silently: bool = False) -> int:
            raise error

        monkeypatch.setattr(EmailMessage, "send", fail)
        with pytest.raises(DeliveryError) as caught:
            outbound.send(Outbox.objects.latest("id"))
        assert caught.value.permanent is is_permanent

    def test_it_names_the_servers_code_and_no_address(self, itc, monkeypatch):
        """What is kept beside a letter that failed, and logged, holds nothing about a person."""
        itc.ticket(at("2026-11-18 10:00"))
        refusal = smtplib.SMTPRecipientsRefused(
            {"alice@customer.example": (550, b"alice@customer.example unknown")}
        )

        def fail(self: EmailMessage, fail_silently: bool = False) -> int:
            raise refusal

        monkeypatch.setattr(EmailMessage, "send", fail)
        with pytest.raises(DeliveryError) as caught:
            outbound.send(Outbox.objects.latest("id"))
        assert caught.value.message == "The mail server refused the letter (550)."


def test_it_has_words_for_every_letter_that_rooms_put(itc):
    """Each template that a ticket's life puts into the outbox can be worded."""
    itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
    ticket = itc.ticket(at("2026-11-18 10:00"))
    work_until(at("2026-11-19 05:00"))
    work_until(at("2026-11-20 10:00"))
    ask_requester(ticket, "Which?", actor=itc.ada.actor, now=at("2026-11-20 12:00"))
    work_until(at("2026-11-25 12:00"))
    itc.ask(at("2026-11-25 13:00"), channel="email")
    work_until(at("2027-03-05 10:00"))
    templates = {row.payload["template"] for row in Outbox.objects.all()}
    assert {
        "decision",
        "at risk",
        "breach",
        "question",
        "closing soon",
        "closed",
        "off channel",
        "phase ended",
    } <= templates
    for row in Outbox.objects.all():
        letter = written.written(row)
        assert letter is not None
        assert letter.subject.strip()
        assert letter.body.strip()
        assert "{{" not in letter.body
