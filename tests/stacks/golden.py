"""What the stacks deploy, cut into the documents that tests/golden holds.

`python -m tests.stacks.golden [NAME ...]` prints them as they are synthesized now, for a person to
read; nothing writes a golden document by itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.stacks.deployed import ACCOUNT, REGION, Deployed
from trailkeeper.evidence.names import SCHEDULE, SWEEP_SCHEDULE

_LOG_BUCKET = f"trailkeeper-logs-{ACCOUNT}-{REGION}"
_ACCESS_BUCKET = f"trailkeeper-access-{ACCOUNT}-{REGION}"
_LINE = 96


@dataclass(frozen=True)
class Stacks:
    """The stacks with default settings, and with every setting that adds something."""

    evidence: Deployed
    response: Deployed
    full_evidence: Deployed
    full_response: Deployed
    charges: Deployed


def _without(own: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    return {key: value for key, value in own.items() if key not in left_out}


def _bucket(stack: Deployed, name: str) -> dict[str, Any]:
    return stack.one("AWS::S3::Bucket", BucketName=name)


def _bucket_policy(stack: Deployed, name: str) -> Any:
    return stack.one("AWS::S3::BucketPolicy", Bucket=name)["PolicyDocument"]


def _trail(stack: Deployed) -> dict[str, Any]:
    return stack.one("AWS::CloudTrail::Trail")


def _object_lock(s: Stacks) -> Any:
    own, plain = _bucket(s.full_evidence, _LOG_BUCKET), _bucket(s.evidence, _LOG_BUCKET)
    return _without(own, "Tags", *plain)


def _role(stack: Deployed, service: str, **having: Any) -> dict[str, Any]:
    """Whom a role trusts and everything that it may do."""
    (found,) = (
        own
        for own in stack.all("AWS::IAM::Role").values()
        if service in str(own["AssumeRolePolicyDocument"])
        and all(own.get(name) == value for name, value in having.items())
    )
    elsewhere = [
        own
        for own in stack.all("AWS::IAM::Policy").values()
        if found.get("RoleName") in own["Roles"]
    ]
    return {
        "name": found.get("RoleName"),
        "managed": found.get("ManagedPolicyArns", []),
        "boundary": found.get("PermissionsBoundary"),
        "trust": found["AssumeRolePolicyDocument"],
        "policies": {
            each["PolicyName"]: each["PolicyDocument"]
            for each in (*found.get("Policies", []), *elsewhere)
        },
    }


def _lambda_role(stack: Deployed, short: str) -> dict[str, Any]:
    return _role(stack, "lambda.amazonaws.com", RoleName=f"trailkeeper-{short}-{REGION}")


def _delivery_role(s: Stacks) -> dict[str, Any]:
    return _role(s.evidence, "cloudtrail.amazonaws.com")


def _added(s: Stacks, short: str) -> dict[str, Any]:
    """What all the settings together add to the rights of a function, and what they take."""

    def rights(stack: Deployed) -> list[Any]:
        policies = _lambda_role(stack, short)["policies"].values()
        return [each for policy in policies for each in policy["Statement"]]

    bare, full = rights(s.response), rights(s.full_response)
    return {
        "added": [each for each in full if each not in bare],
        "taken": [each for each in bare if each not in full],
    }


def _topic_policies(stack: Deployed) -> Any:
    return {
        topic.rpartition(":")[2]: own["PolicyDocument"]
        for own in stack.all("AWS::SNS::TopicPolicy").values()
        for topic in own["Topics"]
    }


def _queue_policies(stack: Deployed) -> Any:
    return {
        queue.rpartition("/")[2]: own["PolicyDocument"]
        for own in stack.all("AWS::SQS::QueuePolicy").values()
        for queue in own["Queues"]
    }


def _queues(stack: Deployed) -> Any:
    return {
        own["QueueName"]: _without(own, "QueueName")
        for own in stack.all("AWS::SQS::Queue").values()
    }


def _rules(stack: Deployed) -> Any:
    return {
        own["Name"]: {
            "pattern": own["EventPattern"],
            "targets": [_without(target, "Id") for target in own["Targets"]],
        }
        for own in stack.all("AWS::Events::Rule").values()
    }


def _satellite(stack: Deployed) -> Any:
    """Everything of a stack beyond home but the key's settings, those of every alerts key."""
    return {
        "rules": _rules(stack),
        "role": _role(stack, "events.amazonaws.com"),
        "key": stack.one("AWS::KMS::Key")["KeyPolicy"],
        "topic policies": _topic_policies(stack),
        "subscriptions": list(stack.all("AWS::SNS::Subscription").values()),
        "alarms": _alarms(stack),
        "budgets": list(stack.all("AWS::Budgets::Budget").values()),
    }


_COMPARED = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}


def _alarms(stack: Deployed) -> Any:
    """Each alarm as one line: what is counted, when it goes off, and who is told."""
    return {own["AlarmName"]: _alarm(own) for own in stack.all("AWS::CloudWatch::Alarm").values()}


def _alarm(own: Mapping[str, Any]) -> str:
    named = [f"{each['Name']} {each['Value']}" for each in own.get("Dimensions", [])]
    of = ", ".join(named) or "no dimension"
    told = [arn.rpartition(":")[2] for arn in own["AlarmActions"]]
    fine = [arn.rpartition(":")[2] for arn in own.get("OKActions", [])]
    return (
        f"{own['Statistic']} of {own['Namespace']} {own['MetricName']} ({of}) "
        f"{_COMPARED[own['ComparisonOperator']]} {own['Threshold']} "
        f"in {own['EvaluationPeriods']} x {own['Period']} s, missing is {own['TreatMissingData']}; "
        f"alarm to {', '.join(told)}, ok to {', '.join(fine) or 'nobody'}"
    )


def _functions(stack: Deployed) -> Any:
    """Everything but the code and what the environment says."""
    left_out = ("Code", "Environment", "Layers", "Tags", "Description")
    return {
        own["FunctionName"]: {
            "function": _without(own, *left_out),
            "asynchronous calls": _without(
                stack.one("AWS::Lambda::EventInvokeConfig", FunctionName=own["FunctionName"]),
                "FunctionName",
            ),
        }
        for own in stack.all("AWS::Lambda::Function").values()
    }


DOCUMENTS: Mapping[str, Callable[[Stacks], Any]] = {
    "log-bucket": lambda s: _bucket(s.evidence, _LOG_BUCKET),
    "log-bucket-policy": lambda s: _bucket_policy(s.evidence, _LOG_BUCKET),
    "object-lock": _object_lock,
    "access-bucket": lambda s: _bucket(s.evidence, _ACCESS_BUCKET),
    "access-bucket-policy": lambda s: _bucket_policy(s.evidence, _ACCESS_BUCKET),
    "evidence-key": lambda s: _without(s.evidence.one("AWS::KMS::Key"), "KeyPolicy"),
    "evidence-key-policy": lambda s: s.evidence.one("AWS::KMS::Key")["KeyPolicy"],
    "trail": lambda s: _trail(s.evidence),
    "event-selectors": lambda s: _trail(s.evidence)["AdvancedEventSelectors"],
    "insight-selectors": lambda s: _trail(s.full_evidence)["InsightSelectors"],
    "log-group": lambda s: s.evidence.one("AWS::Logs::LogGroup"),
    "metric-filter": lambda s: s.evidence.one("AWS::Logs::MetricFilter"),
    "delivery-role": _delivery_role,
    "delivery-boundary": lambda s: s.evidence.one("AWS::IAM::ManagedPolicy")["PolicyDocument"],
    "delivery-role-trust": lambda s: _delivery_role(s)["trust"],
    "delivery-role-policy": lambda s: _delivery_role(s)["policies"]["deliver"],
    "heal-role": lambda s: _lambda_role(s.response, "heal"),
    "heal-role-by-settings": lambda s: _added(s, "heal"),
    "heal-watch": lambda s: s.response.one(
        "AWS::IAM::ManagedPolicy", ManagedPolicyName=f"trailkeeper-heal-watch-{REGION}"
    )["PolicyDocument"]["Statement"],
    "alert-role": lambda s: _lambda_role(s.response, "alert"),
    "alert-role-by-settings": lambda s: _added(s, "alert"),
    "schedule-role": lambda s: _role(s.response, "scheduler.amazonaws.com"),
    "chat-role": lambda s: _role(s.full_response, "chatbot.amazonaws.com"),
    "alerts-key": lambda s: s.response.one("AWS::KMS::Key"),
    "topic-policies": lambda s: _topic_policies(s.full_response),
    "queue-policies": lambda s: _queue_policies(s.response),
    "queues": lambda s: _queues(s.response),
    "rules": lambda s: _rules(s.response),
    "schedule": lambda s: {
        what: s.response.one("AWS::Scheduler::Schedule", Name=name)
        for what, name in (("look", SCHEDULE), ("sweep", SWEEP_SCHEDULE))
    },
    "alarms": lambda s: _alarms(s.response),
    "functions": lambda s: _functions(s.response),
    "event-source": lambda s: s.response.one("AWS::Lambda::EventSourceMapping"),
    "satellite": lambda s: _satellite(s.charges),
    "state-table": lambda s: s.response.one("AWS::DynamoDB::Table"),
}

# In which order people expect to read a policy statement.
_READING_ORDER = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")


def in_reading_order(value: Any) -> Any:
    """The same document with the fields of policy statements in their usual order."""
    if isinstance(value, dict):
        known = [key for key in _READING_ORDER if key in value] if "Effect" in value else []
        return {
            key: in_reading_order(value[key])
            for key in (*known, *(k for k in value if k not in known))
        }
    return [in_reading_order(each) for each in value] if isinstance(value, list) else value


def comparable(value: Any) -> Any:
    """The same document with what AWS keeps no order of in one order."""
    if isinstance(value, dict):
        return {
            key: sorted(map(comparable, each), key=json.dumps)
            if key == "Statement"
            else comparable(each)
            for key, each in sorted(value.items())
        }
    if not isinstance(value, list):
        return value
    scalars = all(isinstance(each, str) for each in value)
    return sorted(value) if scalars else [comparable(each) for each in value]


def printed(value: Any, indent: int = 0) -> str:
    """JSON with everything that fits on a line on one line."""
    short = json.dumps(value, ensure_ascii=False)
    if len(short) + indent <= _LINE or not isinstance(value, (dict, list)):
        return short
    inner, outer = " " * (indent + 2), " " * indent
    if isinstance(value, dict):
        parts = [
            f"{inner}{json.dumps(key)}: {printed(each, indent + 2)}" for key, each in value.items()
        ]
        return "{\n" + ",\n".join(parts) + f"\n{outer}}}"
    return "[\n" + ",\n".join(inner + printed(each, indent + 2) for each in value) + f"\n{outer}]"


def main(names: list[str]) -> None:
    """Print the documents, all of them when none is named."""
    import tempfile
    from pathlib import Path

    from tests.stacks.conftest import ELSEWHERE, EVERYTHING, NOBODY, synthesize
    from trailkeeper.evidence.names import EVIDENCE_STACK, RESPONSE_STACK

    unknown = set(names) - DOCUMENTS.keys()
    if unknown:
        sys.exit(f"No such document: {sorted(unknown)}. There are: {', '.join(DOCUMENTS)}")
    with tempfile.TemporaryDirectory() as folder:
        bare, full, elsewhere = (Path(folder, each) for each in ("bare", "full", "elsewhere"))
        synthesize(NOBODY, bare)
        synthesize(EVERYTHING, full)
        synthesize(ELSEWHERE, elsewhere)
        stacks = Stacks(
            Deployed(bare, EVIDENCE_STACK),
            Deployed(bare, RESPONSE_STACK),
            Deployed(full, EVIDENCE_STACK),
            Deployed(full, RESPONSE_STACK),
            Deployed(elsewhere, "TrailkeeperSatellite-us-east-1"),
        )
        for name in names or DOCUMENTS:
            print(f"--- {name}\n{printed(in_reading_order(DOCUMENTS[name](stacks)))}")


if __name__ == "__main__":
    main(sys.argv[1:])
