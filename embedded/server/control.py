"""What only tests and demos can do to the account: state, schedules, clock, charges, strangers.

Everything is a POST with a JSON object and answers one; an error is {"error": "<one sentence>"}.

    /_embedded/settle      {"seconds": 30}   wait until nothing is at work
    /_embedded/remember    {"seconds": 30}   remember the state of everything, once it is quiet
    /_embedded/reset       {}                put that state back
    /_embedded/schedules   {"run": "name"}   run a schedule, or a rule with one, now
    /_embedded/clock       {"seconds": 300}  let this time pass for alarms and deliveries of trails
    /_embedded/functions   {"name": "audit", "failed": "Internal error"}  why its last update failed
    /_embedded/events      {"account", "region", "event": {...}}  what AWS itself would say, now
    /_embedded/charges     {"usd": 213.45}   let so much have been spent this month; "forecast" too
    /_embedded/strangers   {"account": "999999999999"}  an access key with every right there
    /_embedded/queues      {"empty": "name"}  take every message out of a queue
    /_embedded/sessions    {"function": "audit"}  the credentials that a function runs with
    /_embedded/hosts       {"host": "example.com", "port": 8443, "certificate": "-----BEGIN ..."}
                                             functions reach this host at a loopback port
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from embedded.adapter import (
    change_sets,
    eventbridge,
    gateway,
    hosts,
    lambda_,
    principals,
    schedules,
    sqs,
)
from embedded.adapter.schedules import CannotRunError
from embedded.server import charges
from embedded.server.alarms import AlarmClock
from embedded.server.asgi import Scope, read_body, respond_json
from embedded.server.state import AccountState, NothingRememberedError
from embedded.server.trails import TrailStore
from embedded.server.work import StillAtWorkError

PREFIX = "/_embedded/"
DEFAULT_SECONDS = 30.0

_ACCOUNT = re.compile(r"\d{12}")

Given = Mapping[str, Any]
Answer = dict[str, Any]


class InvalidRequestError(ValueError):
    """When a request is not one that can be understood."""


class Control:
    """The ASGI application of these paths; `knows` says which are its own."""

    def __init__(self, state: AccountState, alarms: AlarmClock, trails: TrailStore) -> None:
        self._state = state
        self._alarms = alarms
        self._trails = trails
        self._routes: Mapping[str, Callable[[Given], Awaitable[Answer]]] = {
            "settle": self._settle,
            "remember": self._remember,
            "reset": self._reset,
            "schedules": self._run_schedule,
            "clock": self._move_clock,
            "functions": self._fail_update,
            "stacks": self._rest,
            "events": self._say,
            "charges": self._charge,
            "strangers": self._stranger,
            "queues": self._empty,
            "sessions": self._session,
            "hosts": self._answer_host,
        }

    def knows(self, path: str) -> bool:
        """Whether a path is one of these."""
        return path.removeprefix(PREFIX) in self._routes and path.startswith(PREFIX)

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["method"] != "POST":
            await respond_json(send, 405, {"error": f"{scope['method']} is not allowed, use POST"})
            return
        try:
            given = _object(await read_body(receive) or b"{}")
            answer = await self._routes[scope["path"].removeprefix(PREFIX)](given)
        except ValueError as error:
            await respond_json(send, 400, {"error": str(error)})
        except (StillAtWorkError, NothingRememberedError) as error:
            await respond_json(send, 409, {"error": str(error)})
        else:
            await respond_json(send, 200, answer)

    async def _settle(self, given: Given) -> Answer:
        await self._state.settle(_seconds(given, DEFAULT_SECONDS))
        return {}

    async def _remember(self, given: Given) -> Answer:
        return {"objects": await self._state.remember(_seconds(given, DEFAULT_SECONDS))}

    async def _reset(self, given: Given) -> Answer:
        await self._state.reset()
        return {}

    async def _run_schedule(self, given: Given) -> Answer:
        name = given.get("run")
        if not isinstance(name, str):
            raise CannotRunError('the body must be {"run": "<name of a schedule>"}')
        await asyncio.to_thread(schedules.run, name)
        return {}

    async def _move_clock(self, given: Given) -> Answer:
        seconds = _seconds(given)
        await asyncio.to_thread(self._alarms.move_on, seconds)
        self._trails.age(seconds)
        return {}

    async def _fail_update(self, given: Given) -> Answer:
        match given:
            case {"name": str(name), "failed": str(reason)} if lambda_.fail_update(name, reason):
                return {}
        raise InvalidRequestError(
            'the body must be {"name": "<name of a function that is there>", "failed": "<why>"}'
        )

    async def _rest(self, given: Given) -> Answer:
        match given:
            case {"name": str(name), "status": str(status), "reason": str(reason)} if (
                change_sets.rest(name, status, reason)
            ):
                return {}
        raise InvalidRequestError(
            'the body must be {"name": "<name of a stack that is there>", "status": "...", '
            '"reason": "..."}'
        )

    async def _say(self, given: Given) -> Answer:
        match given:
            case {
                "account": str(account),
                "region": str(region),
                "event": {"source": str(source), "detail-type": str(kind), "detail": dict(detail)},
            } if source.startswith("aws.") and _ACCOUNT.fullmatch(account):
                with gateway.scope(account, region):
                    eventbridge.put_event(source=source, detail_type=kind, detail=detail)
                return {}
        raise InvalidRequestError(
            'the body must be {"account": "<12 digits>", "region": "...", "event": {"source": '
            '"aws....", "detail-type": "...", "detail": {...}}}'
        )

    async def _charge(self, given: Given) -> Answer:
        spent = _usd(given, "usd")
        forecast = _usd(given, "forecast") if "forecast" in given else None
        await asyncio.to_thread(charges.charge, spent, forecast)
        await asyncio.to_thread(self._alarms.look)
        return {}

    async def _stranger(self, given: Given) -> Answer:
        account = given.get("account")
        if not isinstance(account, str) or not _ACCOUNT.fullmatch(account):
            raise InvalidRequestError('the body must be {"account": "<12 digits>"}')
        return asdict(principals.make_administrator(account, "stranger"))

    async def _empty(self, given: Given) -> Answer:
        match given:
            case {"empty": str(name)} if sqs.empty(name):
                return {}
        raise InvalidRequestError('the body must be {"empty": "<name of a queue that is there>"}')

    async def _session(self, given: Given) -> Answer:
        name = given.get("function")
        found = lambda_.credentials(name) if isinstance(name, str) else None
        if found is None:
            raise InvalidRequestError(
                'the body must be {"function": "<name of a function that is there>"}'
            )
        return {
            "access_key_id": found["AWS_ACCESS_KEY_ID"],
            "secret_access_key": found["AWS_SECRET_ACCESS_KEY"],
            "session_token": found["AWS_SESSION_TOKEN"],
        }

    async def _answer_host(self, given: Given) -> Answer:
        match given:
            case {"host": str(host), "port": int(port), "certificate": str(certificate)}:
                await asyncio.to_thread(hosts.answer, host, port, certificate)
                return {}
        raise InvalidRequestError(
            'the body must be {"host": "<name>", "port": <number>, "certificate": "<PEM>"}'
        )


def _object(body: bytes) -> Given:
    try:
        given = json.loads(body)
    except ValueError as error:
        raise InvalidRequestError(f"the body is not JSON: {error}") from error
    if not isinstance(given, dict):
        raise InvalidRequestError("the body must be a JSON object")
    return given


def _usd(given: Given, name: str) -> float:
    amount = given.get(name)
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise InvalidRequestError(f"{name} must be a number of US dollars, not {amount!r}")
    return float(amount)


def _seconds(given: Given, default: float | None = None) -> float:
    seconds = given.get("seconds", default)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
        raise InvalidRequestError(f"seconds must be a number of 0 or more, not {seconds!r}")
    return float(seconds)
