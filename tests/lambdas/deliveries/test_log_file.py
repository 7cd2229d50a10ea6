"""Log files of any size are read record by record; what is none says why."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from typing import Any

import pytest

from lambdas.deliveries.log_file import UnreadableFileError, records


def read(content: bytes) -> list[dict[str, Any]]:
    return list(records(io.BytesIO(content)))


def packed(*found: Any, indent: int | None = None) -> bytes:
    return gzip.compress(json.dumps({"Records": list(found)}, indent=indent).encode())


@pytest.mark.parametrize("indent", [None, 2])
def test_every_record_comes_in_order(indent: int | None) -> None:
    found = [
        {"eventID": str(number), "text": '["}]' * number, "이름": "값"} for number in range(99)
    ]

    assert read(packed(*found, indent=indent)) == found


def test_a_file_without_records_has_none() -> None:
    assert read(packed()) == []


def test_a_record_that_is_larger_than_what_is_read_at_once() -> None:
    large = {"eventID": "1", "requestParameters": {"document": "가" * 300_000}}

    assert read(packed(large, {"eventID": "2"})) == [large, {"eventID": "2"}]


WHOLE = packed(*({"eventID": str(number)} for number in range(2000)))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", 'no "Records"'),
        (b"<html>", "no whole gzip file"),
        (WHOLE[:-9], "no whole gzip file"),
        (WHOLE[: len(WHOLE) // 2], "no whole gzip file"),
        (WHOLE[:-5] + b"\x00" + WHOLE[-4:], "no whole gzip file"),
        (gzip.compress(b""), 'no "Records"'),
        (gzip.compress(b"[1, 2]"), 'no "Records"'),
        (gzip.compress(b'{"digestFiles": ['), 'no "Records"'),
        (gzip.compress(b'{"Records": [{"a": 1}, {"b"'), "cut off"),
        (gzip.compress(b'{"Records": [1]}'), "something that is no record"),
        (gzip.compress(b'{"Records": [{"a": "\xff"}]}'), "no UTF-8"),
        (gzip.compress(b'{"Records": [{"a": "' + b"x" * (5 << 20)), "a record without an end"),
        (gzip.compress(b'{"Records": [' + b"[" * 100_000), "nested too deeply"),
    ],
    ids=range(13),  # the bytes have the time in them
)
def test_what_is_no_log_file_says_why(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableFileError, match=why):
        read(content)


def test_memory_does_not_grow_with_the_file() -> None:
    text = json.dumps({"eventID": "x", "requestParameters": {"document": "y" * 2000}})
    plain = b'{"Records": [' + b",".join([text.encode()] * 20_000) + b"]}"
    file = io.BytesIO(gzip.compress(plain, 1))
    assert len(plain) > 40_000_000
    del plain

    tracemalloc.start()
    count = sum(1 for _ in records(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 20_000
    assert peak < 3_000_000
