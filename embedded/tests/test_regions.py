"""Two regions of one account: events from one bus to the other, messages to another's queue."""

from __future__ import annotations

import json
from typing import Any

import pytest

from embedded.tests.bare_account import BareAccount, Queue, eventually

AWAY = "eu-west-1"
EVENTS = "events.amazonaws.com"


def bus(account: BareAccount, region: str = "us-east-1", name: str = "default") -> str:
    return f"arn:aws:events:{region}:{account.root.account}:event-bus/{name}"


def rule(account: BareAccount, region: str, source: str, target: str, **settings: Any) -> str:
    rules = account.client("events", region)
    arn = rules.put_rule(Name=source, EventPattern=json.dumps({"source": [source]}))["RuleArn"]
    rules.put_targets(Rule=source, Targets=[{"Id": "1", "Arn": target, **settings}])
    return str(arn)


def heard_at_home(account: BareAccount, source: str) -> Queue:
    """A queue in the home region that a rule there fills with events of a source."""
    queue = account.queue(f"heard-{source}")
    queue.allow(EVENTS, rule(account, "us-east-1", source, queue.arn))
    return queue


def put(account: BareAccount, source: str, region: str = AWAY) -> None:
    entry = {"Source": source, "DetailType": "test", "Detail": '{"n": 1}'}
    account.client("events", region).put_events(Entries=[entry])


def test_an_event_sent_to_another_regions_bus_stays_what_it_was(account: BareAccount) -> None:
    heard = heard_at_home(account, "sent-on")
    role = account.role("sent-on", EVENTS, events_PutEvents=bus(account))
    rule(account, AWAY, "sent-on", bus(account), RoleArn=role)

    put(account, "sent-on")

    event = heard.message().body
    assert (event["source"], event["region"], event["account"], event["detail"]) == (
        *("sent-on", AWAY, account.root.account),
        {"n": 1},
    )
    assert heard.is_empty()


@pytest.mark.parametrize(
    ("name", "service", "allowed", "target", "code"),
    [
        ("may-not", EVENTS, {}, "default", "NO_PERMISSIONS"),
        ("not-trusted", "lambda.amazonaws.com", {"events_PutEvents": "*"}, "default", "NO_PERM"),
        ("no-such-bus", EVENTS, {"events_PutEvents": "*"}, "gone", "NO_RESOURCE"),
    ],
)
def test_what_no_bus_takes_is_a_dead_letter_with_the_reason(
    account: BareAccount, name: str, service: str, allowed: dict[str, str], target: str, code: str
) -> None:
    heard = heard_at_home(account, name)
    queues = account.client("sqs", AWAY)
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:{AWAY}:{account.root.account}:{name}"
    dead = Queue(queues, url, arn)
    role = account.role(name, service, **allowed)
    source = rule(
        *(account, AWAY, name, bus(account, name=target)),
        RoleArn=role,
        DeadLetterConfig={"Arn": arn},
    )
    dead.allow(EVENTS, source)

    put(account, name)

    assert dead.message().attributes["ERROR_CODE"].startswith(code)
    assert heard.is_empty()


def test_what_came_from_another_bus_goes_no_further(account: BareAccount) -> None:
    heard = heard_at_home(account, "one-hop")
    role = account.role("one-hop", EVENTS, events_PutEvents="*")
    # Home sends it back, and on to a third region: neither may happen.
    account.client("events").put_targets(
        Rule="one-hop",
        Targets=[
            {"Id": region, "Arn": bus(account, region), "RoleArn": role}
            for region in (AWAY, "ap-northeast-2")
        ],
    )
    rule(account, AWAY, "one-hop", bus(account), RoleArn=role)
    queues = account.client("sqs", "ap-northeast-2")
    url = queues.create_queue(QueueName="third")["QueueUrl"]
    third = Queue(queues, url, f"arn:aws:sqs:ap-northeast-2:{account.root.account}:third")
    third.allow(EVENTS, rule(account, "ap-northeast-2", "one-hop", third.arn))

    put(account, "one-hop")

    assert heard.message().body["region"] == AWAY
    assert heard.is_empty()
    assert third.is_empty()


def test_a_rule_for_another_regions_bus_needs_a_role(account: BareAccount) -> None:
    rules = account.client("events", AWAY)
    rules.put_rule(Name="no-role", EventPattern='{"source": ["no-role"]}')
    with pytest.raises(rules.exceptions.ClientError, match="RoleArn is required"):
        rules.put_targets(Rule="no-role", Targets=[{"Id": "1", "Arn": bus(account)}])


def test_a_calls_record_is_on_the_bus_of_its_region_and_iams_in_us_east_1(
    account: BareAccount,
) -> None:
    """EC2 tells of an instance in its own region, whether or not a trail logs."""
    heard = account.queue("instances-home")
    rules = account.client("events")
    pattern = json.dumps({"source": ["aws.ec2"], "region": [AWAY]})
    arn = rules.put_rule(Name="instances", EventPattern=pattern)["RuleArn"]
    rules.put_targets(Rule="instances", Targets=[{"Id": "1", "Arn": heard.arn}])
    heard.allow(EVENTS, arn)
    role = account.role("instances", EVENTS, events_PutEvents=bus(account))
    away = account.client("events", AWAY)
    away.put_rule(Name="instances", EventPattern='{"source": ["aws.ec2"]}')
    away.put_targets(Rule="instances", Targets=[{"Id": "1", "Arn": bus(account), "RoleArn": role}])

    ec2 = account.client("ec2", AWAY)
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]

    states = [heard.message().body["detail"] for _ in range(2)]
    assert states == [
        {"instance-id": made, "state": "pending"},
        {"instance-id": made, "state": "running"},
    ]
    ec2.terminate_instances(InstanceIds=[made])


def test_a_topic_reaches_a_queue_of_another_region(account: BareAccount) -> None:
    topics = account.client("sns", AWAY)
    topic = topics.create_topic(Name="to-another-region")["TopicArn"]
    queue = account.queue("from-another-region")
    queue.allow("sns.amazonaws.com", topic)
    topics.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "true"},
    )
    topics.publish(TopicArn=topic, Message='{"from": "away"}')
    assert eventually(lambda: not queue.is_empty())
    assert queue.message().body == {"from": "away"}
