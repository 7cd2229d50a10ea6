"""Puts a text of the catalogue into words: language, time zone, plurals, particles."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from trailkeeper.rendering.vocabulary import TEXTS
from trailkeeper.words.particles import with_particle
from trailkeeper.words.text import Duration, Moment, Text, Value

Quote = Callable[[str], str]

# What an event left out.
_LEFT_OUT = "value.unknown"
_GOES_ON = re.compile(r" [a-z]")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a text is written for: a language of the catalogue, a time zone, an account's name."""

    language: str = "en"
    zone: tzinfo = UTC
    account_name: str = ""

    @classmethod
    def of(cls, language: str, zone: str, account_name: str = "") -> Reader:
        """A reader from the names in the settings; an unknown zone falls back to UTC.

        The settings refuse unknown names at synth, so here only a broken zone database is left,
        which must not keep an alert from going out.
        """
        try:
            return cls(language, UTC if zone == "UTC" else ZoneInfo(zone), account_name)
        except (KeyError, ValueError, OSError):
            return cls(language, account_name=account_name)


def word(key: str, reader: Reader, quote: Quote | None = None) -> str:
    """A catalogue text that has no parameters, such as a label; an unknown key is quoted."""
    return _template(key, reader) or (quote(key) if quote else key)


def phrase(value: Value, reader: Reader, quote: Quote) -> str:
    """A value in the reader's words.

    Every string that came from outside passes through `quote`, which cleans and escapes it for one
    channel; nothing else does, so the catalogue's own text stays as it was written.
    """
    match value:
        case Text(key, params):
            template = _template(key, reader)
            if template is None:
                return _unknown(key, params, reader, quote)
            return _Sentence(reader, quote, params).vformat(template, (), params)
        case Moment(iso):
            return moment(iso, reader, quote)
        case Duration(seconds):
            return duration(seconds, reader)
        case bool() | int():
            return f"{value:,}"
        case _:
            return quote(str(value)) if value != "" else word(_LEFT_OUT, reader)


def sentence(value: Value, reader: Reader, quote: Quote) -> str:
    """A phrase with a capital letter at its start; a name that it starts with stays as it is."""
    shown = phrase(value, reader, quote)
    return shown[:1].upper() + shown[1:] if _starts_with_our_words(value, reader) else shown


def _starts_with_our_words(value: Value | None, reader: Reader) -> bool:
    if not isinstance(value, Text) or (template := _template(value.key, reader)) is None:
        return False
    literal, field, *_ = next(iter(string.Formatter().parse(template)), ("", None))
    return bool(literal) or _starts_with_our_words(value.params.get(field or ""), reader)


def moment(iso: str, reader: Reader, quote: Quote, *, date: bool = True) -> str:
    """A time in the reader's zone and, when that is another one, in UTC behind it."""
    if not iso:
        return word(_LEFT_OUT, reader)
    try:
        instant = datetime.fromisoformat(iso)
    except ValueError:
        return quote(iso)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    try:
        universal = instant.astimezone(UTC)
        local = instant.astimezone(reader.zone)
    except OverflowError:
        return quote(iso)
    day = f"{local:%Y-%m-%d} " if date else ""
    shown = f"{day}{local:%H:%M:%S} {_zone(local)}"
    if not date or local.utcoffset() == universal.utcoffset():
        return shown
    other_day = "" if local.date() == universal.date() else f"{universal:%Y-%m-%d} "
    return f"{shown} ({other_day}{universal:%H:%M:%S} UTC)"


def _zone(local: datetime) -> str:
    """`KST`, `CET`; zones without letters of their own go by their offset: `UTC+04:00`."""
    name = local.tzname() or ""
    offset = f"{local:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"


def duration(seconds: float, reader: Reader) -> str:
    """A length of time in its two largest units: `4 s`, `3 min 5 s`, `2 h 10 min`."""
    hour, minute, second = ("시간", "분", "초") if reader.language == "ko" else (" h", " min", " s")
    if math.isnan(seconds):  # JSON of Python may say so
        return f"?{second}"
    if 0 <= seconds < 1:
        return "1초 미만" if reader.language == "ko" else "less than 1 s"
    if seconds < 10:
        return f"{max(seconds, 0):.1f}".removesuffix(".0") + second
    whole = round(min(seconds, 10**10))
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, hour), (minutes, minute), (rest, second))
    return " ".join(
        f"{amount}{unit}" for amount, unit in parts if amount and (not hours or unit != second)
    )


def _time(value: Value, reader: Reader, quote: Quote) -> str:
    """A time of the day in the reader's zone; whatever is no time is phrased as it is."""
    if isinstance(value, Moment):
        return moment(value.iso, reader, quote, date=False)
    return phrase(value, reader, quote)


def _template(key: str, reader: Reader) -> str | None:
    languages = TEXTS.get(key, {})
    return languages.get(reader.language) or languages.get("en")


def _unknown(key: str, params: Mapping[str, Value], reader: Reader, quote: Quote) -> str:
    """A queue outlives a deploy, so an alert may name a text that this version does not have.

    What it says is in its parameters; the key only tells who looks for it where it came from.
    """
    said = [phrase(each, reader, quote) for each in params.values()]
    return f"{', '.join(said)} ({quote(key)})" if said else quote(key)


def _is_aside(value: Value | None) -> bool:
    """Whether it ends with words that English sets off by commas, such as "through ..."."""
    return isinstance(value, Text) and value.key in {"actor.in_console", "actor.through"}


class _Sentence(string.Formatter):
    """Fills a template: values are phrased, a specification picks a plural or a particle."""

    def __init__(self, reader: Reader, quote: Quote, values: Mapping[str, Value]) -> None:
        self._reader = reader
        self._quote = quote
        self._values = values

    def parse(self, format_string: Any) -> Iterator[Any]:
        """The parts of a template; an aside that the sentence goes on after ends with a comma."""
        parts = list(super().parse(format_string))
        for at, (literal, field, spec, conversion) in enumerate(parts):
            goes_on = at + 1 < len(parts) and _GOES_ON.match(parts[at + 1][0])
            aside = goes_on and not spec and _is_aside(self._values.get(field or ""))
            yield literal, field, "," if aside else spec, conversion

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "?")

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "time":
            return _time(value, self._reader, self._quote)
        shown = phrase(value, self._reader, self._quote)
        if format_spec == ",":
            return f"{shown},"
        if "|" in format_spec:
            one, _, many = format_spec.partition("|")
            return f"{shown} {one if value == 1 else many}"
        return with_particle(shown, format_spec) if "/" in format_spec else shown
