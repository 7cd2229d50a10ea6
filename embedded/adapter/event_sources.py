"""Event source mappings on SQS: the right to read, whole batches, windows, partial failures."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.core.responses import error_response_json
from ministack.services import lambda_svc, sqs

from embedded.adapter import cloudformation, cloudwatch, gateway, recursion

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.concurrency:esm_wake",
    "ministack.core.responses:error_response_json",
    "ministack.services.lambda_svc:_ESM_BACKOFF_SECONDS",
    "ministack.services.lambda_svc:_create_esm(data)",
    "ministack.services.lambda_svc:_esm_backoff_until",
    "ministack.services.lambda_svc:_execute_function(func, event)",
    "ministack.services.lambda_svc:_get_func_record_for_ref(function_ref)",
    "ministack.services.lambda_svc:_iter_all_esms()",
    "ministack.services.lambda_svc:_poll_sqs()",
    "ministack.services.lambda_svc:_run_sqs_batch"
    "(esm, func_rec, event, batch, queue_url, queue_name)",
    "ministack.services.sqs:_delete_messages_for_esm(queue_url, receipt_handles)",
    "ministack.services.sqs:_queue_by_arn(arn)",
    "ministack.services.sqs:_receive_messages_for_esm(queue_url, max_number)",
)

Poll = Callable[[], Any]
FailedItems = Callable[[list[str], Any], set[str]]
"""Which of the message ids failed, given a function's answer."""

_READING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
_RECEIVED_AT_ONCE = 10


def install(failed_items: FailedItems, turn: Callable[[Poll], Poll]) -> None:
    """Make mappings on queues behave as Lambda's do; each look at the queues is one `turn`."""
    _install_rights()
    _install_whole_batches()
    _install_windows(turn)
    _install_partial_failures(failed_items)
    _install_loop_detection()


def _install_rights() -> None:
    """Refuse a mapping whose function's role may not read the queue, as Lambda does."""
    create = lambda_svc._create_esm

    def created(data: dict[str, Any]) -> Any:
        problem = _missing_right(data)
        if problem:
            return error_response_json("InvalidParameterValueException", problem, 400)
        return create(data)

    def finish(uuid: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        problem = _missing_right(new)
        if problem:
            gateway.client("lambda").delete_event_source_mapping(UUID=uuid)
            raise ValueError(problem)
        if old:
            # The emulator's update forgets which version or alias is to be invoked from now on.
            gateway.client("lambda").update_event_source_mapping(
                UUID=uuid, FunctionName=new["FunctionName"]
            )

    lambda_svc._create_esm = created
    cloudformation.complete("AWS::Lambda::EventSourceMapping", finish)


def _missing_right(mapping: dict[str, Any]) -> str:
    source = mapping.get("EventSourceArn", "")
    _, config, _ = lambda_svc._get_func_record_for_ref(mapping.get("FunctionName", ""))
    if not source.startswith("arn:aws:sqs:") or not config:
        return ""
    missing = [a for a in _READING if not gateway.role_allows(config["Role"], a, source)]
    if not missing:
        return ""
    calls = ", ".join(action.removeprefix("sqs:") for action in missing)
    return f"The provided execution role does not have permissions to call {calls} on SQS"


def _install_whole_batches() -> None:
    """Fill a batch up to its size; the emulator stops at what one ReceiveMessage brings."""
    receive = sqs._receive_messages_for_esm

    def received(queue_url: str, max_number: int) -> list[dict[str, Any]]:
        wanted = int(max_number or 1)
        batch: list[dict[str, Any]] = []
        while len(batch) < wanted:
            some = receive(queue_url, min(wanted - len(batch), _RECEIVED_AT_ONCE))
            if not some:
                break
            batch += some
        return batch

    sqs._receive_messages_for_esm = received


def waiting() -> list[str]:
    """The queues with messages for a function that is to get them."""
    queues = [
        sqs._queue_by_arn(mapping["EventSourceArn"])
        for _, _, mapping in lambda_svc._iter_all_esms()
        if mapping.get("State") == "Enabled" and ":sqs:" in mapping["EventSourceArn"]
    ]
    return [f"the queue {queue['name']}" for queue in queues if queue and queue["messages"]]


def _install_windows(turn: Callable[[Poll], Poll]) -> None:
    """Hold a batch back until it is full or its window has passed; the emulator never waits."""
    poll = lambda_svc._poll_sqs

    def polled() -> Any:
        for account_id, region, mapping in lambda_svc._iter_all_esms():
            window = int(mapping.get("MaximumBatchingWindowInSeconds") or 0)
            if window:
                with gateway.scope(account_id, region):
                    _hold(mapping, window)
        return poll()

    lambda_svc._poll_sqs = turn(polled)


def _hold(mapping: dict[str, Any], window: int) -> None:
    queue = sqs._queue_by_arn(mapping["EventSourceArn"])
    now = time.time()
    waiting = [m["visible_at"] for m in (queue or {}).get("messages", []) if m["visible_at"] <= now]
    if not waiting or len(waiting) >= int(mapping.get("BatchSize", _RECEIVED_AT_ONCE)):
        return
    due = min(waiting) + window
    held_until = lambda_svc._esm_backoff_until.get(mapping["UUID"], 0)
    if now < due and held_until < due:
        lambda_svc._esm_backoff_until[mapping["UUID"]] = due
        wake = threading.Timer(due - now, esm_wake.set)
        wake.name = "esm-wake"
        wake.daemon = True
        wake.start()


def _install_partial_failures(failed_items: FailedItems) -> None:
    whole = lambda_svc._run_sqs_batch

    def run_batch(  # noqa: PLR0917 - the emulator calls it so
        esm: dict[str, Any],
        func_rec: dict[str, Any],
        event: dict[str, Any],
        batch: list[dict[str, Any]],
        queue_url: str,
        queue_name: str,
    ) -> None:
        if "ReportBatchItemFailures" not in esm.get("FunctionResponseTypes", []):
            whole(esm, func_rec, event, batch, queue_url, queue_name)
            return
        result = lambda_svc._execute_function(func_rec, event)
        ids = [message["id"] for message in batch]
        failed = set(ids) if result.get("error") else failed_items(ids, result.get("body"))
        if result.get("error"):
            pause = lambda_svc._ESM_BACKOFF_SECONDS
            lambda_svc._esm_backoff_until[esm["UUID"]] = time.time() + pause
        done = {message["receipt_handle"] for message in batch if message["id"] not in failed}
        sqs._delete_messages_for_esm(queue_url, done)
        esm["LastProcessingResult"] = "FAILED" if failed else "OK"

    lambda_svc._run_sqs_batch = run_batch


def _install_loop_detection() -> None:
    """Give a batch to its function without the messages that have gone round too often."""
    run_whole = lambda_svc._run_sqs_batch

    def run_batch(  # noqa: PLR0917 - the emulator calls it so
        esm: dict[str, Any],
        func_rec: dict[str, Any],
        event: dict[str, Any],
        batch: list[dict[str, Any]],
        queue_url: str,
        queue_name: str,
    ) -> None:
        looping = recursion.too_deep(func_rec, batch)
        if looping:
            name = esm["FunctionName"]
            source = esm["EventSourceArn"]
            recursion.bury(source, looping)
            cloudwatch.put_metric(
                "AWS/Lambda", "RecursiveInvocationsDropped", {"FunctionName": name}, len(looping)
            )
            dropped = {each["id"] for each in looping}
            batch = [each for each in batch if each["id"] not in dropped]
            kept = [each for each in event["Records"] if each["messageId"] not in dropped]
            event = {**event, "Records": kept}
        if batch:
            recursion.enter(func_rec, batch)
            run_whole(esm, func_rec, event, batch, queue_url, queue_name)

    lambda_svc._run_sqs_batch = run_batch
