"""AWS Budgets: what budgets of the account compare, and whom they tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.services import budgets

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.budgets:_budget_arn(budget_name)",
    "ministack.services.budgets:_budgets",
    "ministack.services.budgets:_notification_store",
)


@dataclass(frozen=True)
class Notification:
    """One comparison of a budget: of ACTUAL or FORECASTED spend, with a limit in its own unit."""

    record: dict[str, Any]
    subscribers: tuple[Mapping[str, str], ...]

    @property
    def kind(self) -> str:
        return str(self.record["NotificationType"])

    @property
    def in_alarm(self) -> bool:
        return bool(self.record["NotificationState"] == "ALARM")

    def note(self, *, in_alarm: bool) -> None:
        """Keep what it came to; people are told when it changes to an alarm."""
        self.record["NotificationState"] = "ALARM" if in_alarm else "OK"

    def limit_of(self, amount: float) -> float:
        """What it compares with, of a budget of that amount."""
        threshold = float(self.record["Threshold"])
        is_share = self.record["ThresholdType"] == "PERCENTAGE"
        return amount * threshold / 100 if is_share else threshold


@dataclass(frozen=True)
class Budget:
    """A monthly budget of costs, in USD."""

    name: str
    arn: str
    amount: float
    notifications: tuple[Notification, ...]


def monthly(actual: float, forecast: float | None) -> Iterator[Budget]:
    """The monthly budgets of costs of the account in scope, once they know what was spent."""
    for name, record in budgets._budgets.items():
        if (record["BudgetType"], record["TimeUnit"]) != ("COST", "MONTHLY"):
            continue
        spend = {"ActualSpend": _usd(actual)}
        if forecast is not None:
            spend["ForecastedSpend"] = _usd(forecast)
        record["CalculatedSpend"] = spend
        yield Budget(
            name=name,
            arn=budgets._budget_arn(name),
            amount=float(record["BudgetLimit"]["Amount"]),
            notifications=tuple(
                Notification(each["notification"], tuple(each["subscribers"]))
                for each in budgets._notification_store.get(name, [])
            ),
        )


def _usd(amount: float) -> dict[str, str]:
    return {"Amount": f"{amount:.2f}", "Unit": "USD"}
