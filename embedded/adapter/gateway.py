"""The emulator's front door: its application, the request scope, clients answered in process."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import io
import os
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session
from ministack import app as ministack_app
from ministack.core import hypercorn_compat, iam_evaluator, responses

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.app:app(scope, receive, send)",
    "ministack.core.hypercorn_compat:install()",
    "ministack.core.responses:get_account_id()",
    "ministack.core.responses:get_region()",
    "ministack.core.responses:request_scope(account_id, region)",
    "ministack.core.iam_evaluator:EvalContext",
    "ministack.core.iam_evaluator:evaluate",
    "ministack.core.iam_evaluator:evaluate_resource_policy",
    "ministack.core.iam_evaluator:_gather_role_policies(role_name, account_id)",
    "ministack.core.iam_evaluator:_request_origin",
    "ministack.core.iam_evaluator:_resource_policy(service, resource_arn)",
    "ministack.core.iam_evaluator:combine_resource_policy",
)

ASGIApp = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

application: ASGIApp = ministack_app.app
_loops: list[asyncio.AbstractEventLoop] = []
_by_service: contextvars.ContextVar[bool] = contextvars.ContextVar("by_service", default=False)


def prepare() -> None:
    """Apply the emulator's own fixes to its HTTP server library; let services act over TLS.

    Work that no request started, such as an alarm's, would otherwise count as plain HTTP, and every
    policy that denies plain HTTP would deny it.
    """
    hypercorn_compat.install()
    iam_evaluator._request_origin = contextvars.ContextVar(
        "request_origin", default=("127.0.0.1", True)
    )


def bind_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Remember the loop that serves requests, so that other threads can reach it."""
    _loops[:] = [loop]


def account() -> str:
    """The account of the request, or of the scope, that is being served."""
    return str(responses.get_account_id())


def region() -> str:
    """The region of the request, or of the scope, that is being served."""
    return str(responses.get_region())


@contextlib.contextmanager
def scope(account_id: str, region_name: str) -> Iterator[None]:
    """Act in one account and region; work that no request started has no scope of its own."""
    with responses.request_scope(account_id, region_name):
        yield


def resource_policy_allows(
    policy: str | dict[str, Any] | None,
    *,
    service: str,
    action: str,
    resource: str,
    source_arn: str,
) -> bool:
    """Whether a resource's own policy lets an AWS service act on it for `source_arn`.

    `service` is the calling service's principal, such as `events.amazonaws.com`.
    """
    if not policy:
        return False
    context = iam_evaluator.EvalContext(
        principal_arn="*",
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=resource,
        region=region(),
        source_ip="",
        secure_transport=True,
        service_context={
            "aws:sourcearn": source_arn,
            "aws:sourceaccount": account(),
            "aws:sourceowner": account(),
        },
    )
    decision = iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision
    return bool(decision == "Allow")


def is_by_service() -> bool:
    """Whether the request that is being served was made by a service of AWS, by `client`."""
    return _by_service.get()


def role_allows(role_arn: str, action: str, resource: str) -> bool:
    """Whether a role may do something to a resource, as the policies of both say.

    A role that does not exist may do nothing that the resource does not let it.
    """
    role_name = role_arn.rsplit("/", 1)[-1]
    account_id = role_arn.split(":")[4]
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account_id,
        action=action,
        resource_arn=resource,
        region=region(),
        source_ip="",
        secure_transport=True,
    )
    policies = iam_evaluator._gather_role_policies(role_name, account_id)
    decided = iam_evaluator.evaluate(context, policies)
    found = iam_evaluator._resource_policy(action.partition(":")[0], resource)
    if found is not None:
        decided = iam_evaluator.combine_resource_policy(decided, context, *found)
    return bool(decided.decision == "Allow")


def service_may_assume(role_arn: str, service: str) -> bool:
    """Whether a role exists and trusts an AWS service, such as `scheduler.amazonaws.com`."""
    try:
        role = client("iam").get_role(RoleName=role_arn.rsplit("/", 1)[-1])["Role"]
    except ClientError:
        return False
    trusted = [
        principal
        for statement in role["AssumeRolePolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow" and "sts:AssumeRole" in _listed(statement["Action"])
        for principal in _listed((statement.get("Principal") or {}).get("Service", []))
    ]
    return service in trusted


def client(service: str, region_name: str | None = None) -> Any:
    """A boto client of the account's root, answered in process: no socket, no CloudTrail record.

    This is how AWS services act on each other inside the emulator: through the emulator's public
    API, so that its private structures are not touched. Policies see a service, not the root:
    whoever acts for a role asks `role_allows` before.
    """
    return _client(service, region_name or region())


@cache
def _session() -> Session:
    return Session()


@cache
def _client(service: str, region_name: str) -> Any:
    made: Any = _session().create_client(
        service,
        region_name=region_name,
        endpoint_url="http://127.0.0.1",
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        config=Config(
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
            inject_host_prefix=False,
        ),
    )
    made.meta.events.register("before-send", _answer)
    return made


def _answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    try:
        here: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:
        here = None
    if here is None and _loops:
        future = asyncio.run_coroutine_threadsafe(_exchange(request), _loops[0])
        return future.result(timeout=60)
    return contextvars.copy_context().run(_without_waiting, request)


def _without_waiting(request: AWSPreparedRequest) -> AWSResponse:
    """Run an exchange to its end on the loop's own thread, which cannot wait for itself."""
    exchange = _exchange(request)
    try:
        exchange.send(None)
    except StopIteration as finished:
        answer: AWSResponse = finished.value
        return answer
    exchange.close()
    raise RuntimeError(
        f"{request.method} {request.url} waits for something, "
        "so it cannot be called from the emulator's event loop"
    )


async def _exchange(request: AWSPreparedRequest) -> AWSResponse:
    url = urlsplit(request.url)
    body = _bytes(request.body)
    headers = [
        (name.lower().encode(), _bytes(value))
        for name, value in request.headers.items()
        if name.lower() not in ("expect", "content-length", "x-forwarded-proto")
    ]
    headers += [
        (b"content-length", str(len(body)).encode()),
        (b"host", b"127.0.0.1"),
        (b"x-forwarded-proto", b"https"),
    ]
    http_scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(url.path or "/"),
        "raw_path": (url.path or "/").encode(),
        "query_string": url.query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }
    status = 500
    answered: dict[str, str] = {}
    content = io.BytesIO()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            answered.update({k.decode(): v.decode("latin-1") for k, v in message["headers"]})
        else:
            content.write(message.get("body", b""))

    # Every exchange has a context of its own, so nothing has to be put back.
    _by_service.set(True)
    await application(http_scope, receive, send)
    content.seek(0)
    return AWSResponse(
        request.url, status, HTTPHeaders.from_dict(answered), _Raw(content.getvalue())
    )


class _Raw(io.BytesIO):
    """A response body in the one shape that botocore reads."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        while chunk := self.read(65536):
            yield chunk


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _bytes(value: Any) -> bytes:
    if value is None:
        return b""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    return bytes(value.read())
