"""docs/deploy-policy.json: what whoever deploys, CloudFormation and the command may do, no more.

`python -m tools.deploy_policy` prints it, `--write FILE` writes it. ACCOUNT and REGION stand for
yours; a region beyond home is any. What CloudFormation calls for a resource is what AWS's registry
of resource types says; which calls are tied to which resources is what AWS's service authorization
reference says. Both come with cfn-lint, whose version is pinned.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tools import page as command_line
from trailkeeper.cli.doctor import findings
from trailkeeper.cli.versions import FUNCTIONS
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import (
    ACCOUNT_STACK,
    ALERT_FUNCTION,
    DATABASE,
    EVIDENCE_STACK,
    HEAL_FUNCTION,
    PAUSE_PARAMETER,
    RESPONSE_STACK,
    SATELLITE_STACK,
    SEARCH_STACK,
    WATCHER_FUNCTION,
    WATCHER_STACK,
    WORK_GROUP,
)

# IAM and STS quotas: characters of a managed policy, without white space.
LONGEST_POLICY = 6144
BOOTSTRAP = (
    Path(__file__).resolve().parents[1]
    / "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"
)

_QUALIFIER = "hnb659fds"
_TOOLKIT = "CDKToolkit"
_REGION, _EVERYWHERE = "REGION", "*"
_LONGEST_REGION = "ap-northeast-1"
# Every option that adds a resource is on; IAM's calls and the charges are beyond this home.
_SETTINGS: Mapping[str, Any] = {
    "home_region": "eu-central-1",
    "ec2_regions": ["eu-west-1"],
    "billing_alarm_usd": 100,
    "monthly_budget_usd": 100,
    "cis_alarms": True,
    "count_deliveries": True,
    "watcher": True,
    "last_resort_region": "eu-west-1",
    "stream_log_group_to": "arn:aws:kinesis:eu-central-1:111122223333:stream/audit",
    "alert_emails": ["security@example.com"],
    "object_lock": "governance",
    "insight_types": ["ApiErrorRateInsight"],
    "tags": {"team": "security"},
    "slack_webhook": "ssm:/trailkeeper/slack",
    "amazon_q": {"workspace_id": "T0123", "channel_id": "C0123"},
    "contain": "deny",
}
_STACKS = (EVIDENCE_STACK, RESPONSE_STACK, SEARCH_STACK, ACCOUNT_STACK, WATCHER_STACK)
# Regions have no part in what they are called by: one stack stands for all of them.
_BEYOND = f"{SATELLITE_STACK}*"

Properties = Mapping[str, Any]
Statement = dict[str, Any]
Policy = dict[str, Any]
# Resources by their logical ids, by stack.
Stacks = Mapping[str, Mapping[str, Any]]
ResourceNames = dict[str, dict[str, set[str]]]
# Actions by the resources that they are allowed on.
Rights = dict[tuple[str, ...], set[str]]


class UnknownResourceError(ValueError):
    """When a template holds a resource of a type whose names are not known here."""


def _named(service: str, kind: str, *properties: str) -> Callable[[Properties, str], Any]:
    """The resource of a type by the property that names it, or by the stack that names it."""

    def name(own: Properties, stack: str) -> Iterator[tuple[str, str, str]]:
        given = next((str(own[each]) for each in properties if own.get(each)), f"{stack}-*")
        yield service, kind, given

    return name


def _part_of(service: str) -> Callable[[Properties, str], Any]:
    """A resource that is a part of others of its service, which stand in the template, too."""
    return lambda own, stack: iter(((service, "", ""),))


def _layer(_: Properties, stack: str) -> Iterator[tuple[str, str, str]]:
    """CloudFormation names a layer after its logical id."""
    yield "lambda", "layer", "Dependencies*"
    yield "lambda", "layerversion", "Dependencies*"


def _function(own: Properties, _: str) -> Iterator[tuple[str, str, str]]:
    """A function with its versions and aliases."""
    yield "lambda", "function", str(own["FunctionName"])
    yield "lambda", "function", f"{own['FunctionName']}:*"


def _database(own: Properties, _: str) -> Iterator[tuple[str, str, str]]:
    yield "glue", "catalog", ""
    yield "glue", "database", str(own["DatabaseInput"]["Name"])


def _table(own: Properties, _: str) -> Iterator[tuple[str, str, str]]:
    yield "glue", "table", f"{DATABASE}/{own.get('TableInput', {}).get('Name', '*')}"


def _rule(own: Properties, stack: str) -> Iterator[tuple[str, str, str]]:
    yield "events", "rule-on-default-event-bus", str(own.get("Name", f"{stack}-*"))


_RESOURCES: Mapping[str, Callable[[Properties, str], Any]] = {
    "AWS::Athena::NamedQuery": _part_of("athena"),
    "AWS::Athena::WorkGroup": _named("athena", "workgroup", "Name"),
    # CloudFormation makes up its name.
    "AWS::Budgets::Budget": lambda own, stack: iter((("budgets", "budget", "*"),)),
    "AWS::Chatbot::SlackChannelConfiguration": lambda own, stack: iter(
        (("chatbot", "chatbotconfiguration", f"slack-channel/{own['ConfigurationName']}"),)
    ),
    "AWS::CloudTrail::Trail": _named("cloudtrail", "trail", "TrailName"),
    "AWS::CloudWatch::Alarm": _named("cloudwatch", "alarm", "AlarmName"),
    "AWS::CloudWatch::Dashboard": _named("cloudwatch", "dashboard", "DashboardName"),
    "AWS::DynamoDB::Table": _named("dynamodb", "table", "TableName"),
    "AWS::ECR::Repository": _named("ecr", "repository", "RepositoryName"),
    "AWS::Events::Rule": _rule,
    "AWS::Glue::Database": _database,
    "AWS::Glue::Table": _table,
    "AWS::IAM::Group": _named("iam", "group", "GroupName"),
    "AWS::IAM::ManagedPolicy": _named("iam", "policy", "ManagedPolicyName"),
    "AWS::IAM::Policy": _part_of("iam"),
    "AWS::IAM::Role": _named("iam", "role", "RoleName"),
    "AWS::KMS::Alias": _named("kms", "alias", "AliasName"),
    # A key has no name; its policy says who may do what with it.
    "AWS::KMS::Key": lambda own, stack: iter((("kms", "key", "*"),)),
    "AWS::Lambda::Alias": _part_of("lambda"),
    "AWS::Lambda::EventInvokeConfig": _part_of("lambda"),
    "AWS::Lambda::EventSourceMapping": lambda own, stack: iter(
        (("lambda", "eventsourcemapping", "*"),)
    ),
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::LayerVersion": _layer,
    "AWS::Lambda::Permission": _part_of("lambda"),
    "AWS::Lambda::Version": _part_of("lambda"),
    "AWS::Logs::LogGroup": _named("logs", "log-group", "LogGroupName"),
    "AWS::Logs::MetricFilter": _part_of("logs"),
    "AWS::Logs::QueryDefinition": _part_of("logs"),
    "AWS::Logs::SubscriptionFilter": _part_of("logs"),
    "AWS::S3::Bucket": _named("s3", "bucket", "BucketName"),
    "AWS::S3::BucketPolicy": _part_of("s3"),
    "AWS::SNS::Subscription": _part_of("sns"),
    "AWS::SNS::Topic": _named("sns", "topic", "TopicName"),
    "AWS::SNS::TopicPolicy": _part_of("sns"),
    "AWS::SQS::Queue": _named("sqs", "queue", "QueueName"),
    "AWS::SQS::QueuePolicy": _part_of("sqs"),
    "AWS::SSM::Parameter": _named("ssm", "parameter", "Name"),
    "AWS::Scheduler::Schedule": lambda own, stack: iter(
        (("scheduler", "schedule", f"default/{own.get('Name', f'{stack}-*')}"),)
    ),
}
_WITHOUT_RIGHTS = frozenset({"AWS::CDK::Metadata"})
# What handlers call for properties that no template of ours has: data of a table, users, protection
# of data, endpoints of other services.
_FOR_OTHERS = re.compile(
    r"dynamodb:(?!(Create|Delete|Describe|Update)Table$|(Describe|Update)TimeToLive|.*Tag"
    r"|(Get|Put|Delete)ResourcePolicy|Describe\w+|UpdateContinuousBackups).*"
    r"|iam:\w*User\w*|iam:CreateServiceLinkedRole"
    r"|glue:\w*Connection\w*"
    r"|logs:(PutBearer\w+|CreateLogDelivery|\w*IndexPolic\w+|\w*ResourcePolic\w+)"
    r"|(logs|sns):PutDataProtectionPolicy"
    r"|lambda:(PassCapacityProvider|\w*(Scaling|CodeSigning)\w*|AssociateRuntimeAlias)"
    r"|s3:(\w*(Analytics|Inventory|Metrics|Cors|CORS|Website|Accelerate|IntelligentTiering"
    r"|Metadata|Abac)\w*)|chatbot:\w*Association\w*|kms:DisableKeyRotation",
    re.IGNORECASE,
)
# To these services a role of ours may be handed over.
_PASSED_TO = (
    "chatbot.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "events.amazonaws.com",
    "lambda.amazonaws.com",
    "logs.amazonaws.com",
    "scheduler.amazonaws.com",
)
# Calls that list without a name, though AWS ties them to resources.
_LISTS = frozenset(
    {
        "cloudformation:DescribeStacks",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetAlarmMuteRule",
        "cloudwatch:ListAlarmMuteRules",
        "s3:ListAllMyBuckets",
    }
)
_HANDLERS = ("create", "read", "update", "delete")


def policies() -> dict[str, list[Policy]]:
    """The policies by who needs them; each fits into one managed policy."""
    return {
        "deployer": _packed(_deployer()),
        "execution": _packed(_execution()),
        "operator": _packed(_operator()),
        "drill": _packed(_drill()),
    }


def page() -> str:
    """The policies as JSON."""
    return json.dumps(policies(), indent=1) + "\n"


def length(policy: Policy) -> int:
    """The characters that IAM counts, once an account and the longest region are filled in."""
    text = json.dumps(policy, separators=(",", ":"))
    return len(text.replace("ACCOUNT", "0" * 12).replace("REGION", _LONGEST_REGION))


def _deployer() -> list[Statement]:
    """Make CDK's own stack once, then deploy in its roles."""
    toolkit = [_arn("cloudformation", f"stack/{_TOOLKIT}/*", _EVERYWHERE)]
    ours = [_arn("cloudformation", f"stack/{each}/*") for each in _STACKS]
    # The regions beyond home are bootstrapped, too.
    roles = [
        f"arn:aws:iam::ACCOUNT:role/cdk-{_QUALIFIER}-{each}-role-ACCOUNT-*"
        for each in ("deploy", "file-publishing", "lookup")
    ]
    changes = ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "ExecuteChangeSet")
    reads = ("DescribeStackEvents", "DescribeStacks", "GetTemplate", "GetTemplateSummary")
    own = ("DeleteStack", "UpdateTerminationProtection")
    return [
        _allow("Bootstrap", (f"cloudformation:{each}" for each in changes + reads + own), toolkit),
        _allow("Deploy", ("sts:AssumeRole",), roles),
        # A first deploy that failed can only be repeated without it (docs/first-deploy.md).
        _allow("Repeat", ("cloudformation:UpdateTerminationProtection",), ours),
        *_statements(_rights({_TOOLKIT: _bootstrap()}, _EVERYWHERE).items()),
    ]


def _execution() -> list[Statement]:
    """What CloudFormation calls for the stacks, as the role that CDK's bootstrap makes for it."""
    home, beyond = _templates()
    rights = [*_rights(home).items(), *_rights(beyond, _EVERYWHERE).items()]
    roles = sorted(each for resources, _ in rights for each in resources if ":role/" in each)
    handed_over = {"StringEquals": {"iam:PassedToService": list(_PASSED_TO)}}
    bootstrapped = _arn("ssm", f"parameter/cdk-bootstrap/{_QUALIFIER}/version", _EVERYWHERE)
    assets = f"arn:aws:s3:::cdk-{_QUALIFIER}-assets-ACCOUNT-*"
    return [
        *_statements(rights),
        {**_allow("PassRoles", ("iam:PassRole",), dict.fromkeys(roles)), "Condition": handed_over},
        _allow("ReadAssets", ("s3:GetObject",), [f"{assets}/*"]),
        _allow("ReadVersion", ("ssm:GetParameters",), [bootstrapped]),
    ]


def _operator() -> list[Statement]:
    """What the command `trailkeeper` calls."""
    names = Baseline("aws", "REGION", "ACCOUNT", "trailkeeper", None, 1, None, None).names
    functions = [
        _arn("lambda", f"function:{each}{version}") for each in FUNCTIONS for version in ("", ":*")
    ]
    dead = (names.alerts_dead_queue_arn, names.heal_dead_queue_arn)
    queues = [names.alerts_queue_arn, *dead]
    logs = [names.log_bucket_arn, names.fallback_bucket_arn]
    results = f"arn:aws:s3:::{names.results_bucket}"
    glue = ("catalog", f"database/{DATABASE}", f"table/{DATABASE}/*")
    return [
        _allow(
            "Guard",
            ("lambda:InvokeFunction",),
            [
                _arn("lambda", f"function:{name}{version}")
                for name in (HEAL_FUNCTION, ALERT_FUNCTION, WATCHER_FUNCTION)
                for version in ("", ":*")
            ],
        ),
        _allow(
            "Versions",
            (
                "lambda:GetAlias",
                "lambda:GetFunctionConfiguration",
                "lambda:ListVersionsByFunction",
                "lambda:UpdateAlias",
            ),
            functions,
        ),
        # A version, never a function.
        _allow("OldVersions", ("lambda:DeleteFunction",), functions[1::2]),
        _allow("Pause", ("ssm:PutParameter",), [_arn("ssm", f"parameter{PAUSE_PARAMETER}")]),
        _allow("Queues", ("sqs:GetQueueAttributes", "sqs:GetQueueUrl"), queues),
        _allow(
            "History",
            ("cloudtrail:ListPublicKeys", "cloudtrail:LookupEvents", "ec2:DescribeRegions"),
            ["*"],
        ),
        _allow(
            "LogGroup",
            ("logs:DescribeLogGroups", "logs:StartQuery"),
            [f"{names.log_group_arn}:*", _arn("logs", "log-group:*")],
        ),
        _allow("Answers", ("logs:GetQueryResults", "logs:StopQuery"), ["*"]),
        _allow("WorkGroups", ("athena:ListWorkGroups",), ["*"]),
        _allow(
            "Athena",
            (
                f"athena:{each}"
                for each in (
                    *("GetQueryExecution", "GetQueryResults"),
                    *("StartQueryExecution", "StopQueryExecution"),
                )
            ),
            [_arn("athena", f"workgroup/{WORK_GROUP}")],
        ),
        _allow(
            "Table", ("glue:GetDatabase", "glue:GetTable"), [_arn("glue", each) for each in glue]
        ),
        _allow("Logs", ("s3:GetBucketLocation", "s3:ListBucket"), [*logs, results]),
        _allow("LogFiles", ("s3:GetObject",), [f"{each}/*" for each in (*logs, results)]),
        _allow("Results", ("s3:PutObject",), [f"{results}/*"]),
        {
            **_allow("Decrypt", ("kms:Decrypt",), [_arn("kms", "key/*")]),
            "Condition": {"StringEquals": {"kms:ViaService": "s3.REGION.amazonaws.com"}},
        },
        *_statements(_doctors_rights()),
    ]


def _doctors_rights() -> list[tuple[tuple[str, ...], set[str]]]:
    """What `trailkeeper doctor` reads; what it lists without a name, it may list everything of."""
    needs = {each for each in findings.needs() if not each.startswith(("lambda:Invoke", "sts:"))}
    found: list[tuple[tuple[str, ...], set[str]]] = [(("*",), needs & _LISTS)]
    for stacks, region in zip(_templates(), (_REGION, _EVERYWHERE), strict=True):
        found += _on(needs - _LISTS, _names(stacks), region).items()
    return found


def _drill() -> list[Statement]:
    """What `trailkeeper drill` calls, beside what an operator may: it stops the real trail."""
    trail = Baseline("aws", _REGION, "ACCOUNT", "trailkeeper", None, 1, None, None).names.trail_arn
    calls = ("GetTrailStatus", "StartLogging", "StopLogging")
    return [_allow("Drill", (f"cloudtrail:{each}" for each in calls), [trail])]


def _rights(stacks: Stacks, region: str = _REGION) -> Rights:
    """What the handlers of the resources of stacks call, on the resources that they name.

    Raises:
        UnknownResourceError: a resource is of a type that is not known here.
    """
    called = {
        action
        for kind, own, stack in _resources(stacks)
        for service in {each for each, _, _ in _RESOURCES[kind](own, stack)}
        for action in _calls(kind)
        if action.startswith(f"{service}:") and not _FOR_OTHERS.fullmatch(action)
    }
    return _on(called, _names(stacks), region)


def _names(stacks: Stacks) -> ResourceNames:
    """What the resources of stacks are called, by service and kind.

    Raises:
        UnknownResourceError: a resource is of a type that is not known here.
    """
    names: ResourceNames = defaultdict(lambda: defaultdict(set))
    for kind, own, stack in _resources(stacks):
        for service, resource, name in _RESOURCES[kind](own, stack):
            if resource:
                names[service][resource].add(name)
    return names


def _resources(stacks: Stacks) -> Iterator[tuple[str, Properties, str]]:
    for stack, own in stacks.items():
        for each in own.values():
            kind = each["Type"]
            if kind in _WITHOUT_RIGHTS:
                continue
            if kind not in _RESOURCES:
                message = f"nobody said how a {kind} is named; known are {', '.join(_RESOURCES)}"
                raise UnknownResourceError(message)
            yield kind, _plain(each.get("Properties", {})), stack


def _on(actions: Iterable[str], names: ResourceNames, region: str) -> Rights:
    """Actions by those of the named resources that AWS ties them to; all, if it ties them to none.

    What is tied to others only is left out.
    """
    rights: Rights = defaultdict(set)
    for action in actions:
        service, _, name = action.partition(":")
        known = _reference()[service]["Actions"].get(name.lower())
        if known is None:
            continue
        on = tuple(
            arn
            for resource in map(str.lower, known.get("Resources", ()))
            if resource in names[service]
            for arn in _arns(service, resource, names[service][resource], region)
        )
        if on or not known.get("Resources"):
            rights[tuple(sorted(set(on))) or ("*",)].add(action)
    return rights


@cache
def _calls(kind: str) -> frozenset[str]:
    from cfnlint.schema.manager import (  # type: ignore[import-untyped]
        PROVIDER_SCHEMA_MANAGER,
    )

    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    called = (
        action
        for handler in _HANDLERS
        for action in handlers.get(handler, {}).get("permissions", ())
    )
    # The registry spells some services with capitals.
    return frozenset(
        f"{service.lower()}:{name}" for service, _, name in (each.partition(":") for each in called)
    )


@cache
def _reference() -> Mapping[str, Any]:
    """AWS's service authorization reference: the resources of each action, and their ARNs."""
    text = files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _arns(service: str, resource: str, names: Iterable[str], region: str) -> Iterator[str]:
    (form,) = _reference()[service]["Resources"][resource]["ARNFormats"]
    form = form.replace("${Partition}", "aws")
    form = form.replace("${Region}", region).replace("${Account}", "ACCOUNT")
    for name in names:
        if resource == "catalog":
            yield form.removesuffix("/.*")
            continue
        rest = name.removeprefix("alias/") if resource == "alias" else name.removeprefix("/")
        yield form.removesuffix(".*") + (name if resource == "log-group" else rest)
        if resource in ("log-group", "layerversion"):
            yield form.removesuffix(".*") + (name if resource == "log-group" else rest) + ":*"


def _statements(rights: Iterable[tuple[tuple[str, ...], set[str]]]) -> list[Statement]:
    """One statement for each set of resources; a service's sets beside each other."""
    together: Rights = defaultdict(set)
    for resources, actions in rights:
        together[resources] |= actions
    ordered = sorted(together.items(), key=lambda pair: (min(pair[1]).partition(":")[0], pair[0]))
    return [_allow("", actions, resources) for resources, actions in ordered]


def _packed(statements: Iterable[Statement]) -> list[Policy]:
    """As few policies as hold them in this order."""
    packed: list[Policy] = []
    for each in (part for statement in statements for part in _parts(statement)):
        last = packed[-1] if packed else None
        if last is not None and length(_policy([*last["Statement"], each])) <= LONGEST_POLICY:
            last["Statement"].append(each)
        else:
            packed.append(_policy([each]))
    return packed


def _parts(statement: Statement) -> Iterator[Statement]:
    """A statement that is too long for a policy as several with fewer resources."""
    resources = statement["Resource"]
    if length(_policy([statement])) <= LONGEST_POLICY or len(resources) == 1:
        yield statement
        return
    half = len(resources) // 2
    for some in (resources[:half], resources[half:]):
        yield from _parts({**statement, "Resource": some})


def _policy(statements: list[Statement]) -> Policy:
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(sid: str, actions: Iterable[str], resources: Iterable[str]) -> Statement:
    named = {"Sid": sid} if sid else {}
    return {
        **named,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": list(resources),
    }


def _arn(service: str, resource: str, region: str = _REGION) -> str:
    return f"arn:aws:{service}:{region}:ACCOUNT:{resource}"


@cache
def _templates() -> tuple[Stacks, Stacks]:
    """The resources of the stacks at home, and of those of the regions beyond, as one."""
    from aws_cdk import App, Environment

    from stacks.account_stack import AccountStack
    from stacks.context import feature_flags
    from stacks.evidence_stack import EvidenceStack
    from stacks.response_stack import ResponseStack
    from stacks.satellite_stack import SatelliteStack
    from stacks.satellites import satellites
    from stacks.search_stack import SearchStack
    from stacks.settings import Settings
    from stacks.watcher_stack import WatcherStack

    context = {"trailkeeper": dict(_SETTINGS)}
    settings = Settings.from_context(context)
    with tempfile.TemporaryDirectory() as folder:
        flags = {**feature_flags(), **context, "aws:cdk:bundling-stacks": []}
        app = App(context=flags, outdir=folder)
        home = Environment(region=settings.home_region)
        EvidenceStack(app, EVIDENCE_STACK, settings=settings, env=home)
        ResponseStack(app, RESPONSE_STACK, settings=settings, env=home)
        SearchStack(app, SEARCH_STACK, settings=settings, env=home)
        AccountStack(app, ACCOUNT_STACK, settings=settings, env=home)
        WatcherStack(app, WATCHER_STACK, settings=settings, env=home)
        beyond = satellites(settings)
        for each in beyond:
            SatelliteStack(
                app,
                each.stack,
                settings=settings,
                satellite=each,
                env=Environment(region=each.region),
            )
        app.synth()
        at_home = {each: _resources_of(folder, each, settings.home_region) for each in _STACKS}
        elsewhere = {
            f"{each.region} {name}": resource
            for each in beyond
            for name, resource in _resources_of(
                folder, each.stack, each.region, _EVERYWHERE
            ).items()
        }
        return at_home, {_BEYOND: elsewhere}


def _resources_of(folder: str, stack: str, region: str, written: str = _REGION) -> dict[str, Any]:
    text = Path(folder, f"{stack}.template.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.replace(region, written))["Resources"]
    return found


def _bootstrap() -> Mapping[str, Any]:
    """The resources that `cdk bootstrap` makes with no options."""
    from cfnlint.decode import cfn_yaml  # type: ignore[import-untyped]

    template = cfn_yaml.load(str(BOOTSTRAP))
    without = ("CreateNewKey", "ShouldCreatePermissionsBoundary")
    return {
        name: each
        for name, each in template["Resources"].items()
        if each.get("Condition") not in without
    }


_FILLED_IN = {
    "AWS::AccountId": "ACCOUNT",
    "AWS::Region": "*",
    "AWS::Partition": "aws",
    "Qualifier": _QUALIFIER,
}


def _plain(value: Any) -> Any:
    """The properties with what CloudFormation fills in as ACCOUNT and REGION."""
    match value:
        case {"Ref": str(name)} if name in _FILLED_IN:
            return _FILLED_IN[name]
        case {"Fn::If": [_, _, otherwise]}:
            return _plain(otherwise)
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{([\w:]+)\}", lambda found: _FILLED_IN.get(found[1], "*"), text)
        case {"Fn::Join": [between, [*parts]]}:
            return str(between).join(str(_plain(part)) for part in parts)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


if __name__ == "__main__":
    command_line.run("Make docs/deploy-policy.json.", page)
