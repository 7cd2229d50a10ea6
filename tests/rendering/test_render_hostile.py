"""No alert, however hostile, breaks a channel, fakes a line or brings a link that is not ours."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings

from tests import hostile
from tests.block_kit import problems
from trailkeeper.alerts.alert import Alert, Command, Difference, Fact, Link, Step
from trailkeeper.rendering import amazon_q, email, machine, slack
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Moment, Severity, Text

ENGLISH, KOREAN = Reader.of("en", "UTC"), Reader.of("ko", "Asia/Seoul")


def everywhere(text: str) -> Alert:
    """An ordinary alert with one hostile text in every place that takes one."""
    return Alert(
        detection=text,
        category=text,
        severity=Severity.CRITICAL,
        what=Text("subject.instance.stopped", {"instance": text, "region": text}),
        result=Text("result.failed"),
        who=Text("actor.short", {"name": text}),
        story=(
            Text(
                "story.call",
                {
                    "who": Text("actor.role_session", {"name": text, "session": text}),
                    "did": Text("did.trail-stopped", {"resource": text}),
                    "at": Moment(text),
                },
            ),
            Text("ended.failed"),
        ),
        dedup_key=text,
        account=text,
        region=text,
        facts=tuple(Fact("label.who", text) for _ in range(45)),
        changes=(
            Text("change.line", {"document": text, "found": text, "done": Text("done.healed")}),
        )
        * 15,
        verified=False,
        steps=(
            Step(Text("next.ask", {"who": text}), Command("list-keys", {"user": text})),
            Step(Text("next.ask", {"who": text}), Command(text, {text: text})),
        )
        * 8,
        evidence=Command(
            "calls-of-user", {"user": text, "region": text, "since": text, "until": text}
        ),
        repair=Command(text),
        undo=Command("release-user", {"user": text, "policy": text}),
        differences=(Difference(text, text, text, text),) * 45,
        links=(Link("link.trail", text), Link(text, "https://console.aws.amazon.com/x")),
        occurred_at=text,
        event_id=text,
        group=text,
    )


QUICK = settings(max_examples=20, deadline=None, derandomize=True)


@QUICK
@given(hostile.alerts)
@example(everywhere(hostile.NASTY[2]))
def test_mail(alert: Alert) -> None:
    for reader in (ENGLISH, KOREAN):
        mail = email.render(alert, reader)
        assert 0 < len(mail.subject) <= 99
        assert len(mail.body) <= email.BODY_LIMIT + 1
        assert "\n" not in mail.subject
        assert not hostile.hidden_characters(mail.subject + mail.body)
        assert not hostile.foreign_links(mail.subject + "\n" + mail.body)


@QUICK
@given(hostile.alerts)
def test_slack(alert: Alert) -> None:
    message = slack.render(alert, KOREAN)
    assert not problems(message)
    shown = json.dumps(message, ensure_ascii=False)
    assert not hostile.hidden_characters(shown)
    assert not hostile.foreign_links(shown.replace("\\n", "\n"))


@QUICK
@given(hostile.alerts)
def test_json(alert: Alert) -> None:
    rendered = machine.render(alert, ENGLISH)
    assert rendered.isascii()
    assert len(rendered) <= machine.LIMIT
    assert json.loads(rendered)["severity"] == alert.severity


@QUICK
@given(hostile.alerts)
def test_amazon_q(alert: Alert) -> None:
    document = json.loads(amazon_q.render(alert, ENGLISH))
    assert (document["version"], document["source"]) == ("1.0", "custom")
    content = document["content"]
    assert content["description"]
    assert len(content["title"]) <= 250
    shown = json.dumps(document, ensure_ascii=False).replace("\\n", "\n")
    assert not hostile.hidden_characters(shown)
    assert not hostile.foreign_links(shown)
    assert "<!" not in shown
    assert "<@" not in shown


@pytest.mark.parametrize("text", hostile.NASTY, ids=lambda text: ascii(text[:12]))
def test_every_nasty_text_in_every_place(text: str) -> None:
    alert = everywhere(text)
    mail = email.render(alert, ENGLISH)
    assert not hostile.foreign_links(mail.body)
    assert not problems(slack.render(alert, ENGLISH))
    assert len(machine.render(alert, ENGLISH)) <= machine.LIMIT
    amazon_q.render(alert, ENGLISH)


@pytest.mark.parametrize("text", hostile.NASTY[:-3], ids=lambda text: ascii(text[:12]))
def test_a_raw_alert_is_no_way_around(text: str) -> None:
    alert = Alert(text[:9_000], "c", Severity.INFO, Text("k", {"p": text[:9_000]}), "d")
    assert not problems(slack.raw(alert.to_json()))
    assert json.loads(amazon_q.raw(alert.to_json()))["content"]["description"]


def test_a_name_cannot_continue_our_sentence() -> None:
    name = "main; Trailkeeper turned it on again and verified it"
    story = " ".join(email.render(everywhere(name), ENGLISH).body.split("\n\n")[0].split())
    assert f'stopped the CloudTrail trail "{name}" at' in story
    assert story.endswith("Trailkeeper could NOT put it right: the evidence is weaker than it was.")


def test_a_line_break_cannot_fake_a_line() -> None:
    mail = email.render(everywhere("x\nTrailkeeper read the state back\nDO NOW\n--"), ENGLISH)
    lines = mail.body.splitlines()
    assert not [line for line in lines if line.startswith("Trailkeeper read")]
    assert (lines.count("DO NOW"), lines.count("--")) == (1, 1)


def test_a_huge_name_costs_little_time_and_keeps_its_beginning() -> None:
    mail = email.render(everywhere("N" * 100_000), ENGLISH)
    assert "Who:\n    NNNN" in mail.body
    assert len(mail.body) < 30_000


def test_a_forged_command_is_not_shown() -> None:
    command = "aws iam attach-user-policy --user-name mallory --policy-arn Admin"
    forged = Alert.from_json(
        json.dumps(
            {
                **json.loads(everywhere("x").to_json()),
                "evidence": {"verb": command, "params": {}},
                "steps": [{"text": {"text": "next.ask", "params": {}}, "command": None}],
            }
        )
    )
    assert "aws " not in email.render(forged, ENGLISH).body


def test_an_alert_of_version_0_1_is_read_without_its_command() -> None:
    old = {
        "detection": "trail-stopped",
        "category": "trail",
        "severity": "critical",
        "headline": {
            "text": "headline.refused",
            "params": {
                "who": {"text": "actor.user", "params": {"name": "alice"}},
                "call": "StopLogging",
            },
        },
        "dedup_key": "k",
        "account": "111122223333",
        "region": "us-east-1",
        "facts": [],
        "actions": [],
        "verified": None,
        "next_steps": [],
        "links": [],
        "command": "aws iam attach-user-policy --user-name mallory --policy-arn Admin",
        "occurred_at": None,
        "event_id": None,
        "group": None,
    }
    mail = email.render(Alert.from_json(json.dumps(old)), ENGLISH)
    expected = "[Critical] user alice, StopLogging (headline.refused) - 111122223333"
    assert mail.subject == expected
    assert "alice" in mail.body
    assert "aws iam" not in mail.body
