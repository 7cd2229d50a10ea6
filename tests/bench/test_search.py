"""The log files that the search is measured with are what they say, and always the same."""

from __future__ import annotations

from pathlib import Path

from bench.search.logs import ASKED, make
from tests.search import plain


def test_the_log_files_hold_what_is_said_of_them(tmp_path: Path) -> None:
    made = make(tmp_path / "one", 10)
    files = sorted((tmp_path / "one").rglob("*.json.gz"))
    records = [each for path in files for each in plain.records(path)]

    assert (made.files, made.records) == (len(files), len(records))
    assert made.asked == sum(each["eventName"] == ASKED for each in records) > 0
    assert 9e6 < made.raw_bytes < 12e6
    assert 1000 < made.raw_bytes / made.records < 1600


def test_the_name_also_stands_where_it_is_no_event(tmp_path: Path) -> None:
    make(tmp_path, 10)
    others = [
        str(each)
        for path in tmp_path.rglob("*.json.gz")
        for each in plain.records(path)
        if each["eventName"] != ASKED and ASKED in str(each)
    ]

    assert any("attributeValue" in each for each in others)
    assert any("policyDocument" in each for each in others)


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        make(tmp_path / name, 1)

    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.json.gz")}
        for name in ("one", "two")
    )
    assert one == two
