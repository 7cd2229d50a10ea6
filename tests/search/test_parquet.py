"""What is exported answers as the log files do."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.search import logs
from trailkeeper.cli.__main__ import main
from trailkeeper.search import parquet


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    target = folder / "it's all.parquet"
    odd = {**logs.LAUNCH, "eventID": "odd", "eventTime": "2026-03-01T12:00:00.5+02:00"}
    logs.bucket(folder / "logs")
    (folder / "logs" / "odd.json.gz").write_bytes(gzip.compress(logs.text(odd)))

    done = run("export", "parquet", "--path", folder / "logs", "--to", target)

    assert done.exit_code == 0
    assert done.stdout.startswith("8 events in ")
    return target


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], "launch stop denied missing login scaling lookup odd"),
        (["--event", "RunInstances"], "launch denied odd"),
        (["--event", "*Instances", "--region", "eu-*"], "launch stop denied scaling odd"),
        (["--user", "ci-run-7"], "stop denied"),
        (["--ip", "2001:db8::/64"], "login"),
        (["--resource", "i-0abc"], "launch stop odd"),
        (["--denied"], "denied"),
        (["--errors"], "denied missing"),
        (["--until", "2026-03-01T10:30Z"], "launch odd"),
        (["--since", "2026-03-03", "--account", logs.OTHER], "scaling"),
        (["--limit", "2"], "lookup scaling"),
    ],
)
def test_filters(exported: Path, arguments: list[str], found: str) -> None:
    result = run("search", "--path", exported, "--output", "jsonl", *arguments)

    ids = [json.loads(line)["id"] for line in result.stdout.splitlines()]
    assert (sorted(ids), result.exit_code) == (sorted(found.split()), 0)


@pytest.mark.parametrize("arguments", [(), ("--source", "ec2"), ("--resource", "i-0abc")])
def test_counts_are_those_of_the_files(exported: Path, arguments: tuple[str, ...]) -> None:
    count = ("--count-by", "event,error", "--output", "csv", *arguments)

    ours = run("search", "--path", exported, *count)

    assert ours.stdout == run("search", "--path", exported.parent / "logs", *count).stdout
    assert "RunInstances" in ours.stdout


def test_the_record_is_kept_as_it_was(exported: Path) -> None:
    result = run("search", "--path", exported, "--event", "StopInstances", "--output", "raw")

    assert json.loads(result.stdout) == logs.STOP


def test_a_file_that_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("hello", encoding="utf-8")

    result = run("search", "--path", tmp_path / "x.parquet")

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


def test_without_duckdb_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    logs.bucket(tmp_path)

    result = run("export", "parquet", "--path", tmp_path, "--to", tmp_path / "x.parquet")

    assert (result.exit_code, "pip install 'trailkeeper[parquet]'" in result.stderr) == (2, True)
    assert not (tmp_path / "x.parquet").exists()


def test_in_the_order_of_the_files_whatever_the_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_PART", 1)
    logs.bucket(tmp_path / "logs")
    target = tmp_path / "x.parquet"

    run("export", "parquet", "--path", tmp_path / "logs", "--to", target)

    raw = ("--output", "raw")
    assert (
        run("search", "--path", target, *raw).stdout
        == run("search", "--path", tmp_path / "logs", *raw).stdout
    )
    assert {each.name for each in tmp_path.iterdir()} == {"logs", "x.parquet"}


def test_nothing_to_export(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text('{"Records":[]}', encoding="utf-8")
    target = tmp_path / "x.parquet"

    done = run("export", "parquet", "--path", tmp_path, "--to", target)

    assert (done.exit_code, done.stdout.split()[0]) == (0, "0")
    assert run("search", "--path", target).exit_code == 1
