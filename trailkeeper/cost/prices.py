"""The list prices, each with the day on which it was looked up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Price:
    """USD for `per` units, in us-east-1 and without tax.

    `free` units a month cost nothing in any account; `basis` says how the price is known.
    """

    price: float
    per: int
    unit: str
    basis: str
    free: int = 0

    def usd(self, amount: float, *, after_free: bool) -> float:
        """What an amount costs, alone in the account if what is free is taken off."""
        charged = max(0.0, amount - self.free) if after_free else amount
        return charged / self.per * self.price


@dataclass(frozen=True, slots=True)
class Prices:
    """All prices by their keys, as of a day."""

    as_of: date
    by_key: Mapping[str, Price]


@cache
def prices() -> Prices:
    """The prices of prices.toml."""
    written = tomllib.loads((files(__package__) / "prices.toml").read_text(encoding="utf-8"))
    as_of = written.pop("as_of")
    return Prices(as_of, {key: Price(**price) for key, price in written.items()})
