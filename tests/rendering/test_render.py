"""What people see: the mail, the Slack message, the JSON, the notification of Amazon Q."""

from __future__ import annotations

import json

import pytest

from tests.block_kit import problems
from trailkeeper.alerts.alert import Alert, Fact, Link
from trailkeeper.rendering import amazon_q, email, machine, slack, untrusted
from trailkeeper.rendering.wording import Reader
from trailkeeper.words.text import Duration, Moment, Severity, Text

ENGLISH, KOREAN = Reader.of("en", "Asia/Seoul"), Reader.of("ko", "Asia/Seoul")
LINK = "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/trails"
STOPPED = Alert(
    detection="trail-stopped",
    category="trail",
    severity=Severity.WARNING,
    headline=Text(
        "headline.call",
        {
            "who": Text("actor.user", {"name": "deploy-bot"}),
            "did": Text("did.trail-stopped", {"resource": "main"}),
            "outcome": Text("outcome.started", {"duration": Duration(4)}),
        },
    ),
    dedup_key="call/1",
    account="111122223333",
    region="us-east-1",
    facts=(
        Fact("label.who", "arn:aws:iam::111122223333:user/deploy-bot"),
        Fact("label.source_ip", "203.0.113.7"),
        Fact("label.reason", ""),
        Fact("label.launched", Moment("2026-11-20T09:00:00Z")),
    ),
    actions=(Text("action.started"),),
    verified=True,
    next_steps=(Text("next.author", {"who": Text("actor.user", {"name": "deploy-bot"})}),),
    links=(Link("link.trail", LINK), Link("link.trail", "https://evil.example/")),
    command="aws cloudtrail lookup-events --region us-east-1",
    occurred_at="2026-11-20T09:17:40Z",
    event_id="6b6e1c2d",
)

MAIL = f"""\
user deploy-bot stopped the CloudTrail trail main; Trailkeeper started it
  again after 4 s

Severity: Warning
Who: arn:aws:iam::111122223333:user/deploy-bot
From: 203.0.113.7
Launched: 2026-11-20 09:00:00 UTC (18:00:00 Asia/Seoul)
Account: 111122223333
Region: us-east-1
When: 2026-11-20 09:17:40 UTC (18:17:40 Asia/Seoul)
Event: 6b6e1c2d

What Trailkeeper did:
- Started logging again.
Verified: Trailkeeper read the state back and it is as it should be.

What to do next:
1. Ask whether user deploy-bot was meant to do this. If not, disable its
   access keys or sessions now.

See what else was done:
aws cloudtrail lookup-events --region us-east-1

Links:
Trail: {LINK}

--
Sent by Trailkeeper because of trail-stopped.
"""


def test_mail_as_people_read_it() -> None:
    mail = email.render(STOPPED, ENGLISH)
    assert mail.subject == (
        "[Warning] user deploy-bot stopped the CloudTrail trail main; "
        "Trailkeeper started it again after 4 s"
    )
    assert mail.body == MAIL


def test_mail_in_korean() -> None:
    mail = email.render(STOPPED, KOREAN)
    assert mail.subject == (
        "[주의] deploy-bot 사용자가 CloudTrail 추적 main을(를) 중지했습니다. "
        "Trailkeeper가 4초 만에 다시 시작했습니다"
    )
    assert "확인됨" in mail.body
    assert "시각: 2026-11-20 09:17:40 UTC (18:17:40 Asia/Seoul)" in mail.body


def test_not_verified_is_said_as_loudly_as_verified() -> None:
    from dataclasses import replace

    failed = email.render(replace(STOPPED, verified=False), ENGLISH).body
    nothing_done = email.render(replace(STOPPED, verified=None, actions=()), ENGLISH).body
    assert "NOT verified" in failed
    assert "erified" not in nothing_done
    assert "What Trailkeeper did" not in nothing_done


def test_lines_are_no_longer_than_78_columns() -> None:
    for reader in (ENGLISH, KOREAN):
        body = email.render(STOPPED, reader).body
        long = [line for line in body.splitlines() if len(line) > 78]
        assert all("https://" in line or line.startswith("aws ") for line in long)


def test_slack_message() -> None:
    message = slack.render(STOPPED, ENGLISH)
    assert not problems(message)
    (header,) = message["blocks"]
    assert header["text"]["text"].startswith("🟠 Warning: user deploy-bot stopped the CloudTrail")
    assert header["text"]["type"] == "plain_text"
    (attachment,) = message["attachments"]
    assert attachment["color"] == "#ecb22e"
    fields = [each["text"] for each in attachment["blocks"][0]["fields"]]
    assert "*From*\n`203.0.113.7`" in fields
    buttons = [block for block in attachment["blocks"] if block["type"] == "actions"]
    assert [(each["text"]["text"], each["url"]) for each in buttons[0]["elements"]] == [
        ("Trail", LINK)
    ]


@pytest.mark.parametrize(
    ("severity", "colour"),
    [
        (Severity.INFO, "#2eb67d"),
        (Severity.WARNING, "#ecb22e"),
        (Severity.CRITICAL, "#e01e5a"),
    ],
)
def test_slack_colours(severity: Severity, colour: str) -> None:
    message = slack.render(STOPPED.louder(severity), ENGLISH)
    assert message["attachments"][0]["color"] == colour


def test_json_keeps_identifiers_in_every_language() -> None:
    english = json.loads(machine.render(STOPPED, ENGLISH))
    korean = json.loads(machine.render(STOPPED, KOREAN))
    for key in ("version", "detection", "category", "severity", "dedup_key", "event_id"):
        assert english[key] == korean[key]
    assert [each["name"] for each in korean["facts"]] == [
        "who",
        "source_ip",
        "reason",
        "launched",
    ]
    assert korean["facts"][3]["value"] == "2026-11-20T09:00:00Z"
    assert korean["headline"] != english["headline"]
    assert english["links"] == [{"name": "trail", "url": LINK}]


def test_amazon_q_follows_the_custom_notification_schema() -> None:
    document = json.loads(amazon_q.render(STOPPED, ENGLISH))
    assert document["version"] == "1.0"
    assert document["source"] == "custom"
    assert document["content"]["textType"] == "client-markdown"
    assert document["content"]["description"].startswith("user `deploy-bot` stopped")
    assert document["content"]["nextSteps"]
    assert document["metadata"]["eventType"] == "trail-stopped"
    assert f"<{LINK}|Trail>" in document["content"]["description"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("web-1", "web-1"),
        ("web 1", '"web 1"'),
        ('say "hi"', "\"say 'hi'\""),
        ("a\nb", '"a b"'),
        ("", '""'),
        ("kim@example.com", "kim@example.com"),
        ("minsu.kim", "minsu.kim"),
        ("t3.micro", "t3.micro"),
        ("Client.UnauthorizedOperation", "Client.UnauthorizedOperation"),
        ("autoscaling.amazonaws.com", "autoscaling.amazonaws.com"),
        ("evil.s3.amazonaws.com", "evil[.]s3[.]amazonaws[.]com"),
        ("evil.com", "evil[.]com"),
        ("EVIL.COM", "EVIL[.]COM"),
        ("evil.prod/login", "evil[.]prod/login"),
        ("evil.prod:8080", "evil[.]prod:8080"),
        ("www.evil.prod", "www[.]evil[.]prod"),
        ("https://evil.prod", "https[:]//evil.prod"),
        ("kim@evil.com/login", "kim@evil[.]com/login"),
        ("evil．com", "evil[.]com"),
        ("\u202egnp.exe", '"\ufffdgnp.exe"'),
        ("arn:aws:iam::111122223333:role/Admin", "arn:aws:iam::111122223333:role/Admin"),
    ],
)
def test_names_in_sentences(text: str, shown: str) -> None:
    assert untrusted.name(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("⚙️ build-server ❤️", "⚙️ build-server ❤️"),
        ("👩‍💻 desk", "👩‍💻 desk"),
        ("می‌خواهم", "می‌خواهم"),
        ("क्‍ष", "क्‍ष"),
        ("1️⃣ first", "1️⃣ first"),
        ("ad\u200dmin", "ad\ufffdmin"),
        ("\u200cadmin", "\ufffdadmin"),
        ("admin\ufe0f", "admin\ufffd"),
        ("ad\u200bmin", "ad\ufffdmin"),
        ("추적\u200d기록", "추적\ufffd기록"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
    ],
)
def test_what_is_part_of_a_word_or_an_emoji_survives(text: str, shown: str) -> None:
    assert untrusted.clean(text, 100) == shown


def test_cutting() -> None:
    assert untrusted.cut_at_word("one two three four", 12) == "one two…"
    assert untrusted.cut_at_word("onetwothreefour", 8) == "onetwot…"
    assert untrusted.cut_at_word("short", 5) == "short"
    assert len(untrusted.value("x" * 100_000)) == 500
