"""Lambda: functions, their invocation, and worker processes that see what they see on AWS."""

from __future__ import annotations

import contextvars
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from embedded.adapter import hosts

PRIVATE_NAMES: tuple[str, ...] = (
    "ministack.core.lambda_runtime:Worker",
    "ministack.core.lambda_runtime:Worker.__init__(self, func_name, config, code_zip)",
    "ministack.core.lambda_runtime:Worker._spawn(self)",
    "ministack.core.lambda_runtime:Worker._read_stderr(self)",
    "ministack.core.lambda_runtime:Worker._discard_tmpdir(self)",
    "ministack.core.lambda_runtime:Worker.invoke"
    "(self, event, request_id, trace_id, depth, durable, invoked_function_arn)",
    "ministack.core.lambda_runtime:_worker_class_for(config)",
    "ministack.core.lambda_runtime:_account_region_from_function_config(config)",
    "ministack.core.lambda_runtime:execution_credentials(config)",
    "ministack.core.lambda_runtime:reset()",
    "ministack.services.lambda_svc:_delete_event_invoke_config(func_name, qualifier)",
    "ministack.services.lambda_svc:_get_event_invoke_config(func_name, qualifier)",
    "ministack.services.lambda_svc:_put_event_invoke_config(func_name, qualifier, data)",
    "ministack.services.lambda_svc:_emit_lambda_metrics"
    "(function_name, duration_ms, error, throttle)",
    "ministack.services.lambda_svc:_emit_lambda_logs"
    "(func, request_id, log_text, error, duration_ms, log_source)",
    "ministack.services.lambda_svc:_LAMBDA_STATE_TRANSITION_DELAY",
    "ministack.services.lambda_svc:_execute_function(func, event)",
    "ministack.services.lambda_svc:_execute_function_dispatch"
    "(func, config, event, request_id, started)",
    "ministack.services.lambda_svc:_execution_record_for_config(func, config)",
    "ministack.services.lambda_svc:_create_alias(func_name, data)",
    "ministack.services.lambda_svc:_function_qualifier_not_found(func_name, qualifier)",
    "ministack.services.lambda_svc:_functions",
    "ministack.services.lambda_svc:_get_base_func_record_for_ref(function_ref)",
    "ministack.services.lambda_svc:_get_func_record_for_ref(function_ref)",
    "ministack.services.lambda_svc:_reserved_concurrency(func, config)",
    "ministack.services.lambda_svc:_resolve_layer_zip(attachment)",
    "ministack.services.lambda_svc:_resolve_name_and_qualifier(name_or_arn)",
    "ministack.services.lambda_svc:_update_alias(func_name, alias_name, data)",
    "ministack.services.lambda_svc:invoke_async_with_retry(func, event)",
)

# A new or updated function is pending for seconds on AWS; here just long enough to be seen.
_PENDING_SECONDS = 0.05
_ended = threading.Event()
# The emulator loses sight of a worker that is ended while it starts.
_processes: set[subprocess.Popen[str]] = set()
_BOOTSTRAP = Path(__file__).with_name("function_bootstrap.py")


@dataclass(frozen=True)
class Function:
    """One deployed function as an invocation sees it; `arn` names the alias if there is one."""

    arn: str
    name: str
    version: str
    role: str
    policy: dict[str, Any]
    reserved_concurrency: int | None
    maximum_retries: int
    maximum_age_seconds: int
    on_failure: str
    dead_letter: str
    _record: dict[str, Any]


def find(function_arn: str) -> Function | None:
    """The function, version or alias that an ARN names in the current scope, or None."""
    base, _, _ = lambda_svc._get_base_func_record_for_ref(function_arn)
    record, config, _ = lambda_svc._get_func_record_for_ref(function_arn)
    return _function(function_arn, base, record, config) if base and record and config else None


def credentials(name: str) -> dict[str, str] | None:
    """What a function of the current scope runs with, as its environment names it, or None."""
    record, config, _ = lambda_svc._get_func_record_for_ref(name)
    return dict(lambda_runtime.execution_credentials(config)) if record and config else None


def _function(
    reference: str, base: dict[str, Any], record: dict[str, Any], config: dict[str, Any]
) -> Function:
    """A version has its own code and settings; the rest belongs to the function and its aliases."""
    _, qualifier = lambda_svc._resolve_name_and_qualifier(reference)
    qualifier = "" if qualifier in (None, "$LATEST") else qualifier
    arn = base["config"]["FunctionArn"] + (f":{qualifier}" if qualifier else "")
    settings = (base.get("event_invoke_configs") or {}).get(qualifier) or {}
    retries = settings.get("MaximumRetryAttempts")
    failure = (settings.get("DestinationConfig") or {}).get("OnFailure") or {}
    invoked = {**config, "FunctionArn": arn}
    return Function(
        arn=arn,
        name=config["FunctionName"],
        version=config.get("Version", "$LATEST"),
        role=config.get("Role", ""),
        policy=base.get("policy") or {},
        reserved_concurrency=lambda_svc._reserved_concurrency(base, config),
        maximum_retries=2 if retries is None else int(retries),
        maximum_age_seconds=int(settings.get("MaximumEventAgeInSeconds") or 21600),
        on_failure=failure.get("Destination", ""),
        dead_letter=(config.get("DeadLetterConfig") or {}).get("TargetArn", ""),
        _record=lambda_svc._execution_record_for_config(record, invoked),
    )


@dataclass(frozen=True)
class Result:
    """How one invocation ended: `payload` is what the function returned, or its error document."""

    payload: Any
    failed: bool
    throttled: bool


def run(function: Function, event: Any) -> Result:
    """Invoke once and wait; counts against concurrency and writes the function's log."""
    answer = lambda_svc._execute_function(function._record, event)
    return Result(
        payload=answer.get("body"),
        failed=bool(answer.get("error")),
        throttled=bool(answer.get("throttle")),
    )


def fail_update(name: str, reason: str) -> bool:
    """Let the last update of a function have failed; whether there is such a function.

    It goes on with the code and the configuration that it had (Lambda developer guide, "Lambda
    function states").
    """
    base, _, _ = lambda_svc._get_base_func_record_for_ref(name)
    if base is None:
        return False
    base["config"] |= {
        "LastUpdateStatus": "Failed",
        "LastUpdateStatusReason": reason,
        "LastUpdateStatusReasonCode": "InternalError",
    }
    return True


def invoke_async(function: Function, event: Any) -> None:
    """Invoke asynchronously, as the API does; the function may be a version or an alias."""
    lambda_svc.invoke_async_with_retry(function._record, event)


def install_aliases() -> None:
    """Keep aliases and reserved concurrency as Lambda does.

    An alias names a version that there is (Lambda API reference, CreateAlias and UpdateAlias:
    ResourceNotFoundException). What is reserved for a function is shared by its versions and
    aliases (Lambda developer guide, "Configuring reserved concurrency for a function").
    """
    create, update = lambda_svc._create_alias, lambda_svc._update_alias
    reserved = lambda_svc._reserved_concurrency

    def missing(name: str, version: str | None) -> Any:
        function = lambda_svc._functions.get(name)
        if function is None or version in {None, "$LATEST", *function["versions"]}:
            return None
        return lambda_svc._function_qualifier_not_found(name, version)

    def created(func_name: str, data: dict[str, Any]) -> Any:
        return missing(func_name, data.get("FunctionVersion")) or create(func_name, data)

    def updated(func_name: str, alias_name: str, data: dict[str, Any]) -> Any:
        problem = missing(func_name, data.get("FunctionVersion"))
        return problem or update(func_name, alias_name, data)

    def shared(func: dict[str, Any], config: dict[str, Any]) -> int | None:
        base, _, _ = lambda_svc._get_base_func_record_for_ref(config.get("FunctionArn", ""))
        limit: int | None = reserved(base or func, config)
        return limit

    lambda_svc._create_alias = created
    lambda_svc._update_alias = updated
    lambda_svc._reserved_concurrency = shared


def install_async_invoke(invoke: Callable[[Function, Any], None]) -> None:
    """Send every asynchronous invocation (API, S3 and others) through `invoke`."""
    _unify_invoke_configs()

    def invoke_async_with_retry(func: dict[str, Any], event: Any) -> None:
        config = func.get("config") or func
        arn = config["FunctionArn"]
        invoke(find(arn) or _function(arn, func, func, config), event)

    lambda_svc.invoke_async_with_retry = invoke_async_with_retry


def _unify_invoke_configs() -> None:
    """The settings of $LATEST are those without a qualifier; the emulator keeps two."""
    get, put, delete = (
        lambda_svc._get_event_invoke_config,
        lambda_svc._put_event_invoke_config,
        lambda_svc._delete_event_invoke_config,
    )

    def unqualified(qualifier: str | None) -> str | None:
        return None if qualifier == "$LATEST" else qualifier

    lambda_svc._get_event_invoke_config = lambda func_name, qualifier=None: get(
        func_name, unqualified(qualifier)
    )
    lambda_svc._put_event_invoke_config = lambda func_name, qualifier, data: put(
        func_name, unqualified(qualifier), data
    )
    lambda_svc._delete_event_invoke_config = lambda func_name, qualifier=None: delete(
        func_name, unqualified(qualifier)
    )


def install_metrics(put: Callable[[str, str, dict[str, str], float], None]) -> None:
    """Count invocations as AWS/Lambda does, whoever invoked; the emulator counts only API calls.

    `put` takes namespace, metric name, dimensions and value.
    """
    dispatch = lambda_svc._execute_function_dispatch

    def count(function_name: str, **values: float) -> None:
        for metric, value in values.items():
            put("AWS/Lambda", metric, {"FunctionName": function_name}, value)

    def counted(
        func: dict[str, Any], config: dict[str, Any], event: Any, request_id: str, started: float
    ) -> Any:
        result = dispatch(func, config, event, request_id, started)
        failed = bool(isinstance(result, dict) and result.get("error"))
        count(config["FunctionName"], Invocations=1, Errors=int(failed), Throttles=0)
        return result

    def only_throttles(function_name: str, duration_ms: float, error: bool, throttle: bool) -> None:
        if throttle and not error:
            count(function_name, Throttles=1)

    lambda_svc._execute_function_dispatch = counted
    lambda_svc._emit_lambda_metrics = only_throttles


def install_logs() -> None:
    """Write nothing for an invocation that outlives its function.

    It would make the log group again that was deleted with the function. On AWS that needs
    `logs:CreateLogGroup` of a role, which is gone with the function of a stack.
    """
    emit = lambda_svc._emit_lambda_logs

    def of_an_existing_function(func: dict[str, Any], *details: Any, **more: Any) -> None:
        config = func.get("config") or func
        record, _, _ = lambda_svc._get_func_record_for_ref(config["FunctionArn"])
        if record is not None:
            emit(func, *details, **more)

    lambda_svc._emit_lambda_logs = of_an_existing_function


def install_workers(*, gateway_url: str, sdk: Path | None) -> Callable[[str], None]:
    """Run every Python function in an isolated process; `sdk` is the runtime's own boto3.

    The answer unpacks the code of a function, by its name, ahead of its first cold start; Lambda
    prepares a function when it is deployed, too.
    """
    folders = _Extracted(Path(tempfile.mkdtemp(prefix="functions-")))

    def packages(config: dict[str, Any], code: bytes) -> tuple[Path, list[Path]]:
        layers = [lambda_svc._resolve_layer_zip(layer) for layer in config.get("Layers") or []]
        return folders.of(code), [folders.of(layer) for layer in layers]

    def prepare(name: str) -> None:
        record, config, _ = lambda_svc._get_func_record_for_ref(name)
        arguments = (config, record["code_zip"])
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(packages, *arguments), daemon=True).start()

    class IsolatedWorker(lambda_runtime.Worker):  # type: ignore[misc, no-any-unimported]
        def _spawn(self) -> None:
            if _ended.is_set():
                raise RuntimeError("the embedded account ends, no function is started any more")
            code, layers = packages(self.config, self.code_zip)
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-B", str(_BOOTSTRAP)],
                cwd=code,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                bufsize=1,
                env=_environment(self.config, code, gateway_url),
            )
            _processes.add(process)
            assert process.stdin is not None
            assert process.stdout is not None
            self._proc = process
            self._stderr_thread = threading.Thread(target=self._read_stderr, daemon=True)
            self._stderr_thread.start()
            module, _, handler = self.config["Handler"].rpartition(".")
            search = [path for layer in layers for path in _python_paths(layer)]
            start = {
                "first": [str(code), *map(str, search)],
                "last": [str(sdk)] if sdk else [],
                "module": module.replace("/", "."),
                "handler": handler,
                "ports": str(hosts.PORTS),
                "certificates": str(hosts.CERTIFICATES),
            }
            process.stdin.write(json.dumps(start) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
            answer = json.loads(line) if line else {"error": "Runtime exited without an answer"}
            if answer.get("status") != "ready":
                process.wait()
                self._stderr_thread.join(timeout=1)
                log = self._drain_stderr()
                raise RuntimeError(f"{answer['error']}\n{log}")

        def invoke(self, *arguments: Any, **more: Any) -> dict[str, Any]:
            """Keep the process of a handler that raised, as Lambda does.

            It ends one only for a crash or a time-out: Lambda developer guide, "Understanding the
            Lambda execution environment lifecycle". The emulator ends it for every error.
            """
            answer: dict[str, Any] = super().invoke(*arguments, **more)
            failed = answer.pop("failed", None)
            return answer if failed is None else {**answer, **failed, "status": "error"}

        def _discard_tmpdir(self) -> None:
            """Nothing to discard: the folders are shared, and nobody writes there."""

    def worker_class_for(config: dict[str, Any]) -> type:
        if str(config.get("Runtime", "")).startswith("python"):
            return IsolatedWorker
        runtime = config.get("Runtime")
        raise RuntimeError(f"the embedded account runs Python functions only, not {runtime!r}")

    lambda_runtime._worker_class_for = worker_class_for
    lambda_svc._LAMBDA_STATE_TRANSITION_DELAY = _PENDING_SECONDS
    return prepare


def end_workers() -> None:
    """End every worker process and wait until it is gone; the next invocation is a cold start."""
    ended = list(_processes)
    for process in ended:
        process.kill()
    for process in ended:
        process.wait()
    _processes.difference_update(ended)
    lambda_runtime.reset()


def stop_workers() -> None:
    """End every worker process, and start no other."""
    _ended.set()
    end_workers()


class _Extracted:
    """Unpacked archives, each once: cold starts of the same code do not pay for unpacking again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()

    def of(self, archive: bytes) -> Path:
        folder = self._root / hashlib.sha256(archive).hexdigest()[:16]
        with self._lock:
            if not folder.exists():
                partial = folder.with_suffix(".partial")
                with zipfile.ZipFile(io.BytesIO(archive)) as packed:
                    packed.extractall(partial)
                partial.rename(folder)
        return folder


def _python_paths(layer: Path) -> list[Path]:
    """Where Lambda looks for Python packages in a layer, in its order."""
    versioned = sorted(layer.glob("python/lib/python3*/site-packages"))
    return [*versioned, layer / "python"]


def _environment(config: dict[str, Any], code: Path, gateway_url: str) -> dict[str, str]:
    _, region = lambda_runtime._account_region_from_function_config(config)
    group = (config.get("LoggingConfig") or {}).get("LogGroup")
    given = {
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": gateway_url,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{config['Runtime']}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(config.get("MemorySize", 128)),
        "AWS_LAMBDA_FUNCTION_NAME": config["FunctionName"],
        "AWS_LAMBDA_FUNCTION_VERSION": config.get("Version", "$LATEST"),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": group or f"/aws/lambda/{config['FunctionName']}",
        "AWS_LAMBDA_LOG_STREAM_NAME": uuid.uuid4().hex,
        "AWS_REGION": region,
        "LAMBDA_TASK_ROOT": str(code),
        "LANG": "en_US.UTF-8",
        "PATH": os.defpath,
        "TZ": ":UTC",
        "_HANDLER": config["Handler"],
        **lambda_runtime.execution_credentials(config),
    }
    declared = (config.get("Environment") or {}).get("Variables") or {}
    return {**{name: str(value) for name, value in declared.items()}, **given}
