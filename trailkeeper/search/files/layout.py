"""Where each record of a log file starts, from a parser that knows the whole file.

msgspec (the extra `fast`) walks through a file in a third of the time that the proof by balance
takes, and hands out the records as they are. Without it, or where a file is anything but one array
of records without spaces between them, there is no answer here.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

_START = len(b'{"Records":[')
_END = len(b"]}")

_msgspec: Any
try:
    import msgspec as _msgspec
except ImportError:
    _msgspec = None


def borders(data: bytes) -> list[int] | None:
    """The places at which records start, and the one at which another would; None: unknown."""
    if _msgspec is None:
        return None
    try:
        records = _DECODE(data).Records
    except (_msgspec.DecodeError, UnicodeDecodeError):
        return None
    found = list(accumulate(map(len, records), lambda at, size: at + size + 1, initial=_START))
    # Spaces, other members and a second array of records would all make it longer.
    return found if records and found[-1] - 1 + _END == len(data) else None


def _decoder() -> Any:
    if _msgspec is None:
        return None
    records = list.__class_getitem__(_msgspec.Raw)
    return _msgspec.json.Decoder(_msgspec.defstruct("File", [("Records", records)])).decode


_DECODE = _decoder()
