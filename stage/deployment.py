"""The real CDK command line, pointed at the embedded account."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from stage.assembly_cache import AssemblyCache
from stage.beforehand import placed
from stage.places import CDK, PYTHON_FOLDER, ROOT

_SECONDS = 300
# How the app begins to say what is wrong with its settings.
_SETTINGS = "Trailkeeper cannot use its settings"
_LOOPBACK = Path(__file__).resolve().with_name("loopback.cjs")


class DeploymentError(Exception):
    """When a CDK command fails; the message ends with what the command printed last."""


class Cdk:
    """Runs `cdk` for one account; everything it writes is in `workdir`.

    `execution_policies` are what CloudFormation may do; none: CDK's default, everything.
    """

    def __init__(
        self,
        workdir: Path,
        *,
        endpoint: str,
        account: str,
        region: str,
        access_key_id: str,
        secret_access_key: str,
        settings: Mapping[str, Any],
        settings_file: Path | None = None,
        project: Path = ROOT,
        execution_policies: Sequence[str] = (),
    ) -> None:
        self._written = [*([settings_file] if settings_file else []), project / "cdk.json"]
        self._workdir = workdir
        self._project = project
        self._execution_policies = ",".join(execution_policies)
        self._account, self._region = account, region
        self._target = f"aws://{account}/{region}"
        self._settings = dict(settings)
        self.assembly = workdir / "cdk.out"
        self._cache = AssemblyCache(project, account, region, self._settings)
        self._running: set[subprocess.Popen[str]] = set()
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "CDK_", "JSII_"))
        }
        self._environment = kept | {
            "PATH": f"{PYTHON_FOLDER}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ENDPOINT_URL_S3": endpoint,
            "AWS_ACCESS_KEY_ID": access_key_id,
            "AWS_SECRET_ACCESS_KEY": secret_access_key,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "CDK_HOME": str(workdir / "cdk-home"),
            "CDK_DEFAULT_ACCOUNT": account,
            "CDK_DEFAULT_REGION": region,
            "CDK_DISABLE_VERSION_CHECK": "1",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
            "NODE_NO_WARNINGS": "1",
            "NODE_OPTIONS": f'--require="{_LOOPBACK}"',
        }

    def synthesize(self) -> None:
        """Make the cloud assembly of the project with the settings laid over cdk.json's.

        One that was made before from the same files and settings is taken as it was.
        """
        key = self._cache.key()
        with self._cache.turn(key):
            if not self._cache.fetch(key, self.assembly):
                self._synthesize()
                self._cache.keep(key, self.assembly)

    def _synthesize(self) -> None:
        context: list[str] = []
        for name, value in self._settings.items():
            context += ["--context", f"trailkeeper:{name}={json.dumps(value)}"]
        self._run("synth", "--quiet", "--output", str(self.assembly), *context)

    def bootstrap(self) -> None:
        """Make the roles and the bucket that a deploy to the home region needs."""
        self._bootstrap(self._target)

    def bootstrap_beyond(self) -> None:
        """The same in the other regions that the stacks of the assembly are for, if there are."""
        beyond = sorted({each for each in self._regions() if each != self._region})
        if beyond:
            self._bootstrap(*(f"aws://{self._account}/{each}" for each in beyond))

    def _bootstrap(self, *targets: str) -> None:
        policies = self._execution_policies
        limited = ("--cloudformation-execution-policies", policies) if policies else ()
        self._run("bootstrap", "--app", "", *limited, *targets)

    def _regions(self) -> Iterator[str]:
        manifest = json.loads((self.assembly / "manifest.json").read_text(encoding="utf-8"))
        for artifact in manifest["artifacts"].values():
            if artifact["type"] == "aws:cloudformation:stack":
                yield artifact["environment"].rpartition("/")[2]

    def deploy(self) -> None:
        """Deploy every stack of the assembly."""
        self._run(
            "deploy",
            *("--all", "--require-approval", "never", "--concurrency", "1"),
            *("--app", str(self.assembly)),
        )

    def destroy(self, *stacks: str) -> None:
        """Destroy some stacks of the assembly."""
        self._run("destroy", "--force", "--app", str(self.assembly), *stacks)

    def stop(self) -> None:
        """End what still runs: each command and the processes it started."""
        for process in tuple(self._running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _run(self, *arguments: str) -> None:
        process = subprocess.Popen(
            [str(CDK), "--no-notices", "--no-color", *arguments],
            cwd=self._project,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._running.add(process)
        try:
            output, _ = process.communicate(timeout=_SECONDS)
        except BaseException:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        finally:
            self._running.discard(process)
        if process.returncode != 0:
            raise DeploymentError(_told(arguments[0], output, self._written))


def _told(command: str, output: str, written: Sequence[Path] = ()) -> str:
    """What is wrong with the settings, where that is it; else what the command printed last.

    `written` are the files that the settings may stand in.
    """
    lines = [line.rstrip() for line in output.strip().splitlines()]
    begin = next((at for at, line in enumerate(lines) if line.startswith(_SETTINGS)), None)
    if begin is None:
        tail = "\n".join(lines[-40:])
        return f"cdk {command} failed:\n{tail}"
    rest = lines[begin + 1 :]
    problems = [line.strip().removeprefix("- ") for line in rest if line.startswith("  - ")]
    return f"the settings cannot be used: {'; '.join(placed(each, written) for each in problems)}"
