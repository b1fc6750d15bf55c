"""Facts put right, rights gained, findings, overrides, contests: each is a further record."""

import pytest
from django.db import IntegrityError, transaction

from remit.desk.entitlements.actions import record_happening, record_purchase
from remit.desk.entitlements.models import Standing
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import Conflict, InvalidInput, Refused
from remit.desk.policies.models import Decision, ReasonText
from remit.desk.policies.store import compiled
from remit.desk.tickets.actions import (
    change_priority,
    contest_decision,
    correct_fact,
    hand_up,
    override_decision,
    record_finding,
    settle_contest,
)
from remit.desk.tickets.models import Ticket
from tests.desk.five import at, clock_of, day, kinds, letters

START = at("2026-11-18 10:00")


def fresh(ticket):
    """The ticket as it is stored."""
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def repaired(its):
    """iTS with a device worked on in August, its screen repaired on 15 October."""
    own = {"work_by_us": True, "proof_recorded": True}
    item = its.holds("item", at("2026-08-01 10:00"), on=day("2026-08-01"), attributes=own)
    record_purchase(
        item, "repair", actor=SYSTEM, now=at("2026-10-15 10:00"), on=day("2026-10-15"), part="screen"
    )
    return its


class TestPlans:
    def test_it_lets_the_plans_own_inclusions_override_the_exclusion(self, itc):
        """ITC-5: training is out, unless the plan names it; the trace shows both clauses' rules."""
        plan = itc.holds("plan", at("2026-03-04 10:00"), term="12 months", plan="essential")
        assert itc.ticket(START, topic="training").outcome == "refuse"
        plan.plan = "business"
        plan.save()
        received = itc.ask(START, topic="training")
        assert received.decision.outcome == "accept"
        results = {line["rule"]: line for line in received.decision.trace["lines"]}
        assert results["learning/named-by-the-plan"]["result"] is True
        assert results["learning/not-part-of-support"]["suppressed_by"] == "learning/named-by-the-plan"


class TestANewRight:
    def test_it_decides_again_at_the_instant_of_payment_and_clocks_start_there(self, itc):
        """ITC-2, design §2.6: a plan bought after the refusal takes the request up; its clock starts with the plan."""
        ticket = itc.ticket(START)
        assert ticket.outcome == "refuse"
        itc.holds("plan", at("2026-11-19 15:00"), term="12 months", plan="essential")
        after = fresh(ticket)
        assert (after.outcome, after.status, after.entitlement.name) == ("accept", "new", "L-204")
        decision = after.decisions.last()
        assert (decision.kind, decision.as_of) == ("again", at("2026-11-19 15:00"))
        assert clock_of(ticket).due_at == at("2026-11-20 15:00")
        assert letters(ticket) == ["decision", "decision"]

    def test_it_renews_from_payment_without_the_gap(self, iex):
        """IEX-11: bought 2026-01-31, lapsed, paid 2027-08-10 for 12 months: active from then to 2028-08-10."""
        licence = iex.holds("licence", at("2026-01-31 09:00"))
        ticket = iex.ticket(at("2027-08-09 09:00"))
        assert ticket.outcome == "refuse"
        record_purchase(licence, "renewal", actor=SYSTEM, now=at("2027-08-10 09:00"), term="12 months")
        assert fresh(ticket).outcome == "accept"
        assert iex.ticket(at("2028-08-10 08:59")).outcome == "accept"
        assert iex.ticket(at("2028-08-10 09:00")).outcome == "refuse"

    def test_it_leaves_tickets_of_others_alone(self, itc):
        """A right is its holder's."""
        ticket = itc.ticket(START, contact=itc.charlie)
        itc.holds("plan", at("2026-11-19 15:00"), term="12 months")
        assert fresh(ticket).outcome == "refuse"


class TestPhases:
    @pytest.mark.parametrize(
        ("asked", "phase", "outcome"),
        [
            ("2026-08-02 08:59", "included", "accept"),
            ("2026-08-02 09:00", "transition", "accept"),
            ("2026-10-02 08:59", "transition", "accept"),
            ("2026-10-02 09:00", "expired", "refuse"),
            ("2027-04-02 09:00", "archivable", "refuse"),
        ],
    )
    def test_it_computes_the_phase_at_the_instant(self, iex, asked, phase, outcome):
        """IEX-10, IEX-13: twelve months, then two of transition, then none; archivable six months later."""
        iex.holds("licence", at("2025-08-02 09:00"))
        received = iex.ask(at(asked))
        assert received.decision.facts["licence.phase"] == phase
        assert received.decision.outcome == outcome

    @pytest.mark.parametrize("on", [None, day("2026-10-23")])
    def test_it_counts_ten_days_of_trial_to_the_end_of_the_last(self, c24, on):
        """C24-2: registered on 23 October, the trial lasts to the end of 2 November, Tehran time, also where only the
        moment was recorded.
        """
        c24.holds("subscription", at("2026-10-23 06:00"), on=on)
        assert c24.ticket(at("2026-11-02 20:29")).outcome == "accept"
        assert c24.ticket(at("2026-11-02 20:30")).outcome == "refuse"

    def test_it_counts_ninety_days_of_warranty_to_the_end_of_the_last(self, its):
        """ITS-3: work on 1 August, covered to the end of 30 October in London."""
        own = {"work_by_us": True, "proof_recorded": True}
        its.holds("item", at("2026-08-01 10:00"), on=day("2026-08-01"), attributes=own)
        assert its.ticket(at("2026-10-30 23:59"), since="2026-10-29").outcome == "accept"
        assert its.ticket(at("2026-10-31 00:00"), since="2026-10-29").outcome == "quote"

    def test_it_gives_what_was_repaired_its_own_ninety_days(self, repaired):
        """ITS-3: a repair begins anew for the part, and leaves the rest as it was."""
        late = at("2026-12-01 10:00")
        assert repaired.ticket(late, observed={"item.part": "screen"}).outcome == "accept"
        assert repaired.ticket(late, observed={"item.part": "keyboard"}).outcome == "quote"

    @pytest.mark.parametrize(
        ("named", "outcome"),
        [("screen", "accept"), (" Screen", "accept"), ("keyboard", "quote"), (None, "quote")],
    )
    def test_it_goes_by_the_part_that_the_requester_names(self, repaired, named, outcome):
        """ITS-3: "Which part is it about?" is a question of the form, and its answer decides the warranty."""
        assert repaired.ticket(at("2026-12-01 10:00"), item__part=named).outcome == outcome

    def test_it_goes_by_the_part_that_was_put_right_later(self, repaired):
        """ITS-3, IEX-2: whoever had it wrong, the part as corrected decides, as of receipt; also back again."""
        ticket = repaired.ticket(at("2026-12-01 10:00"), item__part="keyboard")
        for part, outcome in (("screen", "accept"), ("keyboard", "quote")):
            correct_fact(
                fresh(ticket),
                "item.part",
                part,
                "It is that one.",
                actor=repaired.ada.actor,
                now=at("2026-12-02 10:00"),
            )
            assert fresh(ticket).outcome == outcome


class TestStandingAndScope:
    def test_it_refuses_without_a_valid_licence_whatever_is_suspected(self, iex):
        """IEX-1: no valid licence, no support; the suspicion of an error notwithstanding."""
        assert iex.ticket(at("2026-09-15 08:00"), topic="error").outcome == "refuse"
        iex.holds("licence", at("2026-07-02 12:00"), is_valid=False)
        received = iex.ask(at("2026-09-15 08:00"), topic="error")
        assert received.decision.outcome == "refuse"
        assert "licence" in [one["clause"] for one in received.decision.deciding]

    def test_it_serves_the_owner_and_never_a_contractor(self, iex):
        """IEX-1, IEX-22: other people's programmers are not served, paid or not."""
        licence = iex.holds("licence", at("2026-07-02 12:00"))
        Standing.objects.create(entitlement=licence, contact=iex.charlie, standing="contractor")
        received = iex.ask(at("2026-09-15 08:00"), contact=iex.charlie, entitlement="L-204")
        assert received.decision.outcome == "refuse"
        assert received.decision.facts["sender.standing"] == "contractor"

    @pytest.mark.parametrize(
        ("topic", "outcome"), [("orders", "accept"), ("ssl", "refuse"), ("other", "refuse")]
    )
    def test_it_denies_what_is_not_listed(self, iex, topic, outcome):
        """IEX-3, IEX-6: only the standard panel is in scope; what no list names is out."""
        iex.holds("licence", at("2026-03-02 09:00"))
        assert iex.ticket(at("2026-09-15 08:00"), topic=topic).outcome == outcome

    def test_it_lets_an_agent_reclassify_with_a_reason(self, iex):
        """IEX-2: the topic put right, the decision is made again as of receipt; clocks are owed from receipt."""
        iex.holds("licence", at("2025-08-02 09:00"))
        ticket = iex.ticket(at("2026-08-20 16:40"), topic="ssl")
        assert ticket.outcome == "refuse"
        decision = correct_fact(
            ticket,
            "topic",
            "settings",
            "It is about a setting",
            actor=iex.ada.actor,
            now=at("2026-08-21 08:00"),
        )
        assert (decision.outcome, decision.as_of) == ("accept", at("2026-08-20 16:40"))
        assert (ticket.topic, ticket.status) == ("settings", "new")
        assert clock_of(ticket).due_at == at("2026-09-04 07:00")
        assert decision.reason == "It is about a setting"


EIGHT = (
    "error.reproduced",
    "code.unmodified",
    "files.unmodified",
    "database.unmodified",
    "server.meets_requirements",
    "third_party.none",
    "external.none",
    "clean.reproducible",
)


class TestConfirmedErrors:
    @pytest.fixture
    def suspected(self, iex):
        """A suspected error under a licence whose support has ended."""
        licence = iex.holds("licence", at("2025-01-02 09:00"))
        answers = {
            "topic": "error",
            "panel__section": "commissions",
            "steps_before": "None",
            "reproduction": "Create an order",
            "changes": "None",
        }
        iex.ticket_of_error = iex.ticket(at("2026-09-15 08:00"), **answers)
        iex.licence = licence
        return iex

    def test_it_reviews_a_suspected_error_without_cover(self, suspected):
        """IEX-14: a suspected error without cover is looked at by a person, not refused."""
        assert suspected.ticket_of_error.outcome == "review"

    def test_it_accepts_when_all_conditions_are_found_true(self, suspected):
        """IEX-14: all eight found: a confirmed error overrides scope, phases and archiving (IEX-3, -10, -13)."""
        ticket, conditions = suspected.ticket_of_error, findings_of(suspected)
        assert len(conditions) == 8
        for fact in conditions[:-1]:
            record_finding(
                ticket, fact, "yes", "Tried it", actor=suspected.ada.actor, now=at("2026-09-15 12:00")
            )
            assert ticket.outcome == "review"
        record_finding(
            ticket, conditions[-1], "yes", "Tried it", actor=suspected.ada.actor, now=at("2026-09-15 12:00")
        )
        assert ticket.outcome == "accept"

    def test_it_refuses_again_when_one_is_found_false(self, suspected):
        """IEX-14: one false: not an error, and the ordinary rules apply again."""
        fact = findings_of(suspected)[0]
        decision = record_finding(
            suspected.ticket_of_error,
            fact,
            "no",
            "It doesn't",
            actor=suspected.ada.actor,
            now=at("2026-09-15 12:00"),
        )
        assert decision.outcome == "refuse"
        assert suspected.ticket_of_error.status == "solved"

    def test_it_takes_findings_only_for_what_the_desk_determines(self, suspected):
        """A finding is of a desk fact; records and answers are corrected, not found."""
        with pytest.raises(InvalidInput):
            record_finding(
                suspected.ticket_of_error, "licence.valid", "no", "?", actor=suspected.ada.actor, now=START
            )


def findings_of(iex):
    """The conditions of a confirmed error, by name."""
    declared = compiled(iex.version).declarations
    means = declared["error.confirmed"].means
    return [name for name in declared if name in means.replace("(", " ").replace(")", " ").split()]


class TestArchivedLicences:
    def test_it_gives_nothing_but_confirmed_errors_and_payment_alone_restores_nothing(self, iex):
        """IEX-13: archived by a person; paid meanwhile, it stays archived until it is restored."""
        licence = iex.holds("licence", at("2025-01-02 09:00"))
        record_happening(
            licence, "archived", actor=iex.lena.actor, now=at("2026-10-01 09:00"), clause="archiving"
        )
        ticket = iex.ticket(at("2026-10-05 08:00"))
        assert ticket.outcome == "refuse"
        record_purchase(licence, "renewal", actor=SYSTEM, now=at("2026-10-06 09:00"), term="12 months")
        assert fresh(ticket).outcome == "refuse"
        record_happening(licence, "restored", actor=iex.lena.actor, now=at("2026-10-07 09:00"))
        assert fresh(ticket).outcome == "accept"


class TestOverrides:
    def test_it_is_a_further_record_with_author_and_reason(self, itc):
        """A lead decides otherwise; clocks start with the override, and the first decision stays."""
        ticket = itc.ticket(START)
        decision = override_decision(
            ticket, "accept", "A gesture to Lighthouse", actor=itc.lena.actor, now=at("2026-11-18 16:00")
        )
        assert (decision.kind, decision.author_agent_id, decision.reason) == (
            "override",
            itc.lena.pk,
            "A gesture to Lighthouse",
        )
        assert (ticket.status, ticket.outcome) == ("new", "accept")
        assert clock_of(ticket).due_at == at("2026-11-19 16:00")
        assert [one.outcome for one in ticket.decisions.all()] == ["refuse", "accept"]

    def test_it_is_a_leads_act(self, itc):
        """An agent, a contact and a lead of another desk can't override."""
        ticket = itc.ticket(START)
        for actor in (itc.ada.actor, itc.alice.actor, SYSTEM):
            with pytest.raises(Refused):
                override_decision(ticket, "accept", "Please", actor=actor, now=START)

    def test_it_needs_a_reason(self, itc):
        """A reason that is kept is part of an override."""
        with pytest.raises(InvalidInput) as caught:
            override_decision(itc.ticket(START), "accept", "  ", actor=itc.lena.actor, now=START)
        assert "reason" in caught.value.fields

    def test_it_cancels_the_clocks_where_it_refuses(self, itc):
        """Nothing is owed on what a lead refuses."""
        itc.holds("plan", at("2026-03-04 10:00"), term="12 months")
        ticket = itc.ticket(START)
        override_decision(ticket, "refuse", "Fraud", actor=itc.lena.actor, now=at("2026-11-18 12:00"))
        assert ticket.status == "solved"
        assert clock_of(ticket).state == "cancelled"

    def test_its_reason_can_be_erased(self, itc):
        """Personal text lives in erasable rows only; the decision stays."""
        decision = override_decision(itc.ticket(START), "accept", "For Anna", actor=itc.lena.actor, now=START)
        ReasonText.objects.all().delete()
        assert Decision.objects.get(pk=decision.pk).reason == ""


class TestContesting:
    def test_it_opens_a_refusal_to_a_person_and_owes_an_answer_from_then(self, itc):
        """Design §5: refused requests are owed a response when contested."""
        ticket = itc.ticket(START)
        contest_decision(ticket, "We paid yesterday", actor=itc.alice.actor, now=at("2026-11-19 09:00"))
        assert (ticket.status, ticket.is_contested) == ("open", True)
        assert clock_of(ticket).due_at == at("2026-11-20 09:00")
        assert list(Ticket.objects.filter(desk=itc.desk).to_decide()) == [ticket]
        with pytest.raises(Conflict):
            contest_decision(ticket, "Again", actor=itc.alice.actor, now=at("2026-11-19 10:00"))

    @pytest.mark.parametrize(
        ("outcome", "status", "state"), [("refuse", "solved", "cancelled"), ("accept", "open", "running")]
    )
    def test_it_is_settled_by_a_lead(self, itc, outcome, status, state):
        """Upheld or overturned, the outcome of a contest is a record of its own."""
        ticket = itc.ticket(START)
        contest_decision(ticket, "We paid yesterday", actor=itc.alice.actor, now=at("2026-11-19 09:00"))
        decision = settle_contest(
            ticket, outcome, "Looked at the books", actor=itc.lena.actor, now=at("2026-11-19 10:00")
        )
        assert decision.kind == "contest outcome"
        assert (ticket.status, ticket.is_contested) == (status, False)
        assert clock_of(ticket).state == state


class TestTiersByHand:
    def test_it_hands_up_with_a_reason(self, ion):
        """ION-4: by hand with a reason; the step names its tier and is on the record."""
        ion.holds("contract", at("2026-01-05 02:00"), term="12 months")
        ticket = ion.ticket(at("2026-07-07 03:00"))
        hand_up(ticket, 2, "Needs the network people", actor=ion.ada.actor, now=at("2026-07-07 04:00"))
        assert (ticket.tier, ticket.team.name) == (2, "Specialists")
        assert kinds(ticket)[-1] == "handed up"

    def test_it_changes_the_priority_only_to_one_of_the_policys(self, ion):
        """ION-6: an agent may change it; clocks follow; the names are the policy's."""
        ion.holds("contract", at("2026-01-05 02:00"), term="12 months")
        ticket = ion.ticket(at("2026-07-07 03:00"), impact="low")
        with pytest.raises(InvalidInput):
            change_priority(ticket, "urgent", "x", actor=ion.ada.actor, now=at("2026-07-07 04:00"))
        change_priority(ticket, "high", "Worse", actor=ion.ada.actor, now=at("2026-07-07 04:00"))
        assert clock_of(ticket).due_at == at("2026-07-07 08:00")


def test_the_ledger_can_only_grow(itc):
    """Decisions and published versions are refused any change by the database itself."""
    decision = itc.ask(START).decision
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(outcome="accept")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(itc.version).objects.filter(pk=itc.version.pk).update(source="")
