"""The arithmetic of CloudWatch metric math: + - * /, numbers, ids, FILL, SUM, MAX, MIN and AVG."""

from __future__ import annotations

import ast
import operator
import statistics
from collections.abc import Callable, Mapping, Sequence

Value = float | None
"""One datapoint; None when the metric has no data in that period."""

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_AGGREGATES: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "AVG": statistics.fmean,
}


class UnsupportedExpressionError(ValueError):
    """When an expression needs more of CloudWatch's metric math than is evaluated here."""


def evaluate(expression: str, values: Mapping[str, Value]) -> Value:
    """The value of an expression in one period, from the values of the ids it names.

    Arithmetic on a missing value is missing, and so is a division by zero. FILL(id, number) puts
    the number where data is missing; SUM, MAX, MIN and AVG take a list of ids and leave missing
    values out.
    """
    return _value(_parse(expression), values, expression)


def names(expression: str) -> frozenset[str]:
    """The ids that an expression uses."""
    return frozenset(node.id for node in ast.walk(_parse(expression)) if isinstance(node, ast.Name))


def _parse(expression: str) -> ast.expr:
    try:
        return ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        raise UnsupportedExpressionError(expression) from None


def _value(  # noqa: PLR0911 - one return for each kind of node
    node: ast.expr, values: Mapping[str, Value], expression: str
) -> Value:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _value(operand, values, expression)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            first = _value(left, values, expression)
            second = _value(right, values, expression)
            if first is None or second is None or (isinstance(op, ast.Div) and second == 0):
                return None
            return _OPERATORS[type(op)](first, second)
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, ast.Constant() as filler]):
            inner = _value(filled, values, expression)
            return _value(filler, values, expression) if inner is None else inner
        case ast.Call(func=ast.Name(id=name), args=[ast.List(elts=elements)]) if (
            name in _AGGREGATES
        ):
            known = [_value(element, values, expression) for element in elements]
            present = [each for each in known if each is not None]
            return _AGGREGATES[name](present) if present else None
    raise UnsupportedExpressionError(expression)
