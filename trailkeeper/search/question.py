"""The question that all engines answer, and the one definition of what each filter means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from trailkeeper.search import record as read
from trailkeeper.search.errors import SearchError
from trailkeeper.search.record import Record
from trailkeeper.search.times import shown
from trailkeeper.search.wildcard import any_of, has_wildcard

Test = Callable[[Record], bool]

_NAME = r"[A-Za-z0-9_.:*?-]+"
_SERVICE = r"[a-z0-9.*?-]+"
_REGION = r"[a-z0-9*?-]+"
_ACCOUNT = r"\d{12}"
_ACCESS_KEY = r"[A-Za-z0-9*?]+"
_EXACT_TIME = 20  # 2026-11-26T08:30:00Z


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. A filter with several values wants any of them; all filters must hold.

    Texts may hold `*` and `?`. An event matches from `since` (included) to `until` (not included).
    With `limit` the newest that many are wanted; without it every one.
    """

    events: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    access_keys: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    errors: bool = False
    denied: bool = False
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None

    @classmethod
    def of(
        cls,
        *,
        events: Iterable[str] = (),
        users: Iterable[str] = (),
        principals: Iterable[str] = (),
        access_keys: Iterable[str] = (),
        resources: Iterable[str] = (),
        sources: Iterable[str] = (),
        ips: Iterable[str] = (),
        regions: Iterable[str] = (),
        accounts: Iterable[str] = (),
        errors: bool = False,
        denied: bool = False,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> Question:
        """A question from what a person typed; names of events may be joined by commas.

        Raises:
            SearchError: a value can match nothing that CloudTrail writes.
        """
        names = tuple(part.strip() for each in events for part in each.split(","))
        return cls(
            events=_checked("--event", names, _NAME, "RunInstances or *Instances"),
            users=_filled("--user", users),
            principals=_filled("--principal", principals),
            access_keys=_checked("--access-key", access_keys, _ACCESS_KEY, "AKIAIOSFODNN7EXAMPLE"),
            resources=_filled("--resource", resources),
            sources=tuple(
                each if "." in each or has_wildcard(each) else f"{each}.amazonaws.com"
                for each in _checked("--source", sources, _SERVICE, "ec2 or s3.amazonaws.com")
            ),
            ips=tuple(_address(each.strip()) for each in ips),
            regions=_checked("--region", regions, _REGION, "eu-central-1 or us-*"),
            accounts=_checked("--account", accounts, _ACCOUNT, "the 12 digits 111122223333"),
            errors=errors,
            denied=denied,
            since=since,
            until=until,
            limit=_limit(limit),
        )

    def matcher(self) -> Test:
        """The test of a record, made once for many records. All engines use this one."""
        tests = tuple(self._tests())
        if len(tests) == 1:
            return tests[0]
        return lambda record: all(test(record) for test in tests)

    def matches(self, record: Record) -> bool:
        """Whether a record is an answer."""
        return self.matcher()(record)

    @property
    def asks_for_everything(self) -> bool:
        """Whether no filter but the span and the limit was given."""
        return not any(
            (
                *(self.events, self.users, self.principals, self.access_keys, self.resources),
                *(self.sources, self.ips, self.regions, self.accounts, self.errors, self.denied),
            )
        )

    def _tests(self) -> Iterator[Test]:
        if self.events:
            yield _member("eventName", self.events)
        if self.sources:
            yield _member("eventSource", self.sources)
        if self.errors:
            yield lambda record: bool(read.text(record, "errorCode"))
        if self.denied:
            yield read.denied
        if self.regions:
            yield _member("awsRegion", self.regions)
        if self.accounts:
            yield _one(read.account, any_of(self.accounts))
        if self.access_keys:
            key = any_of(self.access_keys)
            yield lambda record: key(read.text(read.identity(record), "accessKeyId"))
        if self.ips:
            yield _ip_test(self.ips)
        if self.users:
            yield _several(read.users, any_of(self.users))
        if self.principals:
            yield _several(read.principals, any_of(self.principals))
        if self.since or self.until:
            yield _time_test(self.since, self.until)
        if self.resources:
            yield _several(read.resources, any_of(self.resources))


def _member(name: str, patterns: tuple[str, ...]) -> Test:
    fits = any_of(patterns)
    return lambda record: fits(read.text(record, name))


def _one(value: Callable[[Record], str], fits: Callable[[str], bool]) -> Test:
    return lambda record: fits(value(record))


def _several(values: Callable[[Record], Iterator[str]], fits: Callable[[str], bool]) -> Test:
    return lambda record: any(each and fits(each) for each in values(record))


def _time_test(since: datetime | None, until: datetime | None) -> Test:
    first = shown(since) if since else ""
    end = shown(until) if until else "~"

    def test(record: Record) -> bool:
        when = read.text(record, "eventTime")
        if len(when) != _EXACT_TIME or when[-1] != "Z":
            try:
                moment = datetime.fromisoformat(when)
            except ValueError:
                return False
            when = shown(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        # Times that are written alike sort as texts do.
        return first <= when < end

    return test


def _ip_test(given: tuple[str, ...]) -> Test:
    # Late: only this filter needs it, and every command pays for what is imported above.
    from ipaddress import ip_address, ip_network

    networks = [ip_network(each, strict=False) for each in given if _is_network(each)]
    services = any_of([each for each in given if not _is_network(each)])

    def test(record: Record) -> bool:
        shown_as = read.text(record, "sourceIPAddress")
        if services(shown_as):
            return True
        try:
            address = ip_address(shown_as)
        except ValueError:
            return False
        return any(address in network for network in networks)

    return test


def _is_network(text: str) -> bool:
    from ipaddress import ip_network

    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _address(given: str) -> str:
    service = re.fullmatch(r"[a-z0-9.*?-]+\.amazonaws\.com(\.cn)?|AWS Internal", given)
    if service or _is_network(given):
        return given
    raise SearchError(
        f"--ip {given!r} is no address. Allowed: 203.0.113.7, 203.0.113.0/24, 2001:db8::/32, "
        "or a service such as ec2.amazonaws.com."
    )


def _checked(option: str, given: Iterable[str], allowed: str, example: str) -> tuple[str, ...]:
    values = tuple(each.strip() for each in given)
    for each in values:
        if not re.fullmatch(allowed, each):
            raise SearchError(f"{option} {each!r} names nothing. Allowed: {example}.")
    return values


def _filled(option: str, given: Iterable[str]) -> tuple[str, ...]:
    values = tuple(each.strip() for each in given)
    if not all(values):
        raise SearchError(f"{option} '' names nothing. Allowed: a name, also with * and ?.")
    return values


def _limit(given: int | None) -> int | None:
    if given is not None and given < 1:
        raise SearchError(f"--limit {given} shows nothing. Allowed: 1 and more.")
    return given
