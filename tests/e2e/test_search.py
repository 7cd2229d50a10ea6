"""One question, four engines: the same answers from a real deployment of the stacks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from stage.ready import Ready
from tests.e2e.stage import Stage, wait_for
from tests.search.trail_events import FIRST, LAST, REGIONS, records
from tests.search.truths import GIVEN, TRUTHS, unordered
from trailkeeper import queries
from trailkeeper.cli.__main__ import main
from trailkeeper.search.times import shown

REMOTE = ("history", "logs", "athena")
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def run(embedded: Ready) -> Run:
    """The command itself, as a user of the account runs it; the answer is what it printed."""
    environment = {
        "AWS_ENDPOINT_URL": embedded.endpoint,
        "AWS_ACCESS_KEY_ID": embedded.access_key_id,
        "AWS_SECRET_ACCESS_KEY": embedded.secret_access_key,
        "AWS_DEFAULT_REGION": embedded.region,
        "AWS_REGION": embedded.region,
    }

    def ran(*arguments: str, codes: tuple[int, ...] = (0,)) -> list[dict[str, Any]]:
        result = CliRunner(env=environment).invoke(main, [*arguments, "--output", "json"])
        assert result.exit_code in codes, result.stderr
        return list(json.loads(result.stdout or "[]"))

    return ran


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set as log files, as CloudTrail lays them out."""
    root = tmp_path_factory.mktemp("logs")
    for key, body in _files().items():
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return root


@pytest.fixture(scope="module")
def data_set(stage: Stage) -> None:
    """The data set in the trail's log group and in the log bucket."""
    for key, body in _files().items():
        stage.s3.put_object(Bucket=stage.ready.log_bucket, Key=key, Body=body)
    stage.logs.create_log_stream(logGroupName=stage.log_group, logStreamName="data-set")
    stage.logs.put_log_events(
        logGroupName=stage.log_group,
        logStreamName="data-set",
        logEvents=[
            {
                "timestamp": int(datetime.fromisoformat(each["eventTime"]).timestamp() * 1000),
                "message": json.dumps(each, separators=(",", ":"), ensure_ascii=False),
            }
            for each in records()
        ],
    )


def _files() -> dict[str, bytes]:
    """A file for each region and day, by key; delivered at the end of the day."""
    sorted_out: dict[str, list[dict[str, Any]]] = {}
    for each in records():
        day = each["eventTime"][:10].replace("-", "/")
        account, region = each["recipientAccountId"], each["awsRegion"]
        stamp = day.replace("/", "") + "T2359Z"
        key = (
            f"AWSLogs/{account}/CloudTrail/{region}/{day}/"
            f"{account}_CloudTrail_{region}_{stamp}_dataset000000000.json.gz"
        )
        sorted_out.setdefault(key, []).append(each)
    assert len(sorted_out) == 2 * len(REGIONS)
    return {
        key: gzip.compress(json.dumps({"Records": each}, separators=(",", ":")).encode())
        for key, each in sorted_out.items()
    }


@pytest.mark.parametrize("name", sorted(queries.library()))
@pytest.mark.usefixtures("data_set")
def test_a_query_has_the_same_rows_from_insights_athena_and_files(
    run: Run, folder: Path, name: str
) -> None:
    truth = unordered(TRUTHS[name](records()))
    span = "--since", shown(FIRST), "--until", shown(LAST)
    given = [
        part
        for key, value in {**GIVEN.get(name, {}), "limit": "5000"}.items()
        for part in ("--param", f"{key}={value}")
    ]
    ways = (
        ("--via", "logs"),
        ("--via", "athena"),
        ("--via", "files", "--path", str(folder), "--language", "sql"),
        ("--via", "files", "--path", str(folder), "--language", "insights"),
    )

    assert truth
    for way in ways:
        assert unordered(run("query", name, *span, *given, *way)) == truth, way


class Scene:
    """What a stranger did, when, and the log files that tell of it."""

    def __init__(self, stage: Stage, run: Run, folder: Path) -> None:
        self._run, self._folder = run, folder
        with stage.user("mallory", "ec2:*", "iam:ListUsers") as client:
            key = stage.iam.list_access_keys(UserName="mallory")["AccessKeyMetadata"][0]
            self.key = key["AccessKeyId"]
            stage.iam.get_user(UserName="mallory")  # the first second of the span has this alone
            self.since = datetime.now(UTC).replace(microsecond=0)
            compute = client("ec2")
            image = {"ImageId": "ami-12345678", "MinCount": 1, "MaxCount": 1}
            launched = compute.run_instances(**image, InstanceType="t3.micro")
            self.instance = launched["Instances"][0]["InstanceId"]
            compute.terminate_instances(InstanceIds=[self.instance])
            client("iam").list_users()
            for denied in (
                lambda: client("cloudtrail").stop_logging(Name=stage.trail),
                lambda: client("s3").delete_bucket_policy(Bucket=stage.ready.log_bucket),
            ):
                with pytest.raises(Exception, match=r"AccessDenied|not authorized|Access Denied"):
                    denied()
        self.until = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
        wait_for("the span to be over", lambda: datetime.now(UTC) > self.until)
        wanted = self.ids("history")
        wait_for("the log files", lambda: self._fetched(stage) and self.ids("files") >= wanted)

    def ids(self, via: str, *filters: str) -> set[str]:
        """The ids of the events that an engine finds in the span."""
        span = "--since", shown(self.since), "--until", shown(self.until)
        way = ("--path", str(self._folder)) if via == "files" else ()
        found = self._run("search", *filters, *span, "--via", via, *way, codes=(0, 1))
        return {each["id"] for each in found}

    def _fetched(self, stage: Stage) -> bool:
        listed = stage.s3.get_paginator("list_objects_v2").paginate(Bucket=stage.ready.log_bucket)
        for each in (each for page in listed for each in page.get("Contents", [])):
            path = self._folder / each["Key"]
            if "/CloudTrail/" in each["Key"] and not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                body = stage.s3.get_object(Bucket=stage.ready.log_bucket, Key=each["Key"])["Body"]
                path.write_bytes(body.read())
        return True


@pytest.fixture(scope="module")
def scene(stage: Stage, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(stage, run, tmp_path_factory.mktemp("fetched"))


@pytest.mark.parametrize(
    "filters",
    [
        (),
        ("--event", "RunInstances"),
        ("--event", "Run*,TerminateInstances"),
        ("--event", "RunInstances", "--event", "StopLogging"),
        ("--user", "mallory"),
        ("--user", "mal*"),
        ("--user", "nobody"),
        ("--principal", "*:user/mallory"),
        ("--access-key", "KEY"),
        ("--access-key", "KEY", "--denied"),
        ("--resource", "INSTANCE"),
        ("--source", "ec2"),
        ("--source", "ec2", "--source", "cloudtrail"),
        ("--source", "*trail*"),
        ("--ip", "127.0.0.0/8", "--user", "mallory"),
        ("--ip", "198.51.100.1"),
        ("--region", "us-east-1", "--user", "mallory"),
        ("--region", "us-*", "--event", "RunInstances"),
        ("--account", "ACCOUNT", "--user", "mallory"),
        ("--errors", "--user", "mallory"),
        ("--denied",),
        ("--denied", "--source", "cloudtrail"),
    ],
    ids=" ".join,
)
def test_a_filter_finds_the_same_events_on_all_four(
    scene: Scene, embedded: Ready, filters: tuple[str, ...]
) -> None:
    real = {"KEY": scene.key, "INSTANCE": scene.instance, "ACCOUNT": embedded.account}
    given = [real.get(each, each) for each in filters]
    found = {via: scene.ids(via, *given) for via in (*REMOTE, "files")}

    assert len({frozenset(each) for each in found.values()}) == 1, found
    assert bool(found["files"]) != bool({"nobody", "198.51.100.1"} & set(given))


def test_a_limit_shows_the_same_newest_first(scene: Scene, run: Run) -> None:
    span = "--since", shown(scene.since), "--until", shown(scene.until)
    asked = "search", "--access-key", scene.key, "--limit", "2", *span
    files = ("--path", str(scene._folder))
    answers = [run(*asked, "--via", via) for via in REMOTE]
    answers.append(run(*asked, "--via", "files", *files))

    assert [[each["id"] for each in answer] for answer in answers] == [
        [each["id"] for each in answers[0]]
    ] * 4
    assert len(answers[0]) == 2


def test_all_four_show_one_row_and_one_record(scene: Scene, run: Run) -> None:
    span = "--since", shown(scene.since), "--until", shown(scene.until)
    asked = "search", "--event", "RunInstances", *span
    rows = [run(*asked, "--via", via) for via in REMOTE]
    rows.append(run(*asked, "--via", "files", "--path", str(scene._folder)))
    records = [[_without_null(row.pop("record")) for row in found] for found in rows]

    assert rows[0]
    assert rows[1:] == rows[:1] * 3
    assert records[1:] == records[:1] * 3


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(each) for name, each in value.items() if each is not None}
    return [_without_null(each) for each in value] if isinstance(value, list) else value


def test_auto_says_what_it_chose_covers_and_costs(embedded: Ready) -> None:
    environment = {
        "AWS_ENDPOINT_URL": embedded.endpoint,
        "AWS_ACCESS_KEY_ID": embedded.access_key_id,
        "AWS_SECRET_ACCESS_KEY": embedded.secret_access_key,
        "AWS_DEFAULT_REGION": embedded.region,
    }
    runner = CliRunner(env=environment)
    short = runner.invoke(main, ["search", "--since", "10m", "--event", "CreateUser"])
    everything = runner.invoke(main, ["search", "--event", "CreateUser", "--limit", "1"])

    assert "Via event history (90 days, management events): free" in short.stderr
    assert "Via Athena (all log files of the span): reads about" in everything.stderr


def test_a_missing_right_is_named(stage: Stage, embedded: Ready) -> None:
    with stage.user("reader", "sts:GetCallerIdentity"):
        key = stage.iam.create_access_key(UserName="reader")["AccessKey"]
        environment = {
            "AWS_ENDPOINT_URL": embedded.endpoint,
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_DEFAULT_REGION": embedded.region,
        }
        asked = ["search", "--since", "1h", "--region", "us-east-1", "--via", "history"]
        result = CliRunner(env=environment).invoke(main, asked)
        stage.iam.delete_access_key(UserName="reader", AccessKeyId=key["AccessKeyId"])

    assert result.exit_code == 2
    assert "You lack the right cloudtrail:LookupEvents" in result.stderr
    assert result.stderr.count("\n") == 1
