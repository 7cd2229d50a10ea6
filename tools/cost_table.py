"""The table of the README: what a month of a small account costs, item by item.

`python -m tools.cost_table` prints it, `--write FILE` writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from stacks import generated
from tools.cost_page import EVENTS, LEAN, STANDARD
from trailkeeper.cost.bill import Charged, bill

SECTION = "cost"

# The page has each item; the README has room for what they are about.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Keys": ("kms_key", "kms_request"),
    "Log files": ("s3_put", "s3_gb", "data_event"),
    "Log group": ("logs_gb", "logs_kept_gb"),
    "Alarms, metrics": ("alarm", "metric"),
    "Dashboard": ("dashboard",),
    "Functions, queues": ("lambda_gb_second", "sqs_request", "schedule"),
}


class ItemMissingError(ValueError):
    """When an item of the bill is in no column."""


def cost_table() -> str:
    """The table as Markdown.

    Raises:
        ItemMissingError: the bill has an item that no column counts.
    """
    rows = [_row("By default", STANDARD), _row('`"profile": "lean"`', LEAN)]
    head = ("USD a month", *_COLUMNS, "Sum", "After what is free")
    return generated.markdown_table(head, rows)


def _row(name: str, charged: Charged) -> tuple[str, ...]:
    items = bill(EVENTS[0], charged)
    counted = {key for keys in _COLUMNS.values() for key in keys}
    if left := {each.key for each in items} - counted:
        raise ItemMissingError(f"{', '.join(sorted(left))}: in no column of the README's table")
    sums = (sum(each.usd for each in items if each.key in keys) for keys in _COLUMNS.values())
    return (
        name,
        *(f"{each:.2f}" if each else "-" for each in sums),
        f"**{sum(each.usd for each in items):.2f}**",
        f"**{sum(each.usd_after_free for each in items):.2f}**",
    )


if __name__ == "__main__":
    sys.exit(generated.run("tools.cost_table", SECTION, cost_table))
