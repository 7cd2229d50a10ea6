"""One call of an account that answers what a test wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.deployed_evidence import REGION, Account, refused


class Tampered:
    """Clients of which one call is answered by a function of the test."""

    def __init__(self, account: Account, service: str, call: str, answer: Any) -> None:
        self._account, self._service, self._call, self._answer = account, service, call, answer

    def cloudtrail_in(self, region: str) -> Any:
        return self.cloudtrail if region == REGION else self._account.cloudtrail_in(region)

    def sns_in(self, region: str) -> Any:
        return self.sns if region == REGION else self._account.sns_in(region)

    def events_in(self, region: str) -> Any:
        return self._account.events_in(region)

    def __getattr__(self, service: str) -> Any:
        client = getattr(self._account, service)
        if service != self._service:
            return client
        outer = self

        class One:
            def __getattr__(self, name: str) -> Any:
                real = getattr(client, name)
                if name != outer._call:
                    return real
                return lambda **arguments: outer._answer(real, arguments)

        return One()


def failing(code: str, times: int = 10**6) -> Callable[[Any, Any], Any]:
    """Refuse a call with an error code so many times, then let it through."""
    left = [times]

    def answer(real: Any, arguments: Any) -> Any:
        if left[0] > 0:
            left[0] -= 1
            raise refused(code)
        return real(**arguments)

    return answer
