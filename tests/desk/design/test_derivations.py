"""How a due moment came about is said in the language of the page (design §5)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from django.utils import translation

from remit.desk.design.derivations import derivation_words
from remit.desk.design.words import Almanac
from remit.policy.clocks import Derivation, Reader, Target
from remit.policy.clocks.derivation import Step, What
from remit.policy.document.compiling import compile_text
from remit.policy.vocabulary import Metric, parse_duration
from tests.desk.five import POLICIES

POLICY = compile_text((POLICIES / "ionetech.md").read_text(encoding="utf-8"))
RECEIVED = datetime(2026, 11, 19, 18, 40, tzinfo=UTC)
OPENS = datetime(2026, 11, 20, 9, tzinfo=UTC)
DUE = datetime(2026, 11, 20, 16, tzinfo=UTC)
TARGET = Target(Metric.FIRST_RESPONSE, parse_duration("3 working hours"), clause="answers")
STEPS = Derivation(
    (
        Step(RECEIVED, What.RECEIVED, "hours", reason="after closing"),
        Step(OPENS, What.STARTS),
        Step(OPENS, What.PROMISED, "answers", target=TARGET),
        Step(
            OPENS + timedelta(hours=2),
            What.PAUSED,
            "waits",
            until=OPENS + timedelta(hours=6),
            reason="waiting for the customer",
        ),
        Step(DUE, What.DUE, "answers"),
    ),
    UTC,
)


def said(language: str, reader: Reader = Reader.CUSTOMER, steps: Derivation = STEPS) -> str:
    with translation.override(language):
        return " · ".join(text for text, _ in derivation_words(steps, Almanac(language, UTC), POLICY, reader))


def test_it_is_said_in_english_as_the_core_says_it() -> None:
    assert said("en") == (
        "received Thu 18:40, after closing · starts Fri 09:00 · 3 working hours"
        " · waiting for you Fri 11:00–15:00 · due Fri 16:00"
    )


def test_it_is_said_in_persian_with_persian_days_and_figures() -> None:
    assert said("fa") == (
        "رسید پنجشنبه ۱۸:۴۰، پس از پایان کار · شمارش از جمعه ۰۹:۰۰ · ۳ ساعت کاری"
        " · در انتظار شما جمعه ۱۱:۰۰–۱۵:۰۰ · مهلت تا جمعه ۱۶:۰۰"
    )


def test_an_agent_is_not_waited_for() -> None:
    assert "در انتظار مشتری" in said("fa", Reader.AGENT)


def test_dates_are_those_of_the_readers_calendar_once_a_weekday_says_too_little() -> None:
    late = Derivation(
        (*STEPS.steps, Step(DUE + timedelta(days=30), What.DONE, metric=Metric.RESOLUTION)), UTC
    )
    assert "پنجشنبه ۲۸ آبان ۱۸:۴۰" in said("fa", steps=late)
    assert "حل شد یکشنبه ۲۹ آذر ۱۶:۰۰" in said("fa", steps=late)


def test_no_step_is_left_in_english() -> None:
    every = [
        Step(
            RECEIVED,
            what,
            target=TARGET,
            metric=Metric.REFUND,
            left=timedelta(hours=3),
            wait=parse_duration("48 h"),
            received_at=RECEIVED,
            until=DUE if what is What.CLOSED else None,
            reason="Friday"
            if what in (What.RECEIVED, What.RUNS_OUT)
            else "on hold"
            if what is What.PAUSED
            else "",
        )
        for what in What
    ]
    for reader in Reader:
        assert not re.search(r"[A-Za-z]", said("fa", reader, Derivation(tuple(every), UTC)))
