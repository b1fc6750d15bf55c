"""The five published policies: each compiles and checks clean, carries every clause of its source, and does at the
moments worked out by hand what its clauses say. How the engine reaches a result is tested elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from remit.cli import main
from remit.policy.check import check, run_examples
from remit.policy.clocks import (
    Clock,
    ClockEvent,
    EventKind,
    PauseReason,
    Reopening,
    State,
    auto_close,
    escalation_moments,
    fold,
    reopening,
)
from remit.policy.cover import Happening, Purchase, Timeline, timeline
from remit.policy.document.compiling import compile_document
from remit.policy.document.policy import Policy
from remit.policy.document.source import Document, load, load_with_translations
from remit.policy.rules import Decision
from remit.policy.vocabulary.durations import parse_duration
from remit.policy.vocabulary.facts import decode_facts
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Outcome
from remit.policy.vocabulary.zones import zone

POLICIES = Path(__file__).parents[2] / "policies"
CATALOGUE = {
    "itech-crm": [f"ITC-{number}" for number in range(1, 25)],
    "crm24": [f"C24-{number}" for number in range(1, 13)],
    "its": [f"ITS-{number}" for number in range(1, 19)],
    "ionetech": [f"ION-{number}" for number in range(1, 11)],
    "iexexchanger": [
        *(f"IEX-{number}" for number in (1, 2, 3, 4, 5)),
        "IEX-5b",
        "IEX-6",
        *(
            f"IEX-{number}"
            for number in (8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29)
        ),
    ],
}
"""Every clause of the catalogue, by the desk whose policy carries it. IEX-20 stands for its sections 20, 26 and 27."""
FIRST = Metric.FIRST_RESPONSE


@cache
def document(name: str) -> Document:
    translations = {path.suffixes[0][1:]: path.read_text() for path in POLICIES.glob(f"{name}.*.md")}
    return load_with_translations((POLICIES / f"{name}.md").read_text(), f"policies/{name}.md", translations)


@cache
def policy(name: str) -> Policy:
    return compile_document(document(name))


def at(name: str, local: str) -> datetime:
    """The UTC instant of a wall time at the desk."""
    return datetime.fromisoformat(local).replace(tzinfo=zone(policy(name).timezone)).astimezone(UTC)


def facts_of(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as written; None takes a fact away."""
    return dict(
        decode_facts(
            {key: value for key, value in given.items() if value is not None}, policy(name).declarations
        )
    )


def changed(name: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a complete request with running cover, changed (dots written as `__`)."""
    return facts_of(
        name, {**USUAL[name], **{key.replace("__", "."): value for key, value in changes.items()}}
    )


def decide(name: str, **changes: Any) -> Decision:
    """The decision on a complete request with running cover, changed by `changes` (dots written as `__`)."""
    return policy(name).decide(changed(name, changes))


def clauses(decision: Decision) -> list[str]:
    return [finding.clause for finding in decision.deciding]


def quoted_services(decision: Decision) -> tuple[str, ...]:
    """The services that the deciding rules quote."""
    return tuple(one.service for one in decision.deciding if one.service)


def shows(name: str, clause: str, *words: str) -> None:
    """Check that the published page says these words in that clause."""
    text = policy(name).clauses[clause].text
    for each in words:
        assert each in text


USUAL: dict[str, dict[str, Any]] = {
    "itech-crm": {
        "channel": "portal",
        "request.kind": "support",
        "topic": "bug",
        "product": "crm",
        "impact": "high",
        "plan.active": True,
        "plan.phase": "active",
    },
    "crm24": {
        "channel": "email",
        "request.kind": "support",
        "details": "The contact list is empty",
        "subscription.active": True,
        "subscription.phase": "paid",
    },
    "its": {
        "channel": "portal",
        "request.kind": "claim",
        "happened": "The screen flickers",
        "since": "2026-11-17",
        "error_text": "none shown",
        "item.held": True,
        "item.work_by_us": True,
        "item.proof_recorded": True,
        "item.phase": "covered",
        "item.active": True,
    },
    "ionetech": {
        "channel": "portal",
        "category": "technical",
        "impact": "high",
        "topic": "network",
        "details": "The VPN drops every few minutes",
        "contract.active": True,
        "contract.phase": "current",
    },
    "iexexchanger": {
        "channel": "portal",
        "channel.official": True,
        "topic": "commissions",
        "domain": "kassa.example",
        "plan": "pro",
        "version": "4.2",
        "details": "Which of two commissions is used",
        "licence.held": True,
        "licence.valid": True,
        "licence.phase": "included",
        "licence.active": True,
        "licence.archived": False,
        "sender.standing": "owner",
    },
}


def clocks(
    name: str,
    received: str,
    *later: tuple[EventKind, str, dict[str, Any]],
    until: str | None = None,
    **changes: Any,
) -> dict[Metric, list[Clock]]:
    """The clocks of a request received at a wall time, after `later` events at theirs."""
    decision = decide(name, **changes)
    plan = policy(name).clock_plan(changed(name, changes), decision.outcome)
    events = [ClockEvent(EventKind.RECEIVED, at(name, received))]
    if decision.outcome is Outcome.ASK:
        events.append(
            ClockEvent(EventKind.WAITING_STARTED, at(name, received), 1, {"reason": "incomplete at intake"})
        )
    else:
        events.append(ClockEvent(EventKind.COMPLETED, at(name, received), 1))
    events += [ClockEvent(kind, at(name, when), seq, data) for seq, (kind, when, data) in enumerate(later, 2)]
    return fold(events, plan, policy(name).calendars, until=at(name, until) if until else None)


def due(name: str, received: str, *later: tuple[EventKind, str, dict[str, Any]], **changes: Any) -> str:
    """When the first response is due, as wall time at the desk."""
    return local(name, clocks(name, received, *later, **changes)[FIRST][0].due_at)


def local(name: str, moment: datetime | None) -> str:
    assert moment is not None
    return f"{moment.astimezone(zone(policy(name).timezone)):%Y-%m-%d %H:%M}"


def cover_of(
    name: str, kind: str, *purchases: Purchase, happenings: tuple[Happening, ...] = (), part: str = ""
) -> Timeline:
    return timeline(purchases, happenings, lambda _: policy(name).covers[kind], part)


def bought(name: str, kind: str, moment: str, *, term: str = "", part: str = "") -> Purchase:
    """A purchase at a wall time; with a bare date, one that counts from that date."""
    on = date.fromisoformat(moment) if len(moment) == 10 else None
    return Purchase(
        id=moment,
        kind=kind,
        at=at(name, moment),
        on=on,
        term=parse_duration(term) if term else None,
        covers=part,
        label="",
    )


def phase(name: str, cover: Timeline, moment: str) -> str:
    return cover.at(at(name, moment)).phase


class TestEachPolicy:
    @pytest.mark.parametrize("name", CATALOGUE)
    def test_it_compiles_and_checks_clean_with_every_example_passing(self, name: str) -> None:
        """No error and no warning in what we publish."""
        assert [str(finding) for finding in check(document(name))] == []
        assert policy(name).examples

    @pytest.mark.parametrize("name", CATALOGUE)
    def test_what_asks_for_several_facts_says_nothing_that_fits_only_one(self, name: str) -> None:
        """The page counts what is missing; the sentence under it must be true of one thing and of all."""
        counted = re.compile(r"\b(an?|one|two|three|a few) (detail|answer|thing|fact)s?\b", re.IGNORECASE)
        for one in policy(name).ruleset.requirements:
            assert not (len(one.facts) > 1 and counted.search(f"{one.says} {one.because}")), one.says

    @pytest.mark.parametrize("name", CATALOGUE)
    def test_it_carries_every_clause_of_its_source(self, name: str) -> None:
        """Each id of the catalogue stands on a heading of the document that owns it, and no foreign id does."""
        carried = {source for clause in policy(name).clauses.values() for source in clause.sources}
        assert carried == set(CATALOGUE[name])

    @pytest.mark.parametrize("name", CATALOGUE)
    def test_every_rule_has_an_example_in_which_it_fires_and_one_in_which_it_does_not(
        self, name: str
    ) -> None:
        """Read off the traces of the examples' decisions, apart from what `check` says."""
        seen: dict[str, set[bool | None]] = {rule.key: set() for rule in policy(name).ruleset.rules}
        for result in run_examples(policy(name)):
            assert result.situation is not None
            for line in result.situation.decision.trace:
                if line.rule_key in seen:
                    seen[line.rule_key].add(line.result)
        assert [key for key, results in seen.items() if True not in results] == []
        assert [key for key, results in seen.items() if not results - {True}] == []

    @pytest.mark.parametrize("name", CATALOGUE)
    def test_every_quote_stands_in_the_prose_of_its_clause(self, name: str) -> None:
        """A decision quotes the policy; it never puts words into its mouth."""
        found = policy(name)
        astray = [
            rule.key
            for rule in found.ruleset.rules
            if " ".join(rule.quote.split()) not in " ".join(found.clauses[rule.clause].text.split())
        ]
        assert astray == []

    @pytest.mark.parametrize("name", CATALOGUE)
    def test_every_refusal_opens_a_door(self, name: str) -> None:
        """A refused customer always reads what can be done next."""
        shut = [
            rule.key
            for rule in policy(name).ruleset.rules
            if rule.outcome is Outcome.REFUSE and not rule.steps
        ]
        assert shut == []

    def test_a_translation_shares_ids_and_placeholders_with_its_document(self) -> None:
        """Design §4: CRM24's Persian text is prose and words, bound to the same numbers and rules."""
        persian = document("crm24").translations["fa"]
        assert [clause.id for clause in persian.clauses] == [
            clause.id for clause in document("crm24").clauses
        ]
        assert {block.kind for block in persian.blocks} == {"words"}

    def test_the_command_checks_a_translation_with_its_document(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """`remit check policies/*.md` finds five documents in the six files, and nothing wrong with them."""
        assert main(["check", *(str(path) for path in sorted(POLICIES.glob("*.md")))]) == 0
        assert "5 documents checked: nothing found" in capsys.readouterr().err

    def test_a_fault_in_a_published_policy_is_found(self) -> None:
        """The clean check above means something: one misspelt fact and it is no longer clean."""
        broken = document("ionetech").text.replace("when: not contract.active", "when: not contract.activ")
        assert any("contract.activ" in finding.message for finding in check(load(broken)))


class TestITechCrm:
    def test_no_active_plan_no_support(self) -> None:
        """ITC-2: refused at the moment the plan is not active, with the plans on sale as the next step."""
        refused = decide("itech-crm", plan__active=False, plan__phase="ended")
        assert refused.outcome is Outcome.REFUSE
        assert clauses(refused) == ["plans"]
        assert {step.target for step in refused.steps if step.kind == "buy"} == {
            "plan_business",
            "plan_essential",
            "plan_premium",
        }
        assert decide("itech-crm").outcome is Outcome.ACCEPT

    def test_a_plan_is_active_up_to_its_last_moment(self) -> None:
        """ITC-2: bought 4 March 2026 10:00 for 6 months, active until 4 September 10:00, that moment not counted."""
        cover = cover_of(
            "itech-crm", "plan", bought("itech-crm", "purchase", "2026-03-04 10:00", term="6 months")
        )
        assert phase("itech-crm", cover, "2026-09-04 09:59") == "active"
        assert phase("itech-crm", cover, "2026-09-04 10:00") == "ended"

    def test_a_plan_that_names_training_beats_the_exclusion(self) -> None:
        """ITC-5: the plan's own inclusions override the general exclusion, and the trace shows both."""
        assert decide("itech-crm", topic="training", plan__inclusions=[]).outcome is Outcome.REFUSE
        accepted = decide("itech-crm", topic="training", plan__inclusions=["training"])
        assert accepted.outcome is Outcome.ACCEPT
        lines = {line.rule_key: line for line in accepted.trace}
        assert lines["learning/named-by-the-plan"].result is True
        assert lines["learning/not-part-of-support"].result is True
        assert lines["learning/not-part-of-support"].suppressed_by == "learning/named-by-the-plan"

    def test_what_a_plan_includes_comes_from_the_plans_on_sale(self) -> None:
        """ITC-5: the Business plan names training and nothing else."""
        assert decide("itech-crm", topic="training", plan__plan="business").outcome is Outcome.ACCEPT
        assert decide("itech-crm", topic="guidance", plan__plan="business").outcome is Outcome.REFUSE
        assert decide("itech-crm", topic="guidance", plan__plan="premium").outcome is Outcome.ACCEPT

    @pytest.mark.parametrize(
        ("impact", "received", "expected"),
        [
            ("urgent", "2026-11-21 23:00", "2026-11-22 02:00"),  # Sat 23:00 + 3 h, day and night
            ("high", "2026-11-20 18:00", "2026-11-21 18:00"),  # Fri + 24 h, into the Saturday
            ("medium", "2026-11-20 15:30", "2026-11-25 15:30"),  # Fri; Mon 23, Tue 24, Wed 25
            ("low", "2026-11-19 09:00", "2026-11-26 09:00"),  # Thu; Fri 20, Mon 23, Tue 24, Wed 25, Thu 26
            (
                "low",
                "2026-11-21 10:00",
                "2026-11-30 00:00",
            ),  # Sat counts as Mon 23 00:00; Tue 24 to Fri 27, Mon 30
        ],
    )
    def test_the_first_answer_is_due_by_priority(self, impact: str, received: str, expected: str) -> None:
        """ITC-15: 3 hours and 24 hours elapse; 3 and 5 business days skip the weekend."""
        assert due("itech-crm", received, impact=impact) == expected

    def test_later_answers_are_due_by_the_same_row(self) -> None:
        """ITC-15 (assumed): a message on Friday 18:00 at high is answered by Saturday 18:00."""
        found = clocks(
            "itech-crm",
            "2026-11-18 11:20",
            (EventKind.PUBLIC_REPLY, "2026-11-18 12:00", {}),
            (EventKind.REQUESTER_MESSAGE, "2026-11-20 18:00", {}),
        )
        assert local("itech-crm", found[Metric.NEXT_RESPONSE][0].due_at) == "2026-11-21 18:00"

    def test_asking_at_intake_stops_the_first_clock(self) -> None:
        """ITC-16: 24 hours from Wed 11:20, of which 11:20 to 17:20 went by until the request was complete."""
        completed = (EventKind.COMPLETED, "2026-11-18 17:20", {})
        assert due("itech-crm", "2026-11-18 11:20", completed, product=None) == "2026-11-19 17:20"

    def test_waiting_for_the_customer_stops_the_next_answer(self) -> None:
        """ITC-16: a message of Thu 08:00 at high, then a day of waiting: due a day after Fri 08:00."""
        found = clocks(
            "itech-crm",
            "2026-11-18 11:20",
            (EventKind.PUBLIC_REPLY, "2026-11-18 12:00", {}),
            (EventKind.REQUESTER_MESSAGE, "2026-11-19 08:00", {}),
            (EventKind.WAITING_STARTED, "2026-11-19 10:00", {"reason": "waiting for the customer"}),
            (EventKind.WAITING_ENDED, "2026-11-20 10:00", {"reason": "waiting for the customer"}),
        )
        # Thu 08:00 + 24 h = Fri 20 Nov 08:00; waiting from Thu 10:00 to Fri 10:00 moves it to Sat 21 Nov 08:00.
        assert local("itech-crm", found[Metric.NEXT_RESPONSE][0].due_at) == "2026-11-21 08:00"

    def test_silence_closes_after_forty_eight_hours(self) -> None:
        """ITC-17: 48 elapsed hours after our last message, with a reminder 12 hours before; a reply calls it off."""
        rule = policy("itech-crm").closings["waiting for the customer"]
        asked = ClockEvent(
            EventKind.WAITING_STARTED,
            at("itech-crm", "2026-11-20 16:00"),
            1,
            {"reason": "waiting for the customer"},
        )
        closes = auto_close([asked], rule, policy("itech-crm").calendars)
        assert closes is not None
        assert local("itech-crm", closes.close_at) == "2026-11-22 16:00"
        assert local("itech-crm", closes.warn_at) == "2026-11-22 04:00"
        reply = ClockEvent(EventKind.REQUESTER_MESSAGE, at("itech-crm", "2026-11-22 15:59"), 2)
        assert auto_close([asked, reply], rule, policy("itech-crm").calendars) is None

    def test_what_closed_for_silence_opens_again_for_seven_days(self) -> None:
        """ITC-18: within the window the ticket reopens, later a new one is linked to it."""
        found = policy("itech-crm")
        rules = found.reopening.values()
        closed = at("itech-crm", "2026-11-22 16:00")

        def then(moment: str) -> Reopening:
            return reopening(closed, "silence", at("itech-crm", moment), rules, found.calendars)

        assert then("2026-11-29 16:00") is Reopening.REOPEN
        assert then("2026-11-29 16:01") is Reopening.NEW_LINKED

    def test_the_footer_names_every_official_policy(self) -> None:
        """ITC-22: all official policies, this one marked as here, each other one with its address."""
        footer = policy("itech-crm").footer
        assert [one.title for one in footer] == [
            "Support policy",
            "Refund policy",
            "Terms of service",
            "Privacy",
            "Emergency access",
            "Plugin licences",
        ]
        assert [one.is_here for one in footer] == [True, False, False, False, False, False]
        assert all(one.address.startswith("https://") for one in footer[1:])

    def test_a_part_payment_opens_no_gate(self) -> None:
        """ITC-3, ITC-7: custom work waits for ticket, scope and full payment; mentoring for full payment."""
        found = policy("itech-crm")
        order = {
            "order.exists": True,
            "order.service": "custom_work",
            "ticket.exists": True,
            "quote.scope_written": True,
        }
        blocked = found.gates_before(
            "start work", facts_of("itech-crm", {**order, "order.paid_in_full": False})
        )
        assert {gate.clause for gate in blocked} == {"payment", "custom-steps"}
        assert (
            found.gates_before("start work", facts_of("itech-crm", {**order, "order.paid_in_full": True}))
            == ()
        )

    def test_an_emergency_invoiced_afterwards_may_start_unpaid(self) -> None:
        """ITC-21: the lead's choice is a recorded exception to ITC-3; access is still needed first (ITC-20)."""
        found = policy("itech-crm")
        given = {
            "request.kind": "emergency",
            "order.exists": True,
            "order.paid_in_full": False,
            "emergency.terms": "invoice_after",
        }
        blocked = found.gates_before("start work", facts_of("itech-crm", given))
        assert [gate.clause for gate in blocked] == ["emergency-access"]

    @pytest.mark.parametrize(
        "topic", ["development", "customising", "feature", "performance", "architecture"]
    )
    @pytest.mark.parametrize("active", [True, False])
    def test_custom_work_is_sold_with_or_without_a_plan(self, topic: str, active: bool) -> None:
        """ITC-6: quoted, and a person answers by the row of the impact like any other request."""
        quoted = decide("itech-crm", topic=topic, plan__active=active)
        assert (quoted.outcome, quoted_services(quoted)) == (Outcome.QUOTE, ("custom_work",))
        assert "custom-work" in clauses(quoted)
        # High: 24 elapsed hours. Fri 20 Nov 16:00, Sat 21 Nov 16:00.
        assert due("itech-crm", "2026-11-20 16:00", topic=topic) == "2026-11-21 16:00"

    @pytest.mark.parametrize(
        "topic", ["mentoring_crm", "mentoring_server", "mentoring_hosting", "mentoring_architecture"]
    )
    def test_mentoring_is_sold_to_clients_with_a_plan_through_tickets(self, topic: str) -> None:
        """ITC-8: as custom work, but without an active plan it is refused, and by e-mail it is no request."""
        quoted = decide("itech-crm", topic=topic)
        assert (quoted.outcome, quoted_services(quoted)) == (Outcome.QUOTE, ("mentoring",))
        assert "mentoring" in clauses(quoted)
        without = decide("itech-crm", topic=topic, plan__active=False, plan__phase="ended")
        assert (without.outcome, clauses(without)) == (Outcome.REFUSE, ["plans"])
        assert decide("itech-crm", topic=topic, channel="email").outcome is Outcome.REFUSE

    REFUND = {
        "request__kind": "refund",
        "topic": None,
        "product": None,
        "impact": None,
        "order_number": "A-1",
    }

    @pytest.mark.parametrize(
        ("changes", "outcome", "clause"),
        [
            ({"order__work_started": False}, Outcome.ACCEPT, "started"),
            ({"order__work_started": True}, Outcome.REFUSE, "started"),
            ({"order__work_started": True, "ticket__solved_as": "answered"}, Outcome.REFUSE, "started"),
            ({"order__work_started": True, "ticket__solved_as": "unresolved"}, Outcome.REVIEW, "unresolved"),
            (
                {
                    "order__work_started": True,
                    "ticket__solved_as": "unresolved",
                    "investigation__hindered": True,
                },
                Outcome.REFUSE,
                "unresolved",
            ),
        ],
    )
    def test_a_refund_depends_on_work_and_on_an_investigation_that_found_nothing(
        self, changes: dict[str, Any], outcome: Outcome, clause: str
    ) -> None:
        """ITC-12: refused once work has started, possible before. ITC-9, its exception: investigated with the
        client's help and unresolved, a person decides; without that help it stays refused.
        """
        decision = decide("itech-crm", **self.REFUND, order__exists=True, **changes)
        assert decision.outcome is outcome
        assert clause in clauses(decision)

    @pytest.mark.parametrize("product", ["other_plugin", "other_copy"])
    @pytest.mark.parametrize("topic", ["bug", "hosting", "training", "feature", "mentoring_crm", "other"])
    def test_what_is_not_ours_is_refused_whatever_it_is_about(self, topic: str, product: str) -> None:
        """ITC-1: a third party's plugin or another distributor's copy, also under a plan that names training; money
        already paid can still be asked back (ITC-12).
        """
        refused = decide("itech-crm", topic=topic, product=product, plan__inclusions=["training"])
        assert (refused.outcome, clauses(refused)) == (Outcome.REFUSE, ["products"])
        refund = {**self.REFUND, "product": product, "order__exists": True, "order__work_started": False}
        assert decide("itech-crm", **refund).outcome is Outcome.ACCEPT

    def test_accepting_it_is_kept_at_purchase_and_first_request(self) -> None:
        """ITC-13: which moments of acceptance are recorded."""
        consent = policy("itech-crm").consent
        assert consent is not None
        assert (consent.moments, consent.clause) == (("purchase", "first request"), "consent")

    @pytest.mark.parametrize(
        ("terms", "outcome"),
        [
            (None, Outcome.REVIEW),
            ("pay_first", Outcome.QUOTE),
            ("invoice_after", Outcome.ACCEPT),
            ("declined", Outcome.REFUSE),
        ],
    )
    def test_an_emergency_is_a_leads_to_take_on(self, terms: str | None, outcome: Outcome) -> None:
        """ITC-19: reviewed until a lead decides, an exception to the rule that quotes it; a lead looks within 3 h."""
        emergency = {"request__kind": "emergency", "topic": None, "impact": "urgent"}
        decision = decide("itech-crm", **emergency, emergency__terms=terms)
        assert decision.outcome is outcome
        assert "emergency" in clauses(decision)
        # Urgent, Sat 21 Nov 23:00: day and night, Sun 22 Nov 02:00.
        assert due("itech-crm", "2026-11-21 23:00", **emergency) == "2026-11-22 02:00"

    def test_the_offer_on_setup_ends_with_the_year(self) -> None:
        """ITC-23: 15 % off setup; its last day (assumed 31 December) counts to its end."""
        (offer,) = policy("itech-crm").offers
        assert (offer.percent, offer.service, offer.clause) == (15, "setup", "offer")
        assert local("itech-crm", offer.ends_at) == "2027-01-01 00:00"

    def test_it_says_what_a_licence_is_for(self) -> None:
        """ITC-24: neither source nor other people's licences are sold; reading the policies is the client's part."""
        shows(
            "itech-crm",
            "licences",
            "We do not sell the source code of the core, nor licences of third parties.",
            "for the customised version and its plugins only",
            "Reading these policies before you buy is yours to do",
        )


class TestCrm24:
    def test_it_says_how_one_pays_and_what_one_may_use(self) -> None:
        """C24-1: online, in the account, with receipts. C24-4: the software stays the vendor's."""
        shows("crm24", "paying", "You pay online, in your account.", "receipts", "recorded by a person")
        shows("crm24", "use", "The software stays ours.", "the right to use it")

    def test_the_right_to_be_helped_is_given_against_payment(self) -> None:
        """C24-4: with a subscription or in the free days taken on, without one refused."""
        running = decide("crm24")
        assert (running.outcome, "use" in clauses(running)) == (Outcome.ACCEPT, True)
        assert "a subscription is running" in [one.name for one in running.deciding]
        ended = decide("crm24", subscription__active=False, subscription__phase="ended")
        assert (ended.outcome, clauses(ended)) == (Outcome.REFUSE, ["use"])

    @pytest.mark.parametrize(
        ("channel", "outcome"),
        [
            ("email", Outcome.ACCEPT),
            ("chat", Outcome.ACCEPT),
            ("phone", Outcome.ACCEPT),
            ("portal", Outcome.ACCEPT),
            ("telegram", Outcome.REFUSE),
        ],
    )
    def test_it_helps_by_mail_chat_and_telephone(self, channel: str, outcome: Outcome) -> None:
        """C24-5: three channels and the account; elsewhere one answer."""
        decision = decide("crm24", channel=channel)
        assert decision.outcome is outcome
        assert ("channels" in clauses(decision)) is (outcome is Outcome.REFUSE or channel != "telegram")

    def test_a_chat_after_closing_is_a_request_for_the_next_opening(self) -> None:
        """C24-5: Thu 19 Nov 12:30 is closed, Friday is the day of rest; it stands in turn from Sat 21 Nov 09:00."""
        clock = clocks("crm24", "2026-11-19 12:30", channel="chat", until="2026-11-21 09:00")[FIRST][0]
        assert (clock.state, local("crm24", clock.started_at)) == (State.IN_ORDER, "2026-11-21 09:00")

    def test_it_announces_what_an_update_brings(self) -> None:
        """C24-8: fixes, upgrades and improvements, with notes, told to everyone whose subscription runs."""
        shows(
            "crm24", "updates", "fixes, upgrades and improvements", "notes", "whose subscription runs is told"
        )

    @pytest.mark.parametrize(
        ("ground", "outcome"),
        [
            ("leaked_password", Outcome.REFUSE),
            ("unable_to_use", Outcome.REFUSE),
            ("internet", Outcome.REFUSE),
            ("other", Outcome.REVIEW),
        ],
    )
    def test_it_answers_for_no_loss_on_these_grounds_and_takes_the_fault(
        self, ground: str, outcome: Outcome
    ) -> None:
        """C24-10: a claim is refused; the fault itself and a security report, subscribed or not, are taken up."""
        claim = decide("crm24", request__kind="claim", claim__ground=ground)
        assert (claim.outcome, "claims" in clauses(claim)) == (outcome, True)
        assert decide("crm24").outcome is Outcome.ACCEPT
        report = decide("crm24", request__kind="security", subscription__active=False)
        assert report.outcome is Outcome.ACCEPT
        assert "a security report is always taken" in [one.name for one in report.deciding]

    def test_ten_free_days_last_to_the_end_of_the_tenth(self) -> None:
        """C24-2: registered Fri 23 Oct 2026; the ten days are 24 Oct to 2 Nov, so the trial ends at 3 Nov 00:00."""
        cover = cover_of("crm24", "subscription", bought("crm24", "trial", "2026-10-23"))
        assert phase("crm24", cover, "2026-10-23 12:00") == "trial"
        assert phase("crm24", cover, "2026-11-02 23:59") == "trial"
        assert phase("crm24", cover, "2026-11-03 00:00") == "ended"

    def test_what_is_paid_during_the_trial_adds_to_its_end(self) -> None:
        """C24-2 (assumed): paid 30 Oct for 3 months; runs 3 Nov 00:00 to 3 Feb 2027 00:00."""
        cover = cover_of(
            "crm24",
            "subscription",
            bought("crm24", "trial", "2026-10-23"),
            bought("crm24", "renewal", "2026-10-30 12:00", term="3 months"),
        )
        assert phase("crm24", cover, "2026-11-02 23:59") == "trial"
        assert phase("crm24", cover, "2026-11-03 00:00") == "paid"
        assert phase("crm24", cover, "2027-02-02 23:59") == "paid"
        assert phase("crm24", cover, "2027-02-03 00:00") == "ended"

    def test_it_works_saturday_to_thursday_noon_in_tehran(self) -> None:
        """C24-6: Wednesday 9–17, Thursday 9–12, Friday closed; Tehran is 3½ hours ahead of UTC all year."""
        working = policy("crm24").calendars["working hours"].working()
        assert working.is_open(datetime(2026, 11, 18, 5, 30, tzinfo=UTC))  # Wed 09:00
        assert not working.is_open(datetime(2026, 11, 18, 5, 29, tzinfo=UTC))
        assert not working.is_open(datetime(2026, 11, 19, 8, 30, tzinfo=UTC))  # Thu 12:00
        assert not working.is_open(datetime(2026, 11, 20, 7, 0, tzinfo=UTC))  # Fri
        # Thu 19 Nov 11:00 + 2 working hours: one until noon, one on Sat 21 Nov from 09:00.
        assert (
            local("crm24", working.add(at("crm24", "2026-11-19 11:00"), timedelta(hours=2)))
            == "2026-11-21 10:00"
        )

    def test_the_persian_table_says_the_same_hours(self) -> None:
        """C24-6: the hours that Persian readers see are the ones the desk calculates with."""
        persian = (
            document("crm24").translations["fa"].text.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
        )
        week = {hours.weekday: hours for hours in policy("crm24").calendars["working hours"].weekly}
        for row, days in (("شنبه تا چهارشنبه", (5, 6, 0, 1, 2)), ("پنجشنبه", (3,))):
            for day in days:
                hours = week.pop(day)
                assert f"| {row} | {hours.opens.hour}:00 تا {hours.closes.hour}:00 |" in persian
        assert week == {}

    def test_holidays_are_closed(self) -> None:
        """C24-6 (assumed: Iran's public holidays): Wed 23 Dec 2026 is one."""
        working = policy("crm24").calendars["working hours"].working()
        assert local("crm24", working.next_opening(at("crm24", "2026-12-23 10:00"))) == "2026-12-24 09:00"

    @pytest.mark.parametrize("metric", [FIRST, Metric.RESOLUTION])
    def test_it_owes_answers_and_solutions_in_order_and_no_figure(self, metric: Metric) -> None:
        """C24-7: working hours, in order; there is no due moment to miss."""
        clock = clocks("crm24", "2026-11-17 10:00")[metric][0]
        assert clock.state is State.IN_ORDER
        assert clock.due_at is None

    def test_a_payment_after_the_free_days_is_not_refunded(self) -> None:
        """C24-3: after the tenth day no; during it yes; a payment not found yet is a person's to look up."""
        refund = {"request__kind": "refund", "payment_reference": "P-1"}
        assert decide("crm24", **refund, payment__in_trial=False).outcome is Outcome.REFUSE
        assert decide("crm24", **refund, payment__in_trial=True).outcome is Outcome.ACCEPT
        assert decide("crm24", **refund).outcome is Outcome.REVIEW


class TestITs:
    def test_ninety_days_count_from_the_date_of_the_work(self) -> None:
        """ITS-3: work on 1 Aug 2026; 30 + 30 + 30 days later is 30 Oct, and that day counts to its end."""
        cover = cover_of("its", "item", bought("its", "purchase", "2026-08-01"))
        assert phase("its", cover, "2026-10-30 23:59") == "covered"
        assert phase("its", cover, "2026-10-31 00:00") == "expired"

    def test_a_repair_starts_new_days_for_what_was_repaired_only(self) -> None:
        """ITS-3: the screen repaired on 15 Oct is covered to the end of 13 Jan 2027; the keyboard as before."""
        work = (
            bought("its", "purchase", "2026-08-01"),
            bought("its", "repair", "2026-10-15", part="screen"),
        )
        screen = cover_of("its", "item", *work, part="screen")
        keyboard = cover_of("its", "item", *work, part="keyboard")
        assert phase("its", screen, "2027-01-13 23:59") == "covered"
        assert phase("its", screen, "2027-01-14 00:00") == "expired"
        assert phase("its", keyboard, "2026-10-30 23:59") == "covered"
        assert phase("its", keyboard, "2026-10-31 00:00") == "expired"

    def test_the_first_answer_comes_within_a_day_and_a_night(self) -> None:
        """ITS-11: Sat 21 Nov 2026 03:15, answered by Sun 22 Nov 03:15; elapsed hours over the change of clocks too."""
        assert due("its", "2026-11-21 03:15") == "2026-11-22 03:15"
        # On Sun 25 Oct 2026 London's clocks go back at 02:00: 24 hours from Sat 12:00 are over on Sunday at 11:00.
        assert due("its", "2026-10-24 12:00") == "2026-10-25 11:00"

    def test_asking_for_what_is_missing_does_not_stop_the_day(self) -> None:
        """ITS-8, ITS-10, ITS-11: two things are asked for by name, and the 24 hours run on."""
        decision = decide("its", item__proof_recorded=False, error_text=None, attachments__count=0)
        assert decision.outcome is Outcome.ASK
        assert set(decision.asks) == {"proof", "shown"}
        completed = (EventKind.COMPLETED, "2026-11-20 09:00", {})
        missing: dict[str, Any] = {"item__proof_recorded": False, "error_text": None, "attachments__count": 0}
        assert due("its", "2026-11-19 14:05", completed, **missing) == "2026-11-20 14:05"

    @pytest.mark.parametrize(
        ("cause", "outcome"),
        [
            ("technician", Outcome.ACCEPT),
            ("liquid", Outcome.REFUSE),
            ("others", Outcome.REFUSE),
            (None, Outcome.ACCEPT),
        ],
    )
    def test_the_cause_decides_what_is_covered(self, cause: str | None, outcome: Outcome) -> None:
        """ITS-2, ITS-13, ITS-14: cause codes are the desk's to find; until then the claim is taken on."""
        assert decide("its", cause=cause).outcome is outcome

    @pytest.mark.parametrize(
        ("judged", "outcome"),
        [(None, Outcome.REVIEW), ("kept", Outcome.ACCEPT), ("void", Outcome.REFUSE)],
    )
    @pytest.mark.parametrize("cause", [None, "technician"])
    def test_a_person_decides_what_a_change_does_to_the_warranty(
        self, judged: str | None, outcome: Outcome, cause: str | None
    ) -> None:
        """ITS-14: a change that was found is reviewed until a person keeps the warranty or voids it; void refuses,
        also a fault that the warranty would have covered.
        """
        decision = decide("its", modification__found=True, modification__judged=judged, cause=cause)
        assert (decision.outcome, "others" in clauses(decision)) == (outcome, True)

    def test_what_is_void_is_no_warranty_that_is_over(self) -> None:
        """ITS-14, ITS-15: judged void, a claim is refused and not quoted, also after the ninety days."""
        over: dict[str, Any] = {"item__phase": "expired", "item__active": False, "modification__found": True}
        refused = decide("its", **over, modification__judged="void")
        assert (refused.outcome, clauses(refused)) == (Outcome.REFUSE, ["others"])
        assert decide("its", **over, modification__judged="kept").outcome is Outcome.QUOTE

    def test_a_device_we_never_worked_on_is_not_under_warranty(self) -> None:
        """ITS-1: what iTS itself installed, repaired, activated or maintained, and nothing else."""
        refused = decide("its", item__work_by_us=False)
        assert (refused.outcome, clauses(refused)) == (Outcome.REFUSE, ["covered-work"])
        assert decide("its").outcome is Outcome.ACCEPT

    def test_inside_the_warranty_there_is_nothing_to_pay(self) -> None:
        """ITS-4: accepted without charge, by the clause that an order of zero cites; after it, it is paid work."""
        free = decide("its")
        assert (free.outcome, quoted_services(free)) == (Outcome.ACCEPT, ())
        assert "under warranty" in [one.name for one in free.deciding if one.clause == "free"]
        over = decide("its", item__phase="expired", item__active=False)
        assert (over.outcome, quoted_services(over)) == (Outcome.QUOTE, ("repair",))

    @pytest.mark.parametrize(
        "missing", ["device.type", "device.maker", "device.model", "device.serial", "worked_on", "proof"]
    )
    def test_what_a_registration_lacks_is_asked_for_by_name(self, missing: str) -> None:
        """ITS-6: client, device, date of the work, invoice or contract: just the one that is missing."""
        whole = {
            "item__held": False,
            "item__active": None,
            "item__phase": None,
            "device__type": "Notebook",
            "device__maker": "Lenovo",
            "device__model": "T14",
            "device__serial": "PF-1",
            "worked_on": "2026-10-02",
            "proof": "ITS-2610-044",
        }
        assert decide("its", **whole).outcome is not Outcome.ASK
        asked = decide("its", **{**whole, missing.replace(".", "__"): None})
        assert (asked.outcome, asked.asks) == (Outcome.ASK, (missing,))

    @pytest.mark.parametrize(
        ("channel", "outcome"),
        [
            ("portal", Outcome.ACCEPT),
            ("email", Outcome.ACCEPT),
            ("phone", Outcome.ACCEPT),
            ("telegram", Outcome.REFUSE),
            ("chat", Outcome.REFUSE),
        ],
    )
    def test_claims_count_through_the_listed_channels_only(self, channel: str, outcome: Outcome) -> None:
        """ITS-9."""
        decision = decide("its", channel=channel)
        assert (decision.outcome, "channels" in clauses(decision)) == (outcome, True)

    def test_it_says_what_the_record_of_a_device_holds(self) -> None:
        """ITS-7: a payment registers. ITS-17: the device's history. ITS-18: the parts put in."""
        shows(
            "its", "stripe", "the payment itself registers you", "receipt is kept as your proof of purchase"
        )
        shows(
            "its",
            "history",
            "registrations, claims, repairs, parts, extensions, and a warranty declared void",
        )
        shows("its", "parts", "original parts from authorised suppliers", "maker, its number, its supplier")


class TestIOneTech:
    @pytest.mark.parametrize(
        ("channel", "outcome"),
        [
            ("portal", Outcome.ACCEPT),
            ("email", Outcome.ACCEPT),
            ("phone", Outcome.ACCEPT),
            ("telegram", Outcome.REFUSE),
            ("chat", Outcome.REFUSE),
        ],
    )
    def test_requests_count_in_the_portal_by_mail_and_by_phone(self, channel: str, outcome: Outcome) -> None:
        """ION-2: the list is assumed; what comes elsewhere is refused and names the way in."""
        decision = decide("ionetech", channel=channel)
        assert (decision.outcome, "channels" in clauses(decision)) == (outcome, True)
        assert ("write" in [step.kind for step in decision.steps]) == (outcome is Outcome.REFUSE)

    def test_it_asks_for_a_rating_and_a_person_reads_the_low_ones(self) -> None:
        """ION-10: out of five on closing; two or less (assumed) goes before a lead."""
        feedback = policy("ionetech").feedback
        assert feedback is not None
        assert (feedback.asked_at, feedback.scale, feedback.low) == ("on closing", 5, 2)
        shows(
            "ionetech",
            "feedback",
            "a rating out of 5",
            "2 or less is read by a team lead",
            "person and section",
        )

    @pytest.mark.parametrize(
        ("impact", "received", "expected"),
        [
            ("critical", "2026-07-09 10:00", "2026-07-09 11:00"),  # Thu, open
            ("high", "2026-07-09 18:40", "2026-07-10 12:00"),  # Thu after closing: Fri 08:00 + 4 h
            ("high", "2026-07-10 16:00", "2026-07-13 08:00"),  # Fri 20:00 is closed: Mon 08:00
            ("medium", "2026-07-07 10:00", "2026-07-08 10:00"),  # Tue + 24 h
            (
                "low",
                "2026-07-09 09:00",
                "2026-07-13 08:00",
            ),  # Thu + 48 h = Sat 09:00, closed for low: Mon 08:00
        ],
    )
    def test_the_first_answer_is_due_by_priority(self, impact: str, received: str, expected: str) -> None:
        """ION-1: elapsed hours from the next opening; a due moment in closed time moves to the next opening."""
        assert due("ionetech", received, impact=impact) == expected

    @pytest.mark.parametrize(
        ("impact", "received", "expected"),
        [
            ("critical", "2026-07-11 10:00", "2026-07-11 11:00"),  # Sat within 9–13
            ("critical", "2026-07-10 19:00", "2026-07-11 10:00"),  # Fri evening: Sat 09:00 + 1 h
            ("critical", "2026-07-11 12:30", "2026-07-12 09:00"),  # Sat 13:30 is closed: Sun 09:00
            ("high", "2026-07-11 10:00", "2026-07-13 12:00"),  # Sat is closed for high: Mon 08:00 + 4 h
            ("medium", "2026-09-23 17:00", "2026-09-25 08:00"),  # Thu 24 Sept is Constitution Day
        ],
    )
    def test_weekend_hours_count_for_critical_requests_only(
        self, impact: str, received: str, expected: str
    ) -> None:
        """ION-3: a second band of hours, in which only critical requests count; Phnom Penh is 7 hours ahead of UTC."""
        assert due("ionetech", received, impact=impact) == expected
        assert policy("ionetech").timezone == "Asia/Phnom_Penh"

    def test_it_warns_and_hands_up_by_the_clock(self) -> None:
        """ION-4: high from Thu 18:40 counts from Fri 08:00: warned at half, 10:00; tier 2 at 12:00; tier 3 at 16:00."""
        found = policy("ionetech")
        clock = clocks("ionetech", "2026-07-09 18:40")[FIRST][0]
        moments = escalation_moments(clock, found.escalation(FIRST, facts_of("ionetech", USUAL["ionetech"])))
        assert [(local("ionetech", moment), step.action) for moment, step in moments] == [
            ("2026-07-10 10:00", "warn"),
            ("2026-07-10 12:00", 2),
            ("2026-07-10 16:00", 3),
        ]

    def test_there_are_four_categories_with_four_priorities_each(self) -> None:
        """ION-5: each category has its own words for each of the four priorities."""
        matrix = policy("ionetech").priority_matrix
        assert matrix is not None
        assert set(matrix.cells) == {"technical", "billing", "infrastructure", "security"}
        assert all(list(row) == ["critical", "high", "medium", "low"] for row in matrix.cells.values())
        assert len({words for row in matrix.cells.values() for words in (row["critical"], row["high"])}) == 8

    def test_what_the_customer_sees_sets_the_priority(self) -> None:
        """ION-6: the form asks in the policy's words, and the policy sets the priority from the answer."""
        found = policy("ionetech")
        asked = [field.fact.name for field in found.form]
        assert {"category", "impact"} <= set(asked)
        assert "priority" not in asked
        for priority in ("critical", "high", "medium", "low"):
            settled = found.settled(facts_of("ionetech", {**USUAL["ionetech"], "impact": priority}))
            assert settled["priority"] == priority

    def test_what_is_missing_is_asked_for_and_not_counted(self) -> None:
        """ION-8: 24 hours from Tue 10:00, complete at 14:00: four hours are not counted, so Wed 14:00."""
        asked = decide("ionetech", details=None)
        assert asked.outcome is Outcome.ASK
        assert asked.asks == ("details",)
        completed = (EventKind.COMPLETED, "2026-07-07 14:00", {})
        assert (
            due("ionetech", "2026-07-07 10:00", completed, details=None, impact="medium")
            == "2026-07-08 14:00"
        )

    def test_waiting_on_the_customer_pauses_the_clock(self) -> None:
        """ION-8: a message of Tue 10:00 at medium is due Wed 10:00; three hours of waiting make it Wed 13:00."""
        found = clocks(
            "ionetech",
            "2026-07-06 10:00",
            (EventKind.PUBLIC_REPLY, "2026-07-06 11:00", {}),
            (EventKind.REQUESTER_MESSAGE, "2026-07-07 10:00", {}),
            (EventKind.WAITING_STARTED, "2026-07-07 11:00", {"reason": "waiting for the customer"}),
            (EventKind.WAITING_ENDED, "2026-07-07 14:00", {"reason": "waiting for the customer"}),
            impact="medium",
        )
        assert local("ionetech", found[Metric.NEXT_RESPONSE][0].due_at) == "2026-07-08 13:00"

    def test_what_does_not_fit_is_asked_for_again(self) -> None:
        """ION-8: the customer gives accurate information; where a person finds that it is wrong, it is asked for."""
        asked = decide("ionetech", information__inaccurate=True)
        assert (asked.outcome, asked.asks, clauses(asked)) == (Outcome.ASK, ("details",), ["your-part"])
        assert [step.kind for step in asked.steps] == ["answer"]
        assert decide("ionetech", information__inaccurate=False).outcome is Outcome.ACCEPT

    def test_waiting_stops_later_answers_and_not_the_first(self) -> None:
        """ION-8: the policy names which clocks stand still while we wait for the customer, and this clause says so."""
        pause = policy("ionetech").pauses[PauseReason.WAITING_FOR_CUSTOMER]
        assert (pause.clause, set(pause.metrics)) == ("your-part", {Metric.NEXT_RESPONSE, Metric.RESOLUTION})

    def test_hardware_in_the_contract_beats_the_exclusion(self) -> None:
        """ION-9: the exception beats the exclusion; without it the device is not covered."""
        assert decide("ionetech", topic="hardware", contract__hardware=False).outcome is Outcome.REFUSE
        assert decide("ionetech", topic="hardware", contract__hardware=True).outcome is Outcome.ACCEPT


class TestIexExchanger:
    @pytest.mark.parametrize(
        ("behind", "rule"),
        [(1, "an update you order"), (2, "an update you order"), (3, "a long-neglected version")],
    )
    def test_an_update_ordered_is_quoted_by_how_far_one_is_behind(self, behind: int, rule: str) -> None:
        """IEX-9: three versions (assumed) make it long neglected, and the customer is told that it costs more."""
        quoted = decide("iexexchanger", topic="update_order", licence__versions_behind=behind)
        assert (quoted.outcome, quoted_services(quoted)) == (Outcome.QUOTE, ("update",))
        assert rule in [one.name for one in quoted.deciding if one.clause == "updates"]

    @pytest.mark.parametrize(
        ("cause", "service"),
        [
            ("self_update", "update_repair"),
            ("wrong_update", "update_repair"),
            ("skipped_versions", "update_repair"),
            ("modified_code", "repair"),
            ("modified_files", "repair"),
            ("modified_database", "repair"),
        ],
    )
    def test_a_fault_of_ones_own_update_or_change_is_repaired_as_paid_work(
        self, cause: str, service: str
    ) -> None:
        """IEX-9: cause codes lead to a quote."""
        quoted = decide("iexexchanger", error__cause=cause)
        assert (quoted.outcome, quoted_services(quoted)) == (Outcome.QUOTE, (service,))

    @pytest.mark.parametrize(
        ("changes", "outcome"),
        [
            ({"licence__plan": "pro", "licence__domains": 0, "domain__same_owner": True}, Outcome.ACCEPT),
            ({"licence__plan": "pro", "licence__domains": 1, "domain__same_owner": True}, Outcome.REFUSE),
            (
                {"licence__plan": "pro_plus", "licence__domains": 1, "domain__same_owner": True},
                Outcome.ACCEPT,
            ),
            (
                {"licence__plan": "pro_plus", "licence__domains": 2, "domain__same_owner": True},
                Outcome.REFUSE,
            ),
            (
                {"licence__plan": "pro_plus", "licence__domains": 1, "domain__same_owner": False},
                Outcome.REFUSE,
            ),
        ],
    )
    def test_a_licence_has_the_domains_of_its_plan_and_owner(
        self, changes: dict[str, Any], outcome: Outcome
    ) -> None:
        """IEX-12: PRO one, PRO PLUS two of one owner; a third, or another owner's, is refused."""
        decision = decide("iexexchanger", topic="domains", **changes)
        assert (decision.outcome, "plans" in clauses(decision)) == (outcome, True)

    @pytest.mark.parametrize(("channels", "outcome"), [(0, Outcome.ACCEPT), (1, Outcome.REFUSE)])
    def test_a_licence_has_one_channel(self, channels: int, outcome: Outcome) -> None:
        """IEX-12: shared by both domains; a second needs a licence of its own."""
        assert decide("iexexchanger", topic="channels", licence__channels=channels).outcome is outcome

    def test_a_domain_of_no_licence_is_not_served_and_none_goes_before_another(self) -> None:
        """IEX-12: standing; in the queue nothing but the first complete message counts (and a critical bug)."""
        refused = decide("iexexchanger", domain__on_licence=False)
        assert (refused.outcome, clauses(refused)) == (Outcome.REFUSE, ["plans"])
        queue = policy("iexexchanger").queue
        assert queue is not None
        assert queue.head is not None
        assert not {fact for fact in queue.head.facts if fact.startswith("domain")}

    def test_evidence_behind_a_link_is_asked_for(self) -> None:
        """IEX-17: only a link to a file host: ask to attach it; the clock waits until it is complete."""
        asked = decide("iexexchanger", links__only=True)
        assert (asked.outcome, asked.asks, clauses(asked)[0]) == (Outcome.ASK, ("screenshot",), "evidence")
        waiting = clocks("iexexchanger", "2026-09-15 11:00", links__only=True)[FIRST][0]
        assert waiting.state is State.WAITING
        assert decide("iexexchanger", links__only=False).outcome is Outcome.ACCEPT

    def test_words_that_may_hurt_go_before_a_person(self) -> None:
        """IEX-19: suspected abuse is reviewed; the software neither refuses nor suspends for it."""
        flagged = decide("iexexchanger", abuse__suspected=True)
        assert (flagged.outcome, clauses(flagged)[0]) == (Outcome.REVIEW, "courtesy")
        assert decide("iexexchanger", abuse__suspected=True, ground="abuse").outcome is Outcome.SUSPEND

    def test_more_requests_than_is_usual_go_before_a_person(self) -> None:
        """IEX-24: counted over thirty days; from the twentieth on a person looks, and nothing is limited by itself."""
        usual = decide("iexexchanger", requests__in_window=19)
        assert (usual.outcome, "fair-use" in clauses(usual)) == (Outcome.ACCEPT, False)
        for count in (20, 200):
            many = decide("iexexchanger", requests__in_window=count)
            assert (many.outcome, clauses(many)) == (Outcome.REVIEW, ["fair-use"])
        proposed = {one.clause: (str(one.window), one.proposes) for one in policy("iexexchanger").conduct}
        assert proposed["fair-use"] == ("30 days", "limit")

    def test_a_limit_is_a_persons_act(self) -> None:
        """IEX-24: the ground is theirs to choose; the count alone never suspends."""
        limited = decide("iexexchanger", requests__in_window=20, ground="overuse")
        assert limited.outcome is Outcome.SUSPEND

    @pytest.mark.parametrize(
        ("channel", "outcome"),
        [
            ("portal", Outcome.ACCEPT),
            ("email", Outcome.ACCEPT),
            ("telegram", Outcome.ACCEPT),
            ("phone", Outcome.REFUSE),
            ("chat", Outcome.REFUSE),
            ("other", Outcome.REFUSE),
        ],
    )
    def test_requests_count_through_the_official_channels_only(self, channel: str, outcome: Outcome) -> None:
        """IEX-25: the portal, e-mail and the licence's channel (assumed); elsewhere the way in is the answer."""
        official = channel in policy("iexexchanger").channels.official
        decision = decide("iexexchanger", channel=channel, channel__official=official)
        assert decision.outcome is outcome
        assert (clauses(decision) == ["channels"]) == (outcome is Outcome.REFUSE)
        assert ("write" in [step.kind for step in decision.steps]) == (outcome is Outcome.REFUSE)

    @pytest.mark.parametrize(
        ("cause", "clause", "outcome"),
        [
            ("server", "server", Outcome.REFUSE),
            ("hosting", "server", Outcome.REFUSE),
            ("requirements", "server", Outcome.REFUSE),
            ("own_settings", "server", Outcome.QUOTE),
            ("own_damage", "server", Outcome.QUOTE),
            ("third_party", "responsibility", Outcome.REFUSE),
            ("outside_service", "responsibility", Outcome.REFUSE),
            ("external", "responsibility", Outcome.REFUSE),
            ("lost_access", "responsibility", Outcome.REFUSE),
            ("lost_data", "backups", Outcome.QUOTE),
            ("no_backup", "backups", Outcome.REFUSE),
        ],
    )
    def test_what_is_the_users_own_to_look_after_is_refused_or_paid(
        self, cause: str, clause: str, outcome: Outcome
    ) -> None:
        """IEX-20: server, access, backups and their consequences; their own damage is repaired as paid work, if at all."""
        decision = decide("iexexchanger", error__cause=cause, repair__possible=True)
        assert (decision.outcome, clauses(decision)) == (outcome, [clause])
        assert quoted_services(decision) == (("repair",) if outcome is Outcome.QUOTE else ())
        beyond = decide("iexexchanger", error__cause=cause, repair__possible=False)
        assert beyond.outcome is Outcome.REFUSE

    def test_nothing_is_changed_before_a_backup_is_confirmed(self) -> None:
        """IEX-20: a gate before any work that changes something, paid or not."""

        def held(**given: Any) -> list[str]:
            paid = {"order__exists": True, "order__paid_in_full": True}
            gates = policy("iexexchanger").gates_before("start work", changed("iexexchanger", paid | given))
            return [gate.clause for gate in gates]

        assert held() == held(backup__acknowledged=False) == ["backups"]
        assert held(backup__acknowledged=True) == []
        assert held(order__exists=False, access__needed=True) == ["backups"]
        assert held(order__exists=False, access__needed=False) == []

    def test_an_answer_is_never_given_as_a_solution(self) -> None:
        """IEX-5b: the published times are for answers; no moment is promised for a solution, and the page says so."""
        assert {rule.metric for rule in policy("iexexchanger").targets.rules} == {FIRST, Metric.NEXT_RESPONSE}
        shows(
            "iexexchanger", "times", "An answer is not yet a solution", "never give you the two as one figure"
        )

    SUSPENDING = frozenset({"repeats", "abuse", "threats", "overuse", "shared_licence"})

    def test_each_ground_a_person_chooses_is_a_reason_of_its_own(self) -> None:
        """IEX-23: twenty-odd grounds, each refusing or suspending by a rule that says why, with a second look."""
        grounds = policy("iexexchanger").declarations["ground"].options
        assert len(grounds) == 25
        reasons = set()
        for ground in grounds:
            decision = decide("iexexchanger", ground=ground)
            expected = Outcome.SUSPEND if ground in self.SUSPENDING else Outcome.REFUSE
            assert (ground, decision.outcome) == (ground, expected)
            (reason,) = [one for one in decision.deciding if one.clause == "grounds"]
            reasons.add((reason.name, reason.because))
            assert [step.kind for step in decision.steps][-1:] == ["contest"]
        assert len(reasons) == len(grounds)

    def test_a_suspension_extends_no_period(self) -> None:
        """IEX-23: suspended from the first day on, twelve months of support still end after twelve months."""
        assert decide("iexexchanger", sender__suspended=True).outcome is Outcome.SUSPEND
        # Bought 2 March 2026 12:00: included until 2 March 2027 12:00, whoever is suspended meanwhile.
        cover = cover_of("iexexchanger", "licence", bought("iexexchanger", "purchase", "2026-03-02 12:00"))
        assert phase("iexexchanger", cover, "2027-03-02 11:59") == "included"
        assert phase("iexexchanger", cover, "2027-03-02 12:00") == "transition"
        late = decide("iexexchanger", sender__suspended=True, licence__phase="expired", licence__active=False)
        assert "grounds" in clauses(late)

    @pytest.mark.parametrize(
        "missing", [{"licence__held": False}, {"licence__valid": False}, {"licence__other_owner": True}]
    )
    def test_without_a_valid_licence_nothing_is_taken_up(self, missing: dict[str, Any]) -> None:
        """IEX-1: none, another's or a pirated one: refused, a suspected error notwithstanding."""
        refused = decide("iexexchanger", topic="error", **missing)
        assert refused.outcome is Outcome.REFUSE
        assert clauses(refused) == ["licence"]

    def test_what_no_list_names_is_outside(self) -> None:
        """IEX-3: a default that denies; listed topics are quoted where the work is sold, refused where not."""
        assert decide("iexexchanger", topic="other").outcome is Outcome.REFUSE
        assert decide("iexexchanger", topic="server").outcome is Outcome.REFUSE
        assert decide("iexexchanger", topic="features").outcome is Outcome.QUOTE
        assert decide("iexexchanger", topic="commissions").outcome is Outcome.ACCEPT

    def test_it_works_in_its_hours_and_in_the_order_of_completion(self) -> None:
        """IEX-4: Monday to Friday 10–19 at UTC+3; the queue goes by the first complete message."""
        found = policy("iexexchanger")
        working = found.calendars["support hours"].working()
        assert working.is_open(datetime(2026, 9, 15, 7, 0, tzinfo=UTC))  # Tue 10:00
        assert not working.is_open(datetime(2026, 9, 15, 16, 0, tzinfo=UTC))  # Tue 19:00
        assert not working.is_open(datetime(2026, 9, 19, 9, 0, tzinfo=UTC))  # Sat
        assert found.queue is not None
        assert found.queue.order == "first complete message"

    def test_a_critical_bug_goes_to_the_head(self) -> None:
        """IEX-5: critical bugs first; in transition there is no place ahead (IEX-10)."""
        found = policy("iexexchanger")
        bug = {**USUAL["iexexchanger"], "topic": "error", "impact": "critical"}
        assert found.goes_to_the_head(facts_of("iexexchanger", bug))
        assert not found.goes_to_the_head(facts_of("iexexchanger", {**bug, "impact": "ordinary"}))
        assert not found.goes_to_the_head(facts_of("iexexchanger", {**bug, "licence.phase": "transition"}))

    def test_while_support_runs_it_answers_in_order(self) -> None:
        """IEX-5: control-panel questions in working hours, in order: no due moment."""
        assert clocks("iexexchanger", "2026-09-15 11:00")[FIRST][0].state is State.IN_ORDER

    def test_in_transition_it_usually_takes_up_to_ten_business_days(self) -> None:
        """IEX-5: Thu 20 Aug 2026 19:40 counts from Fri 10:00; the tenth business day later is Fri 4 Sept 10:00."""
        changes: dict[str, Any] = {"licence__phase": "transition", "licence__active": False}
        clock = clocks("iexexchanger", "2026-08-20 19:40", **changes)[FIRST][0]
        assert local("iexexchanger", clock.due_at) == "2026-09-04 10:00"
        assert clock.target is not None
        assert clock.target.approximate

    def test_the_panel_is_what_it_helps_with(self) -> None:
        """IEX-6: a topic list; what the panel lets the customer do is answered with the guide."""
        for topic in (
            "sections",
            "settings",
            "orders",
            "users",
            "currencies",
            "commissions",
            "notifications",
            "basics",
        ):
            assert decide("iexexchanger", topic=topic).outcome is Outcome.ACCEPT, topic
        guided = decide("iexexchanger", topic="users", help__self_service=True)
        assert clauses(guided) == ["help"]
        assert any(step.kind == "read" for step in guided.steps)

    def test_its_periods_are_calendar_months_from_the_purchase(self) -> None:
        """IEX-10, IEX-13: bought 31 Jan 2026 10:00: 12 months, 2 of transition, and 6 more until it can be archived."""
        cover = cover_of("iexexchanger", "licence", bought("iexexchanger", "purchase", "2026-01-31 10:00"))
        for moment, expected in [
            ("2026-01-31 09:59", "none"),
            ("2026-01-31 10:00", "included"),
            ("2027-01-31 09:59", "included"),
            ("2027-01-31 10:00", "transition"),
            ("2027-03-31 09:59", "transition"),
            ("2027-03-31 10:00", "expired"),
            ("2027-09-30 09:59", "expired"),  # 20 months from 31 Jan: 30 Sept, the month's last day
            ("2027-09-30 10:00", "archivable"),
        ]:
            assert phase("iexexchanger", cover, moment) == expected, moment

    def test_a_renewal_after_a_gap_starts_when_it_is_paid(self) -> None:
        """IEX-11: bought 2026-01-31, lapsed, paid 2027-08-10 for 12 months: active from then to 2028-08-10."""
        cover = cover_of(
            "iexexchanger",
            "licence",
            bought("iexexchanger", "purchase", "2026-01-31 10:00"),
            bought("iexexchanger", "renewal", "2027-08-10 15:00", term="12 months"),
        )
        assert phase("iexexchanger", cover, "2027-08-10 14:59") == "expired"
        assert phase("iexexchanger", cover, "2027-08-10 15:00") == "paid"
        assert phase("iexexchanger", cover, "2028-08-10 14:59") == "paid"
        assert phase("iexexchanger", cover, "2028-08-10 15:00") == "expired"

    TRANSITION: Mapping[str, Any] = {"licence__phase": "transition", "licence__active": False}

    @pytest.mark.parametrize(
        "topic",
        [
            "server",
            "cron",
            "payment_gateway",
            "other_service",
            "connect_services",
            "unusual_environment",
            "customisation",
            "modified_code",
            "programming",
            "features",
        ],
    )
    def test_transition_leaves_what_is_not_standard_unreviewed(self, topic: str) -> None:
        """IEX-10: server, integration, programming and non-standard questions are refused in transition, not even
        quoted; while support runs this clause has no say in them.
        """
        refused = decide("iexexchanger", topic=topic, **self.TRANSITION)
        assert (refused.outcome, clauses(refused)) == (Outcome.REFUSE, ["periods"])
        assert "not reviewed at all" in refused.deciding[0].quote
        assert "not-reviewed" not in "".join(
            one.rule_key for one in decide("iexexchanger", topic=topic).deciding
        )

    def test_transition_brings_no_difficult_diagnosis(self) -> None:
        """IEX-10, IEX-14: basic advice only; what needs a difficult diagnosis is refused then, and taken on before. What may
        be an error of the product is a person's to look at, and refused once it was found to be none.
        """
        for topic in ("orders", "error"):
            request = {
                "topic": topic,
                "panel__section": "orders",
                "steps_before": "None",
                "reproduction": "Create an order",
                "changes": "Nothing",
            }
            refused = decide("iexexchanger", **request, help__complex=True, **self.TRANSITION)
            outcome = Outcome.REVIEW if topic == "error" else Outcome.REFUSE
            assert (refused.outcome, clauses(refused)) == (outcome, ["periods"]), topic
            none = decide(
                "iexexchanger", **request, help__complex=True, error__code_unchanged=False, **self.TRANSITION
            )
            assert none.outcome is Outcome.REFUSE, topic
            assert decide("iexexchanger", **request, **self.TRANSITION).outcome is Outcome.ACCEPT, topic
            assert decide("iexexchanger", **request, help__complex=True).outcome is Outcome.ACCEPT, topic

    def test_a_renewal_in_transition_starts_when_it_is_paid(self) -> None:
        """IEX-11: bought 2 Aug 2025 12:00, in transition from 2 Aug to 2 Oct 2026; paid 10 Aug 2026 for 12 months it
        runs from that instant to 10 Aug 2027, and not from the end of the transition to 2 Oct 2027.
        """
        cover = cover_of(
            "iexexchanger",
            "licence",
            bought("iexexchanger", "purchase", "2025-08-02 12:00"),
            bought("iexexchanger", "renewal", "2026-08-10 12:00", term="12 months"),
        )
        for moment, expected in [
            ("2026-08-10 11:59", "transition"),
            ("2026-08-10 12:00", "paid"),
            ("2027-08-10 11:59", "paid"),
            ("2027-08-10 12:00", "expired"),
            ("2027-10-02 11:59", "expired"),
        ]:
            assert phase("iexexchanger", cover, moment) == expected, moment

    def test_nothing_is_offered_for_an_archived_licence_before_we_agree(self) -> None:
        """IEX-13: a quote to come back waits for the company's decision; no other licence waits for it."""
        found = policy("iexexchanger")
        back = {"licence.archived": True, "topic": "restore"}

        def held(**given: Any) -> list[str]:
            changes = {key.replace("__", "."): value for key, value in given.items()}
            gates = found.gates_before("raise quote", facts_of("iexexchanger", {**back, **changes}))
            return [gate.clause for gate in gates]

        assert held() == ["archive"]
        assert held(restore__approved=False) == ["archive"]
        assert held(order__exists=True, order__paid_in_full=True) == [
            "archive"
        ]  # payment alone does not restore
        assert held(restore__approved=True) == []
        assert held(licence__archived=False) == []

    def test_an_archived_licence_comes_back_by_decision_only(self) -> None:
        """IEX-13: an archived licence is refused, and asking it back is for a person, payment or not."""
        archived: dict[str, Any] = {
            "licence__archived": True,
            "licence__phase": "archivable",
            "licence__active": False,
        }
        assert decide("iexexchanger", **archived).outcome is Outcome.REFUSE
        assert decide("iexexchanger", topic="renewal", **archived).outcome is Outcome.REVIEW

    def test_eight_conditions_make_an_error_that_overrides_cover_and_scope(self) -> None:
        """IEX-14: all eight hold and it is fixed without cover; seven are a suspicion; one that fails is refused."""
        conditions = (
            "in_standard",
            "code_unchanged",
            "files_unchanged",
            "database_untouched",
            "server_fits",
            "no_third_party",
            "nothing_outside",
            "on_clean_installation",
        )
        request: dict[str, Any] = {
            "topic": "error",
            "licence__phase": "expired",
            "licence__active": False,
            "panel__section": "commissions",
            "steps_before": "None",
            "reproduction": "Create an order",
            "changes": "Nothing",
        }
        confirmed = {f"error__{condition}": True for condition in conditions}
        assert decide("iexexchanger", **request).outcome is Outcome.REVIEW
        assert decide("iexexchanger", **request, **confirmed).outcome is Outcome.ACCEPT
        for condition in conditions:
            seven = {key: value for key, value in confirmed.items() if key != f"error__{condition}"}
            assert decide("iexexchanger", **request, **seven).outcome is Outcome.REVIEW, condition
            assert (
                decide("iexexchanger", **request, **seven, **{f"error__{condition}": False}).outcome
                is Outcome.REFUSE
            ), condition
        elsewhere = {**request, **confirmed, "topic": "cron"}
        assert decide("iexexchanger", **elsewhere).outcome is Outcome.ACCEPT

    def test_it_closes_for_twelve_reasons_and_reopens_for_fourteen_days(self) -> None:
        """IEX-28: the reasons are the policy's; a message long after makes a new, linked request."""
        found = policy("iexexchanger")
        assert len(found.close_reasons) == 12
        closed = at("iexexchanger", "2026-09-01 12:00")
        for moment, expected in [
            ("2026-09-15 12:00", Reopening.REOPEN),
            ("2026-09-15 12:01", Reopening.NEW_LINKED),
        ]:
            then = reopening(
                closed, "solved", at("iexexchanger", moment), found.reopening.values(), found.calendars
            )
            assert then is expected


def test_the_zones_of_the_five_desks_are_what_their_policies_say() -> None:
    """Design §5: wall-clock rules live in the desk's named zone."""
    assert {name: policy(name).timezone for name in CATALOGUE} == {
        "itech-crm": "UTC",
        "crm24": "Asia/Tehran",
        "its": "Europe/London",
        "ionetech": "Asia/Phnom_Penh",
        "iexexchanger": "UTC+3",
    }
    assert ZoneInfo("Asia/Tehran").utcoffset(datetime(2026, 7, 1)) == timedelta(hours=3, minutes=30)
