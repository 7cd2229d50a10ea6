"""A template as CloudFormation would fill it in, so that tests compare plain text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

ACCOUNT = "123456789012"
REGION = "us-east-1"
EVIDENCE_KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/EvidenceKey3D536D36"

_HOME = f"{REGION}:{ACCOUNT}"
_REF: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "AWS::S3::Bucket": lambda _, own: own["BucketName"],
    "AWS::SQS::Queue": lambda _, own: (
        f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{own['QueueName']}"
    ),
    "AWS::SNS::Topic": lambda _, own: f"arn:aws:sns:{_HOME}:{own['TopicName']}",
    "AWS::Events::Rule": lambda _, own: own["Name"],
    "AWS::IAM::Role": lambda id_, own: own.get("RoleName", id_),
    "AWS::IAM::ManagedPolicy": lambda id_, own: (
        f"arn:aws:iam::{ACCOUNT}:policy/{own.get('ManagedPolicyName', id_)}"
    ),
    "AWS::Logs::LogGroup": lambda _, own: own["LogGroupName"],
    "AWS::Lambda::Function": lambda _, own: own["FunctionName"],
    "AWS::Lambda::Alias": lambda _, own: (
        f"arn:aws:lambda:{_HOME}:function:{own['FunctionName']}:{own['Name']}"
    ),
}
_ARN: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "AWS::S3::Bucket": lambda _, own: f"arn:aws:s3:::{own['BucketName']}",
    "AWS::SQS::Queue": lambda _, own: f"arn:aws:sqs:{_HOME}:{own['QueueName']}",
    "AWS::Events::Rule": lambda _, own: f"arn:aws:events:{_HOME}:rule/{own['Name']}",
    "AWS::IAM::Role": lambda id_, own: f"arn:aws:iam::{ACCOUNT}:role/{own.get('RoleName', id_)}",
    "AWS::Lambda::Function": lambda _, own: (
        f"arn:aws:lambda:{_HOME}:function:{own['FunctionName']}"
    ),
    "AWS::KMS::Key": lambda id_, _: f"arn:aws:kms:{_HOME}:key/{id_}",
    "AWS::CloudTrail::Trail": lambda _, own: f"arn:aws:cloudtrail:{_HOME}:trail/{own['TrailName']}",
}


class Deployed:
    """One stack of a cloud assembly; properties come with their references resolved."""

    def __init__(self, assembly: Path, name: str) -> None:
        self.folder = assembly
        self.text = (assembly / f"{name}.template.json").read_text(encoding="utf-8")
        self.template: dict[str, Any] = json.loads(self.text)
        self.resources: dict[str, dict[str, Any]] = self.template["Resources"]

    def all(self, type_: str) -> dict[str, dict[str, Any]]:
        """Properties by logical id."""
        return {
            id_: self.resolve(each.get("Properties", {}))
            for id_, each in self.resources.items()
            if each["Type"] == type_
        }

    def one(self, type_: str, **having: Any) -> dict[str, Any]:
        """The properties of the only resource of a type with these properties."""
        found = [
            own
            for own in self.all(type_).values()
            if all(own.get(name) == value for name, value in having.items())
        ]
        assert len(found) == 1, f"{len(found)} {type_} have {having}"
        return found[0]

    def types(self) -> set[str]:
        return {each["Type"] for each in self.resources.values()}

    def resolve(self, value: Any) -> Any:
        match value:
            case {"Ref": "AWS::AccountId"}:
                return ACCOUNT
            case {"Ref": "AWS::URLSuffix"}:
                return "amazonaws.com"
            case {"Ref": id_} if id_ in self.resources:
                return self._of(id_, _REF)
            case {"Ref": id_} if "evidencekeyarn" in id_:
                return EVIDENCE_KEY_ARN
            case {"Fn::GetAtt": [id_, "Version"]}:
                return f"<{id_}.Version>"
            case {"Fn::GetAtt": [id_, "Arn"]}:
                return self._of(id_, _ARN)
            case {"Fn::GetAtt": [id_, "QueueName"]}:
                return self.resources[id_]["Properties"]["QueueName"]
            case {"Fn::GetAtt": [id_, "TopicName"]}:
                return self.resources[id_]["Properties"]["TopicName"]
            case {"Fn::Join": [between, parts]}:
                return between.join(self.resolve(part) for part in parts)
            case Mapping():
                return {key: self.resolve(each) for key, each in value.items()}
            case list():
                return [self.resolve(each) for each in value]
            case _:
                return value

    def _of(self, id_: str, known: Mapping[str, Callable[[str, Mapping[str, Any]], str]]) -> str:
        resource = self.resources[id_]
        if resource["Type"] not in known:
            return f"<{id_}>"
        return known[resource["Type"]](id_, self.resolve(resource["Properties"]))


def statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements of a policy, with lists where IAM also takes one string."""
    return [
        {
            **each,
            **{
                field: [each[field]] if isinstance(each[field], str) else each[field]
                for field in ("Action", "Resource")
                if field in each
            },
        }
        for each in document["Statement"]
    ]


def allowed(documents: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The statements that allow something."""
    return [each for own in documents for each in statements(own) if each["Effect"] == "Allow"]
