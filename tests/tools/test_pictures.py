"""What the pictures show, and what they leave out."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from demo.mailbox import Mail
from demo.recorder import Recorder
from tools import pictures


def shown(picture: str) -> str:
    """All texts of a picture, which must be XML, without its style."""
    texts = ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")
    return "\n".join("".join(each.itertext()) for each in texts).replace("\xa0", " ")


def cast(*events: tuple[float, str]) -> str:
    head = json.dumps({"version": 2, "width": 100, "height": 36})
    return "\n".join([head, *(json.dumps([seconds, "o", text]) for seconds, text in events)])


def test_a_mail_is_shown_line_by_line_and_what_is_too_long_ends_in_dots() -> None:
    text = "DO NOW\n1. Ask <b>whether</b> & why\n" + "x" * 300
    mail = {"to": "security@example.com", "subject": "[Warning] Trail stopped", "text": text}

    words = shown(pictures.mail_picture(mail))

    assert "[Warning] Trail stopped" in words
    assert "security@example.com" in words
    assert "1. Ask <b>whether</b> & why" in words
    assert "xxx…" in words
    assert "x" * 100 not in words


def test_a_slack_message_is_shown_without_the_signs_of_its_markup() -> None:
    def mrkdwn(text: str) -> dict[str, Any]:
        return {"type": "mrkdwn", "text": text}

    message = {
        "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Trail stopped"}}],
        "attachments": [
            {
                "color": "#e01e5a",
                "blocks": [
                    {"type": "section", "text": mrkdwn("User `a&lt;b` did it\n```aws sts```")},
                    {"type": "section", "fields": [mrkdwn("*Who*\nalice"), mrkdwn("*From*\nhome")]},
                    {"type": "actions", "elements": [{"text": {"text": "Event history"}}]},
                    {"type": "context", "elements": [mrkdwn("rule trail-stopped")]},
                ],
            }
        ],
    }

    drawn = pictures.slack_picture(message)

    words = shown(drawn)
    for each in ("Trail stopped", "a<b", "aws sts", "Who", "From", "Event history", "rule trail-"):
        assert each in words
    assert not set("`*") & set(words)
    assert "#e01e5a" in drawn


def test_a_recording_cuts_waits_short_gives_time_to_read_and_ends_before_the_second_half() -> None:
    drawn = pictures.recording_picture(
        cast(
            (0.0, "one\n"),
            (60.0, "two\nthr"),
            (60.01, "ee\n"),
            (61.0, "4. The event gets lost\n"),
            (62.0, "later\n"),
        )
    )

    words = shown(drawn)
    assert [each for each in ("one", "two", "three", "lost", "later") if each in words] == [
        "one",
        "two",
        "three",
    ]
    # 0.09 s for the first line, 1.2 for the minute, 0.09 for the third, and 5 s to look.
    assert "animation: shown 6.4s" in drawn
    assert re.findall(r"translateY\(([\d.]+)px\)", drawn.partition("@keyframes scrolled")[0]) == [
        *("0", "24.4", "48.8", "73.2")
    ]


def test_a_recording_scrolls_once_the_screen_is_full() -> None:
    drawn = pictures.recording_picture(cast(*((number, "line\n") for number in range(36))))

    scrolled = drawn.partition("@keyframes scrolled")[2].partition("\n")[0]
    assert re.findall(r"translateY\((-?[\d.]+)px\)", scrolled) == ["0", "-24.4", "-48.8"]


def test_a_recorder_shows_what_it_keeps_and_the_first_mail_counts(tmp_path: Path) -> None:
    screen = io.StringIO()
    recorder = Recorder(100, screen)
    recorder.write("hello\n")
    recorder.mail(Mail("a@example.com", "first", "text"))
    recorder.mail(Mail("a@example.com", "second", "text"))

    recorder.save(tmp_path, {"text": "경보"})

    head, event = map(json.loads, (tmp_path / "demo.cast").read_text("utf-8").splitlines())
    assert screen.getvalue() == "hello\n"
    assert (head["version"], head["width"], event[1:]) == (2, 100, ["o", "hello\n"])
    assert json.loads((tmp_path / "mail.json").read_text("utf-8"))["subject"] == "first"
    assert json.loads((tmp_path / "slack.json").read_text("utf-8")) == {"text": "경보"}
