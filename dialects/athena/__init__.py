"""Athena's SQL over CloudTrail's log files: the table as its SerDe fills it, the dialect, a runner.

What is not translated for certain is refused, never answered wrongly.
"""

from dialects.athena.pruning import needed, table_names
from dialects.athena.running import Answer, run, shown
from dialects.athena.tables import Table, load
from dialects.athena.translating import RefusedSqlError, translate

__all__ = [
    "Answer",
    "RefusedSqlError",
    "Table",
    "load",
    "needed",
    "run",
    "shown",
    "table_names",
    "translate",
]
