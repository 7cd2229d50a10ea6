"""The command on terminals of other encodings: EUC-KR, and the C locale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("trailkeeper")
RECORD = {
    "eventID": "0a1b2c3d",
    "eventTime": "2026-11-20T03:04:05Z",
    "eventSource": "cloudtrail.amazonaws.com",
    "eventName": "StopLogging",
    "awsRegion": "us-east-1",
    "recipientAccountId": "111122223333",
    "requestParameters": {"name": "trailkeeper"},
    "userIdentity": {"type": "IAMUser", "userName": "김철수—🙂"},
}
# The C locale as it is where Python is told not to make UTF-8 of it.
EUC_KR = {"PYTHONIOENCODING": "euc_kr"}
C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "event.json").write_text(json.dumps(RECORD))
    settings = {"trailkeeper": {"language": "ko", "slack_webhook": "ssm:/slack"}}
    (tmp_path / "cdk.json").write_text(json.dumps(settings))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "log.json").write_text(json.dumps({"Records": [RECORD]}))
    return tmp_path


def run(folder: Path, surroundings: dict[str, str], *arguments: str) -> bytes:
    done = subprocess.run(
        [str(COMMAND), *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", **surroundings},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_preview_in_euc_kr_is_korean_with_question_marks(folder: Path) -> None:
    shown = run(folder, EUC_KR, "preview", "--event", "event.json", "--settings", "cdk.json")

    assert "[경고] CloudTrail 추적 중지 → 4초 만에 복구 완료 | 김철수" in shown.decode("euc_kr")


def test_a_preview_in_the_c_locale(folder: Path) -> None:
    shown = run(folder, C, "preview", "--event", "event.json", "--settings", "cdk.json")

    assert b"Verdict: an alert would be sent" in shown


def test_a_table_comes_in_the_encoding_of_its_terminal(folder: Path) -> None:
    shown = run(folder, EUC_KR, "search", "--path", "logs").decode("euc_kr")

    assert "  김철수?? " in shown


@pytest.mark.parametrize("surroundings", [EUC_KR, C], ids=["EUC-KR", "C"])
@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_what_programs_read_is_utf_8_everywhere(
    folder: Path, form: str, surroundings: dict[str, str]
) -> None:
    shown = run(folder, surroundings, "search", "--path", "logs", "--output", form)

    assert "김철수—🙂" in shown.decode("utf-8")
