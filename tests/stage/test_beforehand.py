"""What is bound to fail is one line before anything is started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from stage import beforehand, surroundings
from stage.account import declared_settings
from stage.beforehand import SetupError
from stage.deployment import _told

ROOT = Path(__file__).resolve().parents[2]
Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize("given", ["0", "65536", "-1", "abc", "", "1e3", "٤٤", "80.0"])
def test_a_port_that_is_none(given: str) -> None:
    with pytest.raises(SetupError, match=r"^PORT: given .*; allowed: a whole number from 1 to"):
        beforehand.port_of(given)


def test_a_port_that_somebody_has() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(SetupError, match=f"PORT: {port} is in use; choose another"):
            beforehand.port_of(str(port))

    assert beforehand.port_of(str(port)) == port
    assert beforehand.port_of(None) is None


def test_a_ready_file_of_an_earlier_account_goes_at_once(tmp_path: Path) -> None:
    stale = tmp_path / "ready.json"
    stale.write_text("{}")

    assert beforehand.ready_file(str(stale)) == stale
    assert not stale.exists()


def test_a_ready_file_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"READY: the folder .*gone does not exist"):
        beforehand.ready_file(str(tmp_path / "gone" / "ready.json"))
    with pytest.raises(SetupError, match=r"READY: .* is a folder; name a file"):
        beforehand.ready_file(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{\n  "a": 1,\n  oops\n}', ", line 3, column 3: Expecting property name"),
        ("[]", ": a JSON object of settings is needed"),
        ("", ", line 1, column 1: Expecting value"),
    ],
)
def test_a_file_with_a_mistake_is_named_with_its_line(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "settings.json"
    file.write_text(content)

    with pytest.raises(SetupError) as error:
        beforehand.json_object(file)

    assert str(error.value).startswith(f"{file}{words}")


def test_a_cdk_json_with_a_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").write_text('{\n  "context": {,}\n}')

    with pytest.raises(SetupError, match=r"cdk\.json, line 2, column"):
        declared_settings(tmp_path)


def test_a_full_disk_says_how_much_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage(0, 0, 12_000_000))

    with pytest.raises(SetupError, match=r"only 12 MB are free in .*, 300 are needed"):
        beforehand.check_machine()


@pytest.mark.parametrize(("version", "found"), [("v18.20.1", "v18.20.1"), ("", "one that does")])
def test_an_old_or_broken_node(
    version: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(SetupError, match=f"Node.js 22 or 24 is needed, found: {found}"):
        beforehand.check_machine()


def test_no_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SetupError, match=r"install Node.js 22 or 24"):
        beforehand.check_machine()


def test_settings_that_the_app_refuses_are_one_line() -> None:
    output = (
        "Trailkeeper cannot use its settings (...):\n  - a: given 1; allowed: x\n  - b: no\n"
        "\nSubprocess exited with error 1\n"
    )

    assert _told("synth", output) == ("the settings cannot be used: a: given 1; allowed: x; b: no")


def test_a_refused_setting_is_named_with_the_file_and_line_that_it_stands_in(
    tmp_path: Path,
) -> None:
    own, cdk = tmp_path / "settings.json", tmp_path / "cdk.json"
    own.write_text('{\n  "contain": "denny"\n}')
    cdk.write_text(
        '{\n  "context": {\n    "trailkeeper": {"contain": "off", "kms": 1},\n'
        '    "trailkeeper:language": "fr"\n  }\n}'
    )
    output = (
        "Trailkeeper cannot use its settings (...):\n"
        '  - contain: given "denny"; allowed: off, deny\n'
        "  - kms: given 1; allowed: true or false\n"
        '  - language: given "fr"; allowed: en, ko\n'
        "  - sweep_minutes: given 0; allowed: more\n"
    )

    assert _told("synth", output, [own, cdk]) == (
        f'the settings cannot be used: {own}, line 2: contain: given "denny"; allowed: off, deny; '
        f"{cdk}, line 3: kms: given 1; allowed: true or false; "
        f'{cdk}, line 4: language: given "fr"; allowed: en, ko; '
        "sweep_minutes: given 0; allowed: more"
    )


HOSTILE = {
    "AWS_PROFILE": "nobody",
    "AWS_SESSION_TOKEN": "old",
    "AWS_ENDPOINT_URL_S3": "https://192.0.2.1",
    "AWS_CONFIG_FILE": "/nonexistent/broken",
    "AWS_MAX_ATTEMPTS": "many",
    "HTTP_PROXY": "http://192.0.2.1:3128",
    "https_proxy": "http://192.0.2.1:3128",
    "PYTHONPATH": "/nonexistent",
    "NODE_OPTIONS": "--nonsense",
}


def test_the_users_environment_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import os, sys; from stage.surroundings import leave_behind, overriding\n"
        "found = leave_behind()\n"
        "print(sorted(n for n in os.environ if n.lower().endswith('_proxy')))\n"
        "print(sorted(n for n in os.environ if n.startswith('AWS_') or n in sys.argv))\n"
        "print(' '.join(overriding(found)))\n"
        "print('\\ud55c\\u2014', oct(os.umask(0)))\n"
        "import boto3; boto3.Session().client('s3', region_name='us-east-1')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *HOSTILE],
        cwd=ROOT,
        env={**os.environ, **HOSTILE, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ran.returncode == 0, ran.stderr
    proxies, variables, unset, shown = ran.stdout.splitlines()
    assert proxies == "['NO_PROXY', 'no_proxy']"
    assert variables == (
        "['AWS_CONFIG_FILE', 'AWS_EC2_METADATA_DISABLED', 'AWS_SHARED_CREDENTIALS_FILE']"
    )
    assert "AWS_SESSION_TOKEN" in unset
    assert "AWS_ENDPOINT_URL_S3" in unset
    assert shown == "?? 0o22"


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    program = (
        "import signal, os; from stage.surroundings import end_on_signals, Ended\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN); end_on_signals()\n"
        "os.kill(os.getpid(), signal.SIGHUP)\n"
        "try:\n    os.kill(os.getpid(), signal.SIGTERM); signal.pause()\n"
        "except Ended as ended: print(ended.number)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert ran.stdout == "15\n", ran.stderr


def test_what_exports_unset_is_known_beforehand() -> None:
    assert tuple(surroundings.overriding(())) == surroundings.OVERRIDES
