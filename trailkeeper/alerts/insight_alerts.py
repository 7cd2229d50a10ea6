"""What people are told of unusual activity that CloudTrail Insights saw, start and end in one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from trailkeeper.alerts.alert import Alert, Command, Fact, Link, Step, known
from trailkeeper.alerts.commands import shown, span
from trailkeeper.alerts.console import Console
from trailkeeper.alerts.tools import tool
from trailkeeper.events.insights import END, Insight, Share
from trailkeeper.words.text import LONGEST_FIELD, Duration, Moment, Severity, Text, Value

CATEGORY = "insight"
_ERROR_RATE = "ApiErrorRateInsight"
# Rates below one in 100 minutes are as good as none to a reader.
_HARDLY = 0.01
_AROUND = timedelta(minutes=15)


def insight_alert(insight: Insight, start: Insight | None = None) -> Alert:
    """The alert of an end, with what its start told, or of a start that goes on."""
    whole = insight.with_start(start) if start else insight
    over = whole.state == END
    began = start.time if start else whole.began
    errors = whole.kind == _ERROR_RATE
    what = "errors" if errors else "calls"
    call = f"{whole.source.removesuffix('.amazonaws.com')}:{whole.call}"
    return Alert(
        detection="insight-error-rate" if errors else "insight-call-rate",
        category=CATEGORY,
        severity=Severity.WARNING,
        what=Text(f"subject.insight.{what}", {"call": call}),
        result=_result(whole) if over else None,
        who=_who(whole),
        story=tuple(_story(whole, what, call, began)),
        dedup_key=f"insight/{whole.shared_id}/{whole.state}",
        account=whole.account,
        region=whole.region,
        steps=(Step(Text("insight.next" if whole.identities else "insight.next_nobody")),),
        facts=tuple(_facts(whole, call)),
        links=known(
            Link("link.event_history", Console(whole.region).event_history(around=began)),
        ),
        evidence=_calls(whole, began),
        occurred_at=began or None,
        event_id=whole.shared_id,
    )


def _result(insight: Insight) -> Text:
    if insight.minutes is None:
        return Text("result.insight_ended")
    return Text("result.insight_over", {"duration": Duration(insight.minutes * 60)})


def _story(insight: Insight, what: str, call: str, began: str) -> Iterator[Text]:
    said: dict[str, Value] = {"call": call, "region": insight.region}
    usual = insight.usual if insight.usual is not None else 0.0
    if insight.observed is None:
        yield Text(f"insight.{what}.unknown_rate", said)
    elif usual < _HARDLY:
        yield Text(f"insight.{what}.hardly_usual", {**said, "observed": _rate(insight.observed)})
    else:
        rates = {"observed": _rate(insight.observed), "usual": _rate(usual)}
        yield Text(f"insight.{what}.rate", {**said, **rates})
    at: Value = Moment(began) if began else ""
    if insight.state != END:
        yield Text("insight.goes_on", {"at": at})
    elif insight.minutes is None:
        yield Text("insight.ended", {"at": at})
    else:
        yield Text("insight.over", {"at": at, "duration": Duration(insight.minutes * 60)})


def _facts(insight: Insight, call: str) -> Iterator[Fact]:
    yield Fact("label.call", call)
    yield Fact("label.error", insight.error[:LONGEST_FIELD])
    if insight.observed is not None:
        yield Fact("label.rate", Text("insight.a_minute", {"rate": _rate(insight.observed)}))
    if insight.usual is not None:
        yield Fact("label.usual_rate", Text("insight.a_minute", {"rate": _rate(insight.usual)}))
    for label, shares in (
        ("label.who", insight.identities),
        ("label.used", tuple(Share(tool(each.name), each.rate) for each in insight.user_agents)),
        ("label.error", () if insight.error else insight.errors),
    ):
        for each in shares:
            part = {"name": each.name[:LONGEST_FIELD], "rate": _rate(each.rate)}
            yield Fact(label, Text("insight.share", part))


def _who(insight: Insight) -> Text | None:
    """Whoever had the greatest part, by the end of the ARN."""
    if not insight.identities:
        return None
    name = insight.identities[0].name.rpartition(":")[2].rpartition("/")[2]
    if len(insight.identities) == 1:
        return Text("actor.short", {"name": name})
    return Text("insight.who_mostly", {"name": name, "others": len(insight.identities) - 1})


def _calls(insight: Insight, began: str) -> Command | None:
    last = insight.time if insight.state == END else began
    asked = {"events": insight.call, "source": insight.source, "region": insight.region}
    return shown(Command("calls-of-api", {**asked, **span(began, last, _AROUND, _AROUND)}))


def _rate(rate: float) -> str:
    """Three digits that count, without an exponent: 664, 41.5, 0.02."""
    if rate < _HARDLY:
        return "0"
    return f"{rate:.0f}" if rate >= 100 else f"{float(f'{rate:.3g}'):g}"
