"""What a desk can't keep of a document: services without a price, gates that can never close, another zone. Shown on
real policies.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from remit.policy.check import check_at_desk, check_text
from remit.policy.document.findings import Finding
from remit.policy.document.source import load

POLICIES = Path(__file__).resolve().parents[3] / "policies"
NO_ORDERS = {"order.exists": False}


def text_of(slug: str) -> str:
    """One of the five, as it stands."""
    return (POLICIES / f"{slug}.md").read_text(encoding="utf-8")


def at_desk(text: str, code: str, **known: object) -> list[Finding]:
    """The findings of one code at a desk that keeps no orders."""
    found = check_at_desk(load(text, "policy.md"), **{"zone": "UTC", "fixed": NO_ORDERS, **known})  # type: ignore[arg-type]
    return [one for one in found if one.code == code]


def written_at(text: str, finding: Finding) -> str:
    """What stands where a finding points."""
    return text.splitlines()[finding.line - 1][finding.column - 1 :]


class TestGates:
    def test_it_points_at_a_gate_that_nothing_closes_at_this_desk(self) -> None:
        """ITC-3: payment before work, where nobody keeps orders: a warning, with its place and a way out."""
        text = text_of("itech-crm")
        found = at_desk(text, "gate-never-closes")
        assert {written_at(text, one).split()[0] for one in found} == {"order.exists"}
        assert "payment before work" in found[0].message
        assert all((one.level, bool(one.hint)) == ("warning", True) for one in found)

    def test_it_says_nothing_where_the_gate_can_close(self) -> None:
        """The same gate, closed by the kind of request: it needs no order."""
        text = text_of("itech-crm")
        before = len(at_desk(text, "gate-never-closes"))
        mended = text.replace("when: order.exists\n", 'when: request.kind == "support"\n', 1)
        assert len(at_desk(mended, "gate-never-closes")) == before - 1

    def test_it_says_nothing_where_orders_are_kept(self) -> None:
        assert not [
            one
            for one in check_at_desk(load(text_of("itech-crm")), zone="UTC", fixed={})
            if "gate" in one.code
        ]

    def test_it_finds_a_gate_that_contradicts_itself_without_any_desk(self) -> None:
        """What no request can satisfy is told by `remit check` already, and once only."""
        text = text_of("itech-crm").replace(
            "when: order.exists\n", 'when: request.kind == "support" and request.kind == "refund"\n', 1
        )
        (found,) = (one for one in check_text(text) if one.code == "gate-never-closes")
        assert written_at(text, found).startswith("request.kind")
        assert found not in at_desk(text, "gate-never-closes")


class TestPrices:
    def test_it_names_each_service_that_is_sold_without_a_price(self) -> None:
        """ITS-15: paid repairs are sold; the line is that of the service, once however often it is sold."""
        text = text_of("its")
        found = at_desk(text, "service-unpriced")
        assert len({one.line for one in found}) == len(found)
        assert any("Paid repair" in one.message for one in found)
        assert all("title:" in text.splitlines()[one.line - 1] for one in found)

    def test_it_says_nothing_of_what_has_a_price_or_is_not_sold(self) -> None:
        text = text_of("its")
        ids = {written_at(text, one).partition(":")[0] for one in at_desk(text, "service-unpriced")}
        assert not at_desk(text, "service-unpriced", priced=ids)
        assert len(at_desk(text, "service-unpriced", priced=ids - {min(ids)})) == 1

    @pytest.mark.parametrize("slug", ["itech-crm", "crm24", "its", "iexexchanger", "ionetech"])
    def test_it_keeps_no_policy_from_being_published(self, slug: str) -> None:
        assert all(
            one.level == "warning" for one in check_at_desk(load(text_of(slug)), zone="UTC", fixed=NO_ORDERS)
        )


class TestZones:
    def test_it_says_that_the_policy_counts_in_another_zone_than_the_desk(self) -> None:
        """C24-6: hours of Tehran at a desk whose pages say moments of Berlin."""
        text = text_of("crm24")
        (found,) = at_desk(text, "zone-differs", zone="Europe/Berlin")
        assert written_at(text, found).startswith("Asia/Tehran") or "timezone" in written_at(text, found)
        assert "Asia/Tehran" in found.message
        assert "Europe/Berlin" in found.message
        assert found.level == "warning"

    def test_it_says_nothing_where_both_count_alike(self) -> None:
        assert not at_desk(text_of("crm24"), "zone-differs", zone="Asia/Tehran")
