"""Filter patterns of CloudWatch Logs: terms and JSON conditions.

Source: CloudWatch Logs guide, "Filter pattern syntax for metric filters, subscription filters, and
filter log events". Space-delimited patterns ([a, b, ...]) are not evaluated and are refused.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Matcher = Callable[[str], bool]
"""Whether one log message matches."""

Condition = Callable[[Any], bool]
"""Whether one JSON document matches."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<mark>&&|\|\||\(|\))
      | (?P<comparison><=|>=|!=|=|<|>)
      | (?P<selector>\$(?:\.[\w-]+|\[\d+\]|\[\*\]|\.?\['[^']+'\])+)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<regex>%(?:[^%\\]|\\.)+%)
      | (?P<word>[\w.*:/@+-]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\[(\*)\]|\.?\['([^']+)'\]")
_TERM = re.compile(
    r'(?P<sign>[-?]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<word>\S+))'
)
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class InvalidPatternError(ValueError):
    """When a pattern is not one of CloudWatch Logs, or of a kind that is not evaluated here."""


def compile_pattern(pattern: str) -> Matcher:
    """The matcher of a pattern; an empty one matches everything. Raises InvalidPatternError."""
    text = pattern.strip()
    if text.startswith("["):
        raise InvalidPatternError("space-delimited patterns are not available")
    if not text.startswith("{"):
        return _terms(text)
    if not text.endswith("}"):
        raise InvalidPatternError("a JSON pattern ends with }")
    condition = _Parser(text[1:-1]).condition()

    def matches(message: str) -> bool:
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return isinstance(document, dict) and condition(document)

    return matches


def select(selector: str, document: Any) -> list[Any]:
    """Every value that a selector such as $.a.b[0] finds; several only with [*]."""
    found = [document]
    for key, index, every, quoted in _STEP.findall(selector.removeprefix("$")):
        if every:
            found = [each for value in found if isinstance(value, list) for each in value]
        elif index:
            position = int(index)
            found = [v[position] for v in found if isinstance(v, list) and len(v) > position]
        else:
            name = key or quoted
            found = [value[name] for value in found if isinstance(value, dict) and name in value]
    return found


def _terms(text: str) -> Matcher:
    needed: list[re.Pattern[str]] = []
    excluded: list[re.Pattern[str]] = []
    optional: list[re.Pattern[str]] = []
    for term in _TERM.finditer(text):
        if term["regex"] is not None:
            wanted = _regex(term["regex"])
        else:
            phrase = term["phrase"]
            plain = term["word"] if phrase is None else phrase.replace('\\"', '"')
            wanted = re.compile(re.escape(plain))
        {"": needed, "-": excluded, "?": optional}[term["sign"]].append(wanted)

    def matches(message: str) -> bool:
        if any(each.search(message) for each in excluded):
            return False
        if not all(each.search(message) for each in needed):
            return False
        return bool(needed) or not optional or any(each.search(message) for each in optional)

    return matches


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


class _Parser:
    """Reads `condition`: alternatives of conjunctions of comparisons or parentheses."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0

    def condition(self) -> Condition:
        whole = self._any()
        if self._next < len(self._tokens):
            raise InvalidPatternError(f"unexpected {self._tokens[self._next].text}")
        return whole

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("||"):
            parts.append(self._all())
        return lambda document: any(part(document) for part in parts)

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._take("&&"):
            parts.append(self._one())
        return lambda document: all(part(document) for part in parts)

    def _one(self) -> Condition:
        if self._take("("):
            inner = self._any()
            if not self._take(")"):
                raise InvalidPatternError("a parenthesis is not closed")
            return inner
        selector = self._expect("selector").text
        if self._take("NOT"):
            self._expect_word("EXISTS")
            return lambda document: not select(selector, document)
        if self._take("IS"):
            wanted = {"NULL": None, "TRUE": True, "FALSE": False}
            word = self._expect("word").text.upper()
            if word not in wanted:
                raise InvalidPatternError(f"IS {word}")
            return lambda document: any(v is wanted[word] for v in select(selector, document))
        comparison = self._expect("comparison").text
        test = _test(comparison, self._expect("quoted", "regex", "word"))
        return lambda document: any(test(value) for value in select(selector, document))

    def _take(self, text: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next].text.upper() == text:
            self._next += 1
            return True
        return False

    def _expect(self, *kinds: str) -> _Token:
        if self._next >= len(self._tokens) or self._tokens[self._next].kind not in kinds:
            raise InvalidPatternError(f"{' or '.join(kinds)} expected")
        self._next += 1
        return self._tokens[self._next - 1]

    def _expect_word(self, text: str) -> None:
        if not self._take(text):
            raise InvalidPatternError(f"{text} expected")


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while text[position:].strip():
        token = _TOKEN.match(text, position)
        if token is None or token.lastgroup is None:
            raise InvalidPatternError(f"cannot read {text[position:].strip()!r}")
        yield _Token(token.lastgroup, token[token.lastgroup])
        position = token.end()


def _test(comparison: str, value: _Token) -> Condition:
    number = _number(value.text) if value.kind == "word" else None
    if comparison in _ORDER:
        if number is None:
            raise InvalidPatternError(f"{comparison} needs a number, not {value.text}")
        compare = _ORDER[comparison]
        return lambda found: _is_number(found) and compare(found, number)
    wanted = _wanted(value)
    is_equal: Condition = lambda found: (  # noqa: E731 - negated below
        found == number
        if number is not None and _is_number(found)
        else isinstance(found, str) and wanted.fullmatch(found) is not None
    )
    if comparison == "=":
        return is_equal
    return lambda found: not is_equal(found)


def _wanted(value: _Token) -> re.Pattern[str]:
    if value.kind == "regex":
        return re.compile(f".*(?:{_regex(value.text[1:-1]).pattern}).*", re.DOTALL)
    text = value.text
    if value.kind == "quoted":
        text = text[1:-1].replace('\\"', '"')
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)


def _regex(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise InvalidPatternError(f"{text}: {error}") from error


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
