"""Athena's SQL over CloudTrail's log files: the table as its SerDe fills it, the dialect, a runner.

What is not translated for certain is refused, never answered wrongly.
"""

from .pruning import needed, table_names
from .running import Answer, run, shown
from .tables import Table, load
from .translating import RefusedSqlError, translate

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
