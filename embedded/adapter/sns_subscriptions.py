"""SNS subscriptions that are pending until the subscriber confirms, and say so in every answer."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from ministack.services import sns

from embedded.adapter import gateway
from embedded.adapter.sns_delivery import MAIL_PROTOCOLS, Postman, mail_subscription
from embedded.adapter.sns_wire import (
    Params,
    Record,
    Response,
    answer,
    invalid,
    is_json_object,
    refused,
    signer,
    text,
)

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.services.sns:_find_subscription(topic_arn, sub_arn)",
    "ministack.services.sns:_get_topic(topic_arn, action)",
    "ministack.services.sns:_normalize_arn(arn)",
    "ministack.services.sns:_refresh_subscription_counts(topic)",
    "ministack.services.sns:_sub_arn_to_topic",
    "ministack.services.sns:_topic_by_arn_any_scope(topic_arn)",
    "ministack.services.sns:_topics",
    "ministack.services.sns:_xml_escape(text)",
)

PROTOCOLS = MAIL_PROTOCOLS | {"http", "https", "lambda", "sqs"}
"""What the embedded account delivers; sms, application and firehose are refused."""

_MAIL_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PAGE = 100


class Subscriptions:
    """The calls about subscriptions; subscribe is the emulator's own call underneath."""

    def __init__(self, postman: Postman, subscribe: Callable[[Params], Response]) -> None:
        self._postman = postman
        self._subscribe = subscribe

    def subscribe(self, params: Params) -> Response:
        protocol, address = text(params, "Protocol"), text(params, "Endpoint")
        topic_arn = sns._normalize_arn(text(params, "TopicArn"))
        problem = _problem(protocol, address, topic_arn, params)
        if problem:
            return invalid(problem)
        status, headers, body = self._subscribe(params)
        if status >= 400:
            return status, headers, body
        record = next(
            each
            for each in sns._topic_by_arn_any_scope(topic_arn)["subscriptions"]
            if (each["protocol"], each["endpoint"]) == (protocol, address)
        )
        self.hold(record)
        shown = record["arn"]
        if not record["confirmed"] and text(params, "ReturnSubscriptionArn") != "true":
            shown = "pending confirmation"
        return answer("Subscribe", f"<SubscriptionArn>{shown}</SubscriptionArn>")

    def hold(self, record: Record) -> None:
        """Complete a new record; one that sends mails stays pending, its subscriber is asked."""
        attributes = record["attributes"]
        for name, value in {
            "SubscriptionArn": record["arn"],
            "TopicArn": record["topic_arn"],
            "Protocol": record["protocol"],
            "Endpoint": record["endpoint"],
            "Owner": record["owner"],
            "PendingConfirmation": "false",
            "ConfirmationWasAuthenticated": "true",
            "RawMessageDelivery": "false",
        }.items():
            attributes.setdefault(name, value)
        if record["protocol"] not in MAIL_PROTOCOLS:
            return
        if not record.get("token"):
            record["token"] = secrets.token_hex(96)
            record["confirmed"] = False
        if not record["confirmed"]:
            attributes["PendingConfirmation"] = "true"
            attributes["ConfirmationWasAuthenticated"] = "false"
            sns._refresh_subscription_counts(sns._topic_by_arn_any_scope(record["topic_arn"]))
            self._postman.invite(mail_subscription(record))

    def confirm(self, params: Params) -> Response:
        """The link in a mail is unsigned, so only the topic says in which region it stands."""
        arn = text(params, "TopicArn")
        if signer() or arn.count(":") != 5:
            return self._confirm(params)
        _, _, _, region, account, _ = arn.split(":")
        with gateway.scope(account, region):
            return self._confirm(params)

    def _confirm(self, params: Params) -> Response:
        topic, refusal = sns._get_topic(text(params, "TopicArn"))
        if refusal is not None:
            return refusal  # type: ignore[no-any-return]
        token = text(params, "Token")
        found = [each for each in topic["subscriptions"] if token and each.get("token") == token]
        if not found:
            return invalid("Token")
        record = found[0]
        if not record["confirmed"]:
            signed = bool(signer())
            record["confirmed"] = True
            record["guarded"] = signed and text(params, "AuthenticateOnUnsubscribe") == "true"
            record["attributes"]["PendingConfirmation"] = "false"
            record["attributes"]["ConfirmationWasAuthenticated"] = str(signed).lower()
            sns._refresh_subscription_counts(topic)
        return answer("ConfirmSubscription", f"<SubscriptionArn>{record['arn']}</SubscriptionArn>")

    def unsubscribe(self, params: Params) -> Response:
        arn = text(params, "SubscriptionArn")
        if arn.count(":") != 6:
            return invalid("SubscriptionArn Reason: not the ARN of a confirmed subscription")
        _, _, _, region, account, _, _ = arn.split(":")
        with gateway.scope(account, region):
            topic_arn = arn.rpartition(":")[0]
            record = sns._find_subscription(topic_arn, arn)
            if record is None:
                return answer("Unsubscribe", "")
            if not signer() and record.get("guarded"):
                return refused("AuthorizationError", "Unsubscribe needs a signed request", 403)
            topic = sns._topic_by_arn_any_scope(topic_arn)
            topic["subscriptions"].remove(record)
            sns._sub_arn_to_topic.pop(arn, None)
            sns._refresh_subscription_counts(topic)
            if not signer() and record["protocol"] in MAIL_PROTOCOLS:
                self._postman.dismiss(mail_subscription(record))
        return answer("Unsubscribe", "")


def attributes(params: Params) -> Response:
    """GetSubscriptionAttributes: an attribute that is not set is not there."""
    arn = text(params, "SubscriptionArn")
    record = sns._find_subscription(arn.rpartition(":")[0], arn)
    if record is None:
        return refused("NotFound", "Subscription does not exist", 404)
    shown = {name: value for name, value in record["attributes"].items() if value != ""}
    if "FilterPolicy" in shown:
        shown.setdefault("FilterPolicyScope", "MessageAttributes")
    else:
        shown.pop("FilterPolicyScope", None)
    entries = "".join(
        f"<entry><key>{name}</key><value>{sns._xml_escape(str(value))}</value></entry>"
        for name, value in shown.items()
    )
    return answer("GetSubscriptionAttributes", f"<Attributes>{entries}</Attributes>")


def list_by_topic(params: Params) -> Response:
    """ListSubscriptionsByTopic."""
    topic, refusal = sns._get_topic(text(params, "TopicArn"), "sns:ListSubscriptionsByTopic")
    if refusal is not None:
        return refusal  # type: ignore[no-any-return]
    return _listing("ListSubscriptionsByTopic", topic["subscriptions"], params)


def list_all(params: Params) -> Response:
    """ListSubscriptions."""
    records = [each for topic in sns._topics.values() for each in topic["subscriptions"]]
    return _listing("ListSubscriptions", records, params)


def _listing(action: str, records: list[Record], params: Params) -> Response:
    start = int(text(params, "NextToken") or 0)
    members = "".join(
        "<member>"
        f"<SubscriptionArn>{each['arn'] if each['confirmed'] else 'PendingConfirmation'}"
        "</SubscriptionArn>"
        f"<Owner>{each['owner']}</Owner>"
        f"<TopicArn>{each['topic_arn']}</TopicArn>"
        f"<Protocol>{each['protocol']}</Protocol>"
        f"<Endpoint>{sns._xml_escape(each['endpoint'])}</Endpoint>"
        "</member>"
        for each in records[start : start + _PAGE]
    )
    end = start + _PAGE
    more = f"<NextToken>{end}</NextToken>" if end < len(records) else ""
    return answer(action, f"<Subscriptions>{members}</Subscriptions>{more}")


def _problem(protocol: str, address: str, topic_arn: str, params: Params) -> str:
    fifo_mail = protocol in MAIL_PROTOCOLS and topic_arn.endswith(".fifo")
    if protocol not in PROTOCOLS or fifo_mail:
        return f"Invalid protocol type: {protocol}"
    if protocol in MAIL_PROTOCOLS and not _MAIL_ADDRESS.fullmatch(address):
        return "Email address"
    number = 1
    while name := text(params, f"Attributes.entry.{number}.key"):
        value = text(params, f"Attributes.entry.{number}.value")
        if name in {"FilterPolicy", "RedrivePolicy"} and value and not is_json_object(value):
            return f"{name}: failed to parse JSON."
        number += 1
    return ""
