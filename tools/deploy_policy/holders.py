"""Who needs a policy, and what for."""

from __future__ import annotations

import json

from tools.deploy_policy.policy import (
    EVERYWHERE,
    HOME,
    Policy,
    Statement,
    allow,
    arn_of,
    packed,
    statements,
)
from tools.deploy_policy.resource_names import names_of
from tools.deploy_policy.rights import rights, rights_on
from tools.deploy_policy.templates import QUALIFIER, STACKS, TOOLKIT, bootstrap, templates
from trailkeeper.cli.doctor import findings
from trailkeeper.cli.versions import FUNCTIONS
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.evidence.names import (
    ALERT_FUNCTION,
    DATABASE,
    HEAL_FUNCTION,
    PAUSE_PARAMETER,
    SATELLITE_STACK,
    STACK_PREFIX,
    WATCHER_FUNCTION,
    WORK_GROUP,
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


def policies() -> dict[str, list[Policy]]:
    """The policies by who needs them; each fits into one managed policy."""
    return {
        "deployer": packed(_deployer()),
        "execution": packed(_execution()),
        "operator": packed(_operator()),
        "drill": packed(_drill()),
    }


def page() -> str:
    """The policies as JSON."""
    return json.dumps(policies(), indent=1) + "\n"


def _deployer() -> list[Statement]:
    """Make CDK's own stack once, then deploy in its roles."""
    toolkit = [arn_of("cloudformation", f"stack/{TOOLKIT}/*", EVERYWHERE)]
    ours = [arn_of("cloudformation", f"stack/{each}/*") for each in STACKS]
    beyond = arn_of("cloudformation", f"stack/{SATELLITE_STACK}*", EVERYWHERE)
    # The regions beyond home are bootstrapped, too.
    roles = [
        f"arn:aws:iam::ACCOUNT:role/cdk-{QUALIFIER}-{each}-role-ACCOUNT-*"
        for each in ("deploy", "file-publishing", "lookup")
    ]
    changes = ("CreateChangeSet", "DeleteChangeSet", "DescribeChangeSet", "ExecuteChangeSet")
    reads = ("DescribeStackEvents", "DescribeStacks", "GetTemplate", "GetTemplateSummary")
    own = ("DeleteStack", "UpdateTerminationProtection")
    return [
        allow("Bootstrap", (f"cloudformation:{each}" for each in changes + reads + own), toolkit),
        allow("Deploy", ("sts:AssumeRole",), roles),
        # A first deploy that failed can only be repeated without it (docs/first-deploy.md).
        allow("Repeat", ("cloudformation:UpdateTerminationProtection",), [*ours, beyond]),
        *statements(rights({TOOLKIT: bootstrap()}, EVERYWHERE).items()),
    ]


def _execution() -> list[Statement]:
    """What CloudFormation calls for the stacks, as the role that CDK's bootstrap makes for it."""
    home, beyond = templates()
    called = [*rights(home).items(), *rights(beyond, EVERYWHERE).items()]
    roles = sorted(each for resources, _ in called for each in resources if ":role/" in each)
    handed_over = {"StringEquals": {"iam:PassedToService": list(_PASSED_TO)}}
    bootstrapped = arn_of("ssm", f"parameter/cdk-bootstrap/{QUALIFIER}/version", EVERYWHERE)
    assets = f"arn:aws:s3:::cdk-{QUALIFIER}-assets-ACCOUNT-*"
    return [
        *statements(called),
        {**allow("PassRoles", ("iam:PassRole",), dict.fromkeys(roles)), "Condition": handed_over},
        allow("ReadAssets", ("s3:GetObject",), [f"{assets}/*"]),
        allow("ReadVersion", ("ssm:GetParameters",), [bootstrapped]),
    ]


def _operator() -> list[Statement]:
    """What the command `trailkeeper` calls."""
    names = Baseline("aws", "REGION", "ACCOUNT", "trailkeeper", None, 1, None, None).names
    functions = [
        arn_of("lambda", f"function:{each}{version}")
        for each in FUNCTIONS
        for version in ("", ":*")
    ]
    dead = (names.alerts_dead_queue_arn, names.heal_dead_queue_arn)
    queues = [names.alerts_queue_arn, *dead]
    logs = [names.log_bucket_arn, names.fallback_bucket_arn]
    results = f"arn:aws:s3:::{names.results_bucket}"
    glue = ("catalog", f"database/{DATABASE}", f"table/{DATABASE}/*")
    return [
        allow(
            "Guard",
            ("lambda:InvokeFunction",),
            [
                arn_of("lambda", f"function:{name}{version}")
                for name in (HEAL_FUNCTION, ALERT_FUNCTION, WATCHER_FUNCTION)
                for version in ("", ":*")
            ],
        ),
        allow(
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
        allow("OldVersions", ("lambda:DeleteFunction",), functions[1::2]),
        allow("Pause", ("ssm:PutParameter",), [arn_of("ssm", f"parameter{PAUSE_PARAMETER}")]),
        allow("Queues", ("sqs:GetQueueAttributes", "sqs:GetQueueUrl"), queues),
        allow(
            "History",
            ("cloudtrail:ListPublicKeys", "cloudtrail:LookupEvents", "ec2:DescribeRegions"),
            ["*"],
        ),
        allow(
            "LogGroup",
            ("logs:DescribeLogGroups", "logs:StartQuery"),
            [f"{names.log_group_arn}:*", arn_of("logs", "log-group:*")],
        ),
        allow("Answers", ("logs:GetQueryResults", "logs:StopQuery"), ["*"]),
        allow("WorkGroups", ("athena:ListWorkGroups",), ["*"]),
        allow(
            "Athena",
            (
                f"athena:{each}"
                for each in (
                    *("GetQueryExecution", "GetQueryResults"),
                    *("StartQueryExecution", "StopQueryExecution"),
                )
            ),
            [arn_of("athena", f"workgroup/{WORK_GROUP}")],
        ),
        allow(
            "Table", ("glue:GetDatabase", "glue:GetTable"), [arn_of("glue", each) for each in glue]
        ),
        allow("Logs", ("s3:GetBucketLocation", "s3:ListBucket"), [*logs, results]),
        allow("LogFiles", ("s3:GetObject",), [f"{each}/*" for each in (*logs, results)]),
        allow("Results", ("s3:PutObject",), [f"{results}/*"]),
        {
            **allow("Decrypt", ("kms:Decrypt",), [arn_of("kms", "key/*")]),
            "Condition": {"StringEquals": {"kms:ViaService": "s3.REGION.amazonaws.com"}},
        },
        *statements(_doctors_rights()),
    ]


def _doctors_rights() -> list[tuple[tuple[str, ...], set[str]]]:
    """What `trailkeeper doctor` reads; what it lists without a name, it may list everything of."""
    needs = {each for each in findings.needs() if not each.startswith(("lambda:Invoke", "sts:"))}
    stacks_alike = (arn_of("cloudformation", f"stack/{STACK_PREFIX}*/*", EVERYWHERE),)
    about_stacks = {each for each in needs - _LISTS if each.startswith("cloudformation:")}
    found: list[tuple[tuple[str, ...], set[str]]] = [
        (("*",), needs & _LISTS),
        (stacks_alike, about_stacks),
    ]
    for stacks, region in zip(templates(), (HOME, EVERYWHERE), strict=True):
        found += rights_on(needs - _LISTS, names_of(stacks), region).items()
    return found


def _drill() -> list[Statement]:
    """What `trailkeeper drill` calls, beside what an operator may: it stops the real trail."""
    trail = Baseline("aws", HOME, "ACCOUNT", "trailkeeper", None, 1, None, None).names.trail_arn
    calls = ("GetTrailStatus", "StartLogging", "StopLogging")
    return [allow("Drill", (f"cloudtrail:{each}" for each in calls), [trail])]
