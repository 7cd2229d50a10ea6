"""`trailkeeper search --via files` as a person uses it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.search import logs
from trailkeeper.cli.__main__ import main


def search(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["search", "--via", "files", *map(str, arguments)])


def ids(result: Result) -> list[str]:
    return [json.loads(line)["id"] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--event", "RunInstances"], ["launch", "denied"]),
        (["--event", "RunInstances", "--denied"], ["denied"]),
        (["--user", "root"], ["login"]),
        (["--resource", "i-0abc"], ["launch", "stop"]),
        (["--region", "us-*", "--errors"], ["missing"]),
        (["--account", logs.OTHER], ["scaling"]),
        (["--ip", "198.51.100.0/24"], ["stop", "denied"]),
        (["--since", "2026-03-02", "--until", "2026-03-02"], ["denied", "missing"]),
        (
            ["--since", "2026-03-02", "--until", "2026-03-02", "--zone", "America/Los_Angeles"],
            ["denied", "missing", "login", "scaling", "lookup"],
        ),
        (["--around", "2026-03-01T10:20Z", "--window", "20m"], ["launch"]),
        (["--limit", "2"], ["lookup", "scaling"]),
        (["--event", "*Instances", "--limit", "1"], ["scaling"]),
    ],
)
def test_filters(tmp_path: Path, arguments: list[str], found: list[str]) -> None:
    logs.bucket(tmp_path)

    result = search("--path", tmp_path, "--output", "jsonl", *arguments)

    # Files come in the order of their paths: account, region, day.
    assert (sorted(ids(result)), result.exit_code) == (sorted(found), 0)


def test_with_a_limit_the_newest_come_first(tmp_path: Path) -> None:
    logs.bucket(tmp_path)

    result = search("--path", tmp_path, "--output", "jsonl", "--limit", "3")

    assert ids(result) == ["lookup", "scaling", "login"]


def test_nothing_found_is_no_error_but_said_by_the_exit_code(tmp_path: Path) -> None:
    asked = "--path", logs.bucket(tmp_path), "--event", "DeleteTrail"
    person = search(*asked)
    program = search(*asked, "--output", "jsonl")

    assert (person.exit_code, person.stdout, person.stderr) == (1, "", "Nothing found.\n")
    assert (program.exit_code, program.stdout, program.stderr) == (1, "", "")


def test_raw_is_the_original_bytes_in_the_order_of_the_files(tmp_path: Path) -> None:
    first, second = b'{ "eventName":"Stop\\u004cogging", "n":1.0 }', b'{"eventName":"StopLogging"}'
    (tmp_path / "a-b.json").write_bytes(b'{"Records": [\n%s,\n {"eventName":"x"}]}' % first)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "z.json.gz").write_bytes(gzip.compress(b'{"Records":[%s]}' % second))

    result = search("--path", tmp_path, "--event", "StopLogging", "--output", "raw")

    assert result.stdout_bytes == first + b"\n" + second + b"\n"


def test_a_table_for_people(tmp_path: Path) -> None:
    result = search("--path", logs.bucket(tmp_path), "--event", "StopInstances")

    heads, row = (line.split() for line in result.stdout.splitlines())
    assert heads == ["TIME", "EVENT", "SOURCE", "USER", "IP", "REGION", "ERROR", "RESOURCE"]
    assert row == [
        *("2026-03-01T11:30:00Z", "StopInstances", "ec2", "deployer/ci-run-7"),
        *("198.51.100.20", "eu-central-1", "i-0abc"),
    ]


def test_json_holds_the_row_and_the_record(tmp_path: Path) -> None:
    result = search("--path", logs.bucket(tmp_path), "--event", "GetObject", "--output", "json")

    (row,) = json.loads(result.stdout)
    assert row.pop("record") == logs.MISSING
    assert row == {
        "time": "2026-03-02T12:00:00Z",
        "event": "GetObject",
        "source": "s3.amazonaws.com",
        "region": "us-east-1",
        "account": logs.ACCOUNT,
        "user": "alice",
        "principal": f"arn:aws:iam::{logs.ACCOUNT}:user/ops/alice",
        "access_key": logs.ALICE_KEY,
        "ip": "203.0.113.7",
        "resource": "arn:aws:s3:::plans/RunInstances/plan.md, arn:aws:s3:::plans",
        "error": "NoSuchKey",
        "message": "",
        "id": "missing",
    }


def test_what_was_found_can_be_searched_again(tmp_path: Path) -> None:
    found = search("--path", logs.bucket(tmp_path / "logs"), "--output", "jsonl")
    (tmp_path / "found.jsonl").write_text(found.stdout, encoding="utf-8")

    again = search("--path", tmp_path / "found.jsonl", "--user", "alice", "--output", "jsonl")

    assert ids(again) == ["launch", "lookup", "missing"]


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl"])
def test_strangers_text_is_harmless(tmp_path: Path, form: str) -> None:
    evil = logs.record(
        "x", "2026-03-01T10:00:00Z", "s3", "GetObject", errorCode="\x1b[2J\x9b31m\u202egpj\r\n=1+1"
    )
    evil["userIdentity"]["userName"] = '=HYPERLINK("http://evil","x")'
    logs.bucket(tmp_path, evil)

    shown = search("--path", tmp_path, "--output", form).stdout_bytes.decode()

    assert not {"\x1b", "\x9b", "\u202e"} & set(shown)
    if form == "csv":
        (row,) = csv.DictReader(io.StringIO(shown))
        assert row["user"] == '\'=HYPERLINK("http://evil","x")'
        assert row["error"] == "\\x1b[2J\\x9b31m\\u202egpj\\x0d\\x0a=1+1"


def test_counts(tmp_path: Path) -> None:
    result = search("--path", logs.bucket(tmp_path), "--count-by", "event", "--limit", "2")

    assert [line.split() for line in result.stdout.splitlines()] == [
        ["COUNT", "EVENT"],
        ["2", "RunInstances"],
        ["1", "ConsoleLogin"],
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("one.json", json.dumps(logs.LAUNCH)),
        ("pretty.json", json.dumps(logs.LAUNCH, indent=2)),
        ("array.json", json.dumps([logs.STOP, logs.LAUNCH], indent=1)),
        ("lines.jsonl", f"{json.dumps(logs.STOP)}\n{json.dumps(logs.LAUNCH)}\n"),
        ("export", f"2026-03-01T10:00:09.123Z {json.dumps(logs.LAUNCH)}\n"),
        (
            "tail.log",
            "2026-03-01T10:00:09.123000+00:00 111122223333_CloudTrail_eu-central-1 "
            f"{json.dumps(logs.LAUNCH)}\n",
        ),
        (
            "subscription.json",
            json.dumps(
                {
                    "messageType": "DATA_MESSAGE",
                    "logEvents": [{"id": "1", "timestamp": 1, "message": json.dumps(logs.LAUNCH)}],
                }
            ),
        ),
        (
            "lookup.json",
            json.dumps(
                {"Events": [{"EventId": "launch", "CloudTrailEvent": json.dumps(logs.LAUNCH)}]}
            ),
        ),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_other_forms_of_the_same_record(
    tmp_path: Path, name: str, content: str, zipped: bool
) -> None:
    path = tmp_path / (name + ".gz" * zipped)
    path.write_bytes(gzip.compress(content.encode()) if zipped else content.encode())

    result = search("--path", path, "--event", "RunInstances", "--output", "jsonl")

    assert (ids(result), result.stderr, result.exit_code) == (["launch"], "", 0)


def test_what_is_damaged_is_named_and_the_rest_is_searched(tmp_path: Path) -> None:
    logs.bucket(tmp_path)
    whole = gzip.compress(logs.text(*[logs.LAUNCH] * 50, *[logs.STOP] * 50))
    (tmp_path / "a-cut.json.gz").write_bytes(whole[: len(whole) * 2 // 3])
    (tmp_path / "b-flipped.json.gz").write_bytes(whole[:-6] + bytes([whole[-6] ^ 1]) + whole[-5:])
    (tmp_path / "c-text.json").write_text("hello", encoding="utf-8")
    (tmp_path / "d-half.json").write_bytes(logs.text(logs.LAUNCH, logs.DENIED)[:-40])

    result = search("--path", tmp_path, "--event", "RunInstances", "--output", "jsonl")

    assert result.exit_code == 3
    named = [line.partition(": ")[0] for line in result.stderr.splitlines()]
    assert [Path(each).name for each in named] == [
        *("a-cut.json.gz", "b-flipped.json.gz", "c-text.json", "d-half.json"),
    ]
    # What came before the damage is there, and so is every other file.
    found = ids(result)
    assert found[:2] == ["launch", "denied"]
    assert found[-1] == "launch"
    assert len(found) > 2 + 50


def test_a_record_that_was_cut_short_is_not_made_up(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(logs.text(logs.LAUNCH, logs.DENIED)[:-40])

    result = search("--path", tmp_path, "--event", "RunInstances", "--output", "jsonl")

    assert (ids(result), result.exit_code) == (["launch"], 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--path", "nowhere"], "--path nowhere: there is no such file or folder."),
        (["--path", "."], "There are no log files under .: expected names such as *.json.gz"),
        ([], "--via files needs --path"),
        (["--path", ".", "--via", "history"], "leave it out, or --via history."),
        (["--path", ".", "--since", "2026-02-30"], "'2026-02-30' is no time that exists."),
        (["--path", ".", "--ip", "localhost"], "--ip 'localhost' is no address."),
        (["--path", ".", "--zone", "Mars/Olympus"], "--zone 'Mars/Olympus' is no time zone."),
        (["--path", ".", "--count-by", "colour"], "--count-by 'colour' is no column."),
        (["--path", ".", "--output", "xml"], "'xml' is not one of"),
    ],
)
def test_bad_input_gets_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)

    result = search(*arguments)

    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]


def test_a_pipe_is_read_as_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[gzip.compress(logs.text(*logs.ALL))])
    writer.start()

    result = search("--path", pipe, "--event", "RunInstances", "--output", "jsonl")
    writer.join(timeout=60)

    assert ids(result) == ["launch", "denied"]


def test_links_round_in_a_circle_and_pipes_are_left_alone(tmp_path: Path) -> None:
    logs.bucket(tmp_path / "logs", logs.LAUNCH)
    (tmp_path / "logs" / "again").symlink_to(tmp_path / "logs", target_is_directory=True)
    (tmp_path / "logs" / "link.json.gz").symlink_to(logs.place(tmp_path / "logs", logs.LAUNCH))
    os.mkfifo(tmp_path / "logs" / "pipe.json")

    result = search("--path", tmp_path / "logs", "--output", "jsonl")

    assert ids(result) == ["launch", "launch"]


def test_a_span_that_no_file_covers(tmp_path: Path) -> None:
    result = search(
        "--path", logs.bucket(tmp_path), "--since", "2025-01-01", "--until", "2025-01-31"
    )

    assert result.exit_code == 2
    assert "covers the span" in result.stderr


def test_a_reader_that_has_enough_is_no_error(tmp_path: Path) -> None:
    logs.bucket(tmp_path)
    (tmp_path / "many.json").write_bytes(logs.text(*[logs.LAUNCH] * 3000))
    command = f"{sys.executable} -m trailkeeper.cli search --path {tmp_path} --output raw"

    done = subprocess.run(
        f"set -o pipefail; {command} | head -1",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["eventID"] == "launch"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    logs.bucket(tmp_path)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "trailkeeper.cli", "search", "--path", str(tmp_path)],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert b"The answers cannot be written: No space left" in done.stderr


def test_the_absence_of_the_extra_is_said_once(tmp_path: Path) -> None:
    logs.bucket(tmp_path)
    script = (
        "import sys; sys.modules['isal'] = sys.modules['msgspec'] = None\n"
        "from trailkeeper.cli.__main__ import main; main(sys.argv[1:])"
    )
    arguments = ("search", "--path", str(tmp_path), "--event", "RunInstances", "--output", "raw")

    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, timeout=60, check=True
    )

    assert done.stderr.count(b"trailkeeper[fast]") == 1
    assert [json.loads(line)["eventID"] for line in done.stdout.splitlines()] == [
        *("launch", "denied"),
    ]


def test_nothing_slow_is_imported() -> None:
    slow = {"boto3", "botocore", "rich", "duckdb", "multiprocessing", "asyncio", "aws_cdk"}
    script = (
        "import sys; from trailkeeper.cli.__main__ import main; "
        "main(['search', '--path', '/', '--event', '!'], standalone_mode=False)"
    )

    done = subprocess.run(
        [sys.executable, "-c", f"try:\n {script}\nexcept Exception: pass\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "trailkeeper.search.question" in done.stdout.split()
    assert slow & {name.partition(".")[0] for name in done.stdout.split()} == set()
