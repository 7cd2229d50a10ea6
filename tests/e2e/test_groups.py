"""The groups on a deployed account: what a reader and an administrator can do, and what not."""

from __future__ import annotations

import base64
import hmac
import json
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from stage.ready import Ready
from tests.e2e.stage import Stage, wait_for
from trailkeeper.cli.__main__ import main
from trailkeeper.evidence.baseline import Baseline
from trailkeeper.policies import organization

pytestmark = pytest.mark.usefixtures("as_deployed")

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
ELSEWHERE = "somebody-elses-bucket"
REFUSALS = {
    *("AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"),
    *("AuthorizationErrorException", "403"),
}
Call = Callable[["Caller"], object]


class Caller(NamedTuple):
    """Somebody with clients, and the names of what is there."""

    client: Callable[[str], Any]
    stage: Stage
    credentials: dict[str, str]

    def __getattr__(self, service: str) -> Any:
        return self.client(service)

    @property
    def bucket(self) -> str:
        return self.stage.ready.log_bucket

    @property
    def function(self) -> str:
        return self.stage.ready.heal_function

    @property
    def key(self) -> str:
        return str(self.stage.ready.evidence_key_arn)

    @property
    def topic(self) -> str:
        return self.stage.ready.topic_arn

    def role(self, short: str) -> str:
        return f"trailkeeper-{short}-{self.stage.ready.region}"

    def arn(self, resource: str) -> str:
        return f"arn:aws:iam::{self.stage.ready.account}:{resource}"

    def queue(self, name: str) -> str:
        return f"{self.stage.ready.endpoint}/{self.stage.ready.account}/{name}"

    def stack(self, name: str) -> str:
        found = self.stage.cloudformation.describe_stacks(StackName=name)["Stacks"]
        return str(found[0]["StackId"])


def is_refused(call: Call, caller: Caller) -> bool:
    """Whether IAM refuses it; any other answer, another error too, comes from the service."""
    try:
        call(caller)
    except ClientError as error:
        return error.response["Error"]["Code"] in REFUSALS
    return False


EVENT = {"timestamp": 0, "message": "{}"}
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
    }
)
READERS_CAN: dict[str, Call] = {
    "look at the trail": lambda a: a.cloudtrail.get_trail_status(Name=a.stage.trail),
    "look at its selectors": lambda a: a.cloudtrail.get_event_selectors(TrailName=a.stage.trail),
    "look events up": lambda a: a.cloudtrail.lookup_events(MaxResults=1),
    "list log files": lambda a: a.s3.list_objects_v2(Bucket=a.bucket, Prefix="AWSLogs/"),
    "ask where the bucket is": lambda a: a.s3.get_bucket_location(Bucket=a.bucket),
    "read a log file": lambda a: a.s3.get_object(Bucket=a.bucket, Key="AWSLogs/read/me"),
    "find the log group": lambda a: a.logs.describe_log_groups(),
    "filter its events": lambda a: a.logs.filter_log_events(logGroupName=a.stage.log_group),
    "ask Logs Insights": lambda a: a.logs.start_query(
        logGroupName=a.stage.log_group, startTime=0, endTime=1, queryString="fields @timestamp"
    ),
    "get what Insights answers": lambda a: a.logs.get_query_results(queryId="none"),
    "find saved questions": lambda a: a.logs.describe_query_definitions(),
    "find the work group": lambda a: a.athena.list_work_groups(),
    "ask Athena": lambda a: a.athena.start_query_execution(
        QueryString="SELECT 1", WorkGroup="trailkeeper"
    ),
    "see the table": lambda a: a.glue.get_table(DatabaseName="trailkeeper", Name="cloudtrail_logs"),
    "read a result": lambda a: a.s3.list_objects_v2(
        Bucket=f"trailkeeper-results-{a.stage.ready.account}-{a.stage.ready.region}"
    ),
    "see the dashboard": lambda a: a.cloudwatch.get_dashboard(DashboardName="Trailkeeper"),
    "see the alarms": lambda a: a.cloudwatch.describe_alarms(),
    "know the regions": lambda a: a.ec2.describe_regions(),
}
READERS_CANNOT: dict[str, Call] = {
    "stop the trail": lambda a: a.cloudtrail.stop_logging(Name=a.stage.trail),
    "make a trail": lambda a: a.cloudtrail.create_trail(Name="own", S3BucketName=ELSEWHERE),
    "list all of the bucket": lambda a: a.s3.list_objects_v2(Bucket=a.bucket),
    "list beside the log files": lambda a: a.s3.list_objects_v2(Bucket=a.bucket, Prefix="else/"),
    "read beside the log files": lambda a: a.s3.get_object(Bucket=a.bucket, Key="else/where"),
    "write a log file": lambda a: a.s3.put_object(Bucket=a.bucket, Key="AWSLogs/x", Body=b""),
    "delete a log file": lambda a: a.s3.delete_object(Bucket=a.bucket, Key="AWSLogs/x"),
    "read another bucket": lambda a: a.s3.list_objects_v2(Bucket=ELSEWHERE),
    "read the bucket's policy": lambda a: a.s3.get_bucket_policy(Bucket=a.bucket),
    "open the bucket": lambda a: a.s3.delete_public_access_block(Bucket=a.bucket),
    "use the key apart from S3": lambda a: a.kms.decrypt(KeyId=a.key, CiphertextBlob=b"x"),
    "encrypt with the key": lambda a: a.kms.encrypt(KeyId=a.key, Plaintext=b"x"),
    "read another log group": lambda a: a.logs.filter_log_events(
        logGroupName="/aws/lambda/trailkeeper-heal"
    ),
    "query another log group": lambda a: a.logs.start_query(
        logGroupName="/aws/lambda/x", startTime=0, endTime=1, queryString="fields @timestamp"
    ),
    "delete the log group": lambda a: a.logs.delete_log_group(logGroupName=a.stage.log_group),
    "ask Athena elsewhere": lambda a: a.athena.start_query_execution(
        QueryString="SELECT 1",
        WorkGroup="primary",
        ResultConfiguration={"OutputLocation": f"s3://{ELSEWHERE}/"},
    ),
    "change the work group": lambda a: a.athena.update_work_group(
        WorkGroup="trailkeeper", State="DISABLED"
    ),
    "see another table": lambda a: a.glue.get_table(DatabaseName="other", Name="other"),
    "change the dashboard": lambda a: a.cloudwatch.put_dashboard(
        DashboardName="Trailkeeper", DashboardBody="{}"
    ),
    "call the heal function": lambda a: a.client("lambda").invoke(FunctionName=a.function),
    "read the state": lambda a: a.dynamodb.scan(TableName="trailkeeper-state"),
    "take an alert": lambda a: a.sqs.receive_message(QueueUrl=a.queue("trailkeeper-alerts")),
    "join the administrators": lambda a: a.iam.add_user_to_group(
        GroupName=a.role("administrators"), UserName="reader"
    ),
    "see the users": lambda a: a.iam.list_users(),
    "see the instances": lambda a: a.ec2.describe_instances(),
}
# What AWSCloudTrail_FullAccess itself allows.
DENIED_OF_FULL_ACCESS: dict[str, Call] = {
    "stop the trail": lambda a: a.cloudtrail.stop_logging(Name=a.stage.trail),
    "delete the trail": lambda a: a.cloudtrail.delete_trail(Name=a.stage.trail),
    "narrow the trail": lambda a: a.cloudtrail.update_trail(
        Name=a.stage.trail, IsMultiRegionTrail=False
    ),
    "select no events": lambda a: a.cloudtrail.put_event_selectors(
        TrailName=a.stage.trail,
        EventSelectors=[{"ReadWriteType": "ReadOnly", "IncludeManagementEvents": False}],
    ),
    "turn Insights off": lambda a: a.cloudtrail.put_insight_selectors(
        TrailName=a.stage.trail, InsightSelectors=[]
    ),
}
# What an administrator of the whole account may do otherwise.
DENIED_OF_ALL: dict[str, Call] = {
    **DENIED_OF_FULL_ACCESS,
    "open the bucket": lambda a: a.s3.delete_public_access_block(Bucket=a.bucket),
    "let files expire": lambda a: a.s3.put_bucket_lifecycle_configuration(
        Bucket=a.bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "tidy",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Expiration": {"Days": 1},
                }
            ]
        },
    ),
    "remove the life cycle": lambda a: a.s3.delete_bucket_lifecycle(Bucket=a.bucket),
    "change the bucket's policy": lambda a: a.s3.delete_bucket_policy(Bucket=a.bucket),
    "turn encryption off": lambda a: a.s3.delete_bucket_encryption(Bucket=a.bucket),
    "suspend versions": lambda a: a.s3.put_bucket_versioning(
        Bucket=a.bucket, VersioningConfiguration={"Status": "Suspended"}
    ),
    "copy the bucket away": lambda a: a.s3.delete_bucket_replication(Bucket=a.bucket),
    "delete a log file": lambda a: a.s3.delete_object(Bucket=a.bucket, Key="AWSLogs/x"),
    "forge a log file": lambda a: a.s3.put_object(Bucket=a.bucket, Key="AWSLogs/x", Body=b""),
    "delete the bucket of access logs": lambda a: a.s3.delete_bucket(
        Bucket=f"trailkeeper-access-{a.stage.ready.account}-{a.stage.ready.region}"
    ),
    "disable the key": lambda a: a.kms.disable_key(KeyId=a.key),
    "plan the key's deletion": lambda a: a.kms.schedule_key_deletion(KeyId=a.key),
    "grant the key": lambda a: a.kms.create_grant(
        KeyId=a.key, GranteePrincipal=a.arn("root"), Operations=["Decrypt"]
    ),
    "take the key's name": lambda a: a.kms.delete_alias(AliasName="alias/trailkeeper-evidence"),
    "delete the log group": lambda a: a.logs.delete_log_group(logGroupName=a.stage.log_group),
    "shorten the log group": lambda a: a.logs.put_retention_policy(
        logGroupName=a.stage.log_group, retentionInDays=1
    ),
    "forge an event": lambda a: a.logs.put_log_events(
        logGroupName=a.stage.log_group, logStreamName="own", logEvents=[EVENT]
    ),
    "mask all log groups": lambda a: a.logs.put_account_policy(
        policyName="mask", policyType="DATA_PROTECTION_POLICY", policyDocument="{}"
    ),
    "weaken the delivery role": lambda a: a.iam.delete_role_policy(
        RoleName=a.role("delivery"), PolicyName="deliver"
    ),
    "widen the delivery role's boundary": lambda a: a.iam.create_policy_version(
        PolicyArn=a.arn(f"policy/{a.role('delivery-boundary')}"),
        PolicyDocument=POLICY,
        SetAsDefault=True,
    ),
    "take the heal role's rights": lambda a: a.iam.put_role_policy(
        RoleName=a.role("heal"), PolicyName="x", PolicyDocument=POLICY
    ),
    "change the heal function": lambda a: a.client("lambda").update_function_configuration(
        FunctionName=a.function, Timeout=1
    ),
    "starve the heal function": lambda a: a.client("lambda").put_function_concurrency(
        FunctionName=a.function, ReservedConcurrentExecutions=0
    ),
    "cut the alert function off": lambda a: a.client("lambda").delete_event_source_mapping(
        UUID=a.stage.client_of_lambda.list_event_source_mappings()["EventSourceMappings"][0]["UUID"]
    ),
    "disable a rule": lambda a: a.events.disable_rule(Name="trailkeeper-trail"),
    "take a rule's targets": lambda a: a.events.remove_targets(
        Rule="trailkeeper-trail", Ids=["Target0"]
    ),
    "delete the schedule": lambda a: a.scheduler.delete_schedule(Name="trailkeeper-reconcile"),
    "mute an alarm": lambda a: a.cloudwatch.disable_alarm_actions(
        AlarmNames=["trailkeeper-heal-errors"]
    ),
    "delete the topic": lambda a: a.sns.delete_topic(TopicArn=a.topic),
    "purge the alerts": lambda a: a.sqs.purge_queue(QueueUrl=a.queue("trailkeeper-alerts")),
    "swallow an alert": lambda a: a.sqs.receive_message(QueueUrl=a.queue("trailkeeper-alerts")),
    "take what was given up": lambda a: a.sqs.receive_message(
        QueueUrl=a.queue("trailkeeper-heal-dead")
    ),
    "make an alert up": lambda a: a.sqs.send_message(
        QueueUrl=a.queue("trailkeeper-alerts"), MessageBody="{}"
    ),
    "publish an alert": lambda a: a.sns.publish(TopicArn=a.topic, Message="x"),
    "forget the heals": lambda a: a.dynamodb.delete_item(
        TableName="trailkeeper-state", Key={"id": {"S": "heal"}, "at": {"S": "x"}}
    ),
    "have the repairs wait": lambda a: a.ssm.put_parameter(
        Name="/trailkeeper/pause", Value='{"minutes": 1, "reason": "x"}', Type="String"
    ),
    "change the key's parameter": lambda a: a.ssm.delete_parameter(
        Name="/trailkeeper/evidence-key-arn"
    ),
    "destroy the guard": lambda a: a.cloudformation.delete_stack(
        StackName=a.stack("TrailkeeperResponse")
    ),
    "leave the group": lambda a: a.iam.remove_user_from_group(
        GroupName=a.role("administrators"), UserName="owner"
    ),
    "take the group's policy": lambda a: a.iam.detach_group_policy(
        GroupName=a.role("administrators"),
        PolicyArn=a.arn(f"policy/{a.role('administrators')}-without-mfa-1"),
    ),
    "break the glass alone": lambda a: a.iam.tag_user(
        UserName="owner", Tags=[{"Key": "Trailkeeper-Break-Glass", "Value": "yes"}]
    ),
}
ADMINISTRATORS_CAN: dict[str, Call] = {
    "look at the trail": lambda a: a.cloudtrail.get_trail_status(Name=a.stage.trail),
    "start the trail": lambda a: a.cloudtrail.start_logging(Name=a.stage.trail),
    "stop another trail": lambda a: a.cloudtrail.stop_logging(Name="another"),
    "delete another trail": lambda a: a.cloudtrail.delete_trail(Name="another"),
    "make a dashboard": lambda a: a.cloudtrail.list_trails(),
}
OWNERS_CAN: dict[str, Call] = {
    **ADMINISTRATORS_CAN,
    "enable the key": lambda a: a.kms.enable_key(KeyId=a.key),
    "disable another key": lambda a: a.kms.disable_key(
        KeyId="1234abcd-12ab-34cd-56ef-1234567890ab"
    ),
    "change another bucket": lambda a: a.s3.delete_bucket_policy(Bucket=ELSEWHERE),
    "delete another log group": lambda a: a.logs.delete_log_group(logGroupName="another"),
    "change another rule": lambda a: a.events.disable_rule(Name="another"),
    "change another function": lambda a: a.client("lambda").delete_function(FunctionName="another"),
    "tag somebody": lambda a: a.iam.tag_user(UserName="owner", Tags=[{"Key": "x", "Value": "y"}]),
}


def totp(seed: bytes, *, ago: int = 0) -> str:
    """RFC 6238 with its defaults: what a phone shows, or showed so many seconds ago."""
    counter = struct.pack(">Q", (int(time.time()) - ago) // 30)
    digest = hmac.digest(base64.b32decode(seed), counter, "sha1")
    start = digest[-1] & 0xF
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture(scope="module")
def people(stage: Stage) -> Iterator[dict[str, Caller]]:
    """A reader; an administrator; an owner, who is one with every right of the account besides."""
    iam = stage.iam
    groups = {"reader": "readers", "administrator-of-trails": "administrators"}
    groups["owner"] = "administrators"
    keys = {}
    for name, short in groups.items():
        iam.create_user(UserName=name)
        iam.add_user_to_group(GroupName=f"trailkeeper-{short}-{stage.ready.region}", UserName=name)
        keys[name] = iam.create_access_key(UserName=name)["AccessKey"]
    iam.attach_user_policy(UserName="owner", PolicyArn=ADMINISTRATOR_ACCESS)
    yield {name: caller(stage, key) for name, key in keys.items()}
    iam.detach_user_policy(UserName="owner", PolicyArn=ADMINISTRATOR_ACCESS)
    for name, short in groups.items():
        iam.remove_user_from_group(
            GroupName=f"trailkeeper-{short}-{stage.ready.region}", UserName=name
        )
        iam.delete_access_key(UserName=name, AccessKeyId=keys[name]["AccessKeyId"])
        iam.delete_user(UserName=name)


def caller(stage: Stage, key: dict[str, str]) -> Caller:
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = boto3.client(
                service,
                endpoint_url=stage.ready.endpoint,
                region_name=stage.ready.region,
                aws_access_key_id=key["AccessKeyId"],
                aws_secret_access_key=key["SecretAccessKey"],
                aws_session_token=key.get("SessionToken"),
            )
        return made[service]

    return Caller(client, stage, key)


@pytest.mark.parametrize("what", READERS_CAN)
def test_a_reader_can(people: dict[str, Caller], what: str) -> None:
    assert not is_refused(READERS_CAN[what], people["reader"])


@pytest.mark.parametrize("what", READERS_CANNOT)
def test_a_reader_cannot(people: dict[str, Caller], what: str) -> None:
    assert is_refused(READERS_CANNOT[what], people["reader"])


@pytest.mark.parametrize("engine", ["history", "logs", "athena"])
def test_a_reader_searches_with_the_command(
    people: dict[str, Caller], embedded: Ready, engine: str
) -> None:
    credentials = people["reader"].credentials
    environment = {
        "AWS_ENDPOINT_URL": embedded.endpoint,
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_REGION": embedded.region,
    }
    asked = ["search", "--event", "CreateUser", "--via", engine, "--since", "1h"]
    result = CliRunner(env=environment).invoke(main, [*asked, "--output", "json"])

    assert result.exit_code == 0, result.stderr
    assert "administrator-of-trails" in result.stdout


@pytest.mark.parametrize("what", DENIED_OF_FULL_ACCESS)
def test_an_administrator_cannot(people: dict[str, Caller], what: str) -> None:
    assert is_refused(DENIED_OF_FULL_ACCESS[what], people["administrator-of-trails"])


@pytest.mark.parametrize("what", ADMINISTRATORS_CAN)
def test_an_administrator_can(people: dict[str, Caller], what: str) -> None:
    assert not is_refused(ADMINISTRATORS_CAN[what], people["administrator-of-trails"])


@pytest.mark.parametrize("what", DENIED_OF_ALL)
def test_an_owner_in_the_group_cannot(people: dict[str, Caller], what: str) -> None:
    assert is_refused(DENIED_OF_ALL[what], people["owner"])


@pytest.mark.parametrize("what", OWNERS_CAN)
def test_an_owner_in_the_group_can(people: dict[str, Caller], what: str) -> None:
    assert not is_refused(OWNERS_CAN[what], people["owner"])


@pytest.mark.usefixtures("alone")
def test_the_glass_breaks_with_mfa_and_the_tag_and_with_neither_alone(
    stage: Stage, people: dict[str, Caller]
) -> None:
    stop = DENIED_OF_ALL["stop the trail"]
    iam, owner = stage.iam, {"UserName": "owner"}
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="owner")["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"]
    iam.enable_mfa_device(
        **owner,
        SerialNumber=serial,
        AuthenticationCode1=totp(seed, ago=30),
        AuthenticationCode2=totp(seed),
    )
    try:
        with_mfa = caller(
            stage,
            people["owner"].sts.get_session_token(SerialNumber=serial, TokenCode=totp(seed))[
                "Credentials"
            ],
        )
        assert is_refused(stop, with_mfa)
        iam.tag_user(**owner, Tags=[{"Key": "trailkeeper-break-glass", "Value": "yes"}])
        assert is_refused(stop, people["owner"])

        assert not is_refused(stop, with_mfa)
        wait_for("the trail to be started again", stage.logs_events)
    finally:
        iam.untag_user(**owner, TagKeys=["trailkeeper-break-glass"])
        iam.deactivate_mfa_device(**owner, SerialNumber=serial)
        iam.delete_virtual_mfa_device(SerialNumber=serial)


@pytest.fixture(scope="module")
def bound(stage: Stage) -> Iterator[Callable[[str], Caller]]:
    """Makes somebody who holds a role, with every right, bound by the service control policies.

    The emulator knows no organizations; as a role's own policies they deny in the same way.
    """
    ready = stage.ready
    baseline = Baseline("aws", ready.region, ready.account, "trailkeeper", None, 365, None, None)
    exempted = organization.exempt(baseline, [ready.region], organization.QUALIFIER)
    policies = organization.policies(baseline, exempted)
    trust = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": ready.account},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )
    undo: list[Callable[[], object]] = []

    def bind(role: str) -> Caller:
        named = {"RoleName": role}
        try:
            before = stage.iam.get_role(**named)["Role"]["AssumeRolePolicyDocument"]
            stage.iam.update_assume_role_policy(**named, PolicyDocument=trust)
            undo.append(
                lambda: stage.iam.update_assume_role_policy(
                    **named, PolicyDocument=json.dumps(before)
                )
            )
        except stage.iam.exceptions.NoSuchEntityException:
            stage.iam.create_role(**named, AssumeRolePolicyDocument=trust)
            undo.append(lambda: stage.iam.delete_role(**named))
        documents = {"all": POLICY, **{f"scp-{n}": each for n, each in enumerate(policies)}}
        for name, document in documents.items():
            stage.iam.put_role_policy(**named, PolicyName=name, PolicyDocument=document)
            undo.append(lambda name=name: stage.iam.delete_role_policy(**named, PolicyName=name))
        arn = f"arn:aws:iam::{ready.account}:role/{role}"
        key = stage.sts.assume_role(RoleArn=arn, RoleSessionName="bound")["Credentials"]
        return caller(stage, key)

    yield bind
    for each in reversed(undo):
        each()


def test_service_control_policies_bind_an_administrator_and_not_who_deploys(
    stage: Stage, bound: Callable[[str], Caller]
) -> None:
    ready = stage.ready
    account_wide = {"mask all log groups", "break the glass alone"}
    guarded = {name: call for name, call in DENIED_OF_ALL.items() if name not in account_wide}
    administrator = bound("an-administrator")
    deploying = bound(f"cdk-hnb659fds-cfn-exec-role-{ready.account}-{ready.region}")

    done = {name for name, call in guarded.items() if not is_refused(call, administrator)}
    assert done == set()
    others = {name for name, call in OWNERS_CAN.items() if is_refused(call, administrator)}
    assert others == set()
    assert not is_refused(
        lambda a: a.events.disable_rule(Name="trailkeeper-instance-calls"), deploying
    )
    stage.events.enable_rule(Name="trailkeeper-instance-calls")
