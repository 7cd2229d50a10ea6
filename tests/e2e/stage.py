"""What the end-to-end tests do to a deployed account, and what they see of it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import boto3

from embedded.control import RefusedError
from stage.ready import Ready
from trailkeeper.evidence.names import (
    ALERTS_DEAD_QUEUE,
    ALERTS_QUEUE,
    HEAL_DEAD_QUEUE,
    HEAL_FUNCTION,
    STATE_TABLE,
)

T = TypeVar("T")

ADMINISTRATOR = "administrator"
_POLL_SECONDS = 0.05
_LATEST = timedelta(minutes=2)


def wait_for(what: str, look: Callable[[], T], seconds: float = 20.0) -> T:
    """Look until there is something, and give it back; `what` is missed when there never is."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(_POLL_SECONDS)
    return found


@dataclass(frozen=True)
class Mail:
    """A mail as its reader sees it; the lines of `text` are joined, as mails are wrapped."""

    subject: str
    text: str


class Stage:
    """Clients of the account's administrator, its mails, its faults and its functions."""

    def __init__(self, ready: Ready) -> None:
        self.ready = ready
        self.trail = ready.trail_arn
        self.log_group = ready.log_group
        self.delivery_role = f"trailkeeper-delivery-{ready.region}"
        self.heal_role = f"trailkeeper-heal-{ready.region}"
        self._mails: dict[Path, Mail] = {}

    def __getattr__(self, service: str) -> Any:
        if service.startswith("_"):
            raise AttributeError(service)
        client = self.ready.client(service)
        setattr(self, service, client)
        return client

    @cached_property
    def heal_role_arn(self) -> str:
        return f"arn:aws:iam::{self.ready.account}:role/{self.heal_role}"

    def logs_events(self) -> bool:
        """Whether the trail logs; False when there is none."""
        try:
            return bool(self.cloudtrail.get_trail_status(Name=self.trail)["IsLogging"])
        except self.cloudtrail.exceptions.TrailNotFoundException:
            return False

    def stop_logging(self) -> str:
        """Stop the trail; the id of the event."""
        self.cloudtrail.stop_logging(Name=self.trail)
        return str(self.calls("StopLogging")[0]["eventID"])

    def environ(self) -> dict[str, str]:
        """What makes AWS's clients, and those of the command, ask this account as administrator."""
        return {
            "AWS_ENDPOINT_URL": self.ready.endpoint,
            "AWS_REGION": self.ready.region,
            "AWS_DEFAULT_REGION": self.ready.region,
            "AWS_ACCESS_KEY_ID": self.ready.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.ready.secret_access_key,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def send(self, queue: str, body: str, *, function: str = HEAL_FUNCTION) -> None:
        """Send a message as one of our functions: nobody else may."""
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        self.client_of(function, "sqs").send_message(QueueUrl=url, MessageBody=body)

    def client_of(self, function: str, service: str) -> Any:
        """A client of one of our functions, for what policies let nobody else do."""
        key = self.ready.control.session(function)
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.ready.endpoint,
            region_name=self.ready.region,
            aws_access_key_id=key.access_key_id,
            aws_secret_access_key=key.secret_access_key,
            aws_session_token=key.session_token,
        )

    # Users

    @contextmanager
    def user(self, name: str, *rights: str) -> Iterator[Callable[..., Any]]:
        """A user who may do just this; makes clients with its key."""
        self.iam.create_user(UserName=name)
        if rights:
            allowed = {"Effect": "Allow", "Action": list(rights), "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
            self.iam.put_user_policy(UserName=name, PolicyName="may", PolicyDocument=document)
        key = self.iam.create_access_key(UserName=name)["AccessKey"]

        def client(service: str, **options: Any) -> Any:
            return boto3.client(
                service,
                endpoint_url=self.ready.endpoint,
                region_name=self.ready.region,
                aws_access_key_id=key["AccessKeyId"],
                aws_secret_access_key=key["SecretAccessKey"],
                **options,
            )

        try:
            yield client
        finally:
            self.iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
            for policy_name in self.iam.list_user_policies(UserName=name)["PolicyNames"]:
                self.iam.delete_user_policy(UserName=name, PolicyName=policy_name)
            wait_for(f"{name} to be gone", lambda: self._is_deleted(name))

    def _is_deleted(self, user: str) -> bool:
        """Delete a user, who may just have been contained by a run that came late."""
        for each in self.iam.list_attached_user_policies(UserName=user)["AttachedPolicies"]:
            self.iam.detach_user_policy(UserName=user, PolicyArn=each["PolicyArn"])
        try:
            self.iam.delete_user(UserName=user)
        except self.iam.exceptions.DeleteConflictException:
            return False
        return True

    # Mails

    def mails(self) -> list[Mail]:
        """Every mail so far, the oldest first."""
        for path in sorted(Path(self.ready.mailbox).glob("*.eml")):
            if path not in self._mails:
                message = message_from_bytes(path.read_bytes(), policy=policy.default)
                text = " ".join(message.get_content().split())
                self._mails[path] = Mail(str(message["Subject"]), text)
        return list(self._mails.values())

    def mails_with(self, *words: str) -> list[Mail]:
        """The mails whose text has all of these words."""
        return [each for each in self.mails() if all(word in each.text for word in words)]

    def wait_for_mail(self, *words: str, seconds: float = 30.0) -> Mail:
        """The first mail whose text has all of these words."""
        return wait_for(f"a mail with {words}", lambda: self.mails_with(*words), seconds)[0]

    def look_now(self, *schedules: str) -> None:
        """Run these schedules, so that none of them runs again for minutes."""
        for each in schedules:
            self.ready.control.tick(each)

    def remember(self) -> None:
        """Remember the account as it is, but for what other tests left in its queues.

        A message that a channel did not take is hidden for minutes before it comes again.
        """
        try:
            self.ready.control.settle(10)
        except RefusedError:
            self.ready.control.empty(ALERTS_QUEUE)
        self.ready.control.empty(ALERTS_DEAD_QUEUE)
        self.ready.control.empty(HEAL_DEAD_QUEUE)
        self.ready.control.remember()

    def go_back(self) -> None:
        """Put the account back to what was remembered of it, its mails as well."""
        self.ready.control.reset()
        self._mails.clear()

    # What CloudTrail knows

    def calls(self, name: str) -> list[dict[str, Any]]:
        """The records of calls of this name, the latest first."""
        answer = self.cloudtrail.lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}]
        )
        return [json.loads(each["CloudTrailEvent"]) for each in answer["Events"]]

    def repairs(self) -> dict[str, str]:
        """The heal function's latest writes to the evidence: the names of the calls by event id."""
        pages = self.cloudtrail.get_paginator("lookup_events").paginate(
            LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}],
            StartTime=datetime.now(UTC) - _LATEST,
        )
        records = [json.loads(each["CloudTrailEvent"]) for page in pages for each in page["Events"]]
        return {
            each["eventID"]: each["eventName"]
            for each in records
            if self.heal_role in each["userIdentity"].get("arn", "") and not each.get("errorCode")
        }

    def event(self, record: dict[str, Any]) -> dict[str, Any]:
        """A record as EventBridge delivers it."""
        service = record["eventSource"].removesuffix(".amazonaws.com")
        return {
            "version": "0",
            "id": record["eventID"],
            "detail-type": "AWS API Call via CloudTrail",
            "source": f"aws.{service}",
            "account": self.ready.account,
            "time": record["eventTime"],
            "region": record["awsRegion"],
            "resources": [],
            "detail": record,
        }

    # Faults

    def fault(self, **fault: Any) -> None:
        """Put a fault in place, as embedded.server.faults says."""
        self._faults("POST", fault)

    def no_faults(self) -> None:
        """Take all faults away."""
        self._faults("DELETE")

    def _faults(self, method: str, fault: dict[str, Any] | None = None) -> None:
        body = json.dumps(fault).encode() if fault else None
        url = f"{self.ready.endpoint}/_embedded/faults"
        request = urllib.request.Request(url, body, method=method)
        urllib.request.urlopen(request, timeout=5).close()

    # The heal function

    def heal(self, event: Any) -> tuple[Any, str]:
        """Call the heal function and wait: its answer, and the kind of its error or ""."""
        answer = self.client_of_lambda.invoke(
            FunctionName=self.ready.heal_function, Qualifier="live", Payload=json.dumps(event)
        )
        return json.load(answer["Payload"]), answer.get("FunctionError", "")

    def command(self, command: str, **options: Any) -> Any:
        """What the heal function answers to a command."""
        answer, error = self.heal({"trailkeeper": {"command": command, **options}})
        assert not error, answer
        return answer

    @cached_property
    def client_of_lambda(self) -> Any:
        return self.ready.client("lambda")

    @contextmanager
    def configured(self, **configuration: Any) -> Iterator[None]:
        """A version of the heal function with another configuration; its first start is cold."""
        function = {"FunctionName": self.ready.heal_function}
        alias = {**function, "Name": "live"}
        functions = self.client_of_lambda
        before = functions.get_function_configuration(**function)
        runs = functions.get_alias(**alias)["FunctionVersion"]
        functions.update_function_configuration(**function, **configuration)
        functions.get_waiter("function_updated_v2").wait(**function, WaiterConfig={"Delay": 1})
        version = functions.publish_version(**function)["Version"]
        functions.update_alias(**alias, FunctionVersion=version)
        try:
            yield
        finally:
            functions.update_alias(**alias, FunctionVersion=runs)
            functions.update_function_configuration(
                **function, **{name: before[name] for name in configuration}
            )

    @contextmanager
    def with_right(self, action: str, resource: str) -> Iterator[None]:
        """The heal function's role with one more right, and without the boundary that lacks it."""
        role = {"RoleName": self.heal_role, "PolicyName": "more"}
        name = {"RoleName": self.heal_role}
        boundary = self.iam.get_role(**name)["Role"]["PermissionsBoundary"]
        allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self.iam.put_role_policy(**role, PolicyDocument=document)
        self.iam.delete_role_permissions_boundary(**name)
        try:
            yield
        finally:
            self.iam.put_role_permissions_boundary(
                **name, PermissionsBoundary=boundary["PermissionsBoundaryArn"]
            )
            self.iam.delete_role_policy(**role)

    @contextmanager
    def without_right(self, action: str) -> Iterator[None]:
        """The heal function's role without one of its rights."""
        role = {"RoleName": self.heal_role, "PolicyName": "needs"}
        before = self.iam.get_role_policy(**role)["PolicyDocument"]
        kept = []
        for each in before["Statement"]:
            actions = each["Action"] if isinstance(each["Action"], list) else [each["Action"]]
            left = [name for name in actions if name != action]
            kept += [{**each, "Action": left}] if left else []
        assert action not in json.dumps(kept)
        self.iam.put_role_policy(**role, PolicyDocument=json.dumps({**before, "Statement": kept}))
        try:
            yield
        finally:
            self.iam.put_role_policy(**role, PolicyDocument=json.dumps(before))

    def forget_heals(self) -> None:
        """Let the heal function think that nobody fights over the trail."""
        self._forget(self.items("heal"))

    def forget_floods(self) -> None:
        """Let the alert function think that nothing was told in this hour."""
        found = self.dynamodb.scan(TableName=STATE_TABLE)["Items"]
        self._forget(each for each in found if each["id"]["S"].startswith("fold#"))

    def _forget(self, items: Iterable[dict[str, Any]]) -> None:
        table = self.client_of(HEAL_FUNCTION, "dynamodb")
        for each in items:
            table.delete_item(
                TableName=STATE_TABLE, Key={name: each[name] for name in ("id", "at")}
            )

    def items(self, kind: str, words: str = "") -> list[dict[str, Any]]:
        """The items of a kind in the state table whose sort key has these words."""
        found = self.dynamodb.query(
            TableName=STATE_TABLE,
            KeyConditionExpression="id = :id",
            ExpressionAttributeValues={":id": {"S": kind}},
        )
        return [each for each in found["Items"] if words in each["at"]["S"]]

    def dead_letters(self) -> int:
        """How many invocations of the heal function were given up."""
        return self._messages("trailkeeper-heal-dead")

    def wait_until_all_is_told(self) -> None:
        """Until the alert function has taken every alert there is."""
        wait_for(
            "the queue of alerts to be empty",
            lambda: not self._messages("trailkeeper-alerts"),
            seconds=60,
        )

    def delayed_alerts(self) -> int:
        """How many messages to the alert function are not due yet."""
        url = self.sqs.get_queue_url(QueueName=ALERTS_QUEUE)["QueueUrl"]
        wanted = "ApproximateNumberOfMessagesDelayed"
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[wanted])
        return int(answer["Attributes"][wanted])

    def _messages(self, queue: str) -> int:
        url = self.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        wanted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=wanted)
        return sum(int(answer["Attributes"][name]) for name in wanted)
