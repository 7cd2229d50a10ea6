"""Reads documents side by side, and nothing twice: on AWS a read is nearly all waiting.

Every read is an event of the trail, too, which somebody pays for and has to look past.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.guards.guard import Clients, Finding, Guard, until_gone

# Fewer than a client has connections (10), and well below what any service allows in a second.
READERS = 8


class AskedOnce:
    """Clients that many threads may ask for: each is made once, and each question asked once.

    Only for reads that nothing is written between. An answer may be had by several: nobody may
    change it.
    """

    def __init__(self, clients: Any) -> None:
        self._clients = clients
        self._lock = threading.Lock()
        self._asked: dict[str, Future[Any]] = {}

    def __getattr__(self, service: str) -> Any:
        with self._lock:
            client = getattr(self._clients, service)
        return _Client(service, client, self._ask)

    def sns_in(self, region: str) -> Any:
        """SNS of a region."""
        with self._lock:
            client = self._clients.sns_in(region)
        return _Client(f"sns in {region}", client, self._ask)

    def kms_in(self, region: str) -> Any:
        """KMS of a region."""
        with self._lock:
            client = self._clients.kms_in(region)
        return _Client(f"kms in {region}", client, self._ask)

    def events_in(self, region: str) -> Any:
        """EventBridge of a region."""
        with self._lock:
            client = self._clients.events_in(region)
        return _Client(f"events in {region}", client, self._ask)

    def cloudformation_in(self, region: str) -> Any:
        """CloudFormation of a region."""
        with self._lock:
            client = self._clients.cloudformation_in(region)
        return _Client(f"cloudformation in {region}", client, self._ask)

    def _ask(self, question: str, call: Callable[[], Any]) -> Any:
        with self._lock:
            answer = self._asked.get(question)
            first = answer is None
            if answer is None:
                answer = self._asked[question] = Future()
        if first:
            try:
                answer.set_result(call())
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()


class _Client:
    """One client, whose calls go through `ask`."""

    def __init__(self, service: str, client: Any, ask: Callable[[str, Callable[[], Any]], Any]):
        self._service, self._client, self._ask = service, client, ask

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "get_paginator" or not callable(found):
            return found

        def asked(**given: Any) -> Any:
            question = f"{self._service} {name} {sorted(given.items())!r}"
            return self._ask(question, lambda: found(**given))

        return asked


def read_side_by_side(
    clients: Clients, baseline: Baseline, guards: Sequence[Guard]
) -> Mapping[str, tuple[Finding, ...]]:
    """What each guard finds, by its name, as `Guard.observe` gives it one after the other.

    What was just asked through an `AskedOnce` that is given as the clients is not asked again.
    """
    shared: Any = clients if isinstance(clients, AskedOnce) else AskedOnce(clients)
    with ThreadPoolExecutor(READERS) as pool:
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
