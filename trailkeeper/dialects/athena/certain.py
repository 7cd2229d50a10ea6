"""Which parts of Athena's SQL mean the same in DuckDB once they are translated.

The list is of what was tried, null and empty values included; everything else is refused.
"""

from __future__ import annotations

from sqlglot import exp

_FUNCTIONS: tuple[type[exp.Expr], ...] = (
    *(exp.And, exp.Or, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Exists),
    *(exp.Cast, exp.TryCast, exp.Try),
    *(exp.Count, exp.CountIf, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArgMax, exp.ArgMin),
    *(exp.AnyValue, exp.ApproxDistinct, exp.ArrayAgg, exp.RowNumber, exp.Rank, exp.DenseRank),
    *(exp.Concat, exp.ConcatWs, exp.Lower, exp.Upper, exp.Length, exp.Substring, exp.Trim),
    *(exp.Replace, exp.Reverse, exp.StrPosition, exp.StartsWith, exp.Split),
    *(exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace),
    *(exp.Abs, exp.Floor, exp.Ceil, exp.Round, exp.Greatest, exp.Least),
    *(exp.FromISO8601Timestamp, exp.CurrentTimestamp, exp.CurrentDate, exp.Date),
    *(exp.TimestampTrunc, exp.DateTrunc, exp.TimeToStr, exp.DateDiff, exp.DateAdd, exp.Extract),
    *(exp.Year, exp.Month, exp.Day, exp.Hour, exp.Minute, exp.Second),
    *(exp.Array, exp.ArraySize, exp.ArrayContains, exp.ArrayToString, exp.ArrayDistinct),
    *(exp.Map, exp.Transform, exp.Explode, exp.Unnest),
    *(exp.JSONExtractScalar, exp.JSONExtract, exp.ParseJSON, exp.JSONFormat),
)
_BY_NAME = frozenset({"any_match", "map_filter"})
"""Functions that sqlglot does not know and the translation does."""

_FRACTIONS = (*(exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT, exp.DataType.Type.DECIMAL),)


def sure(node: exp.Expr) -> bool:
    """Whether a part of a query is known to mean the same."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _BY_NAME
    if isinstance(node, exp.Div):
        return _is_fraction(node.this) or _is_fraction(node.expression)
    if isinstance(node, exp.Placeholder | exp.Parameter | exp.TableSample):
        return False
    return not isinstance(node, exp.Func) or isinstance(node, _FUNCTIONS)


def _is_fraction(node: exp.Expr) -> bool:
    """Whether it is no whole number for certain: Trino divides those without a remainder."""
    inner = node.unnest()
    if isinstance(inner, exp.Literal):
        return not inner.is_string and "." in inner.name
    return isinstance(inner, exp.Cast) and inner.to.this in _FRACTIONS
