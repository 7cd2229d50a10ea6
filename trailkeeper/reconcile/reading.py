"""Reads documents side by side: on AWS a read is nearly all waiting."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.guards.guard import Clients, Finding, Guard, until_gone

# Fewer than a client has connections (10), and well below what any service allows in a second.
READERS = 8


class OneAtATime:
    """Clients that many threads may ask for: each is still made once."""

    def __init__(self, clients: Any) -> None:
        self._clients = clients
        self._lock = threading.Lock()

    def __getattr__(self, service: str) -> Any:
        with self._lock:
            return getattr(self._clients, service)


def read_side_by_side(
    clients: Clients, baseline: Baseline, guards: Sequence[Guard]
) -> Mapping[str, tuple[Finding, ...]]:
    """What each guard finds, by its name, as `Guard.observe` gives it one after the other."""
    shared: Any = OneAtATime(clients)
    with ThreadPoolExecutor(READERS, thread_name_prefix="read") as pool:
        # The last guards' documents take several calls each: whoever begins with them ends sooner.
        asked = {
            guard.name: [
                pool.submit(guard.compare, document, shared, baseline)
                for document in guard.documents
                if document.applies(baseline)
            ]
            for guard in reversed(guards)
            if guard.applies(baseline)
        }
        return {
            guard.name: until_gone(each.result() for each in asked.get(guard.name, ()))
            for guard in guards
        }
