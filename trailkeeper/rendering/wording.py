"""Puts a text of the catalogue into words: language, time zone, plurals, particles."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from trailkeeper.rendering.vocabulary import TEXTS
from trailkeeper.words.particles import with_particle
from trailkeeper.words.text import Duration, Moment, Text, Value

Quote = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a text is written for: a language of the catalogue and a time zone."""

    language: str = "en"
    zone: tzinfo = UTC

    @classmethod
    def of(cls, language: str, zone: str) -> Reader:
        """A reader from the names in the settings; an unknown zone falls back to UTC.

        The settings refuse unknown names at synth, so here only a broken zone database is left,
        which must not keep an alert from going out.
        """
        try:
            return cls(language, UTC if zone == "UTC" else ZoneInfo(zone))
        except (KeyError, ValueError, OSError):
            return cls(language)


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
                return quote(_unknown(key, params))
            return _Sentence(reader, quote).vformat(template, (), params)
        case Moment(iso):
            return moment(iso, reader, quote)
        case Duration(seconds):
            return duration(seconds, reader)
        case bool() | int():
            return f"{value:,}"
        case _:
            return quote(str(value))


def moment(iso: str, reader: Reader, quote: Quote) -> str:
    """A time in UTC and, when the reader lives elsewhere, in the reader's zone."""
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
    shown = f"{universal:%Y-%m-%d %H:%M:%S} UTC"
    if local.utcoffset() == universal.utcoffset():
        return shown
    day = "" if local.date() == universal.date() else f"{local:%Y-%m-%d} "
    return f"{shown} ({day}{local:%H:%M:%S} {reader.zone})"


def duration(seconds: float, reader: Reader) -> str:
    """A length of time in its two largest units: `4 s`, `3 min 5 s`, `2 h 10 min`."""
    hour, minute, second = ("시간", "분", "초") if reader.language == "ko" else (" h", " min", " s")
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


def _template(key: str, reader: Reader) -> str | None:
    languages = TEXTS.get(key, {})
    return languages.get(reader.language) or languages.get("en")


def _unknown(key: str, params: Mapping[str, Value]) -> str:
    """A queue outlives a deploy, so an alert may name a text that this version does not have."""
    shown = ", ".join(f"{name}={value}" for name, value in params.items())
    return f"{key}: {shown}" if shown else key


class _Sentence(string.Formatter):
    """Fills a template: values are phrased, a specification picks a plural or a particle."""

    def __init__(self, reader: Reader, quote: Quote) -> None:
        self._reader = reader
        self._quote = quote

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "?")

    def format_field(self, value: Any, format_spec: str) -> str:
        shown = phrase(value, self._reader, self._quote)
        if "|" in format_spec:
            one, _, many = format_spec.partition("|")
            return f"{shown} {one if value == 1 else many}"
        return with_particle(shown, format_spec) if "/" in format_spec else shown
