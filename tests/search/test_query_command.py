"""`trailkeeper query` and `trailkeeper queries` as a person uses them, over files."""

from __future__ import annotations

import csv
import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.search.trail_events import FIRST, LAST, records
from tests.search.truths import GIVEN, TRUTHS, unordered
from trailkeeper import queries
from trailkeeper.cli.__main__ import main
from trailkeeper.search.times import shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("logs")
    half = len(records()) // 2
    for name, part in (("one", records()[:half]), ("two", records()[half:])):
        body = json.dumps({"Records": part}, separators=(",", ":"), ensure_ascii=False)
        (root / f"{name}.json.gz").write_bytes(gzip.compress(body.encode()))
    return root


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def answered(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    result = run("query", *arguments, "--path", str(folder), "--output", "json")
    assert result.exit_code == 0, result.stderr
    return list(json.loads(result.stdout))


@pytest.mark.parametrize("language", ["sql", "insights"])
def test_files_answer_without_a_span(folder: Path, language: str) -> None:
    found = answered(folder, "errors", "--language", language)

    assert unordered(found) == unordered(TRUTHS["errors"](records()))


def test_a_span_and_a_time_as_people_write_it(folder: Path) -> None:
    late = f"{FIRST:%Y-%m-%d}"
    span = "--since", shown(FIRST), "--until", shown(LAST)
    some = answered(folder, "instances-calls", *span, "--param", f"after={late}T23:00:00Z")
    every = answered(folder, "instances-calls", *span, "--param", "after=9d")

    assert 0 < len(some) < len(every)
    assert all(each["time"] >= f"{late}T23:00:00Z" for each in some)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["root-uses"], "There is no query 'root-uses'; did you mean root-use?"),
        (["errors", "--param", "limti=5"], "has no parameter 'limti'; did you mean limit?"),
        (["errors", "--param", "limit"], "--param 'limit' has no value. Allowed: name=value."),
        (["errors", "--param", "limit=0"], "limit: given '0'; allowed: a whole number from 1"),
        (["instances-calls", "--param", "after=soon"], "'soon' is no time that exists"),
        (["bucket-uploads", "--param", "bucket=a\nb"], "a text without control characters"),
        (["errors", "--since", "2h", "--until", "3h"], "The span holds no moment"),
        (["errors", "--path", "/absent"], "/absent"),
        (["errors", "--via", "logs"], "--path is for log files: leave it out, or --via logs."),
    ],
)
def test_what_cannot_be_asked_is_one_clear_line(
    folder: Path, arguments: list[str], said: str
) -> None:
    if "--path" not in arguments:
        arguments = [*arguments, "--path", str(folder)]
    result = run("query", *arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_via_files_needs_a_path() -> None:
    result = run("query", "errors", "--via", "files")

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "--via files needs --path" in result.stderr


@pytest.mark.parametrize("command", [["search", "--since", "1h"], ["query", "errors"]])
@pytest.mark.parametrize("via", ["auto", "history", "logs", "athena"])
def test_an_account_that_cannot_be_asked_is_an_error(
    monkeypatch: pytest.MonkeyPatch, command: list[str], via: str
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    result = run(*command, "--via", via)

    assert result.exit_code == 2
    assert "You must specify a region; give --region, or set AWS_REGION" in result.stderr


def test_nothing_found_and_a_damaged_file_have_exit_codes_of_their_own(
    folder: Path, tmp_path: Path
) -> None:
    unknown = "--param", "access_key=AKIAIOSFODNN7EXAMPLE"
    nothing = run("query", "access-key-activity", "--path", str(folder), *unknown)
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "damaged.json.gz").write_bytes(gzip.compress(b'{"Records":[{"a')[:-9])
    partly = run("query", "errors", "--path", str(tmp_path), "--output", "json")

    assert (nothing.exit_code, nothing.stdout) == (1, "")
    assert nothing.stderr == "Nothing found.\n"
    assert partly.exit_code == 3
    assert "damaged.json.gz" in partly.stderr
    assert unordered(json.loads(partly.stdout)) == unordered(TRUTHS["errors"](records()))


@pytest.mark.parametrize("language", ["sql", "insights"])
def test_odd_records_are_answered_and_break_nothing(tmp_path: Path, language: str) -> None:
    odd = {**records()[0], "userIdentity": "no object", "errorCode": "Odd", "eventSource": "odd"}
    spread = json.dumps({"Records": [{**odd, "errorCode": "Spread"}]}, indent=2)
    lone = json.dumps({"Records": [{**odd, "errorCode": "Lone", "userAgent": "\ud800"}]})
    latin = json.dumps({"Records": [{**odd, "errorCode": "Latin", "userAgent": "@@"}]})
    (tmp_path / "spread.json").write_text(spread)
    (tmp_path / "lone.json").write_text(lone)
    (tmp_path / "latin.json").write_bytes(latin.encode().replace(b"@@", b"caf\xe9"))
    found = answered(tmp_path, "errors", "--language", language)

    assert {each["error"] for each in found} == {"Spread", "Lone", "Latin"}


def test_hostile_texts_do_nothing_to_a_terminal_or_a_spreadsheet(folder: Path) -> None:
    table = run("query", "event-fields", "--path", str(folder), "--param", "limit=500")
    sheet = run(
        *("query", "event-fields", "--path", str(folder)),
        *("--param", "limit=500", "--output", "csv"),
    )
    cells = [cell for row in csv.reader(io.StringIO(sheet.stdout)) for cell in row]

    assert "\x1b" not in table.stdout + sheet.stdout
    assert "\u202e" not in table.stdout + sheet.stdout
    assert "\\x1b[31mred" in table.stdout
    assert any("HYPERLINK" in each for each in cells)
    assert not any(each.startswith(("=", "+", "-", "@")) for each in cells)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_keeps_every_text_as_it_is(folder: Path, form: str) -> None:
    given = "--path", str(folder), "--param", "limit=500", "--output", form
    printed = run("query", "event-fields", *given).stdout
    rows = json.loads(printed) if form == "json" else list(map(json.loads, printed.splitlines()))

    assert unordered(rows) == unordered(TRUTHS["event-fields"](records()))
    assert "\x1b" not in printed


def test_the_list_of_queries_says_what_each_asks_and_takes() -> None:
    listed = json.loads(run("queries", "--output", "json").stdout)

    assert [each["name"] for each in listed] == list(queries.library())
    (uploads,) = (each for each in listed if each["name"] == "bucket-uploads")
    assert uploads == {
        "name": "bucket-uploads",
        "asks": "PutObject on one bucket",
        "parameters": "bucket (must be given), limit=100",
    }


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("access-key-activity", "access_key"),
        ("bucket-uploads", "bucket"),
        ("principal-activity", "principal"),
        ("resource-history", "resource"),
    ],
)
def test_a_question_about_somebody_is_not_asked_about_an_example(
    folder: Path, name: str, parameter: str
) -> None:
    refused = run("query", name, "--path", str(folder))

    assert refused.exit_code == 2
    assert f"{name} needs --param {parameter}=VALUE" in refused.stderr


def test_the_columns_of_a_query_are_those_of_its_answer(folder: Path) -> None:
    for name, query in queries.library().items():
        given = [f"--param={each}={value}" for each, value in GIVEN.get(name, {}).items()]
        (head, *_) = run(
            *("query", name, "--path", str(folder), "--output", "csv", "--param", "limit=1"), *given
        ).stdout.splitlines()
        assert head == ",".join(query.columns), name


def test_asking_for_help_and_for_the_list_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from trailkeeper.cli.__main__ import main\n"
        "for arguments in (['query', '--help'], ['queries']):\n"
        "    assert CliRunner().invoke(main, arguments).exit_code == 0\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    heavy = {"boto3", "botocore", "duckdb", "sqlglot", "lark", "rich", "aws_cdk", "jsii"}
    assert heavy & set(ran.stdout.split()) == set()
