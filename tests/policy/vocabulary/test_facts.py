"""Facts: the common ones, those of a cover, and their way to JSON and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.policy.vocabulary import (
    COMMON_FACTS,
    Duration,
    FactDeclaration,
    FactErrors,
    Kind,
    Money,
    Supplier,
    Unit,
    Value,
    cover_facts,
    decode_facts,
    encode_facts,
    zone,
)
from remit.policy.vocabulary.facts import PHRASES

DECLARED = {
    kind.value: FactDeclaration(
        kind.value,
        kind,
        Supplier.REQUESTER,
        options={"a": "A", "b": "B"} if kind in (Kind.ONE_OF, Kind.SOME_OF, Kind.TOPIC) else {},
    )
    for kind in Kind
}

VALUES: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.YES_NO: st.booleans(),
    Kind.ONE_OF: st.sampled_from("ab"),
    Kind.TOPIC: st.sampled_from("ab"),
    Kind.SOME_OF: st.frozensets(st.sampled_from("ab")),
    Kind.NUMBER: st.integers(-(10**9), 10**9) | st.decimals(-1000, 1000, places=2),
    Kind.TEXT: st.text(min_size=1),
    Kind.DATE: st.dates(),
    Kind.INSTANT: st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    Kind.DURATION: st.builds(Duration, st.none(), st.integers(0, 100), st.sampled_from(list(Unit))),
    Kind.MONEY: st.builds(Money, st.decimals(0, 9999, places=2), st.sampled_from(["USD", "EUR"])),
}


class TestJson:
    @given(st.fixed_dictionaries({}, optional={kind.value: values for kind, values in VALUES.items()}))
    def test_facts_come_back_as_they_went(self, facts: dict[str, Value]) -> None:
        assert decode_facts(json.loads(json.dumps(encode_facts(facts))), DECLARED) == facts

    def test_what_is_unknown_is_left_out_both_ways(self) -> None:
        assert encode_facts({"text": None}) == {}
        assert decode_facts({"text": None, "date": ""}, DECLARED) == {}

    def test_people_may_write_yes_and_numbers_as_text(self) -> None:
        written = {
            "yes or no": "Yes",
            "number": "3",
            "duration": "72 h",
            "money": "190 USD",
            "some of": ["a"],
        }
        assert decode_facts(written, DECLARED) == {
            "yes or no": True,
            "number": 3,
            "duration": Duration(None, 72, Unit.HOURS),
            "money": Money(Decimal(190), "USD"),
            "some of": frozenset({"a"}),
        }

    def test_an_instant_without_a_zone_is_read_in_the_one_given(self) -> None:
        written = {"instant": "2026-11-19 19:40"}
        assert decode_facts(written, DECLARED, zone("UTC+3")) == {
            "instant": datetime(2026, 11, 19, 16, 40, tzinfo=UTC)
        }
        with pytest.raises(FactErrors, match="names no zone"):
            decode_facts(written, DECLARED)

    def test_every_faulty_field_is_named_with_what_to_write(self) -> None:
        written = {
            "yes or no": "perhaps",
            "one of": "c",
            "number": "many",
            "date": "19 Nov",
            "duration": "5",
            "money": "190",
            "text": 7,
            "instnt": "2026-11-19T00:00Z",
        }
        with pytest.raises(FactErrors) as raised:
            decode_facts(written, DECLARED)
        assert set(raised.value.errors) == set(written)
        assert "did you mean instant?" in raised.value.errors["instnt"]
        assert "2026-01-31" in raised.value.errors["date"]

    @pytest.mark.parametrize(
        "kind", ["yes or no", "one of", "number", "date", "instant", "duration", "money"]
    )
    def test_what_people_write_in_a_form_is_refused_in_a_phrase_that_can_be_translated(
        self, kind: str
    ) -> None:
        with pytest.raises(FactErrors) as raised:
            decode_facts({kind: "?"}, DECLARED, zone("UTC"))
        fault = raised.value.faults[kind]
        assert fault.phrase in PHRASES
        assert "%(" not in fault.phrase % fault.values

    @pytest.mark.parametrize("value", ["nan", "inf", "1e400", True, [], {}])
    def test_what_is_no_number_is_refused(self, value: object) -> None:
        with pytest.raises(FactErrors):
            decode_facts({"number": value}, DECLARED)

    @given(
        st.dictionaries(
            st.sampled_from(sorted(DECLARED)),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
                max_leaves=4,
            ),
        )
    )
    def test_anything_in_json_gives_facts_or_a_clear_error(self, written: dict[str, object]) -> None:
        try:
            named = set(decode_facts(written, DECLARED))
        except FactErrors as raised:
            named = set(raised.errors)
        assert named <= set(written)


class TestCommonFacts:
    def test_a_requester_is_asked_in_words(self) -> None:
        for fact in COMMON_FACTS.values():
            assert fact.words
            if fact.supplier is Supplier.REQUESTER:
                assert fact.ask.endswith("?")

    def test_a_cover_brings_its_own_facts(self) -> None:
        facts = cover_facts("licence", {"included": "Included support", "expired": "Expired"}, {"pro": "PRO"})
        assert list(facts["licence.phase"].options) == ["none", "included", "expired"]
        assert facts["licence.plan"].kind is Kind.ONE_OF
        assert facts["licence.until"].kind is Kind.INSTANT
        assert {fact.supplier for fact in facts.values()} == {Supplier.RECORD}
        assert cover_facts("item", {})["item.plan"].kind is Kind.TEXT

    def test_a_date_is_no_instant(self) -> None:
        assert encode_facts({"day": date(2026, 1, 31)}) == {"day": "2026-01-31"}
