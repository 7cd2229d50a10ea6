"""Doing what CONTRIBUTING.md says is enough, and leaving out a part is noticed.

Everything happens in a copy of the project, by the text of the file itself.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(
    *(".*", "__pycache__", "node_modules", "build", "cdk.out", "*.egg-info")
)

# What is done wrong to a detection that is right otherwise, and the test that names it.
INCOMPLETE_DETECTIONS = {
    "no-korean": (
        ("file", r' +"ko": "로그 버킷\(.*\n', ""),
        "test_people_are_told_in_their_language_what_was_done_to_what",
    ),
    "no-text": (
        ("file", r"did=\{(.|\n)*?\},", "did={},"),
        "test_people_are_told_in_their_language_what_was_done_to_what",
    ),
    "no-subject": (
        ("file", r"subject=\{.*\},", "subject={},"),
        "test_a_subject_says_it_in_each_language_in_a_few_words",
    ),
    "unknown-document": (
        ("file", r"touches=\(\),", 'touches=("log-bucket.cors",),'),
        "test_it_touches_documents_that_there_are_and_all_that_its_techniques_change",
    ),
    "no-resource-in-text": (
        ("file", r"[( ]\{resource\}\)?", ""),
        "test_people_are_told_in_their_language_what_was_done_to_what",
    ),
    "unknown-severity": (
        ("file", r"Severity\.WARNING", '"loud"'),
        "test_it_says_what_it_looks_for",
    ),
    "no-resource-fields": (
        ("file", r'\("bucketName",\)', "()"),
        "test_it_names_the_resource_of_at_least_one_of_its_calls",
    ),
    "no-record": (
        ("DeleteBucketCors.json", None, ""),
        "test_it_has_one_recorded_event_for_each_name_a_near_miss_and_a_failed_call",
    ),
    "no-near-miss": (("near-miss.json", None, ""), "test_a_near_miss_fires_nothing"),
    "near-miss-that-hits": (
        ("near-miss.json", "GetBucketCors", "PutBucketCors"),
        "test_a_near_miss_fires_nothing",
    ),
    "no-failed-call": (
        ("failed.json", None, ""),
        "test_a_failed_call_is_told_as_a_try_by_its_author",
    ),
    "failed-call-without-error": (
        ("failed.json", r' +"error(Code|Message)".*\n', ""),
        "test_a_failed_call_is_told_as_a_try_by_its_author",
    ),
    "example-of-another-bucket": (
        ("file", "trailkeeper-logs-111122223333-us-east-1", "other"),
        "test_its_example_is_about_the_evidence_and_ends_as_one_of_its_techniques_does",
    ),
    "no-techniques": (
        ("file", r"techniques=\((.|\n)*?\n    \),", "techniques=(),"),
        "test_it_has_techniques_and_says_what_it_does_not_see",
    ),
    "no-limits": (
        ("file", r"limits=\((.|\n)*?\n    \),", "limits=(),"),
        "test_it_has_techniques_and_says_what_it_does_not_see",
    ),
    "no-attack": (
        ("file", r"attack=(.|\n)*?\n            \),\n", ""),
        "test_a_technique_is_carried_out_end_to_end_or_proved_by_a_test_that_it_names",
    ),
    "healed-without-a-document": (
        ("file", r'outcome="told"', 'outcome="healed"'),
        "test_a_technique_says_what_happens_and_how_it_ends",
    ),
    "no-undo": (
        ("file", r" +undo=.*\n", '            documents=("log-bucket.replication",),\n'),
        "test_what_is_left_to_people_can_be_taken_back",
    ),
}


class Step(NamedTuple):
    """A fenced block of CONTRIBUTING.md, and the words between the block before and it."""

    above: str
    content: str


def steps(title: str) -> list[Step]:
    """The fenced blocks below a title of CONTRIBUTING.md."""
    document = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = document.partition(f"## {title}\n")[2].partition("\n## ")[0]
    parts = re.split(r"^ *```.*\n", section, flags=re.MULTILINE)
    return [
        Step(above, textwrap.dedent(content))
        for above, content in zip(parts[::2], parts[1::2], strict=False)
    ]


def path_of(step: Step) -> str:
    """The file that a step is about: the last one that the words above it name."""
    return re.findall(r"`([\w/]+\.py)`", step.above)[-1]


def copy_of_the_project(place: Path) -> Path:
    """The project, without what is installed or built."""
    return Path(shutil.copytree(ROOT, place / "project", ignore=NOT_COPIED))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return copy_of_the_project(tmp_path)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_the_detection(copy: Path) -> None:
    """What the two steps say."""
    file, fixtures = steps("A new detection")
    (copy / path_of(file)).write_text(file.content, encoding="utf-8")
    subprocess.run(["bash", "-eu"], input=fixtures.content, text=True, check=True, cwd=copy)


def add_an_incomplete_detection(
    copy: Path, what: str, file: str, pattern: str | None, put: str
) -> None:
    """A second one like that of CONTRIBUTING.md, of another name, with one thing wrong."""
    id_ = f"log-bucket-cors-{what}"
    name = id_.replace("-", "_")
    events = copy / "tests" / "events"
    shutil.copytree(events / "log-bucket-cors-changed", events / id_)
    source = copy / "trailkeeper" / "detections" / f"{name}.py"
    shutil.copy(source.with_name("log_bucket_cors_changed.py"), source)
    changed = source if file == "file" else events / id_ / file
    if pattern is None:
        changed.unlink()
    else:
        text, count = re.subn(pattern, put, changed.read_text(encoding="utf-8"))
        assert count, what
        changed.write_text(text, encoding="utf-8")
    # Names of its own, so that nothing else is wrong with it.
    suffix = "".join(part.title() for part in what.split("-"))
    for path in [source, *(events / id_).glob("*.json")]:
        text = path.read_text(encoding="utf-8")
        text = text.replace("log-bucket-cors-changed", id_).replace("BucketCors", f"Bucket{suffix}")
        path.write_text(text.replace("log-bucket-cors-opened", f"{id_}-opened"), encoding="utf-8")
    for event in ("PutBucketCors", "DeleteBucketCors"):
        path = events / id_ / f"{event}.json"
        if path.exists():
            path.rename(path.with_name(f"{event.replace('Cors', suffix)}.json"))


def failures(copy: Path, *tests: str) -> set[str]:
    """The tests that fail in the copy: `name` or `name[parameters]`."""
    command = [sys.executable, "-m", "pytest", "-rfE", "--no-header", "--tb=no", *tests]
    outcome = subprocess.run(
        command, check=False, cwd=copy, capture_output=True, text=True, timeout=120
    )
    said = outcome.stdout + outcome.stderr
    found = re.findall(r"^(?:FAILED|ERROR) \S+?::(\w+(?:\[.*?\])?)(?: - .*)?$", said, re.MULTILINE)
    assert outcome.returncode == (1 if found else 0), said
    return set(found)


WALK = (
    "tests/detections/test_detections.py",
    "tests/guards/test_guards.py",
    "tests/words/test_texts.py",
)


def add_the_guard(copy: Path) -> None:
    """What the first three steps for a guard say; the fourth is about the detection."""
    file, texts = steps("A new guard")
    (copy / path_of(file)).write_text(file.content, encoding="utf-8")
    listed = copy / "trailkeeper" / "guards" / "evidence.py"
    edit(listed, "    alert_channels,\n", "    alert_channels,\n    bucket_cors,\n")
    edit(listed, "    trail.GUARD,\n", "    trail.GUARD,\n    bucket_cors.GUARD,\n")
    words = copy / "trailkeeper" / "words" / "parts.py"
    marker = '    "document.logging.status": {\n'
    edit(words, marker, textwrap.indent(texts.content, "    ") + marker)


def test_a_detection_and_a_guard_that_are_added_as_it_says_pass_the_walk(copy: Path) -> None:
    add_the_detection(copy)
    add_the_guard(copy)
    detection = copy / "trailkeeper" / "detections" / "log_bucket_cors_changed.py"
    edit(detection, 'outcome="told"', 'documents=("bucket-cors.rules",)')
    edit(detection, "touches=()", 'touches=("bucket-cors.",)')

    assert failures(copy, *WALK) == set()


def test_those_without_one_of_their_parts_do_not(copy: Path) -> None:
    add_the_detection(copy)
    for what, (wrong, _) in INCOMPLETE_DETECTIONS.items():
        add_an_incomplete_detection(copy, what, *wrong)
    folder = copy / "trailkeeper" / "detections"
    (folder / "log_bucket_cors_no_limits.py").rename(folder / "of_another_name.py")
    add_the_guard(copy)
    edit(copy / "trailkeeper" / "words" / "parts.py", '"document.bucket-cors.rules"', '"x"')
    guard = copy / "trailkeeper" / "guards" / "bucket_cors.py"
    shutil.copy(guard, guard.with_name("not_in_a_list.py"))
    edit(guard.with_name("not_in_a_list.py"), '"bucket-cors"', '"not-in-a-list"')
    edit(guard, '("s3:PutBucketCORS",)', "()")

    failed = failures(copy, *WALK[:2])

    noticed = {
        what
        for what, (_, test) in INCOMPLETE_DETECTIONS.items()
        if any(each.startswith(test) and f"log-bucket-cors-{what}" in each for each in failed)
    }
    assert noticed == set(INCOMPLETE_DETECTIONS)
    assert not [each for each in failed if "log-bucket-cors-changed" in each]
    assert {each for each in failed if "log-bucket-cors-" not in each} == {
        "test_every_file_is_a_detection_of_its_name",
        "test_every_document_of_every_guard_has_a_technique",
        "test_every_guard_is_in_a_list_and_has_a_name_of_its_own",
        "test_a_document_declares_the_rights_that_it_uses[bucket-cors.rules]",
        "test_people_read_what_a_document_is[bucket-cors.rules-en]",
        "test_people_read_what_a_document_is[bucket-cors.rules-ko]",
    }
