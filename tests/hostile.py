"""Hostile texts and alerts full of them, for the tests of all renderers."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import strategies as st

from trailkeeper.alerts.alert import Alert, Command, Difference, Fact, Link, Step
from trailkeeper.alerts.commands import VERBS
from trailkeeper.rendering.vocabulary import TEXTS
from trailkeeper.words.text import Duration, Moment, Severity, Text

NASTY = (
    "",
    " ",
    "a\nSubject: forged\r\n\r\nTrailkeeper verified everything",
    "<!channel> <@U123> <https://evil.example|Open the console>",
    "https://evil.example/login",
    "www.evil.example",
    "evil.com",
    "HTTP://EVIL.COM:8080/x?y=<z>",
    "*bold* _it_ ~gone~ `code` ```pre```",
    "x` <!here> `y",
    "&lt;!channel&gt; & < >",
    '"; trail main was verified; "',
    "\u202etxt.exe\u202c \u2066hidden\u2069 \u200b\u200d\ufeff",
    "\x00\x07\x1b[31mred\x1b[0m",
    "\u2028line\u2029paragraph\x85next",
    "a" + "\u0301" * 500,
    "\ud800 lone surrogate",
    "\u3164\u115f\u2800",
    "{who} {0} {__class__} %s $(rm -rf /) `id`",
    "N" * 100_000,
    "🙂" * 50_000,
    "<" * 3_000,
    "&" * 3_000,
    "'; DROP TABLE alerts; --",
    "=cmd|' /C calc'!A0",
    "mailto:evil@evil.com javascript:alert(1)",
    "//evil.com/x evil．com evil。com",
    "가나다 을(를) 한글 이름",
)

_shorter = [each for each in NASTY if len(each) < 600]
texts = st.one_of(
    st.sampled_from(_shorter),
    st.text(max_size=40),
    st.builds(
        "{}{}{}".format, st.sampled_from(_shorter), st.text(max_size=8), st.sampled_from(_shorter)
    ),
)
_keys = st.sampled_from(sorted(TEXTS)) | texts
_labels = st.sampled_from(sorted(key for key in TEXTS if key.startswith("label."))) | texts
_names = st.sampled_from(
    sorted({name for each in TEXTS.values() for name in re.findall(r"\{(\w+)", each["en"])})
)
_plain_values = (
    texts
    | st.integers()
    | st.builds(Moment, texts | st.datetimes().map(str))
    | st.builds(Duration, st.floats(allow_nan=True, allow_infinity=True))
)
sentences = st.recursive(
    st.builds(Text, _keys, st.dictionaries(_names, _plain_values, max_size=4)),
    lambda inner: st.builds(Text, _keys, st.dictionaries(_names, inner, max_size=2)),
    max_leaves=4,
)
values = _plain_values | sentences
_parameters = st.sampled_from(
    ("user", "role", "key", "region", "resource", "events", "since", "until", "instance", "policy")
)
commands = st.builds(
    Command, st.sampled_from(sorted(VERBS)) | texts, st.dictionaries(_parameters, texts, max_size=4)
)
alerts = st.builds(
    Alert,
    detection=texts,
    category=texts,
    severity=st.sampled_from(Severity),
    what=sentences,
    result=st.none() | sentences,
    who=st.none() | sentences,
    story=st.lists(sentences, max_size=3).map(tuple),
    dedup_key=texts,
    account=texts,
    region=texts,
    facts=st.lists(st.builds(Fact, _labels, values), max_size=4).map(tuple),
    changes=st.lists(sentences, max_size=2).map(tuple),
    verified=st.sampled_from((None, True, False)),
    steps=st.lists(st.builds(Step, sentences, st.none() | commands), max_size=2).map(tuple),
    evidence=st.none() | commands,
    repair=st.none() | commands,
    undo=st.none() | commands,
    differences=st.lists(st.builds(Difference, texts, texts, texts, texts), max_size=2).map(tuple),
    links=st.lists(st.builds(Link, _labels, texts), max_size=2).map(tuple),
    occurred_at=st.none() | texts,
    event_id=st.none() | texts,
    group=st.none() | texts,
)

_LINK = re.compile(r"(?i)\b[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|\b[\w-]+\.(?:com|net|org)\b")
_OURS = re.compile(
    r"https://[\w.-]*console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)/"
)
_SERVICES = re.compile(r"\b[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?![\w.:/])")
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def hidden_characters(text: str) -> list[str]:
    """Control, bidirectional and invisible characters, line feeds aside."""
    return [each for each in text if each != "\n" and unicodedata.category(each) in _HIDDEN]


def foreign_links(text: str) -> list[str]:
    """What a mail program or a chat would make a link of and is not a console page of AWS."""
    rest = _OURS.sub("", _SERVICES.sub("", text))
    # A name that is an address of somebody is a mail address, not a page.
    rest = re.sub(r"[^\s@<>]+@[\w.-]+", "", rest)
    return _LINK.findall(rest)
