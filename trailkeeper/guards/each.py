"""A document about several things of a kind, by their names: each is read and restored alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import Canonical, Drift, canonical
from trailkeeper.guards.guard import AWS_ERRORS, Clients, Document

T = TypeVar("T")

Differing = frozenset[str]
"""The fields of one thing that differ; "" among them when it is not there at all."""

WHOLE = ""


def of_each(
    name: str,
    records: Mapping[str, T],
    *,
    read: Callable[[Clients, Baseline, T], Any],
    wanted: Callable[[Baseline, T], Any],
    reads: tuple[str, ...],
    restore: Callable[[Clients, Baseline, T, Differing], None] | None = None,
    writes: tuple[str, ...] = (),
    canonical: Canonical = canonical,
) -> Document:
    """A document whose top-level fields are the names of `records`.

    `read` gives None for what is not there. One that cannot be restored does not keep the others
    from it; its error is raised at the end. They are restored in the order of `records`.
    """

    def read_all(clients: Clients, baseline: Baseline) -> Any:
        return {each: read(clients, baseline, record) for each, record in records.items()}

    def want_all(baseline: Baseline) -> Any:
        return {each: wanted(baseline, record) for each, record in records.items()}

    def restore_all(clients: Clients, baseline: Baseline, drift: Drift) -> None:
        assert restore is not None
        failed: Exception | None = None
        for each, record in records.items():
            if each not in drift.fields:
                continue
            try:
                restore(clients, baseline, record, differing(drift, each))
            except AWS_ERRORS as error:
                failed = failed or error
        if failed is not None:
            raise failed

    return Document(
        name,
        read_all,
        want_all,
        reads,
        restore_all if restore else None,
        writes,
        canonical=lambda document: {
            key: None if each is None else canonical(each) for key, each in document.items()
        },
    )


def differing(drift: Drift, name: str) -> Differing:
    """The fields of one thing that a drift about several is about."""
    below = (change.path[len(name) :] for change in drift.changes if _is_of(change.path, name))
    return frozenset(path.lstrip(".").partition(".")[0].partition("[")[0] for path in below)


def _is_of(path: str, name: str) -> bool:
    return path == name or path.startswith((f"{name}.", f"{name}["))
