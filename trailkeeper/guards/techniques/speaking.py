"""Speaking through the guard: made-up events, items, alerts and floods."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from trailkeeper.alerts.dead_letters import REDRIVE
from trailkeeper.evidence.functions import ALERT, HEAL
from trailkeeper.evidence.names import ALERTS_DEAD_QUEUE, ALERTS_QUEUE, LIVE, STATE_TABLE
from trailkeeper.guards.techniques.technique import Act, Intruder, Technique

_MANY = 60
_NOW_AND_THEN = 3
_TEN_YEARS = 10 * 365 * 24 * 3600
_FEW = 8
_FAR = "2036-01-01T00:00:00+00:00"


def made_up(a: Intruder, number: int, *, who: str, at: str, name: str = "StopLogging") -> Any:
    """An event of a call that nobody made."""
    return {
        "version": "0",
        "id": f"made-up-{number}",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.cloudtrail",
        "account": a.names.account,
        "time": at,
        "region": a.names.region,
        "resources": [],
        "detail": {
            "eventVersion": "1.09",
            "eventID": f"00000000-0000-4000-8000-{number:012}",
            "eventName": name,
            "eventSource": "cloudtrail.amazonaws.com",
            "eventTime": at,
            "awsRegion": a.names.region,
            "sourceIPAddress": "192.0.2.1",
            "recipientAccountId": a.names.account,
            "requestParameters": {"name": a.names.trail},
            "userIdentity": {
                "type": "IAMUser",
                "principalId": "AIDAEXAMPLE",
                "arn": f"arn:{a.names.partition}:iam::{a.names.account}:user/{who}",
                "accountId": a.names.account,
                "userName": who,
            },
        },
    }


def _invent(who: str, at: str = "", times: int = 3) -> Act:
    def act(a: Intruder) -> None:
        said = at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for number in range(times):
            event = made_up(a, number, who=who, at=said)
            a.call(f"{HEAL.name}:{LIVE}", event)

    return act


def _put(partition: str, sort: str, body: Any, **attributes: Any) -> Act:
    item = {
        "id": {"S": partition},
        "at": {"S": sort},
        "expires": {"N": "2082758400"},
        **({"body": {"S": json.dumps(body)}} if body is not None else {}),
        **attributes,
    }

    def act(a: Intruder) -> None:
        a.dynamodb.delete_resource_policy(ResourceArn=a.names.state_table_arn)
        a.dynamodb.put_item(TableName=STATE_TABLE, Item=item)

    return act


def _in_turn(*acts: Act) -> Act:
    def act(a: Intruder) -> None:
        for each in acts:
            each(a)

    return act


def _alert(a: Intruder) -> dict[str, Any]:
    """An alert that looks like one of ours, with a command of the attacker."""
    return {
        "detection": "trail-stopped",
        "category": "trail",
        "severity": "critical",
        "what": {"key": "subject.logging"},
        "who": "somebody",
        "story": [],
        "dedup_key": "x",
        "account": a.names.account,
        "region": a.names.region,
        "command": (
            "aws iam attach-user-policy --user-name mallory "
            f"--policy-arn arn:{a.names.partition}:iam::aws:policy/AdministratorAccess"
        ),
    }


def _sessions() -> Iterator[str]:
    yield from (f"session-{number}" for number in range(_MANY))


def _deny_flood(a: Intruder) -> None:
    for number in range(_MANY):
        event = made_up(a, number, who="", at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        event["detail"] |= {"errorCode": "AccessDenied", "errorMessage": "not authorized"}
        event["detail"]["userIdentity"] = _session(a, f"session-{number}")
        a.functions.invoke(
            FunctionName=HEAL.name,
            Qualifier=LIVE,
            InvocationType="Event",
            Payload=json.dumps(event),
        )


def _session(a: Intruder, name: str) -> Mapping[str, Any]:
    role = f"arn:{a.names.partition}:iam::{a.names.account}:role/build"
    return {
        "type": "AssumedRole",
        "principalId": f"AROAEXAMPLE:{name}",
        "arn": f"arn:{a.names.partition}:sts::{a.names.account}:assumed-role/build/{name}",
        "accountId": a.names.account,
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "arn": role,
                "accountId": a.names.account,
                "userName": "build",
            }
        },
    }


def _tag_flood(a: Intruder) -> None:
    for number in range(_MANY):
        a.cloudtrail.add_tags(
            ResourceId=a.names.trail_arn, TagsList=[{"Key": f"t{number}", "Value": "x"}]
        )
        a.cloudtrail.remove_tags(
            ResourceId=a.names.trail_arn, TagsList=[{"Key": f"t{number}", "Value": "x"}]
        )


def _grant_flood(a: Intruder) -> None:
    key = a.kms.describe_key(KeyId="alias/trailkeeper-evidence")["KeyMetadata"]["KeyId"]
    for _ in range(_MANY):
        a.kms.create_grant(KeyId=key, GranteePrincipal=a.me, Operations=["Decrypt"])


def _slip_in(a: Intruder) -> None:
    """Let a message of his own queue be received too often, with the alerts as dead letters."""
    url = a.side.queue_url(a.own_queue.rpartition(":")[2])
    redrive = {"deadLetterTargetArn": a.names.alerts_queue_arn, "maxReceiveCount": 1}
    a.sqs.set_queue_attributes(
        QueueUrl=url,
        Attributes={"RedrivePolicy": json.dumps(redrive), "VisibilityTimeout": "0"},
    )
    a.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(_alert(a)))
    for _ in range(3):
        a.sqs.receive_message(QueueUrl=url)


def _forge_dead_alert(a: Intruder) -> None:
    url = a.side.queue_url(ALERTS_DEAD_QUEUE)
    a.refused(lambda: a.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(_alert(a))))
    a.call(f"{ALERT.name}:{LIVE}", {"trailkeeper": {"command": REDRIVE, "body": _alert(a)}})


def _speak(a: Intruder) -> None:
    """Call with alerts, one of them as well-formed as ours, directly and by a record of SQS."""
    well_formed = {key: value for key, value in _alert(a).items() if key != "command"}
    by_queue = {
        "messageId": "00000000-0000-4000-8000-000000000001",
        "receiptHandle": "AQEBmadeup",
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "eventSourceARN": a.names.alerts_queue_arn,
        "body": json.dumps(well_formed),
    }
    a.call(f"{ALERT.name}:{LIVE}", _alert(a))
    a.call(f"{ALERT.name}:{LIVE}", well_formed)
    a.call(f"{ALERT.name}:{LIVE}", {"Records": [by_queue]})


def _stop_now_and_then(a: Intruder) -> None:
    """Stop the trail, and again when nobody remembers that it was stopped."""
    for _ in range(_NOW_AND_THEN):
        a.cloudtrail.stop_logging(Name=a.names.trail_arn)
        a.wait_an_hour()


def _launch_behind_a_window(a: Intruder) -> None:
    group = f"instances/{a.names.account}/{a.names.region}/running"
    _put(
        f"window#{group}",
        "window",
        None,
        window={"S": "theirs"},
        closes={"N": str(datetime.now(UTC).timestamp() + _TEN_YEARS)},
        seconds={"N": "60"},
    )(a)
    a.ec2.run_instances(ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1)


def _mark_as_told(a: Intruder) -> None:
    """The marks of alerts whose names can be known before; the next stop's event id cannot."""
    now = datetime.now(UTC)
    for told in (f"drift/{now:%Y-%m-%d}", f"fight/{now:%Y-%m-%dT%H}/{a.me}/open", "call//ok"):
        digest = hashlib.md5(json.dumps(told).encode(), usedforsecurity=False).hexdigest()
        _put(
            "once",
            f"alert#{digest}",
            None,
            status={"S": "COMPLETED"},
            data={"S": "null"},
            expiration={"N": "2082758400"},
        )(a)


def _bring_alarm(a: Intruder) -> None:
    name = f"{HEAL.name}-errors"
    alarm = {
        "AlarmName": name,
        "AlarmArn": a.names.arn("cloudwatch", f"alarm:{name}"),
        "AWSAccountId": a.names.account,
        "NewStateValue": "ALARM",
        "OldStateValue": "OK",
        "StateChangeTime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"),
    }
    topic = a.names.alarms_topic_arn
    brought = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": f"{topic}:00000000-0000-4000-8000-000000000001",
        "Sns": {"Type": "Notification", "TopicArn": topic, "Message": json.dumps(alarm)},
    }
    a.call(f"{ALERT.name}:{LIVE}", {"Records": [brought]})


_ONLY_OURS = "The policy of the queue refuses everybody but the functions and the rules"
_HISTORY = "Event history is asked for the call; the alert that follows says that nobody made it"
_DOUBTED = "What cannot be true decides nothing, and people are told of the item"

TECHNIQUES = (
    Technique(
        id="stops-made-up",
        words="Call the heal function with three stops, dated years ahead, that nobody made",
        rights=("lambda:InvokeFunction",),
        ends="no effect",
        how=(
            "No time of an event decides: real stops are told as ever. Half an hour later people "
            "hear that event history has no such call"
        ),
        mail="",
        attack=_invent("innocent", "2036-01-01T00:00:00Z"),
    ),
    Technique(
        id="innocent-blamed",
        words="Have somebody contained who never stopped the trail, by made-up stops",
        rights=("lambda:InvokeFunction",),
        ends="no effect",
        how="Nobody is contained before event history confirms the call and who made it",
        mail="",
        attack=_invent("innocent"),
    ),
    Technique(
        id="table-written",
        words="Write a pause of the repairs into the state table",
        rights=("dynamodb:PutItem",),
        ends="no effect",
        how="The table's own policy refuses everybody but the functions",
        mail="",
        attack=lambda a: a.refused(
            lambda: a.dynamodb.put_item(
                TableName=STATE_TABLE, Item={"id": {"S": "pause"}, "at": {"S": "now"}}
            )
        ),
    ),
    Technique(
        id="items-blame",
        words="Open the state table, and write into it that somebody keeps stopping the trail",
        rights=("dynamodb:DeleteResourcePolicy", "dynamodb:PutItem"),
        ends="no effect",
        how="Nobody is contained before event history confirms every call and who made it",
        mail="",
        attack=_in_turn(
            *(
                _put("heal", f"2026-11-26T00:0{number}:00+00:00#e{number}", {"author": "innocent"})
                for number in range(3)
            )
        ),
    ),
    Technique(
        id="pause-until-2036",
        words="Open the state table, and write a pause of the repairs until 2036 into it",
        rights=("dynamodb:DeleteResourcePolicy", "dynamodb:PutItem"),
        ends="told",
        how=_DOUBTED,
        way="alerts",
        mail="an item that Trailkeeper cannot have written",
        seen="schedule",
        attack=_put(
            "pause",
            "now",
            {"started": _FAR, "until": _FAR, "reason": "x", "author": "the CISO"},
        ),
    ),
    Technique(
        id="pause-junk",
        words="Open the state table, and write junk in place of a pause into it",
        rights=("dynamodb:DeleteResourcePolicy", "dynamodb:PutItem"),
        ends="told",
        how=_DOUBTED,
        way="alerts",
        mail="an item that Trailkeeper cannot have written",
        seen="schedule",
        attack=_put("pause", "now", []),
    ),
    Technique(
        id="stops-to-come",
        words="Open the state table, and write stops of the year 2036 into it",
        rights=("dynamodb:DeleteResourcePolicy", "dynamodb:PutItem"),
        ends="told",
        how=_DOUBTED,
        way="alerts",
        mail="an item that Trailkeeper cannot have written",
        seen="schedule",
        attack=_put("heal", f"{_FAR}#e", {"author": "innocent"}),
    ),
    Technique(
        id="window-of-ten-years",
        words="Open the state table, and write a window into it in which alerts of instances are "
        "held for ten years; then launch one",
        rights=(
            *("dynamodb:DeleteResourcePolicy", "dynamodb:PutItem"),
            *("ec2:RunInstances", "ec2:DescribeInstances"),
        ),
        ends="told",
        how=f"{_DOUBTED}; the instance is told at once",
        way="alerts",
        mail="an item that Trailkeeper cannot have written",
        attack=_launch_behind_a_window,
    ),
    Technique(
        id="marks-of-told-alerts",
        words="Open the state table, and write into it that alerts to come were told already",
        rights=("dynamodb:DeleteResourcePolicy", "dynamodb:PutItem"),
        ends="told",
        how=(
            "The table has to be opened first, which the watcher tells and puts back. An alert of "
            "a call goes by the id that CloudTrail gives it, which nobody knows before"
        ),
        way="last resort",
        attack=_mark_as_told,
    ),
    Technique(
        id="slow-fight",
        words="Stop the trail once an hour, so that no fight is seen in it",
        rights=("cloudtrail:StopLogging",),
        ends="told",
        how=(
            "Each stop is healed within seconds and told on its own, with who; only who stops it "
            "three times without ten quiet minutes is contained"
        ),
        way="alerts",
        mail="Trail stopped",
        attack=_stop_now_and_then,
    ),
    Technique(
        id="alert-sent",
        words="Send an alert with a command to paste to the queue of alerts",
        rights=("sqs:SendMessage",),
        ends="no effect",
        how=_ONLY_OURS,
        mail="",
        attack=lambda a: a.refused(
            lambda: a.sqs.send_message(
                QueueUrl=a.side.queue_url(ALERTS_QUEUE), MessageBody=json.dumps(_alert(a))
            )
        ),
    ),
    Technique(
        id="alert-slipped-in",
        words="Have SQS move an alert to the queue of alerts, as the dead letter of another queue",
        rights=("sqs:SetQueueAttributes", "sqs:SendMessage", "sqs:ReceiveMessage"),
        ends="no effect",
        how="No queue may leave its dead letters there, which SQS would move without asking",
        mail="",
        mails=2,
        attack=_slip_in,
    ),
    Technique(
        id="dead-letter-forged",
        words="Put an alert among the dead alerts, and have them told again",
        rights=("sqs:SendMessage", "lambda:InvokeFunction"),
        ends="no effect",
        how=f"{_ONLY_OURS}; who asks for it to be told decides nothing of what is told",
        mail="",
        mails=1,
        attack=_forge_dead_alert,
    ),
    Technique(
        id="alert-function-called",
        words="Call the alert function with an alert, bare and as if it came by the queue",
        rights=("lambda:InvokeFunction",),
        ends="told",
        how=(
            "Only what SQS confirms to be in the queue is told; people hear that somebody made up "
            "messages, and nothing of what they say"
        ),
        way="alerts",
        mail="Made-up messages",
        mails=1,
        attack=_speak,
    ),
    Technique(
        id="alarm-brought",
        words="Call the alert function with a false alarm, as SNS brings alarms to functions",
        rights=("lambda:InvokeFunction",),
        ends="no effect",
        how=(
            "Alarms come by the queue alone, so that none can be brought by a call; people hear "
            "that somebody made up messages"
        ),
        way="alerts",
        mail="Made-up messages",
        mails=2,
        attack=_bring_alarm,
    ),
    Technique(
        id="flood-of-denied-tries",
        words=f"Drown a real alert in {_MANY} denied tries under as many session names",
        rights=("lambda:InvokeFunction",),
        ends="no effect",
        how="Tries are counted together by principal, whatever the session; few mails come",
        mail="",
        mails=_FEW,
        attack=_deny_flood,
    ),
    Technique(
        id="flood-of-tags",
        words=f"Drown a real alert in {_MANY} tags on the trail",
        rights=("cloudtrail:AddTags", "cloudtrail:RemoveTags"),
        ends="no effect",
        how="Harmless calls are counted together by principal; few mails come",
        mail="",
        mails=_FEW,
        attack=_tag_flood,
    ),
    Technique(
        id="flood-of-grants",
        words=f"Drown a real alert in {_MANY} grants on the evidence key",
        rights=("kms:CreateGrant",),
        ends="no effect",
        how="Harmless calls are counted together by principal; few mails come",
        mail="",
        mails=_FEW,
        attack=_grant_flood,
    ),
)
