"""Every sentence exists in every language, says the same things, and reads well."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import get_args

import pytest

from tests import hostile
from trailkeeper import words
from trailkeeper.detections import DETECTIONS
from trailkeeper.evidence.defaults import Language
from trailkeeper.rendering.vocabulary import TEXTS
from trailkeeper.rendering.wording import Reader, duration, moment, phrase, word
from trailkeeper.words import LANGUAGES
from trailkeeper.words.particles import with_particle
from trailkeeper.words.text import Duration, Moment, Text

ROOT = Path(__file__).parents[2]
ENGLISH, KOREAN = Reader.of("en", "UTC"), Reader.of("ko", "Asia/Seoul")
HANGUL = re.compile("[가-힣]")


def parameters(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    assert not [key for key, texts in TEXTS.items() if not texts.get(language, "").strip()]


def test_no_text_is_in_a_language_that_nobody_can_choose() -> None:
    assert {language for texts in TEXTS.values() for language in texts} == set(LANGUAGES)
    assert get_args(Language) == LANGUAGES


def test_all_languages_tell_the_same_parameters() -> None:
    differing = [
        key
        for key, texts in TEXTS.items()
        if len({frozenset(parameters(t)) for t in texts.values()}) > 1
    ]
    assert not differing


def test_no_key_is_written_twice() -> None:
    modules = [
        import_module(f"trailkeeper.words.{each.name}") for each in iter_modules(words.__path__)
    ]
    of_modules = sum(len(getattr(each, "TEXTS", {})) for each in modules)
    of_detections = sum(2 + len(each.unguarded) + 2 * len(each.said) for each in DETECTIONS)
    assert of_modules + of_detections == len(TEXTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_holds_what_a_mail_program_makes_a_link_of(language: str) -> None:
    """Links are apart from sentences, and only to console pages."""
    assert {
        key: found
        for key, texts in TEXTS.items()
        if (found := hostile.foreign_links(texts[language]))
    } == {}


def test_korean_texts_are_korean() -> None:
    # What consists of parameters and marks only is the same in every language.
    # Names of services are AWS's own in every language.
    own = {
        key: texts["ko"]
        for key, texts in TEXTS.items()
        if re.sub(r"\{[^}]*\}", "", texts["en"])
        and not key.startswith(("service.", "channel.slack", "label.mfa"))
    }
    only_marks = re.compile(r"[\W\d]*")
    assert not [
        key
        for key, text in own.items()
        if not HANGUL.search(text) and not only_marks.fullmatch(re.sub(r"\{[^}]*\}", "", text))
    ]


def test_format_specifications_are_plurals_or_known_particles() -> None:
    known = {"을/를", "이/가", "은/는", "과/와", "으로/로"}
    for key, texts in TEXTS.items():
        for language, template in texts.items():
            for _, _, specification, conversion in string.Formatter().parse(template):
                assert conversion is None, key
                if specification and specification != "time":
                    fits = specification in known if language == "ko" else "|" in specification
                    assert fits, (key, language, specification)


def used_keys() -> Iterator[tuple[str, str]]:
    """Keys that the code names literally, with the file."""
    for file in [*(ROOT / "lambdas").rglob("*.py"), *(ROOT / "trailkeeper").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"Text", "Fact", "Link", "word"}
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value, file.name


def test_every_key_that_the_code_names_exists() -> None:
    assert not sorted({each for each in used_keys() if each[0] not in TEXTS})


@pytest.mark.parametrize(
    ("word_", "particles", "expected"),
    [
        ("추적", "을/를", "추적을"),
        ("버킷", "은/는", "버킷은"),
        ("키", "이/가", "키가"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("제주", "으로/로", "제주로"),
        ("main", "을/를", "main을(를)"),
        ("main", "으로/로", "main(으)로"),
        ("i-01", "이/가", "i-01이"),
        ("i-02", "이/가", "i-02가"),
        ('"웹 서버"', "이/가", '"웹 서버"가'),
        ("결제 서버(i-084d1)", "이/가", "결제 서버(i-084d1)가"),
        ("alice 님(Admin 역할)", "이/가", "alice 님(Admin 역할)이"),
        ("(i-01)", "이/가", "(i-01)이"),
        ("", "이/가", "이(가)"),
    ],
)
def test_particles(word_: str, particles: str, expected: str) -> None:
    assert with_particle(word_, particles) == expected


@pytest.mark.parametrize(
    ("seconds", "english", "korean"),
    [
        (0, "less than 1 s", "1초 미만"),
        (4.21, "4.2 s", "4.2초"),
        (59.6, "1 min", "1분"),
        (185, "3 min 5 s", "3분 5초"),
        (7800, "2 h 10 min", "2시간 10분"),
        (-3, "0 s", "0초"),
        (float("nan"), "? s", "?초"),
        (float("inf"), "2777777 h 46 min", "2777777시간 46분"),
    ],
)
def test_durations(seconds: float, english: str, korean: str) -> None:
    assert (duration(seconds, ENGLISH), duration(seconds, KOREAN)) == (english, korean)


@pytest.mark.parametrize(
    ("iso", "expected"),
    [
        ("2026-11-20T09:17:40Z", "2026-11-20 18:17:40 KST (09:17:40 UTC)"),
        ("2026-11-20T20:00:00Z", "2026-11-21 05:00:00 KST (2026-11-20 20:00:00 UTC)"),
        ("2026-11-20T09:17:40", "2026-11-20 18:17:40 KST (09:17:40 UTC)"),
        ("soon", "<soon>"),
        ("9999-12-31T23:59:59Z", "<9999-12-31T23:59:59Z>"),
    ],
)
def test_moments(iso: str, expected: str) -> None:
    assert moment(iso, KOREAN, lambda text: f"<{text}>") == expected


def test_a_time_of_the_day_is_in_the_readers_zone_alone() -> None:
    text = Text("story.resumed", {"at": Moment("2026-11-20T20:00:00Z")})
    assert phrase(text, KOREAN, str) == "일시 중지가 끝나 05:00:00 KST부터 복구가 재개되었습니다."


def test_a_zone_without_letters_of_its_own_goes_by_its_offset() -> None:
    dubai = Reader.of("en", "Asia/Dubai")
    shown = moment("2026-11-20T09:17:40Z", dubai, str)
    assert shown == "2026-11-20 13:17:40 UTC+04:00 (09:17:40 UTC)"


def test_utc_is_not_said_twice() -> None:
    assert moment("2026-11-20T09:17:40Z", ENGLISH, str) == "2026-11-20 09:17:40 UTC"


def test_an_unknown_zone_falls_back_to_utc() -> None:
    assert Reader.of("en", "Mars/Olympus").zone == ENGLISH.zone


def test_only_parameters_are_quoted() -> None:
    text = Text("instance.named", {"name": "web", "id": Text("origin.spot")})
    assert phrase(text, ENGLISH, lambda each: f"<{each}>") == "<web> (Spot)"


def test_plurals_and_numbers() -> None:
    one = Text("subject.unreadable_parts", {"count": 1})
    many = Text("subject.unreadable_parts", {"count": 1200})
    assert phrase(one, ENGLISH, str).startswith("1 part of")
    assert phrase(many, ENGLISH, str).startswith("1,200 parts of")


def test_a_text_of_another_version_is_shown_by_its_key() -> None:
    unknown = Text("of.tomorrow", {"who": "x", "for": Duration(3), "when": Moment("t")})
    assert phrase(unknown, KOREAN, str) == "x, 3초, t (of.tomorrow)"
    assert word("of.tomorrow", KOREAN) == "of.tomorrow"


def test_a_missing_parameter_is_a_question_mark() -> None:
    assert phrase(Text("actor.user"), ENGLISH, str) == "user ?"


def test_a_parameter_is_never_a_template() -> None:
    hostile = Text("actor.user", {"name": "{name.__class__} {0} {who}"})
    assert phrase(hostile, ENGLISH, str) == "user {name.__class__} {0} {who}"


# A text may lean on the commands of its alert, but not on one that a strange name makes unfit.
LEANS = re.compile(r":$|command below|run this|아래 명령|이 명령")
# These have commands without parameters, or are of alerts whose commands have fixed ones.
ALWAYS_SHOWN = {
    "alarm.next_ours",
    "control.next_unread",
    "control.none",
    "many.next",
    "next.channel.redrive",
    "next.channel.topic",
    "next.no_pause",
    "next.pause",
    "next.permissions",
    "story.channel.given_up",
}


def test_what_speaks_of_a_command_has_a_twin_that_does_not() -> None:
    leaning = {
        key
        for key, texts in TEXTS.items()
        if any(LEANS.search(text) for text in texts.values()) and not key.endswith(".alone")
    }
    alone = {key.removesuffix(".alone") for key in TEXTS if key.endswith(".alone")}

    assert leaning == alone | ALWAYS_SHOWN
    for key in alone:
        assert not any(LEANS.search(text) for text in TEXTS[f"{key}.alone"].values())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("next.ask", "Ask whether user ann, through CloudFormation, was meant to do this."),
        ("actor.short", "user ann, through CloudFormation"),
        ("story.instance.by", "It was done by user ann, through CloudFormation."),
    ],
)
def test_an_aside_ends_with_a_comma_where_the_sentence_goes_on(text: str, said: str) -> None:
    ann = Text("actor.user", {"name": "ann"})
    through = Text("actor.through", {"who": ann, "service": Text("service.cloudformation")})

    assert phrase(Text(text, {"who": through, "name": through}), ENGLISH, str) == said
    assert "," not in phrase(Text("next.ask", {"who": through}), KOREAN, str)


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (ENGLISH, "The CloudWatch alarm x in (unknown) went off at (unknown)."),
        (KOREAN, "(알 수 없음)의 CloudWatch 경보 x이(가) (알 수 없음)에 경보 상태가 되었습니다."),
    ],
)
def test_what_an_event_left_out_is_said_to_be_unknown(reader: Reader, said: str) -> None:
    left_out = {"alarm": "x", "region": "", "at": Moment("")}

    assert phrase(Text("story.alarm.alarm", left_out), reader, str) == said
