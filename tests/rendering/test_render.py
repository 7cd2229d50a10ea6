"""What people see: the mail, the Slack message, the JSON, the notification of Amazon Q."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.block_kit import problems
from trailkeeper.alerts.alert import Alert, Command, Difference, Fact, Link, Step
from trailkeeper.rendering import amazon_q, email, machine, slack, untrusted
from trailkeeper.rendering.wording import Reader, sentence
from trailkeeper.words.text import Duration, Moment, Severity, Text

ENGLISH, KOREAN = Reader.of("en", "UTC", "prod"), Reader.of("ko", "Asia/Seoul", "prod")
LINK = "https://us-east-1.console.aws.amazon.com/cloudtrailv2/home?region=us-east-1#/trails"
SPAN = {"region": "us-east-1", "since": "2026-11-20T08:47:40Z", "until": "2026-11-20T09:47:40Z"}
BOT = Text("actor.user", {"name": "deploy-bot"})
CALLED = Moment("2026-11-20T09:17:40Z")
STOPPED = Alert(
    detection="trail-stopped",
    category="trail",
    severity=Severity.WARNING,
    what=Text("subject.trail-stopped"),
    result=Text("result.started", {"duration": Duration(4)}),
    who=Text("actor.short", {"name": "deploy-bot"}),
    story=(
        Text(
            "story.call",
            {"who": BOT, "did": Text("did.trail-stopped", {"resource": "main"}), "at": CALLED},
        ),
        Text("ended.started", {"duration": Duration(4)}),
    ),
    dedup_key="call/1",
    account="111122223333",
    region="us-east-1",
    steps=(
        Step(Text("next.ask", {"who": BOT})),
        Step(
            Text("access.key", {"key": "AKIAIOSFODNN7EXAMPLE"}),
            Command("deactivate-key", {"user": "deploy-bot", "key": "AKIAIOSFODNN7EXAMPLE"}),
        ),
    ),
    changes=(
        Text(
            "change.line",
            {
                "document": Text("document.logging.status"),
                "found": Text("change.off"),
                "done": Text("done.started"),
            },
        ),
    ),
    verified=True,
    facts=(
        Fact("label.who", BOT),
        Fact("label.source_ip", "203.0.113.7"),
        Fact("label.reason", ""),
        Fact("label.launched", Moment("2026-11-20T09:00:00Z")),
    ),
    links=(Link("link.trail", LINK), Link("link.trail", "https://evil.example/")),
    evidence=Command("calls-of-user", {"user": "deploy-bot", **SPAN}),
    undo=Command("release-user", {"user": "x", "policy": "arn:aws:iam::aws:policy/AWSDenyAll"}),
    differences=(Difference("logging.status", "IsLogging", "false", "true"),),
    occurred_at="2026-11-20T09:17:40Z",
    event_id="6b6e1c2d",
)

MAIL = f"""\
User deploy-bot stopped the CloudTrail trail main at 09:17:40 UTC. Trailkeeper
  turned it on after 4 s and saw that it logs.

DO NOW
1. Ask whether user deploy-bot was meant to do this.
2. If not, disable the access key AKIAIOSFODNN7EXAMPLE:
   aws iam update-access-key --user-name deploy-bot --access-key-id AKIAIOSFODNN7EXAMPLE --status Inactive

WHAT WAS FOUND AND DONE
- Logging of the trail: off. Turned on again.
Trailkeeper read back what it repaired: it is as it should be.

SEE WHAT ELSE WAS DONE
trailkeeper search --region us-east-1 --since 2026-11-20T08:47:40Z --until 2026-11-20T09:47:40Z --user=deploy-bot
aws cloudtrail lookup-events --region us-east-1 --start-time 2026-11-20T08:47:40Z --end-time 2026-11-20T09:47:40Z --lookup-attributes AttributeKey=Username,AttributeValue=deploy-bot --query "Events[].[EventTime,EventSource,EventName]" --output table

WHO AND HOW
Who: user deploy-bot
From: 203.0.113.7
Launched: 2026-11-20 09:00:00 UTC
Where: prod (111122223333), us-east-1
When: 2026-11-20 09:17:40 UTC
Trail: {LINK}

UNDO, ONLY WHEN IT IS SAFE
aws iam detach-user-policy --user-name x --policy-arn arn:aws:iam::aws:policy/AWSDenyAll

--
Trailkeeper, rule trail-stopped, event 6b6e1c2d
"""  # noqa: E501


def test_mail_as_people_read_it() -> None:
    mail = email.render(STOPPED, ENGLISH)
    assert mail.subject == (
        "[Warning] Trail stopped, logging again after 4 s - deploy-bot - prod 111122223333"
    )
    assert mail.body == MAIL


def test_mail_in_korean() -> None:
    mail = email.render(STOPPED, KOREAN)
    assert mail.subject == (
        "[경고] CloudTrail 추적 중지 → 4초 만에 복구 완료 | deploy-bot | prod 111122223333"
    )
    assert " ".join(mail.body.split("\n\n")[0].split()) == (
        "deploy-bot 사용자가 18:17:40 KST에 CloudTrail 추적(main)을 중지했습니다. "
        "Trailkeeper가 4초 만에 다시 켰고 로깅 상태를 확인했습니다."
    )
    assert "지금 할 일\n1. 승인된 작업인지 deploy-bot 사용자에게 확인하세요." in mail.body
    assert "시각: 2026-11-20 18:17:40 KST (09:17:40 UTC)" in mail.body


def test_not_verified_is_said_as_loudly_as_verified() -> None:
    failed = email.render(replace(STOPPED, verified=False), ENGLISH).body
    nothing_done = email.render(replace(STOPPED, verified=None, changes=()), ENGLISH).body
    assert "NOT verified" in failed
    assert "read back what it repaired" not in nothing_done
    assert "WHAT WAS FOUND AND DONE" not in nothing_done


def test_what_is_only_informative_asks_whether_it_was_planned() -> None:
    informative = email.render(STOPPED.louder(Severity.INFO), ENGLISH).body
    assert "IF THIS WAS NOT PLANNED\n1. Ask" in informative
    assert "DO NOW" not in informative


def test_lines_are_no_longer_than_78_columns() -> None:
    for reader in (ENGLISH, KOREAN):
        body = email.render(STOPPED, reader).body
        long = [line for line in body.splitlines() if len(line) > 78]
        assert all("https://" in line or line.split()[0] in ("aws", "trailkeeper") for line in long)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOT, "User deploy-bot"),
        (Text("actor.role_session", {"name": "Admin", "session": "alice"}), "alice (role Admin)"),
        (Text("actor.somebody"), "Somebody"),
        (Text("subject.what", {"what": Text("result.healed")}), "Put back"),
    ],
)
def test_a_sentence_begins_with_a_capital_letter_and_a_name_as_it_is(text: Text, said: str) -> None:
    assert sentence(text, ENGLISH, str) == said


def test_slack_message() -> None:
    message = slack.render(STOPPED, ENGLISH)
    assert not problems(message)
    (header,) = message["blocks"]
    assert header["text"] == {
        "type": "plain_text",
        "text": "🟠 Trail stopped, logging again after 4 s - deploy-bot - prod 111122223333",
        "emoji": False,
    }
    (attachment,) = message["attachments"]
    assert attachment["color"] == "#ecb22e"
    story, now, changes, facts, evidence, undo, context, buttons = attachment["blocks"]
    assert story["text"]["text"].startswith("User `deploy-bot` stopped the CloudTrail trail `main`")
    assert now["text"]["text"].startswith("*Do now*\n1. Ask whether user `deploy-bot`")
    assert changes["text"]["text"].startswith("*What was found and done*\n• Logging of the trail")
    assert "*From*\n`203.0.113.7`" in [each["text"] for each in facts["fields"]]
    assert "```trailkeeper search --region" in evidence["text"]["text"]
    assert [(each["text"]["text"], each["url"]) for each in buttons["elements"]] == [
        ("Trail", LINK)
    ]
    assert undo["text"]["text"].startswith(
        "*Undo, only when it is safe*\n```aws iam detach-user-policy"
    )
    assert "Trailkeeper, rule `trail-stopped`" in context["elements"][-1]["text"]


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
    assert english["headline"] == "Trail stopped, logging again after 4 s"
    assert korean["headline"] == "CloudTrail 추적 중지 → 4초 만에 복구 완료"
    assert english["who"] == "deploy-bot"
    assert english["commands"]["undo"] == [
        "aws iam detach-user-policy --user-name x --policy-arn arn:aws:iam::aws:policy/AWSDenyAll"
    ]
    assert english["differences"] == [
        {"document": "logging.status", "path": "IsLogging", "found": "false", "deployed": "true"}
    ]
    assert english["links"] == [{"name": "trail", "url": LINK}]


def test_amazon_q_follows_the_custom_notification_schema() -> None:
    document = json.loads(amazon_q.render(STOPPED, ENGLISH))
    assert document["version"] == "1.0"
    assert document["source"] == "custom"
    assert document["content"]["textType"] == "client-markdown"
    assert document["content"]["description"].startswith("User `deploy-bot` stopped")
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
