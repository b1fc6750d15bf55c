"""What two requests do that are written at one moment. Only PostgreSQL has two writers at once."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
from django.db import connection

from remit.desk.policies.models import Consent
from tests.desk.five import at, place

ASKED = at("2026-09-15 11:00")


@pytest.mark.django_db(transaction=True)
def test_two_first_requests_at_once_make_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """ITC-13: both have judged before either writes; both are taken in, and one of them is what accepted."""

    module = sys.modules["remit.desk.tickets.actions.receive_request"]
    iex = place(
        "iexexchanger",
        topic="commissions",
        domain="kassa.example",
        plan="pro",
        version="4.2",
        details="Which?",
    )
    both, write = threading.Barrier(2, timeout=30), module._write

    def together(*args: Any) -> Any:
        both.wait()
        return write(*args)

    monkeypatch.setattr(module, "_write", together)
    made: list[Any] = []

    def ask() -> None:
        try:
            made.append(iex.ask(ASKED).ticket)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert {one.number for one in made} == {1, 2}
    assert Consent.objects.count() == 1
