"""Budgets, read back."""

from __future__ import annotations

from collections.abc import Mapping

from embedded.fidelity.clients import Clients, Document, Reader


def _budget(clients: Clients, name: str, declared: Document) -> Document:
    budgets = clients("budgets")
    named = {"AccountId": clients("sts").get_caller_identity()["Account"], "BudgetName": name}
    notifications = budgets.describe_notifications_for_budget(**named)["Notifications"]
    return {
        "Budget": budgets.describe_budget(**named)["Budget"],
        "NotificationsWithSubscribers": [
            {
                "Notification": each,
                "Subscribers": budgets.describe_subscribers_for_notification(
                    **named, Notification=each
                )["Subscribers"],
            }
            for each in notifications
        ],
    }


READERS: Mapping[str, Reader] = {"AWS::Budgets::Budget": _budget}
