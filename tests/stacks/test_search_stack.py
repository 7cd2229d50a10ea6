"""The search stack: what a person would miss at 3 a.m., and what would leak or cost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.stacks.deployed import ACCOUNT, REGION, Deployed
from trailkeeper import queries
from trailkeeper.dialects.insights import compile_query

BUCKET = f"trailkeeper-logs-{ACCOUNT}-{REGION}"


def only(stack: Deployed, type_: str) -> dict[str, Any]:
    (properties,) = stack.all(type_).values()
    return properties


def table(stack: Deployed) -> dict[str, Any]:
    return dict(only(stack, "AWS::Glue::Table")["TableInput"])


def widgets(stack: Deployed) -> list[dict[str, Any]]:
    body = json.loads(only(stack, "AWS::CloudWatch::Dashboard")["DashboardBody"])
    return list(body["widgets"])


def test_every_question_is_saved_in_one_folder_about_the_trail_s_log_group(
    search: Deployed,
) -> None:
    saved = search.all("AWS::Logs::QueryDefinition").values()

    assert {each["Name"] for each in saved} == {
        f"Trailkeeper/{query.title}" for query in queries.library().values()
    }
    assert all(each["LogGroupNames"] == ["/trailkeeper/trail"] for each in saved)


def test_every_question_is_saved_in_athena(search: Deployed) -> None:
    saved = search.all("AWS::Athena::NamedQuery").values()

    assert {each["Name"] for each in saved} == {each.title for each in queries.library().values()}
    assert {(each["Database"], each["WorkGroup"]) for each in saved} == {
        ("trailkeeper", "trailkeeper")
    }


def test_the_work_group_holds_everybody_to_its_settings(search: Deployed) -> None:
    settings = only(search, "AWS::Athena::WorkGroup")["WorkGroupConfiguration"]

    assert settings["EnforceWorkGroupConfiguration"] is True
    assert settings["BytesScannedCutoffPerQuery"] == 100_000_000_000
    assert settings["ResultConfiguration"] == {
        "OutputLocation": f"s3://trailkeeper-results-{ACCOUNT}-{REGION}/",
        "ExpectedBucketOwner": ACCOUNT,
        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
    }


def test_results_are_private_encrypted_and_short_lived(search: Deployed) -> None:
    bucket = only(search, "AWS::S3::Bucket")
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    (statement,) = only(search, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]

    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 7)
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "ServerSideEncryptionConfiguration" in bucket["BucketEncryption"]
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


def test_the_table_reads_cloudtrail_s_files_as_documented(search: Deployed) -> None:
    storage = table(search)["StorageDescriptor"]

    assert storage["SerdeInfo"]["SerializationLibrary"] == (
        "org.apache.hive.hcatalog.data.JsonSerDe"
    )
    assert storage["InputFormat"] == "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
    assert storage["OutputFormat"] == "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    assert [each["Name"] for each in storage["Columns"]][:5] == [
        *("eventversion", "useridentity", "eventtime", "eventsource", "eventname")
    ]
    assert len(storage["Columns"]) == 29
    assert all(each["Type"] == each["Type"].lower() for each in storage["Columns"])


def test_partitions_are_projected_over_account_region_and_day(search: Deployed) -> None:
    parameters = table(search)["Parameters"]

    assert [each["Name"] for each in table(search)["PartitionKeys"]] == ["account", "region", "day"]
    assert parameters["storage.location.template"] == (
        f"s3://{BUCKET}/AWSLogs/${{account}}/CloudTrail/${{region}}/${{day}}"
    )
    assert parameters["projection.account.values"] == ACCOUNT
    assert {"us-east-1", "eu-central-1", "ap-northeast-2"} <= set(
        parameters["projection.region.values"].split(",")
    )
    assert "cn-north-1" not in parameters["projection.region.values"]
    assert parameters["projection.day.range"] == "2020/01/01,NOW"


def test_an_organization_has_its_id_in_the_path_and_more_accounts(full_search: Deployed) -> None:
    parameters = table(full_search)["Parameters"]

    assert parameters["storage.location.template"] == (
        f"s3://{BUCKET}/AWSLogs/o-a1b2c3d4e5/${{account}}/CloudTrail/${{region}}/${{day}}"
    )
    assert parameters["projection.account.values"] == f"{ACCOUNT},444455556666"


@pytest.mark.parametrize(
    "wanted",
    [
        *("Calls over time", "service", "Denied calls by principal", "console logins"),
        *("launched EC2 instances", "Heals", "Drift", "Dark time", "Alerts sent"),
        *("Delivery delay", "Cost", "Who invoked Trailkeeper's own functions"),
    ],
)
def test_the_dashboard_shows(search: Deployed, wanted: str) -> None:
    assert any(wanted in each["properties"].get("title", "") for each in widgets(search))


@pytest.mark.parametrize(
    ("fixture", "lines"),
    [
        ("search", {"billing alarm": 200}),
        ("full_search", {"billing alarm": 49.5, "monthly budget": 500}),
    ],
)
def test_the_cost_of_the_month_is_shown_with_its_limits(
    fixture: str, lines: dict[str, float], request: pytest.FixtureRequest
) -> None:
    shown = [each["properties"] for each in widgets(request.getfixturevalue(fixture))]
    (costs,) = (each for each in shown if each.get("title", "").startswith("Cost of the account"))

    assert costs["region"] == "us-east-1"
    drawn = costs["annotations"]["horizontal"]
    assert {each["label"]: each["value"] for each in drawn} == lines


def test_the_dashboard_s_queries_are_logs_insights(search: Deployed) -> None:
    asked = [each["properties"]["query"] for each in widgets(search) if each["type"] == "log"]

    assert len(asked) == 9
    for query in asked:
        source, _, rest = query.partition(" | ")
        assert source == "SOURCE '/trailkeeper/trail'"
        compile_query(rest)


def test_what_a_setting_adds_is_shown_where_it_is_on(
    search: Deployed, full_search: Deployed
) -> None:
    titles = [
        {each["properties"].get("title", "") for each in widgets(stack)}
        for stack in (search, full_search)
    ]
    added = {
        "Unusual activity that CloudTrail Insights saw",
        "Data events by what they are about",
        "Records delivered by service and outcome (silence is an alarm)",
    }

    assert titles[1] - titles[0] == added
    assert titles[0] - titles[1] == {"Who invoked Trailkeeper's own functions"}
    for each in widgets(full_search):
        if each["type"] == "log":
            compile_query(each["properties"]["query"].partition(" | ")[2])


def test_the_dashboard_links_to_the_questions(search: Deployed) -> None:
    (links,) = (each for each in widgets(search) if each["type"] == "text")

    assert "logsV2:logs-insights" in links["properties"]["markdown"]
    assert "/query-editor/saved-queries" in links["properties"]["markdown"]


def test_no_two_widgets_overlap(search: Deployed) -> None:
    places = [
        (x, y)
        for each in widgets(search)
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]

    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24


def test_each_part_has_a_switch(minimal_search: Deployed) -> None:
    assert not minimal_search.all("AWS::Logs::QueryDefinition")
    assert not minimal_search.all("AWS::CloudWatch::Dashboard")
    assert minimal_search.all("AWS::Athena::WorkGroup")
