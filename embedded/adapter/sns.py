"""SNS as AWS runs it: puts subscriptions, publishing and deliveries in the emulator's place."""

from __future__ import annotations

import json
from typing import Any

from ministack.services import sns
from ministack.services.cloudformation import provisioners

from embedded.adapter import gateway, sns_delivery, sns_publishing, sns_subscriptions, sns_wire
from embedded.adapter.sns_wire import Params, Record, Response, invalid, is_json_object, text

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "ministack.services.cloudformation.provisioners:_sns_sub_attributes(props)",
    "ministack.services.cloudformation.provisioners:_sns_sub_create(logical_id, props, stack_name)",
    "ministack.services.sns:_confirm_subscription(params)",
    "ministack.services.sns:_get_subscription_attributes(params)",
    "ministack.services.sns:_list_subscriptions(params)",
    "ministack.services.sns:_list_subscriptions_by_topic(params)",
    "ministack.services.sns:_normalize_arn(arn)",
    "ministack.services.sns:_publish(params)",
    "ministack.services.sns:_publish_batch(params)",
    "ministack.services.sns:_set_topic_attributes(params)",
    "ministack.services.sns:_subscribe(params)",
    "ministack.services.sns:_topic_by_arn_any_scope(topic_arn)",
    "ministack.services.sns:_topics",
    "ministack.services.sns:_unsubscribe(params)",
)

_TOPIC_PROPERTIES = (
    "ArchivePolicy",
    "DataProtectionPolicy",
    "DisplayName",
    "KmsMasterKeyId",
    "MaximumMessageSize",
    "SignatureVersion",
    "TracingConfig",
)


def install(postman: sns_delivery.Postman, *, endpoint: str) -> None:
    """Put AWS's behaviour in place; endpoint is the URL that the links in messages start with.

    To be called once, after other changes to the CloudFormation handlers of SNS.
    """
    subscriptions = sns_subscriptions.Subscriptions(postman, sns._subscribe)
    sns._subscribe = subscriptions.subscribe
    sns._confirm_subscription = subscriptions.confirm
    sns._unsubscribe = subscriptions.unsubscribe
    sns._get_subscription_attributes = sns_subscriptions.attributes
    sns._list_subscriptions_by_topic = sns_subscriptions.list_by_topic
    sns._list_subscriptions = sns_subscriptions.list_all
    sns._fanout = sns_delivery.Deliveries(postman, endpoint.rstrip("/")).fanout
    sns._publish = sns_publishing.publisher(sns._publish)
    sns._publish_batch = sns_publishing.publish_batch
    _install_topic_attributes()
    _install_cloudformation(subscriptions)
    sns_wire.install()


def _install_topic_attributes() -> None:
    plain = sns._set_topic_attributes

    def set_topic_attributes(params: Params) -> Response:
        name, value = text(params, "AttributeName"), text(params, "AttributeValue")
        if name in {"", "TopicArn", "Owner"} or name.startswith("Subscriptions"):
            return invalid("AttributeName")
        if name == "Policy" and not is_json_object(value):
            return invalid("Policy Error: null")
        status, headers, body = plain(params)
        if status < 400 and name == "KmsMasterKeyId" and not value:
            topic = sns._topic_by_arn_any_scope(sns._normalize_arn(text(params, "TopicArn")))
            topic["attributes"].pop(name)
        return status, headers, body

    sns._set_topic_attributes = set_topic_attributes


def _install_cloudformation(subscriptions: sns_subscriptions.Subscriptions) -> None:
    provisioners._sns_sub_create = _create_subscription
    provisioners._RESOURCE_HANDLERS["AWS::SNS::Subscription"]["create"] = _create_subscription

    handlers = provisioners._RESOURCE_HANDLERS["AWS::SNS::Topic"]
    create, update = handlers["create"], handlers["update"]

    def create_topic(logical_id: str, props: Record, stack_name: str) -> Any:
        created = create(logical_id, props, stack_name)
        topic = sns._topics[created[0]]
        topic["attributes"]["Policy"] = _default_policy(created[0])
        _complete(topic, props, subscriptions)
        return created

    def update_topic(
        physical_id: str, old: Record, new: Record, stack_name: str, logical_id: str | None = None
    ) -> Any:
        updated = update(physical_id, old, new, stack_name, logical_id)
        _complete(sns._topics[updated[0]], new, subscriptions)
        return updated

    handlers["create"] = create_topic
    handlers["update"] = update_topic


def _create_subscription(
    logical_id: str, props: Record, stack_name: str
) -> tuple[str, dict[str, str]]:
    params = {name: props.get(name, "") for name in ("TopicArn", "Protocol", "Endpoint")}
    params["ReturnSubscriptionArn"] = "true"
    attributes = provisioners._sns_sub_attributes(props)
    for number, (name, value) in enumerate(attributes.items(), start=1):
        params[f"Attributes.entry.{number}.key"] = name
        params[f"Attributes.entry.{number}.value"] = value
    status, _, body = sns._subscribe(params)
    if status >= 400:
        raise ValueError(f"AWS::SNS::Subscription {logical_id}: {body.decode()}")
    arn = body.decode().partition("<SubscriptionArn>")[2].partition("<")[0]
    return arn, {"Arn": arn}


def _complete(topic: Record, props: Record, subscriptions: sns_subscriptions.Subscriptions) -> None:
    for name in _TOPIC_PROPERTIES:
        value = props.get(name, "")
        if value or name == "DisplayName":
            topic["attributes"][name] = value if isinstance(value, str) else json.dumps(value)
        else:
            topic["attributes"].pop(name, None)
    for record in topic["subscriptions"]:
        if record.get("_cfn_inline") and "TopicArn" not in record["attributes"]:
            subscriptions.hold(record)


def _default_policy(topic_arn: str) -> str:
    """What a topic has when nobody gave it a policy: its own account, and nobody else."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:Receive"],
        "Resource": topic_arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": gateway.account()}},
    }
    return json.dumps(
        {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}
    )
