"""What holds for clocks whatever happens to a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.policy.calendars import Calendar
from remit.policy.clocks import (
    Clock,
    ClockEvent,
    ClockPlan,
    DueWhenClosed,
    EventKind,
    PauseRule,
    SegmentKind,
    Starts,
    State,
    Target,
    derivation_of,
    fold,
    segments_of,
    told,
)
from remit.policy.vocabulary import Duration, Metric, Unit, elapsed
from tests.policy.calendars import oracle
from tests.policy.calendars.shapes import calendars, minutes
from tests.policy.clocks.tickets import WAITING

FIRST, NEXT = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE
LAWS = settings(max_examples=40, deadline=None)
KIND = EventKind
AFTER = timedelta(days=40)

EFFORTLESS = (KIND.NOTE, KIND.AUTOMATIC_MESSAGE)
ORDINARY = (
    KIND.COMPLETED, KIND.PUBLIC_REPLY, KIND.REQUESTER_MESSAGE, KIND.WAITING_STARTED, KIND.WAITING_ENDED, KIND.HELD,
    KIND.UNHELD, KIND.SOLVED, KIND.REOPENED, KIND.CLOSED, KIND.CONTESTED, KIND.ACCEPTED_FOR_WORK, KIND.ESTIMATE_GIVEN,
    KIND.CANCELLED, KIND.PRIORITY_CHANGED, *EFFORTLESS,
)  # fmt: skip
PAUSES = {reason: PauseRule(frozenset(Metric)) for reason in (WAITING, "on hold", "incomplete at intake")}


MOST = {
    Unit.MINUTES: 3000,
    Unit.HOURS: 60,
    Unit.WORKING_MINUTES: 900,
    Unit.WORKING_HOURS: 20,
    Unit.BUSINESS_DAYS: 6,
    Unit.DAYS: 6,
}
# Strategies are made once: making and checking one costs more than drawing from it.
DURATIONS = st.one_of(
    *(st.builds(Duration, st.none(), st.integers(1, most), st.just(unit)) for unit, most in MOST.items())
)
HOW_MANY, HOW_LATE, FLIP = st.integers(0, 12), st.integers(0, 14_400), st.booleans()
PRIORITIES = st.sampled_from(["normal", "other"])
REASONS = st.sampled_from([WAITING, "incomplete at intake"])


def durations() -> st.SearchStrategy[Duration]:
    return DURATIONS


def targets(metric: Metric, starts: st.SearchStrategy[Starts] | None = None) -> st.SearchStrategy[Target]:
    return st.builds(
        Target,
        metric=st.just(metric),
        duration=durations(),
        starts=starts or st.sampled_from([Starts.AT_RECEIPT, Starts.AT_NEXT_OPENING]),
        due_when_closed=st.sampled_from(DueWhenClosed),
        until_close=st.booleans(),
    )


def plan_of(*rows: Target, priorities: tuple[str, ...] = ("normal",), owed: bool = True) -> ClockPlan:
    """One row for each priority; every metric has it."""
    by_priority = dict(zip(priorities, rows, strict=True))
    return ClockPlan(lambda metric, priority: by_priority.get(priority), PAUSES, priorities[0], owed)


def histories(kinds: tuple[EventKind, ...] = ORDINARY) -> st.SearchStrategy[list[ClockEvent]]:
    """A receipt and up to a dozen further events in the ten days after it."""
    return _histories(st.sampled_from(kinds))


@st.composite
def _histories(draw: st.DrawFn, kinds: st.SearchStrategy[EventKind]) -> list[ClockEvent]:
    received = draw(minutes())
    events = [ClockEvent(KIND.RECEIVED, received, 0)]
    priority = "normal"
    for seq in range(1, draw(HOW_MANY) + 1):
        kind = draw(kinds)
        data: dict[str, object] = {}
        if kind is KIND.PRIORITY_CHANGED:
            data = {
                "old": priority,
                "new": draw(PRIORITIES),
                "misjudged": draw(FLIP),
            }
            priority = data["new"]
        elif kind is KIND.WAITING_STARTED:
            data = {"reason": draw(REASONS)}
        at = received + timedelta(minutes=draw(HOW_LATE))
        events.append(ClockEvent(kind, at, seq, data))
    return events


def pause(start: datetime, end: datetime, seq: int) -> list[ClockEvent]:
    """A pause that is nobody's but this one's: a declared event."""
    return [
        ClockEvent(
            KIND.EVENT_DECLARED,
            start,
            seq,
            {
                "name": f"pause {seq}",
                "metrics": [str(metric) for metric in Metric],
                "ends_at": end.isoformat(),
            },
        )
    ]


def due(clocks: dict[Metric, list[Clock]], metric: Metric = FIRST) -> datetime:
    moment = clocks[metric][0].due_at
    assert moment is not None
    return moment


class TestDeterminism:
    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), histories(), st.randoms(use_true_random=False))
    def test_the_order_of_the_input_changes_nothing(
        self, calendar: Calendar, row: Target, other: Target, events: list[ClockEvent], chance: object
    ) -> None:
        how = plan_of(row, other, priorities=("normal", "other"))
        until = events[0].at + AFTER
        expected = fold(events, how, {"hours": calendar}, until=until)
        chance.shuffle(events)  # type: ignore[attr-defined]
        assert fold(events, how, {"hours": calendar}, until=until) == expected

    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), histories(), st.integers(0, 14_400))
    def test_an_earlier_look_sees_only_what_had_happened(
        self, calendar: Calendar, row: Target, other: Target, events: list[ClockEvent], later: int
    ) -> None:
        how = plan_of(row, other, priorities=("normal", "other"))
        until = events[0].at + timedelta(minutes=later)
        so_far = [event for event in events if event.at <= until]
        assert fold(events, how, {"hours": calendar}, until=until) == fold(
            so_far, how, {"hours": calendar}, until=until
        )

    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), histories(), histories(EFFORTLESS))
    def test_notes_and_automatic_messages_move_nothing(
        self,
        calendar: Calendar,
        row: Target,
        other: Target,
        events: list[ClockEvent],
        noise: list[ClockEvent],
    ) -> None:
        how = plan_of(row, other, priorities=("normal", "other"))
        until = events[0].at + AFTER
        noisy = events + [
            ClockEvent(event.kind, events[0].at + (event.at - noise[0].at), 100 + event.seq)
            for event in noise[1:]
        ]
        assert fold(noisy, how, {"hours": calendar}, until=until) == fold(
            events, how, {"hours": calendar}, until=until
        )

    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), histories())
    def test_a_stored_breach_is_never_taken_back(
        self, calendar: Calendar, row: Target, other: Target, events: list[ClockEvent]
    ) -> None:
        """Whatever comes later, a breach that was seen at its moment is still there, at the same moment."""
        how = plan_of(row, other, priorities=("normal", "other"))
        events.sort(key=lambda event: event.at)
        seen: dict[tuple[Metric, int], datetime] = {}
        for moment in [event.at + timedelta(seconds=1) for event in events] + [events[0].at + AFTER]:
            for metric, cycles in fold(events, how, {"hours": calendar}, until=moment).items():
                for clock in cycles:
                    known = seen.get((metric, clock.cycle))
                    if known is not None:
                        assert clock.breached_at == known
                    elif clock.breached_at is not None:
                        seen[metric, clock.cycle] = clock.breached_at


class TestMessages:
    @LAWS
    @given(calendars(), targets(FIRST), histories((KIND.REQUESTER_MESSAGE, *EFFORTLESS)))
    def test_further_messages_never_move_the_first_response(
        self, calendar: Calendar, row: Target, events: list[ClockEvent]
    ) -> None:
        """IEX-4: repeating a message does not move it up."""
        until = events[0].at + AFTER
        alone = fold(events[:1], plan_of(row), {"hours": calendar}, until=until)
        assert fold(events, plan_of(row), {"hours": calendar}, until=until) == alone

    @LAWS
    @given(calendars(), targets(FIRST), histories((KIND.REQUESTER_MESSAGE,)))
    def test_further_messages_never_move_the_next_response(
        self, calendar: Calendar, row: Target, events: list[ClockEvent]
    ) -> None:
        answered = ClockEvent(KIND.PUBLIC_REPLY, events[0].at, 0)
        messages = sorted(events[1:], key=lambda event: event.at)
        until = events[0].at + AFTER
        full = fold([events[0], answered, *messages], plan_of(row), {"hours": calendar}, until=until)
        first = fold([events[0], answered, *messages[:1]], plan_of(row), {"hours": calendar}, until=until)
        assert full == first
        assert len(full.get(NEXT, [])) == min(1, len(messages))


class TestPauses:
    @LAWS
    @given(
        calendars(),
        targets(FIRST),
        minutes(),
        st.lists(st.tuples(st.integers(0, 9000), st.integers(0, 4000)), min_size=1, max_size=4),
    )
    def test_one_pause_more_never_makes_it_earlier(
        self, calendar: Calendar, row: Target, received: datetime, spans: list[tuple[int, int]]
    ) -> None:
        receipt = [ClockEvent(KIND.RECEIVED, received)]
        made = []
        for seq, (after, length) in enumerate(spans, 1):
            start = received + timedelta(minutes=after)
            made += pause(start, start + timedelta(minutes=length), seq)
        with_all = fold(receipt + made, plan_of(row), {"hours": calendar})
        with_fewer = fold(receipt + made[:-1], plan_of(row), {"hours": calendar})
        assert due(with_all) >= due(with_fewer)

    @LAWS
    @given(
        calendars(),
        targets(FIRST),
        minutes(),
        st.integers(0, 3000),
        st.integers(1, 1500),
        st.integers(1, 1500),
    )
    def test_two_pauses_end_to_end_are_one(
        self, calendar: Calendar, row: Target, received: datetime, after: int, first: int, second: int
    ) -> None:
        start = received + timedelta(minutes=after)
        middle, end = start + timedelta(minutes=first), start + timedelta(minutes=first + second)
        receipt = [ClockEvent(KIND.RECEIVED, received)]
        one = fold(receipt + pause(start, end, 1), plan_of(row), {"hours": calendar})
        two = fold(
            receipt + pause(start, middle, 1) + pause(middle, end, 2), plan_of(row), {"hours": calendar}
        )
        # parts of business days are whole trillionths, so two of them may differ by a microsecond or so
        assert abs(due(two) - due(one)) <= timedelta(milliseconds=1)

    @LAWS
    @given(
        calendars(),
        minutes(),
        st.integers(1, 900),
        st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 2000)), max_size=3),
    )
    def test_working_time_with_pauses_is_what_counting_minutes_gives(
        self, calendar: Calendar, received: datetime, amount: int, spans: list[tuple[int, int]]
    ) -> None:
        row = Target(FIRST, Duration(None, amount, Unit.WORKING_MINUTES))
        events = [ClockEvent(KIND.RECEIVED, received)]
        paused = []
        for seq, (after, length) in enumerate(spans, 1):
            start = received + timedelta(minutes=after)
            paused.append((start, start + timedelta(minutes=length)))
            events += pause(*paused[-1], seq)
        expected = oracle.add(
            calendar,
            frozenset({"open"}),
            received,
            timedelta(minutes=amount),
            lambda at: any(start <= at < end for start, end in paused),
        )
        found = due(fold(events, plan_of(row), {"hours": calendar}))
        working = calendar.working()
        # a pause that begins at the very moment of running out comes first: then it runs out when the pause is over
        assert found == expected or (
            any(start <= expected <= end for start, end in paused)
            and all(
                oracle.is_open(calendar, frozenset({"open"}), at) is False
                or any(s <= at < e for s, e in paused)
                for at in minutes_between(expected, found)
            )
        ), (working.next_opening(expected), found)


def minutes_between(start: datetime, end: datetime) -> list[datetime]:
    count = (end - start) // timedelta(minutes=1)
    return [start + timedelta(minutes=offset) for offset in range(count)]


class TestPriority:
    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), minutes(), st.integers(1, 9000), st.booleans())
    def test_raised_is_never_later_and_lowered_never_earlier_than_promised(
        self,
        calendar: Calendar,
        row: Target,
        other: Target,
        received: datetime,
        after: int,
        is_misjudged: bool,
    ) -> None:
        receipt = [ClockEvent(KIND.RECEIVED, received)]
        change = ClockEvent(
            KIND.PRIORITY_CHANGED,
            received + timedelta(minutes=after),
            1,
            {"old": "normal", "new": "other", "misjudged": is_misjudged},
        )
        how = plan_of(row, other, priorities=("normal", "other"))
        cals = {"hours": calendar}
        promised = due(fold(receipt, how, cals))
        alone = due(fold(receipt, plan_of(other), cals))
        changed = due(fold([*receipt, change], how, cals))
        if promised < change.at:
            assert changed == promised  # already missed
        elif alone < promised:
            assert alone <= changed <= promised
        else:
            assert changed == alone


class TestPictures:
    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), histories(), st.integers(0, 14_400))
    def test_segments_tile_the_time(
        self, calendar: Calendar, row: Target, other: Target, events: list[ClockEvent], later: int
    ) -> None:
        how = plan_of(row, other, priorities=("normal", "other"))
        until = events[0].at + timedelta(minutes=later)
        for cycles in fold(events, how, {"hours": calendar}, until=until).values():
            for clock in cycles:
                segments = segments_of(clock)
                assert all(before.end == after.start for before, after in pairwise(segments))
                assert all(segment.start < segment.end for segment in segments)
                if segments:
                    assert segments[0].start == clock.received_at
                    assert (
                        clock.ended_at is not None or clock.due_at is None or segments[-1].end >= clock.due_at
                    )

    @LAWS
    @given(
        calendars(),
        st.sampled_from([Unit.MINUTES, Unit.WORKING_MINUTES]),
        st.integers(1, 900),
        st.sampled_from([Starts.AT_RECEIPT, Starts.AT_NEXT_OPENING]),
        st.sampled_from(DueWhenClosed),
        minutes(),
        st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 2000)), max_size=3),
    )
    def test_what_counts_in_the_picture_adds_up_to_the_target(
        self,
        calendar: Calendar,
        unit: Unit,
        amount: int,
        starts: Starts,
        moves: DueWhenClosed,
        received: datetime,
        spans: list[tuple[int, int]],
    ) -> None:
        row = Target(FIRST, Duration(None, amount, unit), starts=starts, due_when_closed=moves)
        events = [ClockEvent(KIND.RECEIVED, received)]
        for seq, (after, length) in enumerate(spans, 1):
            start = received + timedelta(minutes=after)
            events += pause(start, start + timedelta(minutes=length), seq)
        last = max(event.at for event in events)
        clock = fold(events, plan_of(row), {"hours": calendar}, until=last)[FIRST][0]
        if clock.due_at is None or clock.due_at < last:
            return
        counted = sum(
            (
                segment.end - segment.start
                for segment in segments_of(clock)
                if segment.kind in (SegmentKind.COUNTED, SegmentKind.LEFT)
            ),
            timedelta(),
        )
        assert counted == elapsed(Duration(None, amount, Unit.MINUTES))

    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), histories(), st.integers(0, 14_400))
    def test_every_clock_can_be_told(
        self, calendar: Calendar, row: Target, other: Target, events: list[ClockEvent], later: int
    ) -> None:
        how = plan_of(row, other, priorities=("normal", "other"))
        until = events[0].at + timedelta(minutes=later)
        for cycles in fold(events, how, {"hours": calendar}, until=until).values():
            for clock in cycles:
                texts = [text for text, _ in told(derivation_of(clock))]
                assert texts
                assert all(texts)
                if clock.due_at is not None:
                    assert sum(text.startswith("due ") for text in texts) == 1

    @LAWS
    @given(calendars(), targets(FIRST), histories((KIND.WAITING_STARTED, KIND.WAITING_ENDED)))
    def test_warnings_come_in_order(self, calendar: Calendar, row: Target, events: list[ClockEvent]) -> None:
        clock = fold(events, plan_of(row), {"hours": calendar})[FIRST][0]
        fractions = [Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1), Fraction(3, 2), Fraction(2)]
        moments = [clock.at_risk_at(fraction) for fraction in fractions]
        known = [moment for moment in moments if moment is not None]
        assert known == sorted(known)
        assert clock.at_risk_at(Fraction(1)) == clock.due_at


class TestStates:
    @LAWS
    @given(calendars(), targets(FIRST), targets(FIRST), histories(), st.integers(0, 14_400))
    def test_states_agree_with_their_moments(
        self, calendar: Calendar, row: Target, other: Target, events: list[ClockEvent], later: int
    ) -> None:
        how = plan_of(row, other, priorities=("normal", "other"))
        until = events[0].at + timedelta(minutes=later)
        for metric, cycles in fold(events, how, {"hours": calendar}, until=until).items():
            assert [clock.cycle for clock in cycles] == list(range(1, len(cycles) + 1))
            assert all(clock.ended_at is not None for clock in cycles[:-1]), metric
            for clock in cycles:
                assert (clock.state is State.BREACHED) == (clock.breached_at is not None)
                if clock.breached_at is not None:
                    assert clock.breached_at == clock.due_at
                    assert clock.breached_at <= until
                if clock.state is State.PAUSED:
                    assert clock.paused_since is not None
                    assert clock.left is not None
                if clock.state in (State.RUNNING, State.WAITING) and clock.due_at is not None:
                    assert clock.due_at > until
                if clock.state is State.MET:
                    assert clock.met_at is not None

    @LAWS
    @given(calendars(), targets(FIRST), histories())
    def test_nothing_is_owed_until_it_is_contested_or_accepted(
        self, calendar: Calendar, row: Target, events: list[ClockEvent]
    ) -> None:
        quiet = [event for event in events if event.kind not in (KIND.CONTESTED, KIND.ACCEPTED_FOR_WORK)]
        how = plan_of(row, row, priorities=("normal", "other"), owed=False)
        until = events[0].at + AFTER
        for cycles in fold(quiet, how, {"hours": calendar}, until=until).values():
            assert [clock.state for clock in cycles] == [State.NONE_OWED]
