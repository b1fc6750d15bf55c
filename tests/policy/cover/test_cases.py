"""Cover case by case, every instant worked out by hand (design §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from remit.policy.cover import Allowance, Happening, PhaseSpec, facts_at, timeline
from tests.policy.cover.specs import (
    BERLIN,
    CLOSING,
    ITEM,
    LICENCE,
    PLAN,
    SUBSCRIPTION,
    TEHRAN,
    bought,
    lay,
    local,
    phases,
    renewed,
    span,
    utc,
)


class TestALicence:
    """IEX-10: 12 months, then 2 of transition, then none; 6 months on it may be archived (IEX-13)."""

    def test_its_phases_follow_from_the_purchase(self) -> None:
        assert phases(lay(LICENCE, bought(local("2026-03-02 12:00")))) == [
            ("included", "2026-03-02 12:00", "2027-03-02 12:00"),
            ("transition", "2027-03-02 12:00", "2027-05-02 12:00"),
            ("expired", "2027-05-02 12:00", "2027-11-02 12:00"),
            ("archivable", "2027-11-02 12:00", ""),
        ]

    def test_months_are_counted_from_the_purchase_and_never_chained(self) -> None:
        """31 August + 12 months = 31 August; + 14 = 31 October; + 20 = 30 April, clamped once."""
        assert [start for _, start, _ in phases(lay(LICENCE, bought(local("2025-08-31 09:00"))))] == [
            "2025-08-31 09:00",
            "2026-08-31 09:00",
            "2026-10-31 09:00",
            "2027-04-30 09:00",
        ]

    def test_before_the_purchase_there_is_none(self) -> None:
        line = lay(LICENCE, bought(local("2026-03-02 12:00")))
        assert line.at(local("2026-03-02 11:59")).phase == "none"
        assert line.at(local("2026-03-02 12:00")).phase == "included"
        assert line.periods[0].starts_at is None

    def test_nothing_bought_is_none_for_ever(self) -> None:
        line = lay(LICENCE)
        assert [period.phase for period in line.periods] == ["none"]
        assert line.next_end(local("2026-01-01 00:00")) is None

    def test_the_end_belongs_to_the_next_phase(self) -> None:
        line = lay(LICENCE, bought(local("2026-03-02 12:00")))
        end = local("2027-03-02 12:00")
        assert line.at(end - timedelta(seconds=1)).phase == "included"
        assert line.at(end).phase == "transition"
        assert line.next_end(end) == local("2027-05-02 12:00")


class TestARenewal:
    """IEX-11: starts when paid; the gap is neither refunded nor carried over."""

    def test_the_worked_case(self) -> None:
        line = lay(LICENCE, bought(local("2026-01-31 10:00")), renewed(local("2027-08-10 12:00")))
        assert phases(line) == [
            ("included", "2026-01-31 10:00", "2027-01-31 10:00"),
            ("transition", "2027-01-31 10:00", "2027-03-31 10:00"),
            ("expired", "2027-03-31 10:00", "2027-08-10 12:00"),
            ("paid", "2027-08-10 12:00", "2028-08-10 12:00"),
            ("expired", "2028-08-10 12:00", "2029-02-10 12:00"),
            ("archivable", "2029-02-10 12:00", ""),
        ]

    def test_while_included_it_adds_to_the_end_and_there_is_no_transition(self) -> None:
        line = lay(LICENCE, bought(local("2026-01-31 10:00")), renewed(local("2026-11-01 08:00")))
        assert phases(line)[:3] == [
            ("included", "2026-01-31 10:00", "2027-01-31 10:00"),
            ("paid", "2027-01-31 10:00", "2028-01-31 10:00"),
            ("expired", "2028-01-31 10:00", "2028-07-31 10:00"),
        ]

    def test_in_transition_it_starts_when_paid(self) -> None:
        line = lay(LICENCE, bought(local("2026-01-31 10:00")), renewed(local("2027-02-15 08:00")))
        assert phases(line)[1:3] == [
            ("transition", "2027-01-31 10:00", "2027-02-15 08:00"),
            ("paid", "2027-02-15 08:00", "2028-02-15 08:00"),
        ]

    def test_one_after_another_adds_up_from_the_first_anchor(self) -> None:
        """31 January + 12 + 1 + 1 months is 31 March, not 28 March."""
        line = lay(
            LICENCE,
            bought(local("2026-01-31 10:00")),
            renewed(local("2026-06-01 10:00"), "1 month"),
            renewed(local("2027-02-05 10:00"), "1 month"),
        )
        assert phases(line)[1] == ("paid", "2027-01-31 10:00", "2027-03-31 10:00")

    def test_where_none_is_possible_it_changes_nothing_and_is_said(self) -> None:
        """IEX-11: neither in a phase that runs nor in one that follows by itself; a person decides about it."""
        first = bought(local("2026-01-31 10:00"))
        for paid in ("2026-11-01 08:00", "2027-11-01 08:00", "2029-11-01 08:00"):
            line = lay(CLOSING, first, renewed(local(paid)))
            assert phases(line) == phases(lay(CLOSING, first))
            said = [step.text for step in line.at(local(paid)).derivation]
            assert "no renewal was possible: it changes nothing, and a person decides" in said[-1]

    def test_one_that_was_not_possible_leaves_the_next_as_it_is(self) -> None:
        first, early = bought(local("2026-01-31 10:00")), renewed(local("2026-11-01 08:00"))
        later = renewed(local("2027-02-15 08:00"))
        assert phases(lay(CLOSING, first, early, later)) == phases(lay(CLOSING, first, later))

    def test_at_the_very_end_it_comes_too_late_to_be_added(self) -> None:
        """Periods are half-open: at its end the included support is over, and transition has begun."""
        line = lay(LICENCE, bought(local("2026-01-31 10:00")), renewed(local("2027-01-31 10:00"), "1 month"))
        assert phases(line)[:2] == [
            ("included", "2026-01-31 10:00", "2027-01-31 10:00"),
            ("paid", "2027-01-31 10:00", "2027-02-28 10:00"),
        ]

    def test_a_queued_renewal_is_added_to(self) -> None:
        line = lay(
            LICENCE,
            bought(local("2026-01-31 10:00")),
            renewed(local("2026-06-01 10:00")),
            renewed(local("2026-07-01 10:00")),
        )
        assert phases(line)[1] == ("paid", "2027-01-31 10:00", "2029-01-31 10:00")

    def test_without_anything_to_renew_it_starts_when_paid(self) -> None:
        assert phases(lay(LICENCE, renewed(local("2027-08-10 12:00"))))[0] == (
            "paid", "2027-08-10 12:00", "2028-08-10 12:00",
        )  # fmt: skip

    def test_a_term_has_to_be_named_where_the_policy_gives_none(self) -> None:
        with pytest.raises(ValueError, match="names no term"):
            lay(LICENCE, bought(local("2026-01-31 10:00")), bought(local("2026-02-01 10:00"), kind="renewal"))

    def test_a_plan_runs_for_the_term_bought(self) -> None:
        """ITC-2."""
        line = lay(
            PLAN,
            bought(local("2026-01-31 10:00", BERLIN), term="6 months"),
            renewed(local("2026-07-01 10:00", BERLIN), "6 months"),
        )
        assert phases(line, BERLIN) == [
            ("active", "2026-01-31 10:00", "2027-01-31 10:00"),
            ("ended", "2027-01-31 10:00", ""),
        ]


class TestATrial:
    """C24-2: 10 days of full free use from registration."""

    def test_where_the_policy_counts_from_the_moment_it_ends_at_the_same_local_time(self) -> None:
        spec = replace(SUBSCRIPTION, counts_from_day=False)
        line = lay(spec, bought(local("2026-10-23 15:20", TEHRAN), kind="trial"))
        assert phases(line, TEHRAN) == [
            ("trial", "2026-10-23 15:20", "2026-11-02 15:20"),
            ("ended", "2026-11-02 15:20", ""),
        ]

    def test_registered_at_an_instant_it_lasts_to_the_end_of_the_tenth_day(self) -> None:
        """C24-2: 23 October is not counted; the tenth day is 2 November, over at 3 November 00:00."""
        line = lay(SUBSCRIPTION, bought(local("2026-10-23 15:20", TEHRAN), kind="trial"))
        assert phases(line, TEHRAN) == [
            ("trial", "2026-10-23 15:20", "2026-11-03 00:00"),
            ("ended", "2026-11-03 00:00", ""),
        ]
        assert [step.text for step in line.periods[1].derivation] == [
            "registered on 23 October 2026, 15:20",
            "“Free days” lasts 10 days, that day not counted: to the end of 2 November 2026",
        ]

    def test_from_a_date_the_last_day_counts_to_its_end(self) -> None:
        at = local("2026-10-23 15:20", TEHRAN)
        line = lay(SUBSCRIPTION, bought(at, date(2026, 10, 23), kind="trial"))
        assert phases(line, TEHRAN)[0] == ("trial", "2026-10-23 00:00", "2026-11-03 00:00")

    def test_what_is_paid_during_it_begins_after_it(self) -> None:
        at = local("2026-10-23 15:20", TEHRAN)
        line = lay(
            SUBSCRIPTION,
            bought(at, date(2026, 10, 23), kind="trial"),
            renewed(local("2026-10-30 12:00", TEHRAN), "3 months"),
        )
        assert phases(line, TEHRAN)[1:] == [
            ("paid", "2026-11-03 00:00", "2027-02-03 00:00"),
            ("ended", "2027-02-03 00:00", ""),
        ]

    def test_a_term_that_begins_after_february_lasts_whole_months(self) -> None:
        """C24-2: the ten days end with 28 February, which is no reason to end the months after it on a 28th."""
        at = local("2027-02-18 15:20", TEHRAN)
        line = lay(
            SUBSCRIPTION,
            bought(at, date(2027, 2, 18), kind="trial"),
            renewed(local("2027-02-20 12:00", TEHRAN), "3 months"),
            renewed(local("2027-04-01 12:00", TEHRAN), "1 month"),
        )
        assert phases(line, TEHRAN)[:2] == [
            ("trial", "2027-02-18 00:00", "2027-03-01 00:00"),
            ("paid", "2027-03-01 00:00", "2027-07-01 00:00"),
        ]

    def test_people_are_reminded_of_its_end_ahead_of_it(self) -> None:
        """C24-2: two days before, at the same local time; then the end is awaited."""
        line = lay(SUBSCRIPTION, bought(local("2026-07-01 14:30", TEHRAN)))
        reminded, end = local("2026-07-10 00:00", TEHRAN), local("2026-07-12 00:00", TEHRAN)
        assert line.next_due(local("2026-07-01 14:30", TEHRAN)) == reminded
        assert line.at(reminded).reminds_at == reminded
        assert line.next_due(reminded) == end
        assert line.next_due(end) is None

    def test_people_are_not_reminded_where_it_goes_on_or_was_ended_by_a_person(self) -> None:
        """C24-2: what was bought follows, or the end that was planned never comes."""
        trial = bought(local("2026-07-01 14:30", TEHRAN))
        paid = lay(SUBSCRIPTION, trial, renewed(local("2026-07-05 09:00", TEHRAN)))
        ended = lay(SUBSCRIPTION, trial, Happening("ended", local("2026-07-05 09:00", TEHRAN)))
        for line in (paid, ended):
            assert [one.reminds_at for one in line.periods] == [None] * len(line.periods)
        assert paid.next_due(trial.at) == local("2026-07-12 00:00", TEHRAN)

    def test_days_keep_their_local_time_over_a_change_of_the_clock(self) -> None:
        spec = replace(SUBSCRIPTION, zone=BERLIN, counts_from_day=False)
        line = lay(spec, bought(local("2026-03-25 09:00", BERLIN), kind="trial"))
        assert phases(line, BERLIN)[0] == ("trial", "2026-03-25 09:00", "2026-04-04 09:00")


class TestAWarranty:
    """ITS-3: 90 days from the date of the work, each part its own; ITS-5: it can be extended."""

    def test_ninety_days_from_a_date_last_to_the_end_of_the_ninetieth(self) -> None:
        """Work on 1 March: day 1 is 2 March, day 90 is 30 May; over at 31 May 00:00 local."""
        line = lay(ITEM, bought(local("2026-03-04 10:00", BERLIN), date(2026, 3, 1)))
        assert phases(line, BERLIN) == [
            ("covered", "2026-03-01 00:00", "2026-05-31 00:00"),
            ("expired", "2026-05-31 00:00", ""),
        ]
        assert line.at(local("2026-05-30 23:59", BERLIN)).phase == "covered"

    def test_work_recorded_at_an_instant_counts_from_its_local_date(self) -> None:
        """ITS-3: 1 March 23:30 UTC is 2 March in Berlin; day 90 is 31 May, over at 1 June 00:00 local."""
        line = lay(ITEM, bought(utc("2026-03-01 23:30"), kind="repair"))
        assert phases(line, BERLIN)[0] == ("covered", "2026-03-02 00:30", "2026-06-01 00:00")

    def test_the_date_and_the_instant_of_the_same_work_end_it_alike(self) -> None:
        """ITS-3: whichever way it was recorded, over at 31 May 00:00 local."""
        at = local("2026-03-01 10:00", BERLIN)
        for work in (bought(at), bought(at, date(2026, 3, 1))):
            assert lay(ITEM, work).next_end(at) == local("2026-05-31 00:00", BERLIN)

    def test_a_phase_that_follows_so_long_after_the_day_begins_at_a_midnight(self) -> None:
        """ITS-3: three months after 1 March, that day not counted, are over with 1 June."""
        spec = replace(
            ITEM, phases=(PhaseSpec("covered"), PhaseSpec("expired", after=(span("3 months"), "covered")))
        )
        line = lay(spec, bought(local("2026-03-01 10:00", BERLIN)))
        assert phases(line, BERLIN) == [
            ("covered", "2026-03-01 10:00", "2026-06-02 00:00"),
            ("expired", "2026-06-02 00:00", ""),
        ]

    def test_a_repair_restarts_only_what_was_repaired(self) -> None:
        work = bought(local("2026-03-01 10:00", BERLIN), date(2026, 3, 1))
        repair = bought(local("2026-05-01 10:00", BERLIN), date(2026, 5, 1), kind="repair", part="battery")
        assert lay(ITEM, work, repair, part="battery").next_end(repair.at) == local(
            "2026-07-31 00:00", BERLIN
        )
        assert lay(ITEM, work, repair, part="screen").next_end(repair.at) == local("2026-05-31 00:00", BERLIN)
        assert lay(ITEM, work, repair).next_end(repair.at) == local("2026-05-31 00:00", BERLIN)

    def test_a_repair_of_the_whole_restarts_every_part(self) -> None:
        work = bought(local("2026-03-01 10:00", BERLIN), date(2026, 3, 1))
        repair = bought(local("2026-05-01 10:00", BERLIN), date(2026, 5, 1), kind="repair")
        assert lay(ITEM, work, repair, part="screen").next_end(repair.at) == local("2026-07-31 00:00", BERLIN)

    def test_where_cover_is_not_per_part_a_part_is_as_good_as_the_whole(self) -> None:
        spec = replace(ITEM, per_part=False)
        work = bought(local("2026-03-01 10:00", BERLIN), date(2026, 3, 1), part="battery")
        assert lay(spec, work).at(work.at).phase == "covered"

    def test_an_extension_bought_before_the_end_adds_to_it(self) -> None:
        """90 + 90 days from 1 March: day 180 is 28 August."""
        work = bought(local("2026-03-01 10:00", BERLIN), date(2026, 3, 1))
        line = lay(ITEM, work, renewed(local("2026-04-01 10:00", BERLIN), "90 days", "extension"))
        assert phases(line, BERLIN) == [
            ("covered", "2026-03-01 00:00", "2026-05-31 00:00"),
            ("extended", "2026-05-31 00:00", "2026-08-29 00:00"),
            ("expired", "2026-08-29 00:00", ""),
        ]

    def test_an_extension_bought_after_the_end_starts_when_paid(self) -> None:
        work = bought(local("2026-03-01 10:00", BERLIN), date(2026, 3, 1))
        line = lay(ITEM, work, renewed(local("2026-06-10 10:00", BERLIN), "12 months", "extension"))
        assert phases(line, BERLIN)[2] == ("extended", "2026-06-10 10:00", "2027-06-10 10:00")

    def test_a_repair_never_shortens_what_was_bought(self) -> None:
        work = bought(local("2026-03-01 10:00", BERLIN), date(2026, 3, 1))
        extension = renewed(local("2026-04-01 10:00", BERLIN), "12 months", "extension")
        repair = bought(local("2026-05-01 10:00", BERLIN), date(2026, 5, 1), kind="repair")
        with_it, without = lay(ITEM, work, extension, repair), lay(ITEM, work, extension)
        assert phases(with_it, BERLIN) == phases(without, BERLIN)
        assert any("lasts longer" in step.text for step in with_it.periods[2].derivation)

    def test_a_work_recorded_later_counts_from_its_date(self) -> None:
        line = lay(ITEM, bought(local("2026-03-09 10:00", BERLIN), date(2026, 3, 1)))
        assert line.at(local("2026-03-02 00:00", BERLIN)).phase == "covered"


class TestWhatPeopleDecide:
    """IEX-13, ITS-14: archived, restored, voided, kept, ended."""

    PURCHASE = bought(local("2025-01-10 10:00"))

    def test_archived_lasts_until_it_is_restored_and_the_phases_run_on_beneath(self) -> None:
        line = lay(
            LICENCE,
            self.PURCHASE,
            Happening("archived", local("2026-10-01 00:00"), "archive"),
            Happening("restored", local("2026-12-01 00:00"), "archive"),
        )
        assert phases(line)[2:] == [
            ("expired", "2026-03-10 10:00", "2026-09-10 10:00"),
            ("archivable", "2026-09-10 10:00", "2026-10-01 00:00"),
            ("archived", "2026-10-01 00:00", "2026-12-01 00:00"),
            ("archivable", "2026-12-01 00:00", ""),
        ]
        assert line.at(local("2026-11-01 00:00")).clause == "archive"

    def test_only_where_the_policy_says_so_may_it_be_archived(self) -> None:
        """IEX-13: six months after support ended, not before, not once it is archived, and again when it is back."""
        line = lay(
            LICENCE,
            bought(local("2025-01-10 12:00")),
            Happening("archived", local("2026-10-01 12:00"), "archive", "system"),
            Happening("restored", local("2026-11-01 12:00")),
            Happening("left", local("2026-11-02 12:00"), "archive"),
        )
        may_be = [(one.phase, one.archived_under) for one in line.periods if one.archived_under]
        assert may_be == [("archivable", "archive"), ("archivable", "archive")]
        assert line.at(local("2026-09-10 12:00")).archived_under == "archive"
        assert line.at(local("2026-10-15 12:00")).derivation[0].text.startswith("archived by the desk's")

    def test_payment_alone_does_not_restore_and_the_term_starts_with_the_restoring(self) -> None:
        archived = Happening("archived", local("2026-10-01 00:00"))
        paid = renewed(local("2026-11-01 12:00"))
        assert lay(LICENCE, self.PURCHASE, archived, paid).at(local("2027-01-01 00:00")).phase == "archived"
        restored = Happening("restored", local("2026-12-01 09:00"))
        line = lay(LICENCE, self.PURCHASE, archived, paid, restored)
        assert phases(line)[4:6] == [
            ("archived", "2026-10-01 00:00", "2026-12-01 09:00"),
            ("paid", "2026-12-01 09:00", "2027-12-01 09:00"),
        ]

    def test_void_stays_void_unless_a_person_keeps_it(self) -> None:
        voided = Happening("voided", local("2025-06-01 00:00"), "changes")
        kept = Happening("kept", local("2025-06-05 00:00"), "changes")
        assert lay(LICENCE, self.PURCHASE, voided).at(local("2030-01-01 00:00")).phase == "voided"
        line = lay(LICENCE, self.PURCHASE, voided, kept)
        assert phases(line)[:3] == [
            ("included", "2025-01-10 10:00", "2025-06-01 00:00"),
            ("voided", "2025-06-01 00:00", "2025-06-05 00:00"),
            ("included", "2025-06-05 00:00", "2026-01-10 10:00"),
        ]

    def test_kept_alone_changes_nothing(self) -> None:
        kept = Happening("kept", local("2025-06-05 00:00"))
        assert phases(lay(LICENCE, self.PURCHASE, kept)) == phases(lay(LICENCE, self.PURCHASE))

    def test_void_goes_above_archived(self) -> None:
        line = lay(
            LICENCE,
            self.PURCHASE,
            Happening("archived", local("2026-10-01 00:00")),
            Happening("voided", local("2026-11-01 00:00")),
        )
        assert line.at(local("2026-12-01 00:00")).phase == "voided"

    def test_an_agreement_that_ended_has_no_further_phases_until_it_is_bought_again(self) -> None:
        ended = Happening("ended", local("2025-06-01 00:00"), "erasure")
        assert phases(lay(LICENCE, self.PURCHASE, ended)) == [
            ("included", "2025-01-10 10:00", "2025-06-01 00:00"),
            ("ended", "2025-06-01 00:00", ""),
        ]
        again = bought(local("2025-09-01 00:00"))
        assert lay(LICENCE, self.PURCHASE, ended, again).at(again.at).phase == "included"


class TestVersions:
    def test_each_purchase_is_judged_by_the_version_at_its_own_anchor(self) -> None:
        """Design §4: a shorter promise for new licences leaves the old ones as they were."""
        shorter = replace(
            LICENCE, phases=(PhaseSpec("included", span("6 months"), clause="periods"), *LICENCE.phases[1:])
        )
        change = local("2026-06-13 00:00")
        first, second = bought(local("2026-06-12 23:59")), bought(local("2026-06-13 00:00"))
        for purchase, end in ((first, "2027-06-12 23:59"), (second, "2026-12-13 00:00")):
            line = timeline([purchase], [], lambda at: LICENCE if at < change else shorter)
            assert phases(line)[0][2] == end

    def test_a_renewal_brings_the_phases_of_its_own_version(self) -> None:
        longer = replace(
            LICENCE,
            phases=(*LICENCE.phases[:4], PhaseSpec("archivable", after=(span("9 months"), "expired"))),
        )
        change = local("2027-01-01 00:00")
        line = timeline(
            [bought(local("2026-01-31 10:00")), renewed(local("2027-08-10 12:00"))],
            [],
            lambda at: LICENCE if at < change else longer,
        )
        assert phases(line)[-1] == ("archivable", "2029-05-10 12:00", "")


class TestFactsAndWords:
    LINE = lay(LICENCE, bought(local("2026-01-31 10:00")), renewed(local("2027-08-10 12:00")))

    def test_it_gives_the_facts_that_decisions_look_at(self) -> None:
        assert facts_at(self.LINE, LICENCE, local("2027-08-10 12:00")) == {
            "licence.phase": "paid",
            "licence.active": True,
            "licence.since": local("2027-08-10 12:00"),
            "licence.until": local("2028-08-10 12:00"),
        }

    def test_what_is_open_has_no_end(self) -> None:
        assert facts_at(self.LINE, LICENCE, local("2030-01-01 00:00")) == {
            "licence.phase": "archivable",
            "licence.active": False,
            "licence.since": local("2029-02-10 12:00"),
        }

    def test_it_says_how_each_phase_came_about(self) -> None:
        """Design §5: steps that people read, each with its clause."""
        steps = [(step.text, step.clause) for period in self.LINE.periods for step in period.derivation]
        assert steps == [
            ("bought on 31 January 2026, 10:00", "periods"),
            ("“Included support” lasts 12 months: to 31 January 2027, 10:00", "periods"),
            ("“Included support” ended at 31 January 2027, 10:00", "periods"),
            ("“Transition” lasts 2 months: to 31 March 2027, 10:00", "periods"),
            ("“Transition” ended at 31 March 2027, 10:00", "periods"),
            ("ended before that, at 10 August 2027, 12:00", "periods"),
            ("renewed on 10 August 2027, 12:00, during “Support has ended”", "renewal"),
            ("starts when paid; the time before is neither counted nor carried over", "renewal"),
            ("12 months: to 10 August 2028, 12:00", "renewal"),
            ("“Renewed support” ended at 10 August 2028, 12:00", "periods"),
            ("begins 6 months after “Support has ended” began: at 10 February 2029, 12:00", "archive"),
        ]

    def test_it_says_the_last_day_where_a_date_was_counted_from(self) -> None:
        line = lay(
            ITEM,
            bought(local("2026-03-01 10:00", BERLIN), date(2026, 3, 1), kind="repair", part="fan"),
            part="fan",
        )
        assert [step.text for step in line.periods[1].derivation] == [
            "repaired (fan) on 1 March 2026",
            "“Under warranty” lasts 90 days, that day not counted: to the end of 30 May 2026",
        ]

    def test_an_allowance_is_counted_down(self) -> None:
        """IEX-8, C24-9."""
        one = Allowance("first installation", "licence", 1, "installation")
        assert [one.left(used) for used in (0, 1, 2)] == [1, 0, 0]
