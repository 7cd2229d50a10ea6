"""Settings: what is allowed, and that everything else ends as one readable message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stacks.context import context_of
from stacks.settings import ChatChannel, Settings, SettingsError
from trailkeeper.evidence.expected import ExpectedActor

PIPELINE = "arn:aws:iam::123456789012:role/deploy"
PLANNED = {"principal": PIPELINE, "calls": ["PutBucketPolicy"]}
ROOT = Path(__file__).resolve().parents[2]


def read(**given: Any) -> Settings:
    return Settings.from_context({"trailkeeper": given})


def problems(context: dict[str, Any]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_context(context)
    return [line[4:] for line in str(caught.value).splitlines() if line.startswith("  - ")]


def test_no_settings_at_all_are_fine() -> None:
    assert Settings.from_context({}) == Settings()


def test_every_setting_is_read() -> None:
    given = read(
        home_region="eu-central-1",
        alert_emails=["a@example.com"],
        ec2_tags={"env": ["prod", "stage"], "owned": []},
        amazon_q={"workspace_id": "T1", "channel_id": "C1"},
        expire_after_days=None,
    )

    assert given.home_region == "eu-central-1"
    assert given.alert_emails == ("a@example.com",)
    assert given.ec2_tags == {"env": ("prod", "stage"), "owned": ()}
    assert given.amazon_q == ChatChannel("T1", "C1")
    assert given.expire_after_days is None


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("kms", "false", False),
        ("log_retention_days", "30", 30),
        ("archive_after_days", "null", None),
        ("trail_name", "audit", "audit"),
        ("trail_name", '"audit"', "audit"),
        ("trail_name", "20261120", "20261120"),
        ("slack_webhook", "ssm:/team/webhook", "ssm:/team/webhook"),
        ("alert_emails", "a@example.com", ("a@example.com",)),
        ("alert_emails", "a@example.com, b@example.com", ("a@example.com", "b@example.com")),
        ("alert_emails", '["a@example.com"]', ("a@example.com",)),
        ("alert_emails", "", ()),
        ("ec2_states", "running,stopped", ("running", "stopped")),
        ("ec2_tags", '{"env": ["prod"]}', {"env": ("prod",)}),
        ("reconcile_minutes", 1, 1),
    ],
)
def test_the_command_line_overrides_one_setting(name: str, given: Any, meant: Any) -> None:
    context = {"trailkeeper": {"time_zone": "Asia/Seoul"}, f"trailkeeper:{name}": given}

    made = Settings.from_context(context)

    assert getattr(made, name) == meant
    assert made.time_zone == "Asia/Seoul"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("home_region", "us-east-9"),
        ("home_region", None),
        ("alert_emails", "a@example.com"),
        ("alert_emails", ["nobody@"]),
        ("alert_emails", ["a b@example.com"]),
        ("alert_emails", ["a@example.com\nBcc: b@example.com"]),
        ("alert_emails", ["a@example.com", "a@example.com"]),
        ("trail_name", "ab"),
        ("trail_name", "-audit"),
        ("trail_name", "audit--trail"),
        ("trail_name", "192.168.5.4"),
        ("trail_name", "a" * 129),
        ("kms", "yes"),
        ("kms", 1),
        ("log_retention_days", 42),
        ("log_retention_days", True),
        ("log_retention_days", "365"),
        ("archive_after_days", 0),
        ("archive_after_days", 1.5),
        ("expire_after_days", -1),
        ("expire_after_days", 90),
        ("object_lock", "Governance"),
        ("object_lock_days", 0),
        ("insight_types", ["ApiCallRate"]),
        ("tags", {"aws:owner": "x"}),
        ("tags", {"owner": 1}),
        ("tags", ["owner"]),
        ("reconcile_minutes", 0),
        ("reconcile_minutes", 61),
        ("ec2_states", []),
        ("ec2_states", ["rebooting"]),
        ("other_trails", "delete"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", ""),
        ("time_zone", "Asia"),
        ("time_zone", 9),
        ("language", "de"),
        ("slack_webhook", "https://hooks.slack.com/services/T0/B0/secret"),
        ("amazon_q", {"workspace_id": "T1"}),
        ("amazon_q", {"workspace_id": "T1", "channel_id": "C1", "channel": "C1"}),
        ("grouping_seconds", 901),
        ("autoscaling", True),
        ("ec2_tags", {"env": "prod"}),
        ("ec2_regions", ["moon-1"]),
        ("owner_tag", ""),
        ("contain", "on"),
        ("break_glass_principals", ["arn:aws:iam::123456789012:group/admins"]),
        ("athena_first_day", "2026-02-30"),
        ("expected_actors", {"principal": PIPELINE, "calls": ["PutBucketPolicy"]}),
        ("expected_actors", [{"principal": PIPELINE}]),
        ("expected_actors", [{"calls": ["PutBucketPolicy"]}]),
        ("expected_actors", [{"tags": {}, "calls": ["PutBucketPolicy"]}]),
        ("expected_actors", [{"principal": PIPELINE, "calls": []}]),
        ("expected_actors", [{"principal": PIPELINE, "calls": "PutBucketPolicy"}]),
        ("expected_actors", [{"principal": PIPELINE, "calls": [["PutBucketPolicy"]]}]),
        ("expected_actors", [{"principal": PIPELINE, "calls": ["s3:PutBucketPolicy"]}]),
        ("expected_actors", [{"principal": "deploy", "calls": ["PutBucketPolicy"]}]),
        ("expected_actors", [{**PLANNED, "principal": "arn:aws:iam::123456789012:root"}]),
        ("expected_actors", [{**PLANNED, "tags": {"pipeline": "evidence"}}]),
        ("expected_actors", [{**PLANNED, "until": "2026-02-30"}]),
        ("expected_actors", [{**PLANNED, "until": "tomorrow"}]),
        ("expected_actors", [{**PLANNED, "reason": "one\ntwo"}]),
        ("expected_actors", [{**PLANNED, "who": "me"}]),
        ("expected_actors", [PLANNED, PLANNED]),
        ("expected_actors", [{**PLANNED, "reason": str(each)} for each in range(21)]),
    ],
)
def test_what_is_not_allowed_is_refused_by_name_and_value(name: str, given: Any) -> None:
    (problem,) = problems({"trailkeeper": {name: given}})

    assert problem.startswith(name)
    assert "given " in problem
    assert "allowed: " in problem


def test_planned_changes_are_read_by_principal_and_by_tags() -> None:
    given = read(
        expected_actors=[
            {**PLANNED, "until": "2026-12-31", "reason": "nightly deploy"},
            {"tags": {"pipeline": "evidence"}, "calls": ["log-group-changed"]},
        ]
    )

    assert given.expected_actors == (
        ExpectedActor(("PutBucketPolicy",), PIPELINE, {}, "2026-12-31", "nightly deploy"),
        ExpectedActor(("log-group-changed",), "", {"pipeline": "evidence"}),
    )


@pytest.mark.parametrize("call", ["StopLogging", "DeleteTrail", "trail-stopped", "trail-deleted"])
def test_what_takes_the_trail_away_is_never_planned(call: str) -> None:
    (problem,) = problems({"trailkeeper": {"expected_actors": [{**PLANNED, "calls": [call]}]}})

    assert problem == (
        f'expected_actors[0].calls[0]: given "{call}"; allowed: the name of a call such as '
        "PutBucketPolicy, or a detection such as log-group-changed; what stops or deletes a trail "
        "is never planned"
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (
            {"principal": "arn:aws:iam::123456789012:role/deploy", "calls": ["PutBucketPolcy"]},
            'expected_actors[0].calls[0]: given "PutBucketPolcy"; allowed: the name of a call such '
            "as PutBucketPolicy, or a detection such as log-group-changed; probably meant: "
            "PutBucketPolicy",
        ),
        (
            {
                "principal": "arn:aws:iam::123456789012:role/deploy",
                "calls": ["PutBucketPolicy"],
                "untill": "2026-12-31",
            },
            'expected_actors[0].untill: given "2026-12-31"; allowed: principal, tags, calls, '
            "until, reason; probably meant: until",
        ),
    ],
)
def test_a_bad_entry_is_named_by_its_place_with_what_is_allowed_there(
    entry: dict[str, Any], problem: str
) -> None:
    assert problems({"trailkeeper": {"expected_actors": [entry]}}) == [problem]


def test_all_problems_come_in_one_message() -> None:
    found = problems(
        {
            "trailkeeper": {
                "alert_emails": ["one@", "@two", "three"],
                "log_retention_days": 42,
                "trail_name": "x",
                "home_region": "us-est-1",
                "retention": 1,
            },
            "trailkeeper:kms": "maybe",
        }
    )

    assert len(found) == 8
    for email in ("one@", "@two", "three"):
        assert any(f'given "{email}"' in each for each in found)


@pytest.mark.parametrize(
    ("settings", "allowed"),
    [
        ({}, "null, or a region other than home_region, which has a topic in any case"),
        ({"home_region": "cn-north-1"}, "null, or a region of the partition of cn-north-1"),
        (
            {"home_region": "eu-west-1", "watcher": False},
            "null where watcher is false, as nobody would tell anything there",
        ),
    ],
)
def test_a_topic_of_last_resort_stands_beyond_home_or_nowhere(
    settings: dict[str, Any], allowed: str
) -> None:
    given = {"trailkeeper": {"last_resort_region": "us-east-1", **settings}}

    assert problems(given) == [f'last_resort_region: given "us-east-1"; allowed: {allowed}']


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({"log_retention_day": 1}, "log_retention_days"),
        ({"AlertEmails": []}, "alert_emails"),
        ({"home_region": "us-est-1"}, "us-east-1"),
        ({"ec2_states": ["runing"]}, "running"),
        ({"time_zone": "Asia/Soul"}, "Asia/Seoul"),
        ({"amazon_q": {"workspaceid": "T1", "channel_id": "C1"}}, "workspace_id"),
    ],
)
def test_a_misspelt_word_gets_the_one_that_was_meant(given: dict[str, Any], meant: str) -> None:
    assert any(f"probably meant: {meant}" in each for each in problems({"trailkeeper": given}))


def test_the_settings_have_to_be_an_object() -> None:
    (problem,) = problems({"trailkeeper": ["kms"]})

    assert problem == 'trailkeeper: given ["kms"]; allowed: an object of settings'


def test_the_app_prints_bad_settings_without_a_traceback(tmp_path: Path) -> None:
    context = {"trailkeeper": {"kms": "yes"}, "trailkeeper:trial_name": "audit"}

    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert 'kms: given "yes"; allowed: true or false' in run.stderr
    assert "probably meant: trail_name" in run.stderr
    assert not list(tmp_path.iterdir())


def test_the_app_says_which_python_it_needs() -> None:
    # -S: as with a Python that knows nothing of this folder's packages.
    run = subprocess.run(
        [sys.executable, "-S", "app.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert run.returncode == 1
    assert run.stderr.startswith("Trailkeeper needs the Python of its own environment; this is /")
    assert run.stderr.endswith("Run: make setup && source .venv/bin/activate\n")


def test_cdk_json_holds_what_a_person_edits_and_begins_as_cdk_init_writes_it() -> None:
    written = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))

    assert list(written["context"]) == ["trailkeeper"]
    assert written["app"] == "python3 app.py"


OWN_FLAG = "@aws-cdk/aws-iam:minimizePolicies"


class Synthesized(NamedTuple):
    """What one run of the app made and said, with home elsewhere than in us-east-1."""

    artifacts: dict[str, Any]
    said: str


@pytest.fixture(scope="module")
def synthesized(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    folder = tmp_path_factory.mktemp("app")
    context = {
        OWN_FLAG: False,
        "aws:cdk:bundling-stacks": [],
        "trailkeeper:home_region": "eu-central-1",
    }
    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, "CDK_CONTEXT_JSON": json.dumps(context), "CDK_OUTDIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return Synthesized(manifest["artifacts"], run.stderr)


def test_the_feature_flags_reach_cdk_and_one_in_cdk_json_wins(synthesized: Synthesized) -> None:
    report = synthesized.artifacts["aws-cdk-lib/feature-flag-report"]

    flags = report["properties"]["flags"]
    assert flags[OWN_FLAG]["userValue"] is False
    assert flags["@aws-cdk/core:validateAgainstDefaultRules"]["userValue"] is True
    assert len([each for each in flags.values() if "userValue" in each]) > 80
    # People need it when the deploy that comes next ends with CDK's error, which names no page.
    (hint,) = [each for each in synthesized.said.splitlines() if "docs/first-deploy.md" in each]
    assert "cannot be deleted while TerminationProtection is enabled" in hint


def test_the_app_says_that_a_region_beyond_home_has_to_be_bootstrapped(
    synthesized: Synthesized,
) -> None:
    assert (
        'This also deploys to us-east-1. If a stack there says "Has the environment been '
        'bootstrapped?": npx cdk bootstrap, without a region, prepares every region of these '
        "stacks."
    ) in synthesized.said


def test_a_stack_beyond_home_is_deployed_when_home_can_hear_it(synthesized: Synthesized) -> None:
    beyond = synthesized.artifacts["TrailkeeperSatellite-us-east-1"]

    assert beyond["environment"] == "aws://unknown-account/us-east-1"
    assert "TrailkeeperResponse" in beyond["dependencies"]


def test_null_in_cdk_json_is_not_lost(tmp_path: Path) -> None:
    context = {"trailkeeper": {"archive_after_days": None}}
    long = tmp_path / "context.json"
    long.write_text(json.dumps({"trailkeeper:expire_after_days": "null"}), encoding="utf-8")

    made = Settings.from_context(
        context_of(
            {"CDK_CONTEXT_JSON": json.dumps(context), "CONTEXT_OVERFLOW_LOCATION_ENV": str(long)}
        )
    )

    assert made.archive_after_days is None
    assert made.expire_after_days is None
    assert context_of({}) == {}


@pytest.mark.parametrize(
    ("home", "regions", "refused"),
    [
        (
            "eu-west-1",
            ["eu-west-1", "us-east-1"],
            'ec2_regions: given "eu-west-1"; allowed: regions other than home_region, whose '
            "instances always alert",
        ),
        (
            "eu-west-1",
            ["us-east-1", "cn-north-1"],
            'ec2_regions: given "cn-north-1"; allowed: regions that can send events to '
            "home_region, those of its own partition",
        ),
        (
            "cn-north-1",
            ["cn-northwest-1"],
            'ec2_regions: given ["cn-northwest-1"]; allowed: none where home_region is cn-north-1: '
            "EventBridge takes events of other regions in commercial ones alone",
        ),
        (
            "eu-west-1",
            ["us-est-1"],
            'ec2_regions[0]: given "us-est-1"; allowed: an AWS region such as '
            "us-east-1, eu-central-1 or ap-northeast-2; probably meant: us-east-1",
        ),
    ],
)
def test_regions_that_can_send_nothing_home_are_refused_in_one_line(
    home: str, regions: list[str], refused: str
) -> None:
    assert problems({"trailkeeper": {"home_region": home, "ec2_regions": regions}}) == [refused]


def test_other_regions_of_the_partition_are_taken() -> None:
    regions = ["us-east-1", "eu-south-1"]
    made = Settings.from_context(
        {"trailkeeper": {"home_region": "eu-west-1", "ec2_regions": regions}}
    )
    assert made.ec2_regions == tuple(regions)


@pytest.mark.parametrize("name", ["billing_alarm_usd", "monthly_budget_usd"])
class TestMoney:
    """Amounts that people give are amounts of US dollars, or none."""

    @pytest.mark.parametrize("given", [-1, 0, 0.001, 10.005, 1e12, True, "200", "200 USD", [200]])
    def test_what_is_no_amount_is_refused_in_one_line(self, name: str, given: Any) -> None:
        (problem,) = problems({"trailkeeper": {name: given}})
        assert problem == (
            f"{name}: given {json.dumps(given)}; allowed: null, or US dollars, 0.01 to 100,000,000"
        )

    @pytest.mark.parametrize(
        ("given", "amount"),
        [(200, 200.0), (49.99, 49.99), (0.01, 0.01), (None, None), (100_000_000, 1e8)],
    )
    def test_an_amount_is_taken(self, name: str, given: Any, amount: float | None) -> None:
        assert getattr(Settings.from_context({"trailkeeper": {name: given}}), name) == amount

    @pytest.mark.parametrize(("text", "amount"), [("49.5", 49.5), ("null", None), ("300", 300.0)])
    def test_on_the_command_line(self, name: str, text: str, amount: float | None) -> None:
        assert getattr(Settings.from_context({f"trailkeeper:{name}": text}), name) == amount


def test_by_default_the_account_is_watched_from_200_dollars_on_and_has_no_budget() -> None:
    made = Settings.from_context({})
    assert (made.billing_alarm_usd, made.monthly_budget_usd) == (200.0, None)


@pytest.mark.parametrize(
    "settings",
    [
        {"home_region": "eu-central-1", "forward_iam_calls": False},
        {"home_region": "cn-northwest-1"},
    ],
)
def test_iams_rule_is_made_only_where_its_calls_come(
    synth: Callable[..., Path], settings: dict[str, Any]
) -> None:
    assembly = synth(settings)

    template = (assembly / "TrailkeeperResponse.template.json").read_text(encoding="utf-8")

    assert "trailkeeper-trail" in template
    assert "trailkeeper-delivery-role" not in template
