"""Points in time as people write them, always kept in UTC and whole seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from trailkeeper.search.errors import SearchError

ALLOWED = (
    "an ISO time (2026-11-26T08:30Z, 2026-11-26), a time ago (30m, 2h, 7d, 2w), "
    "now, today or yesterday"
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SPAN = r"(\d{1,6})\s*([smhdwSMHDW])"
_DAY = r"\d{4}-\d\d-\d\d"


def duration(text: str) -> timedelta:
    """`30m`, `2h`, `7d`, `2w`, `90s`.

    Raises:
        SearchError: it is none of these, or nothing at all (`0m`).
    """
    found = re.fullmatch(_SPAN, text.strip())
    if not found or not int(found[1]):
        raise SearchError(f"{text!r} is no length of time. Allowed: 90s, 30m, 2h, 7d, 2w.")
    return timedelta(**{_UNITS[found[2].lower()]: int(found[1])})


def since(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The point from which a span counts; a day means its start in the zone.

    Raises:
        SearchError: nobody can say which time is meant.
    """
    return _parse(text, now, zone, end_of_day=False)


def until(text: str, now: datetime, zone: tzinfo) -> datetime:
    """The point before which a span ends; a day means its end, so that the day is in the span.

    Raises:
        SearchError: nobody can say which time is meant.
    """
    return _parse(text, now, zone, end_of_day=True)


def span(
    since_text: str | None,
    until_text: str | None,
    around: str | None = None,
    window: str | None = None,
    *,
    now: datetime,
    zone: tzinfo,
) -> tuple[datetime | None, datetime | None]:
    """A span from what was given: since and until, or a window on each side of a time.

    Raises:
        SearchError: a time is none, both forms were given, or the span holds no moment.
    """
    if around is not None:
        if since_text or until_text:
            raise SearchError("--around says the span already: leave out --since and --until.")
        middle = since(around, now, zone)
        width = duration(window or "30m")
        return middle - width, middle + width + timedelta(seconds=1)
    if window is not None:
        raise SearchError("--window is for --around TIME, which is missing.")
    start = since(since_text, now, zone) if since_text else None
    end = until(until_text, now, zone) if until_text else None
    if start and end and start >= end:
        raise SearchError(
            f"The span holds no moment: it starts at {shown(start)} and ends at {shown(end)}."
        )
    return start, end


def shown(moment: datetime) -> str:
    """As CloudTrail writes times: 2026-11-26T08:30:00Z."""
    # strftime does not pad years before 1000 everywhere.
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _parse(text: str, now: datetime, zone: tzinfo, *, end_of_day: bool) -> datetime:
    given = text.strip()
    word = given.lower()
    try:
        if word == "now":
            return _whole(now)
        if re.fullmatch(_SPAN, given):
            return _whole(now - duration(given))
        if word in ("today", "yesterday"):
            local = now.astimezone(zone).date() - timedelta(days=word == "yesterday")
            return _day(local.isoformat(), zone, end_of_day=end_of_day)
        if re.fullmatch(_DAY, given):
            return _day(given, zone, end_of_day=end_of_day)
        moment = datetime.fromisoformat(given)
        return _whole(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError) as error:
        raise SearchError(f"{text!r} is no time that exists. Allowed: {ALLOWED}.") from error


def _day(text: str, zone: tzinfo, *, end_of_day: bool) -> datetime:
    date = datetime.fromisoformat(text).date() + timedelta(days=end_of_day)
    return _whole(datetime(date.year, date.month, date.day, tzinfo=zone))


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
