"""A baseline that protects less than the one before is told, before it is applied."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from tests.deployed_evidence import BASELINE
from tests.lambdas.heal.bed import Bed
from trailkeeper.environments.schedule import SWEEP
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.trails import Differs
from trailkeeper.evidence.weaker import weaker
from trailkeeper.words.text import Text

KEY = "arn:aws:kms:us-east-1:123456789012:key/one"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/audit"
THEIRS = "arn:aws:kinesis:us-east-1:999999999999:stream/theirs"
STRONG = replace(
    BASELINE,
    evidence_key_arn=KEY,
    object_lock="compliance",
    insight_types=("ApiCallRateInsight", "ApiErrorRateInsight"),
    controls=("root-use", "vpc-changes"),
    data_buckets=("*",),
    data_functions=("payroll", "transfer"),
    stream_to=STREAM,
)
# What is no protection by itself, or follows from the place of the deployment.
NEITHER = {"partition", "region", "account", "archive_after_days", "tags", "on_fallback_bucket"}


WEAKENINGS: list[tuple[dict[str, Any], list[Differs]]] = [
    ({"log_retention_days": 1}, [Differs("log_retention_days", "365", "1")]),
    ({"expire_after_days": 1}, [Differs("expire_after_days", "2557", "1")]),
    ({"keep_deleted_days": 1}, [Differs("keep_deleted_days", "30", "1")]),
    ({"object_lock": "off"}, [Differs("object_lock", "compliance", "off")]),
    ({"object_lock_days": 1}, [Differs("object_lock_days", "365", "1")]),
    ({"evidence_key_arn": None}, [Differs("evidence_key_arn", KEY, "-")]),
    ({"evidence_key_arn": "mallory"}, [Differs("evidence_key_arn", KEY, "mallory")]),
    ({"trail_name": "decoy"}, [Differs("trail_name", "trailkeeper", "decoy")]),
    (
        {"insight_types": ("ApiCallRateInsight",)},
        [Differs("insight_types", "ApiErrorRateInsight", "-")],
    ),
    ({"controls": ("root-use",)}, [Differs("cis_alarms", "vpc-changes", "-")]),
    ({"data_buckets": ("pay",)}, [Differs("s3_data_events", "*", "pay")]),
    ({"data_buckets": ()}, [Differs("s3_data_events", "*", "-")]),
    ({"data_buckets": ("pay", "cash")}, [Differs("s3_data_events", "*", "pay, cash")]),
    (
        {"insight_types": ()},
        [Differs("insight_types", "ApiCallRateInsight, ApiErrorRateInsight", "-")],
    ),
    ({"data_functions": ("payroll",)}, [Differs("lambda_data_events", "transfer", "-")]),
    ({"own_invocations": False}, [Differs("own_invocations", "true", "false")]),
    ({"stream_to": None}, [Differs("stream_log_group_to", STREAM, "-")]),
    ({"stream_to": THEIRS}, [Differs("stream_log_group_to", STREAM, THEIRS)]),
]
NO_WEAKENINGS: list[tuple[dict[str, Any], list[Differs]]] = [
    ({"log_retention_days": 400, "expire_after_days": None, "archive_after_days": 1}, []),
    ({"tags": (("team", "security"),)}, []),
    ({"data_functions": ("*",)}, []),
]


def test_of_every_part_of_the_baseline_somebody_said_what_is_weaker() -> None:
    tried = {name for change, _ in WEAKENINGS for name in change}

    assert tried | NEITHER == {each.name for each in fields(Baseline)}


@pytest.mark.parametrize(("change", "expected"), WEAKENINGS + NO_WEAKENINGS)
def test_what_protects_less(change: dict[str, Any], expected: list[Differs]) -> None:
    assert list(weaker(STRONG, replace(STRONG, **change))) == expected


def test_never_is_the_longest_and_a_first_key_is_no_weakening() -> None:
    forever = replace(BASELINE, expire_after_days=None)

    assert weaker(forever, replace(forever, expire_after_days=9999)) == (
        Differs("expire_after_days", "never", "9999"),
    )
    assert weaker(BASELINE, replace(BASELINE, evidence_key_arn=KEY)) == ()


def test_it_is_told_with_both_values_before_anything_is_written(bed: Bed) -> None:
    bed.handle(SWEEP)
    bed.now += timedelta(hours=1)
    bed.baseline = replace(bed.baseline, log_retention_days=1)
    order: list[str] = []
    bed.account.logs._client.meta.events.register(
        "before-call.cloudwatch-logs.PutRetentionPolicy",
        lambda **_: order.append(",".join(each.detection for each in bed.alerts)),
    )

    bed.handle(SWEEP)

    first, *_ = bed.alerts
    assert first.detection == "baseline-weaker"
    assert first.changes == (
        Text(
            "change.other_trail", {"setting": "log_retention_days", "before": "365", "after": "1"}
        ),
    )
    assert order == ["baseline-weaker"]
    bed.alerts.clear()
    bed.handle(SWEEP)
    assert bed.alerts == []


def test_a_stronger_baseline_and_a_first_one_are_no_news(bed: Bed) -> None:
    bed.handle(SWEEP)
    bed.baseline = replace(bed.baseline, log_retention_days=400)

    bed.handle(SWEEP)

    assert "baseline-weaker" not in [alert.detection for alert in bed.alerts]
