"""Cutting records out of bytes gives what parsing everything gives, whatever the file holds."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.search import plain
from trailkeeper.search.files import contents, inflate
from trailkeeper.search.files.engine import FilesEngine
from trailkeeper.search.question import Question

NAMES = ("RunInstances", "StopLogging", "RunInstancesX", "xRunInstances")
# What must not be taken for a record or for its end, wherever it stands.
DECOYS = (
    "RunInstances",
    '"RunInstances"',
    '},{"eventVersion":"1.08","eventName":"RunInstances"},{',
    '{"Records":[{"eventVersion":"1.08","eventName":"RunInstances"}]}',
    "]}",
    '"Records"',
    "}]}]}",
    "[{[{",
    "\\",
    '\\"',
    "ends with a backslash\\",
    "é한글\U0001f600",
    "\u2028\n\t",
    "",
)
# A text that closes what is open, so that a count of brackets alone takes a copy for a record.
MASKED = (
    b'{"Records":[{"eventVersion":"1","copy":["]}",{},{"eventVersion":"1","eventName":'
    b'"RunInstances"},{"eventVersion":"1","eventName":"RunInstances"},{}]}]}'
)
# Records after the end of the array of records.
BEHIND = (
    b'{"Records":[{"eventVersion":"1","eventName":"RunInstances"}],"z":[{"eventVersion":"1",'
    b'"eventName":"RunInstances"},{"eventVersion":"1","eventName":"RunInstances"}]}'
)
texts = st.one_of(st.sampled_from(DECOYS), st.text(max_size=8))
names = st.sampled_from(NAMES)
nested_record = st.fixed_dictionaries({"eventVersion": st.just("1.08"), "eventName": names})
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), texts, nested_record),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(nested_record, min_size=2, max_size=3),
        st.dictionaries(
            st.sampled_from(("eventName", "eventVersion", "Records", "a", "copy")),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


@st.composite
def some_record(draw: st.DrawFn) -> Any:
    members = {
        "eventVersion": draw(st.one_of(st.just("1.08"), values)),
        "eventName": draw(st.one_of(names, values)),
        "requestParameters": draw(values),
        "errorMessage": draw(texts),
    }
    order = draw(st.one_of(st.just(tuple(members)), st.permutations(tuple(members))))
    left_out = draw(st.sets(st.sampled_from(tuple(members)), max_size=1))
    return {name: members[name] for name in order if name not in left_out}


@st.composite
def file_text(draw: st.DrawFn) -> bytes:
    records = draw(st.lists(some_record(), max_size=5))
    value: dict[str, Any] = {"Records": records}
    if draw(st.integers(0, 9)) == 0:
        value = {"a": draw(values), **value}
    if draw(st.integers(0, 9)) == 0:
        value["z"] = draw(values)
    spaces = draw(st.sampled_from(((",", ":"), (",", ":"), (", ", ": "))))
    indent = draw(st.sampled_from((None, None, None, 1)))
    text = json.dumps(value, separators=spaces, indent=indent, ensure_ascii=draw(st.booleans()))
    if draw(st.integers(0, 4)) == 0:
        text = text.replace("RunI", "\\u0052unI")
    if draw(st.integers(0, 4)) == 0:
        text += "\n"
    return text.encode()


def found_in(files: list[bytes], question: Question) -> tuple[list[Any], list[Any], list[Any]]:
    """What the engine finds, what the plain parser finds, and what the engine complains of."""
    with tempfile.TemporaryDirectory() as folder:
        complaints: list[Any] = []
        for number, content in enumerate(files):
            (Path(folder) / f"{number}.json.gz").write_bytes(content)
        engine = FilesEngine([folder], problem=lambda *what: complaints.append(what))
        ours = [json.loads(event.raw) for event in engine.search(question)]
        expected = [
            record
            for number in range(len(files))
            for record in plain.records(Path(folder) / f"{number}.json.gz")
            if isinstance(record, dict) and record.get("eventName") == "RunInstances"
        ]
        return ours, expected, complaints


def hypothesis_settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


@pytest.mark.parametrize("worth_loading", [0, 1000], ids=["with the extra", "without"])
@hypothesis_settings(40)
@given(st.lists(file_text(), min_size=1, max_size=3), st.integers(1, 2))
@example([MASKED], 1)
@example([BEHIND], 2)
def test_small_files(worth_loading: int, texts: list[bytes], members: int) -> None:
    """Also files of several gzip members, which are log files put together."""
    files = [b"".join(gzip.compress(text) for _ in range(members)) for text in texts]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contents, "_WORTH_LOADING", worth_loading)
        ours, expected, complaints = found_in(files, Question.of(events=["RunInstances"]))

    assert (ours, complaints) == (expected, [])


@hypothesis_settings(40)
@given(text=st.lists(file_text(), min_size=1, max_size=3), size=st.integers(8, 400))
def test_files_read_in_pieces(
    text: list[bytes], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inflate, "WHOLE", 0)
    monkeypatch.setattr(inflate, "PIECE", size)

    ours, expected, complaints = found_in(
        [gzip.compress(each) for each in text], Question.of(events=["RunInstances"])
    )

    assert ours == expected
    assert [what for _, what in complaints if "stands behind" not in what] == []


@hypothesis_settings(30)
@given(st.lists(file_text(), min_size=1, max_size=2))
def test_without_anything_to_look_for(texts: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"{number}.json").write_bytes(text)
        ours = [json.loads(event.raw) for event in FilesEngine([folder]).search(Question())]
        everything = [
            record
            for number in range(len(texts))
            for record in plain.records(Path(folder) / f"{number}.json")
            if isinstance(record, dict)
        ]

    assert ours == everything
