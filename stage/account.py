"""DeployedAccount: an embedded AWS account with the project's own stacks deployed in it."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import boto3

from embedded import subscriptions
from embedded.account import Account, AccountError, EmbeddedAccount
from stage import beforehand
from stage.beforehand import SetupError
from stage.deployment import Cdk, DeploymentError
from stage.places import EMBEDDED_PYTHON, ROOT
from stage.ready import Ready

ADMINISTRATOR = "administrator"
DEPLOYER, OPERATOR = "deployer", "operator"
DEFAULT_REGION = "us-east-1"
MAIL_SECONDS = 20.0

# All that a user may meet while the account is set up, each one line with what to do.
FAILURES = (SetupError, AccountError, DeploymentError, OSError)

Progress = Callable[[str, float | None], None]
"""Called with a step's name when it begins (None) and when it is done (its seconds)."""


class DeployedAccount:
    """A context manager that yields Ready, and afterwards leaves no process and no file behind.

    `port`: None takes any free one. `settings`: laid over those of cdk.json; `settings_file`: where
    they stand, for what is wrong with them. `workdir`: where all files go; a folder of its own by
    default, which is removed at the end. `retry_delays`: as EmbeddedAccount says. `project`: the
    CDK app. `prepare`: makes what the settings say is there already, before anything is deployed.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        settings: Mapping[str, Any] | None = None,
        settings_file: Path | None = None,
        workdir: Path | None = None,
        progress: Progress | None = None,
        retry_delays: tuple[float, ...] = (1.0, 2.0),
        project: Path = ROOT,
        prepare: Callable[[Account], object] | None = None,
    ) -> None:
        self._settings = dict(settings or {})
        self._settings_file = settings_file
        self._port = port
        self._given_workdir = workdir
        self._progress = progress or (lambda step, seconds: None)
        self._retry_delays = retry_delays
        self._project = project
        self._prepare = prepare
        self._stack = ExitStack()
        self.server: EmbeddedAccount
        self.cdk: Cdk

    def __enter__(self) -> Ready:
        beforehand.check_machine()
        with ExitStack() as stack:
            ready = self._start(stack)
            self._stack = stack.pop_all()
        return ready

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _start(self, stack: ExitStack) -> Ready:
        workdir = self._given_workdir
        if workdir is None:
            workdir = Path(tempfile.mkdtemp(prefix="trailkeeper-"))
            stack.callback(shutil.rmtree, workdir, ignore_errors=True)
        declared = declared_settings(self._project) | self._settings
        self.server = EmbeddedAccount(
            workdir,
            python=EMBEDDED_PYTHON,
            port=self._port,
            region=_home_region(declared),
            retry_delays=self._retry_delays,
        )
        with self._step("start the embedded account"):
            root = stack.enter_context(self.server)
        if self._prepare:
            self._prepare(root)
        access_key_id, secret_access_key = _make_administrator(root)
        deployer = make_deployer(root)
        self.cdk = Cdk(
            workdir,
            endpoint=root.endpoint,
            account=root.account,
            region=root.region,
            access_key_id=deployer.access_key_id,
            secret_access_key=deployer.secret_access_key,
            execution_policies=deployer.execution_policies,
            settings=self._settings,
            settings_file=self._settings_file,
            project=self._project,
        )
        stack.callback(self.cdk.stop)
        with self._step("synthesize the stacks and bootstrap the account"):
            _together(self.cdk.bootstrap, self.cdk.synthesize, abandon=self.cdk.stop)
            self.cdk.bootstrap_beyond()
        with self._step("deploy the stacks"):
            self.cdk.deploy()
        session = boto3.Session(access_key_id, secret_access_key, region_name=root.region)
        with self._step("confirm the mail subscriptions"):
            for region in filter(None, (root.region, declared.get("last_resort_region"))):
                subscriptions.confirm(
                    session.client("sns", region_name=region, endpoint_url=root.endpoint),
                    root.mailbox,
                    seconds=MAIL_SECONDS,
                )
        return _ready(root, session, declared.get("trail_name", "trailkeeper"))

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        self._progress(name, None)
        yield
        self._progress(name, time.monotonic() - began)


def declared_settings(project: Path = ROOT) -> dict[str, Any]:
    """The settings in a project's cdk.json.

    Raises:
        SetupError: it cannot be read; file and line are named.
    """
    file = project / "cdk.json"
    context = beforehand.json_object(file).get("context", {})
    declared = context.get("trailkeeper") or {} if isinstance(context, dict) else context
    if not isinstance(declared, dict):
        raise SetupError(f'{file}: "context", and "trailkeeper" in it, must be objects')
    return dict(declared)


def _home_region(declared: Mapping[str, Any]) -> str:
    """The region to serve; of one that does not exist, the synth says what is wrong with it."""
    wanted = declared.get("home_region")
    known = boto3.Session().get_available_regions("cloudtrail")
    return str(wanted) if wanted in known else DEFAULT_REGION


def _make_administrator(root: Account) -> tuple[str, str]:
    users = root.client("iam")
    users.create_user(UserName=ADMINISTRATOR)
    users.attach_user_policy(
        UserName=ADMINISTRATOR, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    key = users.create_access_key(UserName=ADMINISTRATOR)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


@dataclass(frozen=True)
class Deployer:
    """The keys of a user who may do no more than deploy, and what CloudFormation may then do."""

    access_key_id: str
    secret_access_key: str
    execution_policies: tuple[str, ...]


def make_deployer(root: Account) -> Deployer:
    """Make the policies of docs/deploy-policy.json, and a user who has those of a deployer.

    The user `operator` has those of the command; its keys are for who asks for them.
    """
    text = (ROOT / "docs/deploy-policy.json").read_text(encoding="utf-8")
    written = json.loads(text.replace("ACCOUNT", root.account).replace("REGION", root.region))
    users = root.client("iam")
    made: dict[str, tuple[str, ...]] = {
        name: tuple(
            users.create_policy(
                PolicyName=f"trailkeeper-{name}-{number}", PolicyDocument=json.dumps(each)
            )["Policy"]["Arn"]
            for number, each in enumerate(documents)
        )
        for name, documents in written.items()
    }
    for name in (DEPLOYER, OPERATOR):
        users.create_user(UserName=name)
        for arn in made[name]:
            users.attach_user_policy(UserName=name, PolicyArn=arn)
    key = users.create_access_key(UserName=DEPLOYER)["AccessKey"]
    return Deployer(key["AccessKeyId"], key["SecretAccessKey"], made["execution"])


def _together(*actions: Callable[[], None], abandon: Callable[[], None]) -> None:
    """Run actions at the same time; the first error abandons the others and is raised."""
    errors: list[Exception] = []

    def run(action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:  # raised below, in the caller's thread
            errors.append(error)
            abandon()

    threads = [threading.Thread(target=run, args=(action,), daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _ready(root: Account, session: boto3.Session, trail_name: str) -> Ready:
    def client(service: str) -> Any:
        make: Any = session.client
        return make(service, endpoint_url=root.endpoint)

    keys = session.get_credentials()
    assert keys is not None
    trail = client("cloudtrail").get_trail(Name=trail_name)["Trail"]
    functions = client("lambda")
    topic = f"arn:aws:sns:{root.region}:{root.account}:trailkeeper-alerts"
    return Ready(
        endpoint=root.endpoint,
        region=root.region,
        account=root.account,
        access_key_id=keys.access_key,
        secret_access_key=keys.secret_key,
        trail_arn=trail["TrailARN"],
        log_bucket=trail["S3BucketName"],
        log_group=trail["CloudWatchLogsLogGroupArn"].split(":log-group:", 1)[1].removesuffix(":*"),
        evidence_key_arn=trail.get("KmsKeyId"),
        topic_arn=client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["TopicArn"],
        heal_function=_name(functions, "trailkeeper-heal"),
        alert_function=_name(functions, "trailkeeper-alert"),
        mailbox=str(root.mailbox),
    )


def _name(functions: Any, name: str) -> str:
    configuration = functions.get_function_configuration(FunctionName=name)
    return str(configuration["FunctionName"])
