"""Subject after subject: what happened and how it ended are whole, at the worst lengths."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tools.alerts_page import examples
from trailkeeper.alerts.alert import Alert
from trailkeeper.rendering import subject
from trailkeeper.rendering.sheet import headline
from trailkeeper.rendering.wording import Reader, sentence
from trailkeeper.words.text import Text

LIMIT = 99
LONG = Text("actor.short", {"name": "anna-maria.lindqvist@subsidiary.example.com"})
READERS = {
    language: Reader.of(language, "Asia/Seoul", "production-of-the-whole-group")
    for language in ("en", "ko")
}
ALERTS = dict(examples())


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("title", ALERTS)
def test_what_happened_and_how_it_ended_are_never_cut(title: str, language: str) -> None:
    alert, reader = replace(ALERTS[title], who=LONG), READERS[language]
    written = subject.write(alert, reader, LIMIT)

    assert len(written) <= LIMIT
    assert sentence(headline(alert), reader, str) in written
    assert "…" not in written.split(" - ")[0].split(" | ")[0]


@pytest.mark.parametrize("language", READERS)
def test_no_two_alerts_have_the_same_subject(language: str) -> None:
    subjects = [
        subject.write(alert, READERS[language], LIMIT)
        for title, alert in ALERTS.items()
        # The same call by another kind of author differs in the author alone.
        if not title.startswith(("The root", "Somebody of"))
    ]

    assert len(set(subjects)) == len(subjects)


@pytest.mark.parametrize(
    ("who", "name", "expected"),
    [
        ("alice", "prod", "[Warning] Trail stopped - alice - prod 111122223333"),
        ("alice", "", "[Warning] Trail stopped - alice - 111122223333"),
        (
            "anna-maria.lindqvist-of-the-platform-team@subsidiary.example.com",
            "production",
            "[Warning] Trail stopped - anna-maria.lindqvist-of-the-platform-team@subs… "
            "- production 111122223333",
        ),
    ],
)
def test_the_author_is_shortened_before_the_account(who: str, name: str, expected: str) -> None:
    alert = Alert(
        detection="trail-stopped",
        category="trail",
        severity=ALERTS["trail-stopped"].severity,
        what=Text("subject.trail-stopped"),
        who=Text("actor.short", {"name": who}),
        dedup_key="k",
        account="111122223333",
    )

    assert subject.write(alert, Reader.of("en", "UTC", name), LIMIT) == expected


def test_a_path_as_a_name_keeps_its_beginning_and_its_end() -> None:
    alert = replace(
        ALERTS["An instance that stopped"],
        what=Text(
            "subject.instance.terminated",
            {
                "instance": "ProdPlatformStack/EcsCluster/DefaultAutoScalingGroup/BastionHost",
                "region": "us-east-1",
            },
        ),
    )

    assert subject.write(alert, Reader.of("en", "UTC"), LIMIT) == (
        "[Info] EC2 ProdPlatformSt…p/BastionHost terminated in us-east-1 - deploy-bot - "
        "111122223333"
    )
