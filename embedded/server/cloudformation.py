"""CloudFormation made complete for this project: missing types, and properties it would drop."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from embedded.adapter import cloudformation, gateway
from embedded.adapter.cloudformation import Created, Properties
from embedded.server import bucket_properties
from embedded.server.trail_resource import Trail, boolean


def install(*, prepare_function: Callable[[str], None]) -> None:
    """Register the missing types and complete the others.

    `prepare_function` is called with the name of each function that a stack has made or changed.
    """

    def complete_function(name: str, old: Properties, new: Properties) -> None:
        _complete_function(name, old, new)
        prepare_function(name)

    cloudformation.register("AWS::CloudTrail::Trail", Trail())
    cloudformation.register("AWS::IAM::Group", Group())
    cloudformation.register("AWS::Athena::NamedQuery", NamedQuery())
    cloudformation.register("AWS::Budgets::Budget", Budget())
    cloudformation.register("AWS::Logs::QueryDefinition", QueryDefinition())
    cloudformation.complete("AWS::S3::Bucket", bucket_properties.complete)
    cloudformation.complete("AWS::IAM::Role", _complete_role)
    cloudformation.complete("AWS::Lambda::Function", complete_function)
    cloudformation.complete("AWS::Logs::LogGroup", _complete_log_group)
    cloudformation.complete("AWS::DynamoDB::Table", _complete_table)
    cloudformation.before_delete("AWS::DynamoDB::Table", _refuse_protected_table)
    cloudformation.complete("AWS::Scheduler::Schedule", _complete_schedule)


class Group:
    """AWS::IAM::Group."""

    def create(self, default_name: str, properties: Properties) -> Created:
        name = properties.get("GroupName") or default_name
        gateway.client("iam").create_group(GroupName=name, Path=properties.get("Path", "/"))
        self._apply(name, {}, properties)
        return name, self._attributes(name)

    def update(self, physical_id: str, old: Properties, new: Properties) -> Created:
        if new.get("GroupName", physical_id) != physical_id:
            created = self.create(physical_id, new)
            self.delete(physical_id, old)
            return created
        self._apply(physical_id, old, new)
        return physical_id, self._attributes(physical_id)

    def delete(self, physical_id: str, properties: Properties) -> None:
        groups = gateway.client("iam")
        try:
            self._apply(physical_id, properties, {})
            groups.delete_group(GroupName=physical_id)
        except groups.exceptions.NoSuchEntityException:
            return

    def _apply(self, name: str, old: Properties, new: Properties) -> None:
        groups = gateway.client("iam")
        had, wanted = set(old.get("ManagedPolicyArns", [])), set(new.get("ManagedPolicyArns", []))
        for arn in sorted(had - wanted):
            groups.detach_group_policy(GroupName=name, PolicyArn=arn)
        for arn in sorted(wanted - had):
            groups.attach_group_policy(GroupName=name, PolicyArn=arn)
        documents = {p["PolicyName"]: p["PolicyDocument"] for p in new.get("Policies", [])}
        for policy in old.get("Policies", []):
            if policy["PolicyName"] not in documents:
                groups.delete_group_policy(GroupName=name, PolicyName=policy["PolicyName"])
        for policy_name, document in documents.items():
            groups.put_group_policy(
                GroupName=name, PolicyName=policy_name, PolicyDocument=json.dumps(document)
            )

    def _attributes(self, name: str) -> dict[str, Any]:
        return {"Arn": gateway.client("iam").get_group(GroupName=name)["Group"]["Arn"]}


class NamedQuery:
    """AWS::Athena::NamedQuery; every change replaces it, as its resource reference says."""

    def create(self, default_name: str, properties: Properties) -> Created:
        given = {"Name": default_name, **properties}
        query_id = gateway.client("athena").create_named_query(**given)["NamedQueryId"]
        return query_id, {"NamedQueryId": query_id}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Created:
        created = self.create(old.get("Name", physical_id), new)
        self.delete(physical_id, old)
        return created

    def delete(self, physical_id: str, properties: Properties) -> None:
        gateway.client("athena").delete_named_query(NamedQueryId=physical_id)


class Budget:
    """AWS::Budgets::Budget, told to topics alone: nobody here brings the mails of AWS Budgets.

    Every change replaces it, which for some properties is more than AWS does.
    """

    def create(self, default_name: str, properties: Properties) -> Created:
        told = properties.get("NotificationsWithSubscribers", [])
        kinds = {each["SubscriptionType"] for item in told for each in item["Subscribers"]}
        if kinds - {"SNS"}:
            raise ValueError("AWS::Budgets::Budget: only topics are told in the embedded account")
        declared = dict(properties["Budget"])
        name = declared.setdefault("BudgetName", default_name[:100])
        limit = declared["BudgetLimit"]
        declared["BudgetLimit"] = {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]}
        for item in told:
            item["Notification"]["Threshold"] = float(item["Notification"]["Threshold"])
        gateway.client("budgets").create_budget(
            AccountId=gateway.account(),
            Budget=declared,
            NotificationsWithSubscribers=told,
            ResourceTags=properties.get("ResourceTags", []),
        )
        return name, {}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Created:
        self.delete(physical_id, old)
        return self.create(physical_id, new)

    def delete(self, physical_id: str, properties: Properties) -> None:
        budgets = gateway.client("budgets")
        with suppress(budgets.exceptions.NotFoundException):
            budgets.delete_budget(AccountId=gateway.account(), BudgetName=physical_id)


class QueryDefinition:
    """AWS::Logs::QueryDefinition."""

    _PARAMETERS = (
        ("Name", "name"),
        ("QueryString", "queryString"),
        ("QueryLanguage", "queryLanguage"),
        ("LogGroupNames", "logGroupNames"),
    )

    def create(self, default_name: str, properties: Properties) -> Created:
        given = self._given(properties)
        query_id = gateway.client("logs").put_query_definition(**given)["queryDefinitionId"]
        return query_id, {"QueryDefinitionId": query_id}

    def update(self, physical_id: str, old: Properties, new: Properties) -> Created:
        given = self._given(new)
        gateway.client("logs").put_query_definition(queryDefinitionId=physical_id, **given)
        return physical_id, {"QueryDefinitionId": physical_id}

    def delete(self, physical_id: str, properties: Properties) -> None:
        gateway.client("logs").delete_query_definition(queryDefinitionId=physical_id)

    def _given(self, properties: Properties) -> dict[str, Any]:
        return {
            parameter: properties[name]
            for name, parameter in self._PARAMETERS
            if name in properties
        }


def _complete_function(name: str, old: Properties, new: Properties) -> None:
    functions = gateway.client("lambda")
    if "DeadLetterConfig" in new or "DeadLetterConfig" in old:
        target = new.get("DeadLetterConfig") or {"TargetArn": ""}
        functions.update_function_configuration(FunctionName=name, DeadLetterConfig=target)
    if "RecursiveLoop" in new or "RecursiveLoop" in old:
        functions.put_function_recursion_config(
            FunctionName=name, RecursiveLoop=new.get("RecursiveLoop", "Terminate")
        )
    if "ReservedConcurrentExecutions" in new:
        functions.put_function_concurrency(
            FunctionName=name,
            ReservedConcurrentExecutions=int(new["ReservedConcurrentExecutions"]),
        )
    elif "ReservedConcurrentExecutions" in old:
        functions.delete_function_concurrency(FunctionName=name)


def _complete_role(name: str, old: Properties, new: Properties) -> None:
    roles = gateway.client("iam")
    if "PermissionsBoundary" in new:
        roles.put_role_permissions_boundary(
            RoleName=name, PermissionsBoundary=new["PermissionsBoundary"]
        )
    elif "PermissionsBoundary" in old:
        roles.delete_role_permissions_boundary(RoleName=name)


def _complete_log_group(name: str, old: Properties, new: Properties) -> None:
    if "DeletionProtectionEnabled" in new or "DeletionProtectionEnabled" in old:
        gateway.client("logs").put_log_group_deletion_protection(
            logGroupIdentifier=name,
            deletionProtectionEnabled=boolean(new.get("DeletionProtectionEnabled", False)),
        )


def _complete_table(name: str, old: Properties, new: Properties) -> None:
    tables = gateway.client("dynamodb")
    lifetime = "TimeToLiveSpecification"
    if new.get(lifetime) != old.get(lifetime):
        given = new.get(lifetime) or {**old[lifetime], "Enabled": False}
        tables.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={
                "AttributeName": given["AttributeName"],
                "Enabled": boolean(given["Enabled"]),
            },
        )
    recovery = "PointInTimeRecoverySpecification"
    if new.get(recovery) != old.get(recovery):
        tables.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification=new.get(recovery)
            or {"PointInTimeRecoveryEnabled": False},
        )
    if new.get("SSESpecification") != old.get("SSESpecification"):
        wanted = new.get("SSESpecification") or {"SSEEnabled": False}
        given = {
            "Enabled": boolean(wanted["SSEEnabled"]),
            **{k: wanted[k] for k in ("SSEType", "KMSMasterKeyId") if k in wanted},
        }
        tables.update_table(TableName=name, SSESpecification=given)
    if new.get("ResourcePolicy") != old.get("ResourcePolicy"):
        arn = tables.describe_table(TableName=name)["Table"]["TableArn"]
        if "ResourcePolicy" in new:
            policy = json.dumps(new["ResourcePolicy"]["PolicyDocument"])
            tables.put_resource_policy(ResourceArn=arn, Policy=policy)
        else:
            tables.delete_resource_policy(ResourceArn=arn)


def _refuse_protected_table(name: str, _: Properties) -> None:
    """DynamoDB API reference, DeleteTable: a table that is protected cannot be deleted."""
    tables = gateway.client("dynamodb")
    with suppress(tables.exceptions.ResourceNotFoundException):
        if tables.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
            raise ValueError(
                "Resource cannot be deleted as it is currently protected against deletion. "
                "Disable deletion protection first."
            )


def _complete_schedule(name: str, old: Properties, new: Properties) -> None:
    """Give the schedule all of its properties: an update replaces every one, as the API does."""
    known = (
        "ActionAfterCompletion",
        "Description",
        "EndDate",
        "FlexibleTimeWindow",
        "GroupName",
        "KmsKeyArn",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "StartDate",
        "State",
        "Target",
    )
    given = {property_: new[property_] for property_ in known if property_ in new}
    gateway.client("scheduler").update_schedule(Name=name, **given)
