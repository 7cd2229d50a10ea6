"""AWS behind real botocore clients, without a network: what the alert function calls, in memory.

Requests are built, signed and parsed by botocore as in Lambda; only the way to AWS is cut short.
"""

from __future__ import annotations

import io
import json
import sqlite3
from collections import deque
from typing import Any
from urllib.parse import parse_qs

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from lambdas.alert.clients import Clients

REGION, ACCOUNT = "us-east-1", "111122223333"
QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/trailkeeper-alerts"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:trailkeeper-alerts"
TABLE = "trailkeeper-state"

Item = dict[str, Any]


class UnknownRequestError(LookupError):
    """When the function asks for something that this account does not answer."""


class MemoryAccount:
    """A table, a queue with delays, a topic, and EC2, which knows every instance."""

    def __init__(self, scaling_group: str | None) -> None:
        self.now = 0.0
        self.requests = 0
        self.published: list[dict[str, Any]] = []
        self.delayed: deque[tuple[float, str]] = deque()
        self._scaling_group = scaling_group
        # SQLite keeps the table out of Python's memory, which is what is measured.
        self._table = sqlite3.connect(":memory:", isolation_level=None)
        self._table.execute(
            "CREATE TABLE items (id TEXT, at TEXT, item TEXT, PRIMARY KEY (id, at)) WITHOUT ROWID"
        )

    @property
    def stored(self) -> int:
        """Items in the table that wait to be told."""
        found = self._table.execute("SELECT count(*) FROM items WHERE id LIKE 'held#%'")
        return int(found.fetchone()[0])

    def clients(self) -> Clients:
        """Real clients whose requests end here."""
        session = boto3.session.Session("key", "secret", region_name=REGION)
        answers: dict[str, Any] = {
            "dynamodb": self._dynamodb,
            "sqs": self._sqs,
            "sns": self._sns,
            "ec2": self._ec2,
        }
        for service, answer in answers.items():
            # Of the session, so that a client of any region answers from memory, too.
            session.events.register(f"before-send.{service}", answer)
        return Clients(session)

    def due(self) -> list[str]:
        """Delayed messages whose time has come."""
        ready = [body for when, body in self.delayed if when <= self.now]
        self.delayed = deque(each for each in self.delayed if each[0] > self.now)
        return ready

    def _dynamodb(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.requests += 1
        name = _target(request)
        answer = _DYNAMODB[name](self, json.loads(_text(request.body) or "{}"))
        if answer is None:
            error = {"__type": "ConditionalCheckFailedException", "message": "condition"}
            return _answer(request, json.dumps(error), status=400)
        return _answer(request, json.dumps(answer))

    def _get(self, key: Item) -> Item | None:
        found = self._table.execute("SELECT item FROM items WHERE id = ? AND at = ?", _key(key))
        row = found.fetchone()
        return json.loads(row[0]) if row else None

    def _put(self, item: Item) -> None:
        row = (*_key(item), json.dumps(item))
        self._table.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?)", row)

    def _remove(self, key: Item) -> None:
        self._table.execute("DELETE FROM items WHERE id = ? AND at = ?", _key(key))

    def _get_item(self, request: Item) -> Item:
        found = self._get(request["Key"])
        return {"Item": found} if found else {}

    def _put_item(self, request: Item) -> Item | None:
        found = self._get(request["Item"])
        values = request.get("ExpressionAttributeValues", {})
        if found is not None:
            after, stale = values.get(":after"), values.get(":stale")
            replaces = after is not None and found["window"] == after
            outlived = stale is not None and float(found["closes"]["N"]) < float(stale["N"])
            if not (replaces or outlived):
                return None
        elif ":after" in values:
            return None
        self._put(request["Item"])
        return {}

    def _update_item(self, request: Item) -> Item:
        self._put({**(self._get(request["Key"]) or {}), **request["Key"]})
        return {}

    def _delete_item(self, request: Item) -> Item | None:
        found = self._get(request["Key"])
        wanted = request.get("ExpressionAttributeValues", {}).get(":window")
        if wanted is not None and (found is None or found["window"] != wanted):
            return None
        self._remove(request["Key"])
        return {}

    def _batch_get(self, request: Item) -> Item:
        keys = request["RequestItems"][TABLE]["Keys"]
        return {"Responses": {TABLE: [each for key in keys if (each := self._get(key))]}}

    def _batch_write(self, request: Item) -> Item:
        for each in request["RequestItems"][TABLE]:
            if "PutRequest" in each:
                self._put(each["PutRequest"]["Item"])
            else:
                self._remove(each["DeleteRequest"]["Key"])
        return {"UnprocessedItems": {}}

    def _query(self, request: Item) -> Item:
        partition = request["ExpressionAttributeValues"][":id"]["S"]
        start = request.get("ExclusiveStartKey", {"at": {"S": ""}})["at"]["S"]
        rows = self._table.execute(
            "SELECT item FROM items WHERE id = ? AND at > ? ORDER BY at LIMIT ?",
            (partition, start, request["Limit"]),
        ).fetchall()
        items = [json.loads(row[0]) for row in rows]
        answer: Item = {"Items": items, "Count": len(items)}
        if len(items) == request["Limit"]:
            answer["LastEvaluatedKey"] = {name: items[-1][name] for name in ("id", "at")}
        return answer

    def _sqs(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.requests += 1
        message = json.loads(_text(request.body) or "{}")
        if _target(request) == "ChangeMessageVisibilityBatch":
            proven = [{"Id": each["Id"]} for each in message["Entries"]]
            return _answer(request, json.dumps({"Successful": proven, "Failed": []}))
        if _target(request) != "SendMessage":
            raise UnknownRequestError(_target(request))
        self.delayed.append((self.now + message["DelaySeconds"], message["MessageBody"]))
        return _answer(request, json.dumps({"MessageId": "m"}))

    def _sns(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.requests += 1
        sent = {name: values[0] for name, values in parse_qs(_text(request.body)).items()}
        self.published.append({"subject": sent["Subject"], **json.loads(sent["Message"])})
        answer = "<PublishResult><MessageId>m</MessageId></PublishResult>"
        return _answer(request, f"<PublishResponse>{answer}</PublishResponse>")

    def _ec2(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.requests += 1
        asked = parse_qs(_text(request.body))
        ids = [values[0] for name, values in asked.items() if name.startswith("Filter.1.Value")]
        items = "".join(map(self._instance, ids))
        body = f"<item><instancesSet>{items}</instancesSet></item>"
        answer = f"<reservationSet>{body}</reservationSet>"
        return _answer(request, f"<DescribeInstancesResponse>{answer}</DescribeInstancesResponse>")

    def _instance(self, instance: str) -> str:
        scaled = (
            f"<item><key>aws:autoscaling:groupName</key><value>{self._scaling_group}</value></item>"
            if self._scaling_group
            else ""
        )
        return (
            f"<item><instanceId>{instance}</instanceId><instanceType>t3.micro</instanceType>"
            f"<tagSet><item><key>Name</key><value>web</value></item>{scaled}</tagSet></item>"
        )


_DYNAMODB = {
    "GetItem": MemoryAccount._get_item,
    "PutItem": MemoryAccount._put_item,
    "UpdateItem": MemoryAccount._update_item,
    "DeleteItem": MemoryAccount._delete_item,
    "BatchGetItem": MemoryAccount._batch_get,
    "BatchWriteItem": MemoryAccount._batch_write,
    "Query": MemoryAccount._query,
}


class _Body(io.BytesIO):
    """The body of an answer as urllib3 would hand it out."""

    def stream(self, **_: Any) -> Any:
        yield self.read()


def _answer(request: AWSPreparedRequest, body: str, status: int = 200) -> AWSResponse:
    return AWSResponse(request.url, status, HTTPHeaders(), _Body(body.encode()))


def _key(item: Item) -> tuple[str, str]:
    return item["id"]["S"], item["at"]["S"]


def _target(request: AWSPreparedRequest) -> str:
    return _text(request.headers["X-Amz-Target"]).rpartition(".")[2]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")
