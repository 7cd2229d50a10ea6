"""Small readings of the syntax tree, and refusals that say where."""

from __future__ import annotations

from lark import Token, Tree

from .syntax import MalformedQueryError

Node = Tree[Token]


def trees(node: object) -> list[Node]:
    """The parts of a node that are nodes themselves."""
    return [each for each in tree(node).children if isinstance(each, Tree)]


def tree(node: object) -> Node:
    assert isinstance(node, Tree)
    return node


def is_path(node: object) -> bool:
    return isinstance(node, Tree) and node.data == "path"


def word(node: Node) -> str:
    """The text of a node of one word."""
    return str(node.children[0])


def refused(node: Node, reason: str) -> MalformedQueryError:
    """A refusal that is about a part of the query."""
    meta = node.meta
    if meta.empty:
        return MalformedQueryError(reason)
    place = f"at line {meta.line} and position {meta.column}"
    return MalformedQueryError(f"{reason} ({place})", meta.start_pos, meta.end_pos)


def unbound(node: Node) -> MalformedQueryError:
    return refused(node, f"the parameter {word(node)} has no value")
