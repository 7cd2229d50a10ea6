"""The alert of calls that were counted, as they are too many to tell of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from trailkeeper.alerts.alert import Alert, Fact
from trailkeeper.words.text import Text, Value

NOBODY = "-"
"""Stands for a principal whom no event names."""
_MOST_NAMED = 5
# So many are kept by name.
_MOST_KEPT = 100


@dataclass(frozen=True, slots=True)
class More:
    """How many more calls there were of a family, and of so many kinds.

    `principals` are whom the events name, untrusted: all of them, or the first hundred.
    """

    family: str
    count: int
    principals: tuple[str, ...]
    kinds: int

    @property
    def named(self) -> tuple[str, ...]:
        """Those of whom there is a name."""
        return tuple(each for each in self.principals if each != NOBODY)

    @property
    def of_several(self) -> bool:
        return len(self.named) != 1


def more(example: Alert, counted: More, key: str) -> Alert:
    """The alert of one of them, with how many more there were; `key` is that of the count."""
    several = counted.of_several
    story = "all" if several else "one"
    named: Value = _how_many(counted) if counted.named else Text("actor.somebody")
    params: dict[str, Value] = {"count": counted.count, "principals": named}
    what = Text("subject.folded", {"count": counted.count, "what": example.what})
    # However many events tell of a stop, it is no more stops.
    by_kind = counted.kinds == 1 and counted.family != "stops"
    if not by_kind:
        what = Text(f"subject.folded.{counted.family}", {"count": counted.count})
    return replace(
        example,
        what=what,
        result=example.result if by_kind else None,
        who=_how_many(counted) if several else example.who,
        story=(Text(f"story.folded.{counted.family}.{story}", params), *example.story),
        dedup_key=f"fold/{key}",
        facts=(*_named(counted), *example.facts),
        event_id=None,
    )


def _how_many(counted: More) -> Text:
    """How many principals, as far as they are known."""
    count = len(counted.named)
    if not count:
        return Text("actor.nobody")
    known = "folded.principals_or_more" if count >= _MOST_KEPT else "folded.principals"
    return Text(known, {"count": count})


def _named(counted: More) -> Iterator[Fact]:
    if not counted.of_several or not counted.named:
        return
    names: Value = ", ".join(counted.named[:_MOST_NAMED])
    others = len(counted.named) - _MOST_NAMED
    if others > 0:
        names = Text("resource.and_more", {"name": names, "count": others})
    yield Fact("label.claimed", names)
