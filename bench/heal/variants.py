"""What is measured: Trailkeeper's own package, the naive handler and Cloud Custodian's package."""

from __future__ import annotations

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.heal.account import BASELINE, SUBSCRIBER
from bench.heal.endpoint import Endpoint
from bench.measure import BenchError, Usage, run
from trailkeeper.environments.heal import HealEnviron

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"

_SECONDS = 120.0
_TOPIC = BASELINE.names.alerts_topic_arn
_QUEUE = f"https://sqs.us-east-1.amazonaws.com/{BASELINE.account}/trailkeeper-alerts"
_SET_LOGGING = {"type": "set-logging", "enabled": True}
_NOTIFY = {
    "type": "notify",
    "to": [SUBSCRIBER],
    "subject": "CloudTrail was stopped",
    "transport": {"type": "sns", "topic": _TOPIC},
}

SCHEDULED: dict[str, Any] = {"source": "aws.scheduler", "detail-type": "Scheduled Event"}


def api_call(name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """An event as EventBridge carries it: somebody made a call on the guarded trail."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "version": "0",
        "id": "8d2f3c1e-0000-4000-8000-000000000000",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.cloudtrail",
        "account": BASELINE.account,
        "time": now,
        "region": BASELINE.region,
        "resources": [],
        "detail": {
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "IAMUser",
                "principalId": "AIDAEXAMPLE",
                "arn": f"arn:aws:iam::{BASELINE.account}:user/mallory",
                "accountId": BASELINE.account,
                "accessKeyId": "AKIAEXAMPLE",
                "userName": "mallory",
            },
            "eventTime": now,
            "eventSource": "cloudtrail.amazonaws.com",
            "eventName": name,
            "awsRegion": BASELINE.region,
            "sourceIPAddress": "203.0.113.7",
            "userAgent": "aws-cli/2.31.0",
            "requestParameters": parameters,
            "responseElements": None,
            "requestID": "7a1b0000-0000-4000-8000-000000000000",
            "eventID": "5c9e0000-0000-4000-8000-000000000000",
            "readOnly": False,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": BASELINE.account,
            "eventCategory": "Management",
        },
    }


def stop_logging() -> dict[str, Any]:
    """Somebody stopped the trail."""
    return api_call("StopLogging", {"name": BASELINE.trail_name})


@dataclass(frozen=True, slots=True)
class Variant:
    """A handler, where it is imported from, and the environment that its deployment gives it."""

    name: str
    module: str
    function: str
    path: tuple[Path, ...]
    environment: dict[str, str] = field(default_factory=dict)

    def cold(self, endpoint: Endpoint, folder: Path, scene: str, event: dict[str, Any]) -> Usage:
        """One event in a fresh process; checked to have been healed."""
        endpoint.forget()
        endpoint.begin(scene)
        usage = self._run(endpoint, folder, {"events": 0, "event": event})
        endpoint.end(scene)
        endpoint.check()
        return usage

    def warm(
        self, endpoint: Endpoint, folder: Path, scene: str, event: dict[str, Any], events: int
    ) -> list[float]:
        """CPU seconds of each of many events in one process; each checked to have been healed."""
        endpoint.forget()
        result = folder / "result.json"
        plan = {"events": events, "event": event, "scene": scene, "result": str(result)}
        self._run(endpoint, folder, {**plan, "host": endpoint.host, "port": endpoint.port})
        endpoint.check()
        spent: list[float] = json.loads(result.read_text(encoding="utf-8"))
        if len(spent) != events or len(endpoint.events) != events:
            raise BenchError(f"{self.name}: {len(spent)} of {events} events were handled")
        return spent

    def _run(self, endpoint: Endpoint, folder: Path, plan: dict[str, Any]) -> Usage:
        file = folder / "run.json"
        plan |= {"module": self.module, "function": self.function}
        file.write_text(json.dumps(plan), encoding="utf-8")
        environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "TZ": "UTC",
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join(map(str, self.path)),
            "AWS_ENDPOINT_URL": endpoint.url,
            "AWS_REGION": BASELINE.region,
            "AWS_DEFAULT_REGION": BASELINE.region,
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_SESSION_TOKEN": "bench",
            "AWS_LAMBDA_FUNCTION_NAME": "trailkeeper-heal",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "LAMBDA_TASK_ROOT": str(self.path[0]),
            **self.environment,
        }
        # No site and no script folder: nothing is imported but the package and the library path.
        command = [sys.executable, "-S", "-s", "-P", str(HERE / "child.py"), str(file)]
        return run(
            command,
            environment,
            folder=self.path[0],
            log=folder / "stderr.txt",
            seconds=_SECONDS,
            started=endpoint.watch,
        )


@dataclass(frozen=True, slots=True)
class Variants:
    """The handlers that are measured side by side."""

    ours: Variant
    naive: Variant
    naive_with_mail: Variant
    custodian: Variant
    custodian_with_mail: Variant

    @property
    def all(self) -> tuple[Variant, ...]:
        return (
            self.ours,
            self.naive,
            self.naive_with_mail,
            self.custodian,
            self.custodian_with_mail,
        )


def prepare(folder: Path) -> Variants:
    """Pack all of them into a folder, each with bytecode that this interpreter accepts.

    Raises:
        BenchError: a package could not be made.
    """
    # Lambda's runtime brings boto3 for those who ship none; ours brings its own botocore.
    runtime = Path(sysconfig.get_path("purelib"))
    return Variants(
        ours=trailkeeper(folder / "trailkeeper"),
        naive=_naive(folder / "naive", "naive", runtime),
        naive_with_mail=_naive(folder / "naive-mail", "naive_with_mail", runtime),
        custodian=_custodian(folder / "custodian", "Cloud Custodian", [_SET_LOGGING], runtime),
        custodian_with_mail=_custodian(
            folder / "custodian-mail", "Cloud Custodian + mail", [_SET_LOGGING, _NOTIFY], runtime
        ),
    )


def trailkeeper(package: Path) -> Variant:
    """Pack ours alone."""
    _call([sys.executable, "-m", "bench.heal.packages", str(package)])
    environ = HealEnviron(
        BASELINE, alerts_queue_url=_QUEUE, alert_emails=(SUBSCRIBER,)
    ).to_environ()
    return Variant("Trailkeeper", "lambdas.heal.handler", "handler", (package,), environ)


def _naive(package: Path, module: str, runtime: Path) -> Variant:
    package.mkdir()
    shutil.copy(HERE / f"{module}.py", package)
    _compile(package)
    name = module.replace("_", " ").replace(" with ", " + ")
    return Variant(name, module, "handler", (package, runtime), {"TOPIC_ARN": _TOPIC})


def _custodian(package: Path, name: str, actions: list[dict[str, Any]], runtime: Path) -> Variant:
    if not PEERS_PYTHON.exists():
        raise BenchError(f"{PEERS_PYTHON.relative_to(ROOT)} is not there; run make bench")
    package.mkdir()
    archive = str(HERE / "custodian_archive.py")
    _call([str(PEERS_PYTHON), archive, str(package), json.dumps(actions)])
    _compile(package)
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    needs = Path(_call([str(PEERS_PYTHON), "-c", query]).strip())
    return Variant(name, "custodian_policy", "run", (package, runtime, needs))


def _compile(package: Path) -> None:
    """The peers ship no bytecode; they get it, so that only what they do is measured."""
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(package, quiet=2, invalidation_mode=mode)


def _call(command: list[str]) -> str:
    outcome = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, timeout=_SECONDS
    )
    if outcome.returncode != 0:
        raise BenchError(f"{' '.join(command[:3])} failed:\n{outcome.stderr[-2000:]}")
    return outcome.stdout
