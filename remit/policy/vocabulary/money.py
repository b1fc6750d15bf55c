"""Amounts of money in one currency. Prices, taxes and payments live in the desk's billing room."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_WRITTEN = re.compile(r"(?P<amount>-?\d{1,12}(?:\.\d{1,6})?)\s*(?P<currency>[A-Z]{3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact `amount` of a `currency` (ISO 4217 code). Currencies are never mixed: doing so is a
    `ValueError`."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise ValueError(
                f"{self} and {other} are in different currencies and can't be added or compared."
            )
        return other.amount


def parse_money(text: str) -> Money:
    """The amount that `text` writes, for example "190 USD"; `ValueError` with what to write otherwise."""
    written = _WRITTEN.fullmatch(text.strip())
    if not written:
        raise ValueError(
            f'"{text}" is not an amount of money. Write a number and a currency, such as "190 USD".'
        )
    return Money(Decimal(written["amount"]), written["currency"])
