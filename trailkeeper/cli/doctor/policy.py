"""Whether a resource's policy lets a service of AWS in, as far as that can be known from here.

Source: IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition
operators". What cannot be known (an operator that is not here, a key that depends on the request)
refuses nobody: only what is seen is said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Context = Mapping[str, str]


def lets_in(
    policy: str | None, *, service: str, action: str, resource: str, context: Context
) -> bool:
    """Whether a policy, as AWS gives it, allows a service's call and nothing in it denies it.

    `context` are the condition keys that the service sends, in lower case.
    """
    statements = _list(json.loads(policy).get("Statement", [])) if policy else []
    known = {"aws:securetransport": "true", "aws:principalisawsservice": "true", **context}

    def matching(effect: str, unknown: bool) -> bool:
        return any(
            each.get("Effect") == effect
            and _names(each, "Principal", lambda wanted: _is_principal(wanted, service))
            and _names(each, "Action", lambda wanted: _is_action(wanted, action))
            and _names(each, "Resource", lambda wanted: _like(resource, wanted))
            and _holds(each.get("Condition", {}), known, unknown)
            for each in statements
        )

    return matching("Allow", unknown=True) and not matching("Deny", unknown=False)


def _names(statement: Mapping[str, Any], element: str, is_it: Callable[[Any], bool]) -> bool:
    if element in statement:
        return any(is_it(each) for each in _list(statement[element]))
    negated = f"Not{element}"
    if negated in statement:
        return not any(is_it(each) for each in _list(statement[negated]))
    return element == "Resource"


def _is_principal(wanted: Any, service: str) -> bool:
    if isinstance(wanted, Mapping):
        named = {kind: _list(values) for kind, values in wanted.items()}
        return "*" in named.get("AWS", []) or service in named.get("Service", [])
    return bool(wanted == "*")


def _is_action(wanted: str, action: str) -> bool:
    return _like(action.lower(), wanted.lower())


def _holds(conditions: Mapping[str, Any], context: Context, unknown: bool) -> bool:
    for operator, keys in conditions.items():
        for key, values in keys.items():
            held = _one(operator, key.lower(), [str(each) for each in _list(values)], context)
            if not (unknown if held is None else held):
                return False
    return True


def _one(operator: str, key: str, values: list[str], context: Context) -> bool | None:
    """Whether one condition holds, None if nobody here knows."""
    name = operator.rpartition(":")[2]
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    given = context.get(key)
    if name == "Null":
        return (given is None) == (values[0].lower() == "true")
    compare = _OPERATORS.get(name)
    if compare is None:
        return None
    negated = "Not" in name
    if given is None:
        # Keys of the caller's own are never there for a service.
        return optional or negated
    return any(compare(given, each) for each in values) != negated


def _like(value: str, pattern: str) -> bool:
    return fnmatchcase(value, pattern.replace("[", "[[]"))


def _equals(value: str, wanted: str) -> bool:
    return value == wanted


def _equals_in_any_case(value: str, wanted: str) -> bool:
    return value.lower() == wanted.lower()


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": _equals,
    "StringNotEquals": _equals,
    "StringEqualsIgnoreCase": _equals_in_any_case,
    "StringNotEqualsIgnoreCase": _equals_in_any_case,
    "StringLike": _like,
    "StringNotLike": _like,
    "ArnEquals": _like,
    "ArnLike": _like,
    "ArnNotEquals": _like,
    "ArnNotLike": _like,
    "Bool": _equals_in_any_case,
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
