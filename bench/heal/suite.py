"""All figures of the heal function, or those of the reconcile alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.heal import cold, distant, embedded, reconcile, warm
from bench.heal.account import Account
from bench.heal.endpoint import Endpoint
from bench.heal.variants import prepare
from bench.report import Table

Progress = Callable[[str], None]


def tables(which: str, progress: Progress) -> list[Table]:
    """Measure; `which` is heal or reconcile.

    Raises:
        BenchError: something was not healed, so its figure would be a lie.
    """
    with (
        tempfile.TemporaryDirectory(prefix="trailkeeper-bench-") as name,
        Endpoint(Account()) as endpoint,
    ):
        folder = Path(name)
        progress("packing Trailkeeper, the naive handler and Cloud Custodian")
        variants = prepare(folder)
        if which == "reconcile":
            progress("reconcile")
            return [reconcile.measure(variants, endpoint, folder)]
        found = []
        for what, measure in (("cold", cold.measure), ("warm", warm.measure)):
            progress(what)
            found.append(measure(variants, endpoint, folder))
        progress("as far away as AWS")
        found.append(distant.measure(variants.ours, folder))
    return [*found, embedded.measure(progress)]
