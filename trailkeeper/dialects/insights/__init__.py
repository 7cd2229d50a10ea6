"""CloudWatch Logs Insights' query language: a grammar, its SQL, and a runner.

What the language has and this does not (pattern, diff, anomaly, unnest, lookup, join, SOURCE ...)
is refused like any malformed query, never answered wrongly.
"""

from .compiling import LOG_EVENTS, MOST_ROWS, compile_query
from .running import Answer, LogEvent, load, run
from .syntax import MalformedQueryError, parameters, parse

__all__ = [
    "LOG_EVENTS",
    "MOST_ROWS",
    "Answer",
    "LogEvent",
    "MalformedQueryError",
    "compile_query",
    "load",
    "parameters",
    "parse",
    "run",
]
