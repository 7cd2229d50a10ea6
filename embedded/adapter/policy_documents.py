"""What AWS refuses in a resource policy, told from the document alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

Statement = dict[str, Any]
PrincipalExists = Callable[[str], bool]
"""Whether the account has the user or role of an ARN; other accounts' principals are not asked."""

_VERSIONS = frozenset({"2008-10-17", "2012-10-17"})
_FIELDS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_REQUIRED = ("Principal", "Action", "Resource")
_IAM_PRINCIPAL = re.compile(r"arn:aws:iam::(\d{12}):(user|role)/.+")
_AWS_PRINCIPAL = re.compile(r"\*|\d{12}|arn:aws:(iam|sts)::\d{12}:.+|AROA\w+|AIDA\w+")
_OBJECT_ACTIONS = frozenset(
    {
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutObject",
        "s3:PutObjectAcl",
    }
)


def statements(document: Any) -> list[Statement]:
    """A document's statements; one that stands alone is a list of one."""
    found = document.get("Statement") if isinstance(document, dict) else None
    if isinstance(found, dict):
        found = [found]
    return [each for each in found or [] if isinstance(each, dict)]


def bucket_policy_problem(  # noqa: PLR0911 - one return for each reason
    policy: str, bucket: str, principal_exists: PrincipalExists
) -> str:
    """Why S3 would answer MalformedPolicy, or "". Words of S3 where they are known."""
    try:
        document = json.loads(policy)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return "Policies must be valid JSON and the first byte must be '{'"
    if "Statement" not in document:
        return "Missing required field Statement"
    if not statements(document):
        return "Could not parse the policy: Statement is empty!"
    if document.get("Version", "2008-10-17") not in _VERSIONS:
        return "The policy must contain a valid version string"
    for statement in statements(document):
        problem = (
            _shape_problem(statement)
            or _bucket_action_problem(statement)
            or _bucket_resource_problem(statement, bucket)
        )
        if problem:
            return problem
        if not _principals_are_known(statement, principal_exists):
            return "Invalid principal in policy"
    return ""


def key_policy_problem(policy: str, principal_exists: PrincipalExists) -> str:
    """Why KMS would answer MalformedPolicyDocumentException, or ""."""
    try:
        document = json.loads(policy)
    except ValueError as error:
        return f"Policy document is not valid JSON: {error}"
    if not statements(document):
        return "Policy document has no statement"
    for statement in statements(document):
        problem = _shape_problem(statement)
        if problem:
            return problem
        if not _principals_are_known(statement, principal_exists):
            return "Policy contains a statement with one or more invalid principals."
    return ""


def trust_policy_problem(policy: str, principal_exists: PrincipalExists) -> str:
    """Why IAM would answer MalformedPolicyDocument to a role's trust policy, or ""."""
    try:
        document = json.loads(policy)
    except ValueError:
        return "This policy contains invalid Json"
    if not statements(document):
        return "Policy document must contain a Statement element"
    for statement in statements(document):
        if "Resource" in statement or "NotResource" in statement:
            return "Has prohibited field Resource"
        problem = _shape_problem(statement, required=("Principal", "Action"))
        if problem:
            return problem
        if not _principals_are_known(statement, principal_exists):
            return f"Invalid principal in policy: {json.dumps(statement.get('Principal'))}"
    return ""


def _shape_problem(statement: Statement, required: tuple[str, ...] = _REQUIRED) -> str:
    unknown = sorted(statement.keys() - _FIELDS)
    if unknown:
        return f"Unknown field {unknown[0]}"
    if statement.get("Effect") not in {"Allow", "Deny"}:
        return f"Invalid effect: {statement.get('Effect')}"
    for name in required:
        if not statement.get(name) and not statement.get(f"Not{name}"):
            return f"Missing required field {name}"
    return ""


def _bucket_action_problem(statement: Statement) -> str:
    for action in _texts(statement.get("Action") or statement.get("NotAction")):
        if action != "*" and not re.fullmatch(r"s3:[\w*?]+", action, re.IGNORECASE):
            return "Policy has invalid action"
    return ""


def _bucket_resource_problem(statement: Statement, bucket: str) -> str:
    resources = list(_texts(statement.get("Resource") or statement.get("NotResource")))
    for resource in resources:
        if resource == "*":
            continue
        name = resource.removeprefix("arn:aws:s3:::").partition("/")[0]
        if not resource.startswith("arn:aws:s3:::") or not fnmatchcase(bucket, name):
            return "Policy has invalid resource"
    for action in _texts(statement.get("Action")):
        needs_object = action in _OBJECT_ACTIONS
        needs_bucket = "Bucket" in action and "Object" not in action and "*" not in action
        if needs_object and not any("/" in r or r.endswith("*") for r in resources):
            return "Action does not apply to any resource(s) in statement"
        if needs_bucket and all("/" in resource for resource in resources):
            return "Action does not apply to any resource(s) in statement"
    return ""


def _principals_are_known(statement: Statement, principal_exists: PrincipalExists) -> bool:
    given = statement.get("Principal") or statement.get("NotPrincipal")
    if not isinstance(given, dict):
        return given == "*"
    for principal in _texts(given.get("AWS")):
        if not _AWS_PRINCIPAL.fullmatch(principal):
            return False
        if _IAM_PRINCIPAL.fullmatch(principal) and not principal_exists(principal):
            return False
    return True


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))
