"""Guards the topics of the other side: who may publish, and by which key.

A topic that is gone is made again, but without its subscriptions: only people can confirm them, so
that they are missing is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.drift import canonical, canonical_policy
from trailkeeper.evidence.names import ALERTS_KEY_ALIAS
from trailkeeper.evidence.permission import Permission
from trailkeeper.guards import alerts_key
from trailkeeper.guards.each import WHOLE, Differing, of_each
from trailkeeper.guards.guard import Clients, Guard, reading
from trailkeeper.guards.sides import Side, TopicRecord

NAME = "guard-topics"
_ABSENT = frozenset({"NotFound", "NotFoundException"})
_KEY = "the key that was deployed"


def guard(side: Side) -> Guard:
    """The guard of one side's topics."""
    records = {each.name: each for each in side.topics}

    def wanted(baseline: Baseline, record: TopicRecord) -> dict[str, Any]:
        return {
            "Policy": side.topic_policy(baseline, record.name),
            "KmsMasterKeyId": _KEY if record.encrypted else None,
        }

    def restore(
        clients: Clients, baseline: Baseline, record: TopicRecord, differing: Differing
    ) -> None:
        arn = record.arn(baseline.names)
        if WHOLE in differing:
            sns_of(clients, arn).create_topic(Name=record.name)
        if differing & {WHOLE, "KmsMasterKeyId"}:
            key = _deployed_key(clients, baseline, record) if record.encrypted else ""
            _set(clients, arn, "KmsMasterKeyId", key)
        if differing & {WHOLE, "Policy"}:
            policy = side.topic_policy(baseline, record.name)
            _set(clients, arn, "Policy", json.dumps(policy))

    def arns(baseline: Baseline) -> tuple[str, ...]:
        return tuple(each.arn(baseline.names) for each in records.values())

    regions = side.key_regions
    return Guard(
        name=NAME,
        documents=(
            of_each(
                "topics",
                records,
                read=_read,
                wanted=wanted,
                reads=("sns:GetTopicAttributes",),
                restore=restore,
                writes=("sns:CreateTopic", "sns:SetTopicAttributes"),
                canonical=lambda document: canonical(
                    {**document, "Policy": canonical_policy(document["Policy"])}
                ),
            ),
        ),
        resource=arns,
        why="Compare the topics of the other side with what is deployed; restore them",
        also_needs=(_uses_keys(regions),) if regions else (),
    )


def _uses_keys(regions: Iterable[str]) -> Permission:
    """Whoever gives a topic a key has to be able to use it.

    Source: SNS developer guide, "Managing Amazon SNS encryption keys and costs".
    """
    return Permission(
        ("kms:Decrypt", "kms:GenerateDataKey"),
        lambda baseline: tuple(
            (baseline.names.in_region(each) if each else baseline.names).arn("kms", "key/*")
            for each in regions
        ),
        "Give the topics their key again, which has its alias",
        lambda _: {"ForAnyValue:StringEquals": {"kms:ResourceAliases": ALERTS_KEY_ALIAS}},
    )


def _deployed_key(clients: Clients, baseline: Baseline, record: TopicRecord) -> str:
    return alerts_key.deployed_arn(clients, baseline, record.region)


def sns_of(clients: Clients, topic_arn: str) -> Any:
    """SNS where a topic stands; it knows those of its own region alone."""
    return clients.sns_in(topic_arn.split(":")[3])


def _set(clients: Clients, arn: str, name: str, value: str) -> None:
    sns_of(clients, arn).set_topic_attributes(
        TopicArn=arn, AttributeName=name, AttributeValue=value
    )


def _read(clients: Clients, baseline: Baseline, record: TopicRecord) -> Any:
    arn = record.arn(baseline.names)
    sns = sns_of(clients, arn)
    answer = reading(lambda: sns.get_topic_attributes(TopicArn=arn), _ABSENT)
    if answer is None:
        return None
    found = answer["Attributes"]
    key = found.get("KmsMasterKeyId") or None
    if key is not None and record.encrypted:
        ours = _deployed_key(clients, baseline, record)
        key = _KEY if alerts_key.is_it(key, ours) else key
    return {"Policy": json.loads(found["Policy"]), "KmsMasterKeyId": key}
