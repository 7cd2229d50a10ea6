"""Control: what tests and demos do to a running account that nobody can do to AWS."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

_SECONDS_MORE = 30.0


class RefusedError(Exception):
    """When the account does not do what it was asked for; the message says why, in one sentence."""


@dataclass(frozen=True)
class StrangersKey:
    """An access key with every right in somebody else's account."""

    account: str
    access_key_id: str
    secret_access_key: str


@dataclass(frozen=True)
class FunctionsKey:
    """The temporary credentials that a function runs with."""

    access_key_id: str
    secret_access_key: str
    session_token: str


@dataclass(frozen=True)
class Control:
    """Reaches a running account by its endpoint; every method raises RefusedError."""

    endpoint: str

    def settle(self, seconds: float = 30.0) -> None:
        """Wait until nothing is at work: no request, invocation, retry or message for a function.

        Log files of trails are delivered then. Refused when it takes longer.
        """
        self._post("settle", seconds=seconds)

    def remember(self, seconds: float = 30.0) -> None:
        """Remember the state of every service, once the account has settled."""
        self._post("remember", seconds=seconds)

    def reset(self) -> None:
        """Put the remembered state back, in about a tenth of a second.

        What is at work is ended and forgotten; functions start cold. Refused when no state was
        remembered.
        """
        self._post("reset")

    def tick(self, schedule: str) -> None:
        """Run a schedule, or a rule with a schedule, now; returns when the target has the event.

        Refused for what is not there, is disabled, is outside its dates or runs only once.
        """
        self._post("schedules", run=schedule)

    def move_clock(self, seconds: float) -> None:
        """Let time pass for alarms, metrics, waiting messages and what trails delivered.

        At most a day. Alarms are judged at every minute of it, and their actions are called before
        this returns.
        """
        self._post("clock", seconds=seconds)

    def fail_update(self, function: str, reason: str) -> None:
        """Let Lambda say that it gave up the last update of a function, which runs as before.

        Refused for a function that is not there.
        """
        self._post("functions", name=function, failed=reason)

    def rest(self, stack: str, status: str, reason: str = "") -> None:
        """Let a stack be in a status that only CloudFormation itself brings it into.

        Nothing else about it changes, and nobody is told. Refused for one that is not there.
        """
        self._post("stacks", name=stack, status=status, reason=reason)

    def charge(self, usd: float, forecast: float | None = None) -> None:
        """Let so much have been spent in this month, and be forecast for its end.

        Alarms are judged, and budgets compared, before this returns. Refused for less than nothing.
        """
        self._post("charges", usd=usd, **({} if forecast is None else {"forecast": forecast}))

    def say(self, event: dict[str, Any], *, account: str, region: str) -> None:
        """Put an event on the default bus that only AWS itself can send.

        Of the event (as EventBridge delivers it) `source`, `detail-type` and `detail` are taken.
        """
        self._post("events", account=account, region=region, event=event)

    def fault(self, **fault: Any) -> None:
        """Put a fault between callers and the account, as embedded/README.md lists them."""
        self._request("POST", "faults", fault)

    def faults(self) -> list[dict[str, Any]]:
        """The faults that can still strike."""
        return list(self._request("GET", "faults")["faults"])

    def no_faults(self) -> None:
        """Take all faults away."""
        self._request("DELETE", "faults")

    def stranger(self, account: str) -> StrangersKey:
        """A key of somebody else's account (12 digits) on the same AWS."""
        return StrangersKey(**self._post("strangers", account=account))

    def empty(self, queue: str) -> None:
        """Take every message out of a queue, hidden ones too. Refused if there is no such queue."""
        self._post("queues", empty=queue)

    def session(self, function: str) -> FunctionsKey:
        """What a function of the account runs with. Refused for one that is not there."""
        return FunctionsKey(**self._post("sessions", function=function))

    def answer_host(self, host: str, port: int, certificate: str) -> None:
        """Have functions reach a host of the internet at a loopback port of this machine.

        They trust the certificate (PEM) that the server there shows.
        """
        self._post("hosts", host=host, port=port, certificate=certificate)

    def _post(self, what: str, **given: Any) -> dict[str, Any]:
        return self._request("POST", what, given)

    def _request(
        self, method: str, what: str, given: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        body = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(f"{self.endpoint}/_embedded/{what}", body, method=method)
        seconds = float((given or {}).get("seconds") or 0)
        try:
            with urllib.request.urlopen(request, timeout=seconds + _SECONDS_MORE) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                raise RefusedError(_reason(error.read().decode())) from None


def _reason(body: str) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body
