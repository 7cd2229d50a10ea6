"""What each query should answer over a list of records, worked out in plain Python."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from tests.search.trail_events import ALICE, FIRST, Record

Row = dict[str, str]
MALLORY_KEY = "AKIAMALLORY000000001"

GIVEN: dict[str, dict[str, str]] = {
    "bucket-uploads": {"bucket": "plans"},
    "principal-activity": {"principal": "deploy"},
    "access-key-activity": {"access_key": MALLORY_KEY},
    "resource-history": {"resource": "i-00000000000000003"},
    "instances-calls": {"after": f"{FIRST + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"},
    "new-addresses": {"after": f"{FIRST + timedelta(hours=44):%Y-%m-%dT%H:%M:%SZ}"},
}
"""The parameters that the queries are asked with beside `limit`."""


def at(value: Any, *path: str | int) -> Any:
    """What lies at a path, None when there is nothing."""
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def principal(record: Record) -> str | None:
    who = record["userIdentity"]
    return who.get("arn") or who.get("principalId") or who.get("invokedBy")


def _row(**cells: Any) -> Row:
    return {name: str(value) for name, value in cells.items() if value is not None}


def _newest_first(found: Iterable[Record], row: Callable[[Record], Row]) -> list[Row]:
    ordered = sorted(found, key=lambda each: (each["eventTime"], each["eventID"]), reverse=True)
    return [row(each) for each in ordered]


def _counted(found: Iterable[tuple[Any, ...]], names: tuple[str, ...]) -> list[Row]:
    return [
        _row(**dict(zip(names, key, strict=True)), calls=count)
        for key, count in Counter(found).items()
    ]


def _act(record: Record) -> Row:
    return _row(
        time=record["eventTime"],
        event=record["eventName"],
        source=record["eventSource"],
        aws_region=record["awsRegion"],
        ip=record["sourceIPAddress"],
        error=record.get("errorCode"),
        id=record["eventID"],
    )


def _act_and_principal(record: Record) -> Row:
    return _act(record) | _row(principal=principal(record))


def _login(record: Record) -> Row:
    return _row(
        time=record["eventTime"],
        identity_type=record["userIdentity"]["type"],
        principal=principal(record),
        ip=record["sourceIPAddress"],
        mfa=at(record, "additionalEventData", "MFAUsed"),
        result=at(record, "responseElements", "ConsoleLogin"),
        aws_region=record["awsRegion"],
    )


def _of(records: list[Record], source: str, *events: str) -> Iterator[Record]:
    for each in records:
        if each["eventSource"] == f"{source}.amazonaws.com" and (
            not events or each["eventName"] in events
        ):
            yield each


def _logins(records: list[Record], result: str = "") -> list[Record]:
    return [
        each
        for each in _of(records, "signin", "ConsoleLogin")
        if not result or each["responseElements"]["ConsoleLogin"] == result
    ]


def recent_events(records: list[Record]) -> list[Row]:
    return _newest_first(records, _act_and_principal)


def event_fields(records: list[Record]) -> list[Row]:
    def row(each: Record) -> Row:
        who = each["userIdentity"]
        return _row(
            time=each["eventTime"],
            source=each["eventSource"],
            event=each["eventName"],
            aws_region=each["awsRegion"],
            aws_account=each["recipientAccountId"],
            identity_type=who["type"],
            arn=who.get("arn"),
            user_name=who.get("userName"),
            access_key=who.get("accessKeyId"),
            role=at(who, "sessionContext", "sessionIssuer", "userName"),
            ip=each["sourceIPAddress"],
            agent=each["userAgent"],
            error=each.get("errorCode"),
            message=each.get("errorMessage"),
            request_id=each["requestID"],
            id=each["eventID"],
        )

    return _newest_first(records, row)


def launched_instances(records: list[Record]) -> list[Row]:
    def row(each: Record) -> Row:
        who = each["userIdentity"]
        return _row(
            time=each["eventTime"],
            event="RunInstances",
            instance=at(each, "responseElements", "instancesSet", "items", 0, "instanceId"),
            issuer_type=at(who, "sessionContext", "sessionIssuer", "type"),
            identity_type=who["type"],
            principal=principal(each),
            aws_region=each["awsRegion"],
        )

    launched = _of(records, "ec2", "RunInstances")
    return _newest_first((each for each in launched if "errorCode" not in each), row)


def changed_instances(records: list[Record]) -> list[Row]:
    def row(each: Record) -> Row:
        item = "instancesSet", "items", 0
        return _row(
            time=each["eventTime"],
            event=each["eventName"],
            instance=at(each, "requestParameters", *item, "instanceId"),
            state=at(each, "responseElements", *item, "currentState", "name"),
            principal=principal(each),
            error=each.get("errorCode"),
        )

    return _newest_first(_of(records, "ec2", "StopInstances", "TerminateInstances"), row)


def instances_calls(records: list[Record]) -> list[Row]:
    after = GIVEN["instances-calls"]["after"]
    return _newest_first(
        (e for e in records if e["eventName"].endswith("Instances") and e["eventTime"] >= after),
        lambda e: _row(principal=principal(e), time=e["eventTime"], event=e["eventName"]),
    )


def run_instances_events(records: list[Record]) -> list[Row]:
    return _newest_first(
        _of(records, "ec2", "RunInstances"),
        lambda e: _row(time=e["eventTime"], id=e["eventID"], record=canonical(json.dumps(e))),
    )


def canonical(record: str) -> str:
    """A record with its members in order, without those that are null."""
    return json.dumps(_without_null(json.loads(record)), sort_keys=True)


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(each) for name, each in value.items() if each is not None}
    return [_without_null(each) for each in value] if isinstance(value, list) else value


def console_logins(records: list[Record]) -> list[Row]:
    return _newest_first(_logins(records), _login)


def failed_console_logins(records: list[Record]) -> list[Row]:
    return _newest_first(_logins(records, "Failure"), _login)


def console_logins_without_mfa(records: list[Record]) -> list[Row]:
    found = _logins(records, "Success")
    return _newest_first((e for e in found if e["additionalEventData"]["MFAUsed"] == "No"), _login)


def bucket_uploads(records: list[Record]) -> list[Row]:
    return _newest_first(
        (
            each
            for each in _of(records, "s3", "PutObject")
            if each["requestParameters"]["bucketName"] == "plans"
        ),
        lambda e: _row(
            time=e["eventTime"],
            object_key=e["requestParameters"]["key"],
            principal=principal(e),
            ip=e["sourceIPAddress"],
            error=e.get("errorCode"),
        ),
    )


def s3_activity(records: list[Record]) -> list[Row]:
    keys = (
        (
            e["eventName"],
            at(e, "requestParameters", "bucketName"),
            at(e, "requestParameters", "key"),
        )
        for e in _of(records, "s3")
    )
    return _counted(keys, ("event", "bucket", "object_key"))


def kms_decrypt_by_key(records: list[Record]) -> list[Row]:
    keys = ((e["resources"][0]["ARN"], principal(e)) for e in _of(records, "kms", "Decrypt"))
    return _counted(keys, ("kms_key", "principal"))


def errors(records: list[Record]) -> list[Row]:
    keys = ((e["eventSource"], e["eventName"], e["errorCode"]) for e in records if "errorCode" in e)
    return _counted(keys, ("source", "event", "error"))


def s3_errors(records: list[Record]) -> list[Row]:
    keys = ((e["errorCode"], e["errorMessage"]) for e in _of(records, "s3") if "errorCode" in e)
    return _counted(keys, ("error", "message"))


def denied_calls(records: list[Record]) -> list[Row]:
    keys = (
        (
            e["eventSource"],
            e["eventName"],
            e["userIdentity"]["type"],
            e["userIdentity"].get("invokedBy"),
        )
        for e in records
        if e.get("errorCode") in ("AccessDenied", "Client.UnauthorizedOperation")
    )
    return _counted(keys, ("source", "event", "identity_type", "invoked_by"))


def kms_decrypt_per_hour(records: list[Record]) -> list[Row]:
    hours = (
        (e["eventTime"][:13].replace("T", " ") + ":00:00.000",)
        for e in _of(records, "kms", "Decrypt")
    )
    return _counted(hours, ("hour",))


def principal_activity(records: list[Record]) -> list[Row]:
    return _newest_first(
        (e for e in records if "role/deploy" in e["userIdentity"].get("arn", "")), _act
    )


def access_key_activity(records: list[Record]) -> list[Row]:
    return _newest_first(
        (e for e in records if e["userIdentity"].get("accessKeyId") == MALLORY_KEY),
        _act_and_principal,
    )


def resource_history(records: list[Record]) -> list[Row]:
    wanted = GIVEN["resource-history"]["resource"]
    return _newest_first(
        (
            each
            for each in records
            if wanted in json.dumps([each["requestParameters"], each["responseElements"]])
        ),
        _act_and_principal,
    )


def trail_changes(records: list[Record]) -> list[Row]:
    return _newest_first(
        (e for e in _of(records, "cloudtrail") if e["eventName"] != "DescribeTrails"),
        lambda e: _row(
            time=e["eventTime"],
            event=e["eventName"],
            trail="trailkeeper",
            principal=principal(e),
            ip=e["sourceIPAddress"],
            error=e.get("errorCode"),
            id=e["eventID"],
        ),
    )


def new_addresses(records: list[Record]) -> list[Row]:
    found = [e for e in records if e["sourceIPAddress"] == "203.0.113.99"]
    (only,) = found
    return [
        _row(
            principal=ALICE["arn"],
            ip="203.0.113.99",
            first_seen=only["eventTime"],
            last_seen=only["eventTime"],
            calls=1,
        )
    ]


def root_use(records: list[Record]) -> list[Row]:
    return _newest_first(
        (
            each
            for each in records
            if each["userIdentity"]["type"] == "Root"
            and "invokedBy" not in each["userIdentity"]
            and each["eventType"] != "AwsServiceEvent"
        ),
        lambda e: _act(e) | _row(agent=e["userAgent"]),
    )


TRUTHS: dict[str, Callable[[list[Record]], list[Row]]] = {
    each.__name__.replace("_", "-"): each
    for each in (
        *(recent_events, event_fields, launched_instances, changed_instances, instances_calls),
        *(run_instances_events, console_logins, failed_console_logins),
        *(console_logins_without_mfa, bucket_uploads, s3_activity, kms_decrypt_by_key, errors),
        *(s3_errors, denied_calls, kms_decrypt_per_hour, principal_activity),
        *(access_key_activity, resource_history, trail_changes, new_addresses, root_use),
    )
}


def unordered(rows: Iterable[Row]) -> list[Row]:
    """Rows for a comparison that leaves their order aside; a record is made canonical."""
    fitted = [
        row | {"record": canonical(row["record"])} if "record" in row else row for row in rows
    ]
    return sorted(fitted, key=lambda row: sorted(row.items()))
