"""Clients that count the calls which a trail of management events records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

# Data events, which no trail of management events records (CloudTrail user guide, "Data events").
_DATA = frozenset(
    {
        *("get_item", "put_item", "update_item", "delete_item", "query", "send_message", "publish"),
        *("transact_write_items", "batch_get_item"),
    }
)


class Counting:
    """The clients of an account; `calls` counts what they were asked, page by page."""

    def __init__(self, clients: Any) -> None:
        self._clients = clients
        self._lock = Lock()
        self.calls: Counter[str] = Counter()

    def __getattr__(self, service: str) -> Any:
        found = getattr(self._clients, service)
        if service.endswith("_in"):
            return lambda region: _Counted(service, found(region), self._note)
        return _Counted(service, found, self._note)

    def _note(self, call: str) -> None:
        with self._lock:
            self.calls[call] += 1


class _Counted:
    def __init__(self, service: str, client: Any, note: Callable[[str], None]) -> None:
        self._service, self._client, self._note = service, client, note

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if name == "get_paginator":
            return lambda method: _Pages(f"{self._service} {method}", found(method), self._note)
        if not callable(found) or name in _DATA:
            return found

        def called(**given: Any) -> Any:
            self._note(f"{self._service} {name}")
            return found(**given)

        return called


class _Pages:
    def __init__(self, call: str, paginator: Any, note: Callable[[str], None]) -> None:
        self._call, self._paginator, self._note = call, paginator, note

    def paginate(self, **given: Any) -> Iterator[Any]:
        for page in self._paginator.paginate(**given):
            self._note(self._call)
            yield page
