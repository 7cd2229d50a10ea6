"""Logs Insights text to a syntax tree, or one clear refusal."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

LONGEST_QUERY = 10_000
"""StartQuery, queryString: at most this many characters."""


class MalformedQueryError(ValueError):
    """A query that is not answered, as StartQuery's MalformedQueryException says it.

    Attributes:
        start, end: the offsets of the characters that it is about; None when it is about the whole.
    """

    def __init__(self, reason: str, start: int | None = None, end: int | None = None) -> None:
        super().__init__(reason)
        self.start = start
        self.end = end


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(
        grammar,
        start="query",
        parser="lalr",
        lexer="contextual",
        propagate_positions=True,
        maybe_placeholders=True,
    )


def parse(text: str) -> Tree[Token]:
    """The syntax tree of a query.

    Raises:
        MalformedQueryError: the text is outside the grammar, empty or too long.
    """
    if not text.strip():
        raise MalformedQueryError("the query is empty")
    if len(text) > LONGEST_QUERY:
        raise MalformedQueryError(
            f"the query has {len(text)} characters; allowed: at most {LONGEST_QUERY}"
        )
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise _refusal(text, error) from error


def parameters(text: str) -> list[Token]:
    """The parameters (`:name`) of a query where they stand, in order; none in texts or comments.

    Raises:
        MalformedQueryError: the text is outside the grammar.
    """
    found = parse(text).scan_values(
        lambda each: isinstance(each, Token) and each.type == "PARAMETER"
    )
    return sorted(found, key=lambda token: token.start_pos or 0)


def _refusal(text: str, error: UnexpectedInput) -> MalformedQueryError:
    if isinstance(error, UnexpectedEOF) or _is_end(error):
        return MalformedQueryError("the query ends too early", len(text), len(text))
    start = error.pos_in_stream or 0
    if isinstance(error, UnexpectedToken):
        found = str(error.token)
    elif isinstance(error, UnexpectedCharacters):
        found = text[start : start + 20].split(maxsplit=1)[0]
    else:
        found = ""
    return MalformedQueryError(
        f"unexpected symbol found {found} at line {error.line} and position {error.column}",
        start,
        start + len(found),
    )


def _is_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"
