"""`python -m bench.alerts`: the storms, as a table."""

from __future__ import annotations

import logging

from bench.alerts.storm import Storm, weather
from bench.report import Table, heading

ROUNDS = 3
STORMS = (
    Storm("Auto Scaling storm, batches of 10", 10_000, 10, "web"),
    Storm("Auto Scaling storm, batches of 1,000", 10_000, 1000, "web"),
    Storm("no Auto Scaling group, batches of 1,000", 10_000, 1000, None),
    Storm("four times as many, batches of 1,000", 40_000, 1000, "web"),
)


def table() -> Table:
    """Every storm: nothing lost, how many mails, what it cost."""
    rows = []
    for storm in STORMS:
        results = [weather(storm) for _ in range(ROUNDS if storm.events <= 10_000 else 1)]
        memory = weather(storm, trace_memory=True).flush_bytes or 0
        cpu = sorted(each.cpu for each in results)[len(results) // 2]
        first = results[0]
        rows.append(
            (
                storm.name,
                f"{storm.events:,}",
                f"{first.told:,}",
                str(first.mails),
                f"{storm.events / cpu:,.0f}",
                f"{first.requests / storm.events:.2f}",
                f"{memory / 2**20:.1f}",
            )
        )
    return Table(
        "Alert function: state changes in one minute",
        (
            "Storm",
            "came",
            "told",
            "mails",
            "events per CPU-second",
            "AWS calls per event",
            "peak MiB of a summary",
        ),
        tuple(rows),
        (
            "The real function and real botocore clients in one process; AWS answers from memory, "
            "and its share is in the CPU time.",
            "The summaries are made when all changes of a storm are held: the worst case. The "
            "MiB are those of Python objects.",
        ),
    )


def main() -> None:
    """Print the table with where it was measured."""
    logging.getLogger("trailkeeper-alert").setLevel(logging.ERROR)
    print(heading())
    print(table().markdown())


if __name__ == "__main__":
    main()
