"""The commands in alerts: both lines do as pasted what the alert promises."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from trailkeeper.alerts import history
from trailkeeper.cli.__main__ import main
from trailkeeper.events.event import Actor

AT = "2026-11-20T03:04:05Z"
REGION = "eu-central-1"


def actor(kind: str = "IAMUser", name: str = "mallory", session: str = "") -> Actor:
    return Actor(kind=kind, arn="", principal_arn="", name=name, session=session)


def record(event_id: str, when: str, **identity: str) -> dict[str, object]:
    return {
        "eventTime": when,
        "eventID": event_id,
        "eventName": "StopLogging",
        "eventSource": "cloudtrail.amazonaws.com",
        "awsRegion": REGION,
        "userIdentity": identity,
        "requestParameters": {"name": "trailkeeper"},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records = [
        record("near", "2026-11-20T04:00:00Z", type="IAMUser", userName="mallory"),
        record("odd", "2026-11-20T03:04:05Z", type="IAMUser", userName="-x o'neil; $(id)"),
        record("root", "2026-11-20T02:00:00Z", type="Root"),
        record("session", AT, type="AssumedRole", principalId="AROA1:deploy@ci"),
        record("late", "2026-11-20T09:00:00Z", type="IAMUser", userName="mallory"),
    ]
    (tmp_path / "logs.json").write_text(json.dumps({"Records": records}))
    return tmp_path


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (history.calls_of(actor(), REGION, AT), {"near"}),
        (history.calls_of(actor(name="-x o'neil; $(id)"), REGION, AT), {"odd"}),
        (history.calls_of(actor("Root", "root"), REGION, AT), {"root"}),
        (history.calls_of(actor("AssumedRole", "deploy", "deploy@ci"), REGION, AT), {"session"}),
        (history.calls_about("trailkeeper", REGION, AT), {"near", "odd", "root", "session"}),
        (
            history.calls_of_service("cloudtrail.amazonaws.com", "", AT),
            {"near", "odd", "root", "session"},
        ),
    ],
)
def test_the_first_line_finds_what_happened_around_the_event(
    folder: Path, command: str | None, found: set[str]
) -> None:
    assert command is not None
    search, plain = command.split("\n")
    program, *arguments = shlex.split(search)
    ran = CliRunner().invoke(main, [*arguments, "--path", str(folder), "--output", "json"])

    assert program == "trailkeeper"
    assert {each["id"] for each in json.loads(ran.stdout)} == found, ran.stderr
    assert shlex.split(plain)[:4] == ["aws", "cloudtrail", "lookup-events", "--lookup-attributes"]


@pytest.mark.parametrize("at", ["", "soon", "; rm -rf /", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_never_gets_into_a_command(at: str) -> None:
    command = history.calls_of(actor(), REGION, at)

    assert command is not None
    assert command.splitlines()[0] == (
        "trailkeeper search --user=mallory --region eu-central-1 --since 24h"
    )


def test_the_lines_as_a_person_reads_them() -> None:
    assert history.calls_of(actor(), REGION, AT) == (
        "trailkeeper search --user=mallory --region eu-central-1 "
        "--around 2026-11-20T03:04:05Z --window 2h\n"
        "aws cloudtrail lookup-events --lookup-attributes "
        "AttributeKey=Username,AttributeValue=mallory --region eu-central-1"
    )
