"""Against what reaches people: queues, topics, their subscribers and key, alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from trailkeeper.evidence.names import ALARMS_TOPIC, ALERTS_KEY_ALIAS, ALERTS_QUEUE, ALERTS_TOPIC
from trailkeeper.evidence.outcome import placed
from trailkeeper.guards.techniques.technique import (
    EITHER,
    WATCHER_SIDE,
    Act,
    Intruder,
    Technique,
    allow,
    deny,
)
from trailkeeper.guards.techniques.technique import policy as policy_of

_QUEUES = ("guard-queues.queues",)
_TOPICS = ("guard-topics.topics",)
_FEEDS = ("guard-feeds.subscriptions",)
_ALARMS = ("guard-alarms.alarms",)
_NO_QUEUE = "The watcher tells people without a queue, and writes the queue as it was deployed"
_ONLY_READER = "The policy of the queue lets nobody but the alert function take or purge anything"
_ONLY_PUBLISHERS = "The policy of the topic lets nobody but our functions and alarms publish"
_WITH_CHARGES_AT_HOME = "the account of this page has its home where the charges are"
_CONFIRM = "Only people can confirm a subscription, so the other half tells who is missing"


def _set_queue(name: str, **attributes: Any) -> Act:
    def act(a: Intruder) -> None:
        said = {key: _said(value, a) for key, value in attributes.items()}
        a.sqs.set_queue_attributes(QueueUrl=a.side.queue_url(name), Attributes=said)

    return act


def _said(value: Any, a: Intruder) -> str:
    return value(a) if callable(value) else str(value)


def _nobody_may(action: str) -> Any:
    return lambda a: policy_of(deny(action, a.names.alerts_queue_arn, Principal="*"))


def _dead_queue(a: Intruder) -> str:
    return a.side.queue_url(a.side.functions[0].dead_letters)


def _delete_queues(a: Intruder, *names: str) -> None:
    for each in names:
        a.sqs.delete_queue(QueueUrl=a.side.queue_url(each))


def _topic(a: Intruder) -> str:
    """The topic by which the half tells people."""
    return a.names.arn("sns", a.side.topics[0].name)


def _close_elsewhere(a: Intruder) -> None:
    (topic,) = (each for each in a.side.topics if each.region)
    arn = topic.arn(a.names)
    closed = policy_of(deny("sns:Publish", arn, Principal="*"))
    a.sns_in(topic.region).set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=closed
    )


def _on_key_of_charges(id_: str, words: str, right: str, document: str, so: str) -> Technique:
    return Technique(
        id=id_,
        words=words,
        rights=(right,),
        documents=(placed(document, "us-east-1"),),
        how=f"Its events stay in that region, so the schedule finds it, and {so}",
        mail="(us-east-1) had changed",
        seen="schedule",
        unplayed=_WITH_CHARGES_AT_HOME,
    )


def _set_topic(name: str, value: Any) -> Act:
    return lambda a: a.sns.set_topic_attributes(
        TopicArn=_topic(a), AttributeName=name, AttributeValue=_said(value, a)
    )


def _nobody_may_publish(a: Intruder) -> str:
    return policy_of(deny("sns:Publish", _topic(a), Principal="*"))


def _confirmed(a: Intruder) -> list[str]:
    found = a.sns.list_subscriptions_by_topic(TopicArn=_topic(a))["Subscriptions"]
    return [each["SubscriptionArn"] for each in found]


def _unsubscribe_all(a: Intruder) -> None:
    for each in _confirmed(a):
        a.sns.unsubscribe(SubscriptionArn=each)


def _filter(a: Intruder) -> None:
    for each in _confirmed(a):
        a.sns.set_subscription_attributes(
            SubscriptionArn=each,
            AttributeName="FilterPolicy",
            AttributeValue='{"nothing": ["nobody"]}',
        )


def _hearing(a: Intruder) -> list[str]:
    """The subscriptions of the topic of alarms."""
    found = a.sns.list_subscriptions_by_topic(TopicArn=a.names.alarms_topic_arn)
    return [each["SubscriptionArn"] for each in found["Subscriptions"]]


def _set_hearing(name: str, value: str) -> Act:
    def act(a: Intruder) -> None:
        for each in _hearing(a):
            a.sns.set_subscription_attributes(
                SubscriptionArn=each, AttributeName=name, AttributeValue=value
            )

    return act


def _key(a: Intruder) -> str:
    return str(a.kms.describe_key(KeyId=ALERTS_KEY_ALIAS)["KeyMetadata"]["KeyId"])


def _root_only(a: Intruder) -> str:
    root = {"AWS": f"arn:{a.names.partition}:iam::{a.names.account}:root"}
    return policy_of(allow("kms:*", Principal=root))


def _alarms(a: Intruder) -> list[str]:
    return [each.name for each in a.side.alarms]


def _deaden(a: Intruder) -> None:
    """Leave an alarm that never goes off and tells nobody."""
    record = a.side.alarms[0]
    document: Mapping[str, Any] = record.document(a.names)
    a.cloudwatch.put_metric_alarm(
        **{**document, "AlarmName": record.name, "Threshold": 1e9, "AlarmActions": []}
    )


def _take_dead_letters(a: Intruder) -> None:
    a.refused(lambda: a.sqs.receive_message(QueueUrl=_dead_queue(a)))
    a.refused(lambda: a.sqs.purge_queue(QueueUrl=_dead_queue(a)))


_ANOTHER_CHANNEL = "https://hooks.slack.com/services/T9999/B9999/another"

TECHNIQUES = (
    Technique(
        id="queue-deleted",
        words="Delete the queue of alerts",
        rights=("sqs:DeleteQueue",),
        documents=_QUEUES,
        how="The watcher tells people without a queue, and makes the queue again",
        attack=lambda a: _delete_queues(a, ALERTS_QUEUE),
    ),
    Technique(
        id="dead-letters-deleted",
        words="Delete every queue of dead letters",
        rights=("sqs:DeleteQueue",),
        against=EITHER,
        documents=_QUEUES,
        how="The other half makes them again",
        attack=lambda a: _delete_queues(
            a, *(each.name for each in a.side.queues if each.name != ALERTS_QUEUE)
        ),
    ),
    Technique(
        id="nobody-may-send",
        words="Let nobody send to the queue of alerts",
        rights=("sqs:SetQueueAttributes",),
        documents=_QUEUES,
        how=_NO_QUEUE,
        attack=_set_queue(ALERTS_QUEUE, Policy=_nobody_may("sqs:SendMessage")),
    ),
    Technique(
        id="nobody-may-receive",
        words="Let nobody receive from the queue of alerts",
        rights=("sqs:SetQueueAttributes",),
        documents=_QUEUES,
        how=_NO_QUEUE,
        attack=_set_queue(ALERTS_QUEUE, Policy=_nobody_may("sqs:ReceiveMessage")),
    ),
    Technique(
        id="nothing-is-kept",
        words="Let alerts that cannot be told be thrown away",
        rights=("sqs:SetQueueAttributes",),
        documents=_QUEUES,
        how=_NO_QUEUE,
        attack=_set_queue(ALERTS_QUEUE, RedrivePolicy=""),
    ),
    Technique(
        id="alerts-delayed",
        words="Let every alert wait for a quarter of an hour",
        rights=("sqs:SetQueueAttributes",),
        documents=_QUEUES,
        how=_NO_QUEUE,
        attack=_set_queue(ALERTS_QUEUE, DelaySeconds=900),
    ),
    Technique(
        id="queue-purged",
        words="Purge the queue of alerts",
        rights=("sqs:PurgeQueue",),
        ends="no effect",
        how=_ONLY_READER,
        mail="",
        attack=lambda a: a.refused(
            lambda: a.sqs.purge_queue(QueueUrl=a.side.queue_url(ALERTS_QUEUE))
        ),
    ),
    Technique(
        id="alerts-taken",
        words="Take alerts out of their queue before the alert function does",
        rights=("sqs:ReceiveMessage", "sqs:DeleteMessage"),
        ends="no effect",
        how=_ONLY_READER,
        mail="",
        attack=lambda a: a.refused(
            lambda: a.sqs.receive_message(QueueUrl=a.side.queue_url(ALERTS_QUEUE))
        ),
    ),
    Technique(
        id="dead-letters-taken",
        words="Take out what a function gave up, before anybody has seen it",
        rights=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"),
        against=EITHER,
        ends="no effect",
        how=_ONLY_READER,
        mail="",
        attack=_take_dead_letters,
    ),
    Technique(
        id="topic-deleted",
        words="Delete the topic that reaches people",
        rights=("sns:DeleteTopic",),
        against=EITHER,
        ends="told",
        how="The other half makes it again and tells by its own; people have to confirm once more",
        attack=lambda a: a.sns.delete_topic(TopicArn=_topic(a)),
    ),
    Technique(
        id="all-unsubscribed",
        words="Unsubscribe everybody",
        rights=("sns:Unsubscribe",),
        against=EITHER,
        ends="told",
        how=_CONFIRM,
        attack=_unsubscribe_all,
    ),
    Technique(
        id="one-unsubscribed",
        words="Unsubscribe one of those who get alerts",
        rights=("sns:Unsubscribe",),
        against=EITHER,
        ends="told",
        how=_CONFIRM,
        attack=lambda a: a.sns.unsubscribe(SubscriptionArn=_confirmed(a)[0]),
    ),
    Technique(
        id="subscriptions-filtered",
        words="Filter every message out of the subscriptions",
        rights=("sns:SetSubscriptionAttributes",),
        against=EITHER,
        ends="told",
        how="The other half says whose messages are filtered; a machine unsubscribes nobody",
        attack=_filter,
    ),
    Technique(
        id="stranger-subscribed",
        words="Subscribe a stranger to the alerts",
        rights=("sns:Subscribe",),
        against=EITHER,
        ends="told",
        how="Only people know whom they invited",
        attack=lambda a: a.sns.subscribe(
            TopicArn=_topic(a), Protocol="email", Endpoint="stranger@example.net"
        ),
    ),
    Technique(
        id="alarms-unsubscribed",
        words="Unsubscribe the queue of alerts from the topic of alarms",
        rights=("sns:Unsubscribe",),
        documents=_FEEDS,
        how="The watcher subscribes the queue again; nobody has to confirm it",
        attack=lambda a: [a.sns.unsubscribe(SubscriptionArn=each) for each in _hearing(a)],
    ),
    Technique(
        id="alarms-filtered",
        words="Filter every alarm out of what the queue of alerts gets",
        rights=("sns:SetSubscriptionAttributes",),
        documents=_FEEDS,
        how="The watcher takes the filter off",
        attack=_set_hearing("FilterPolicy", '{"nothing": ["nobody"]}'),
    ),
    Technique(
        id="alarms-unwrapped",
        words="Have SNS bring what is published as alarms without its envelope",
        rights=("sns:SetSubscriptionAttributes",),
        documents=_FEEDS,
        how=(
            "The watcher has SNS write its envelope again, by which what a topic brings is never "
            "taken for an alert of ours"
        ),
        attack=_set_hearing("RawMessageDelivery", "true"),
    ),
    Technique(
        id="alarms-overheard",
        words="Subscribe a stranger to the alarms",
        rights=("sns:Subscribe",),
        ends="told",
        how="Only people know whom they invited",
        attack=lambda a: a.sns.subscribe(
            TopicArn=a.names.alarms_topic_arn, Protocol="email", Endpoint="stranger@example.net"
        ),
    ),
    Technique(
        id="charges-unheard",
        words="Unsubscribe the queue of alerts from the topic of charges in us-east-1",
        rights=("sns:Unsubscribe",),
        documents=_FEEDS,
        how="Its events stay in that region, so the schedule finds it, and the queue is subscribed",
        mail="Subscriptions of the queue of alerts had changed",
        seen="schedule",
        unplayed=_WITH_CHARGES_AT_HOME,
    ),
    Technique(
        id="charges-unpublished",
        words="Let nobody publish to the topic of charges in us-east-1",
        rights=("sns:SetTopicAttributes",),
        documents=_TOPICS,
        how="Its events stay in that region, so the schedule finds it, and the policy is written",
        mail="Topics of Trailkeeper had changed",
        seen="schedule",
        unplayed=_WITH_CHARGES_AT_HOME,
    ),
    Technique(
        id="charges-key-swapped",
        words="Encrypt the topic of charges in us-east-1 with a key of the attacker",
        rights=("sns:SetTopicAttributes",),
        documents=_TOPICS,
        how="The schedule finds it, and the topic gets the key again that our stack made there",
        mail="Topics of Trailkeeper had changed",
        seen="schedule",
        unplayed=_WITH_CHARGES_AT_HOME,
    ),
    _on_key_of_charges(
        "charges-key-disabled",
        "Disable the key of the topic of charges in us-east-1",
        "kms:DisableKey",
        "guard-key.state",
        "the watcher enables it",
    ),
    _on_key_of_charges(
        "charges-key-to-be-deleted",
        "Plan the deletion of the key of the topic of charges in us-east-1",
        "kms:ScheduleKeyDeletion",
        "guard-key.state",
        "the watcher cancels the deletion and enables the key",
    ),
    _on_key_of_charges(
        "charges-may-not-use-key",
        "Let no alarm use the key of the topic of charges in us-east-1",
        "kms:PutKeyPolicy",
        "guard-key.policy",
        "the watcher writes the policy as it was deployed",
    ),
    _on_key_of_charges(
        "charges-key-not-rotated",
        "Stop the rotation of the key of the topic of charges in us-east-1",
        "kms:DisableKeyRotation",
        "guard-key.rotation",
        "the watcher turns it on again",
    ),
    _on_key_of_charges(
        "charges-key-alias-deleted",
        "Delete the alias of the key of the topic of charges in us-east-1",
        "kms:DeleteAlias",
        "guard-key.alias",
        "the watcher, which knows the key by the stack that made it, makes the alias again",
    ),
    Technique(
        id="nobody-may-publish",
        words="Let nobody publish to the topic that reaches people",
        rights=("sns:SetTopicAttributes",),
        against=EITHER,
        documents=_TOPICS,
        how="The other half writes the policy as it was deployed, and tells by its own topic",
        attack=_set_topic("Policy", _nobody_may_publish),
    ),
    Technique(
        id="nobody-may-publish-elsewhere",
        words="Let nobody publish to the topic of last resort in another region",
        rights=("sns:SetTopicAttributes",),
        against=WATCHER_SIDE,
        documents=_TOPICS,
        how="Its events stay in that region, so the schedule finds it; home's topic takes over",
        mail="Topics of Trailkeeper had changed",
        seen="schedule",
        attack=_close_elsewhere,
    ),
    Technique(
        id="topic-key-swapped",
        words="Encrypt the topic of alerts with a key of the attacker",
        rights=("sns:SetTopicAttributes",),
        documents=_TOPICS,
        how="The watcher gives the topic the key behind our alias again",
        attack=_set_topic("KmsMasterKeyId", lambda a: a.own_key),
    ),
    Technique(
        id="key-disabled",
        words="Disable the key of the alert topics",
        rights=("kms:DisableKey",),
        documents=("guard-key.state",),
        how="The watcher enables it; the topic of last resort has no key",
        attack=lambda a: a.kms.disable_key(KeyId=_key(a)),
    ),
    Technique(
        id="key-to-be-deleted",
        words="Plan the deletion of the key of the alert topics",
        rights=("kms:ScheduleKeyDeletion",),
        documents=("guard-key.state",),
        how="The watcher cancels the deletion and enables the key",
        attack=lambda a: a.kms.schedule_key_deletion(KeyId=_key(a), PendingWindowInDays=7),
    ),
    Technique(
        id="alarms-may-not-use-key",
        words="Let no alarm use the key of the alert topics",
        rights=("kms:PutKeyPolicy",),
        documents=("guard-key.policy",),
        how="The watcher writes the policy as it was deployed",
        attack=lambda a: a.kms.put_key_policy(
            KeyId=_key(a), PolicyName="default", Policy=_root_only(a)
        ),
    ),
    Technique(
        id="key-not-rotated",
        words="Stop the rotation of the key of the alert topics",
        rights=("kms:DisableKeyRotation",),
        documents=("guard-key.rotation",),
        how="The watcher turns it on again",
        attack=lambda a: a.kms.disable_key_rotation(KeyId=_key(a)),
    ),
    Technique(
        id="key-alias-moved",
        words="Point the alias of the alert topics' key at a key of the attacker",
        rights=("kms:UpdateAlias",),
        documents=("guard-key.alias",),
        how="The watcher knows the key by the stack that made it, and points the alias back",
        attack=lambda a: a.kms.update_alias(AliasName=ALERTS_KEY_ALIAS, TargetKeyId=a.own_key),
    ),
    Technique(
        id="key-alias-deleted",
        words="Delete the alias of the alert topics' key",
        rights=("kms:DeleteAlias",),
        documents=("guard-key.alias",),
        how="The watcher knows the key by the stack that made it, and makes the alias again",
        attack=lambda a: a.kms.delete_alias(AliasName=ALERTS_KEY_ALIAS),
    ),
    Technique(
        id="alarms-deleted",
        words="Delete every alarm of ours",
        rights=("cloudwatch:DeleteAlarms",),
        against=EITHER,
        documents=_ALARMS,
        how="The other half makes them again",
        attack=lambda a: a.cloudwatch.delete_alarms(AlarmNames=_alarms(a)),
    ),
    Technique(
        id="alarms-muted",
        words="Let no alarm of ours tell anybody",
        rights=("cloudwatch:DisableAlarmActions",),
        against=EITHER,
        documents=_ALARMS,
        how="The other half lets them tell again",
        attack=lambda a: a.cloudwatch.disable_alarm_actions(AlarmNames=_alarms(a)),
    ),
    Technique(
        id="alarm-deadened",
        words="Change an alarm so that it never goes off and tells nobody",
        rights=("cloudwatch:PutMetricAlarm",),
        against=EITHER,
        documents=_ALARMS,
        how="The other half writes the alarm as it was deployed",
        attack=_deaden,
    ),
    Technique(
        id="alarm-rule-disabled",
        words="Turn off the rule that carries calls against alarms, then delete every alarm",
        rights=("events:DisableRule", "cloudwatch:DeleteAlarms"),
        documents=("guard-rules.rules", *_ALARMS),
        how="The watcher hears of both calls by rules of its own",
        attack=lambda a: (
            a.events.disable_rule(Name="trailkeeper-alarm-changes"),
            a.cloudwatch.delete_alarms(AlarmNames=_alarms(a)),
        ),
    ),
    Technique(
        id="topic-published",
        words="Publish a false alert to the topic of alerts",
        rights=("sns:Publish",),
        ends="no effect",
        how=_ONLY_PUBLISHERS,
        mail="",
        attack=lambda a: a.refused(
            lambda: a.sns.publish(
                TopicArn=a.names.arn("sns", ALERTS_TOPIC), Subject="x", Message="a false alert"
            )
        ),
    ),
    Technique(
        id="alarm-published",
        words="Publish a false alarm to the topic of alarms",
        rights=("sns:Publish",),
        ends="no effect",
        how=_ONLY_PUBLISHERS,
        mail="",
        attack=lambda a: a.refused(
            lambda: a.sns.publish(
                TopicArn=a.names.arn("sns", ALARMS_TOPIC),
                Message=json.dumps({"AlarmName": "trailkeeper-heal-errors"}),
            )
        ),
    ),
    Technique(
        id="last-resort-published",
        words="Publish a false alert to the topic of last resort, which has no key",
        rights=("sns:Publish",),
        against=WATCHER_SIDE,
        ends="no effect",
        how=_ONLY_PUBLISHERS,
        mail="",
        attack=lambda a: a.refused(
            lambda: a.sns.publish(TopicArn=a.names.last_resort_topic_arn, Message="a false alert")
        ),
    ),
    Technique(
        id="slack-swapped",
        words="Have the alerts to Slack go to a channel of the attacker",
        rights=("ssm:PutParameter",),
        ends="told",
        how=(
            "The watcher says who wrote the parameter, and that only people know whose channel it "
            "is; a machine does not know the right one. Mails are not touched"
        ),
        attack=lambda a: a.ssm.put_parameter(
            Name=a.side.secrets[0], Value=_ANOTHER_CHANNEL, Type="SecureString", Overwrite=True
        ),
    ),
)
