"""Made-up events by the thousand: what each costs, and what becomes of real stops meanwhile."""

from __future__ import annotations

from bench.flood import hints, minute, thousands
from bench.heal.suite import Progress
from bench.report import Table


def tables(progress: Progress) -> list[Table]:
    """Measure.

    Raises:
        BenchError: a bound does not hold, or a run did not do what it is measured for.
    """
    progress("what one made-up event costs")
    costs = hints.measure()
    progress(f"{thousands.EVENTS:,} made-up events in {thousands.SECONDS:.0f} s")
    return [costs, thousands.measure(), minute.measure(progress)]
