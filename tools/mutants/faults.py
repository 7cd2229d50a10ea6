"""The small faults that can be planted in a module, each a piece of source put in place of another.

Conditions are turned round, comparisons shifted, constants changed, members left out, calls left
out, results lost. Docstrings, annotations, decorators, imports and prose are left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_COUNTED: dict[type[ast.operator], str] = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "+",
    ast.Div: "*",
    ast.FloorDiv: "*",
    ast.Mod: "*",
    ast.BitOr: "&",
    ast.BitAnd: "|",
}
# A text with as many spaces is for people; what it says is read by people, too.
_PROSE = 3
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Fault:
    """`after` in place of `before`, from byte `start` to `end` of the source.

    `lines` are those of the statement, the first and the last, counted from 1. `top` says that they
    run when the module is imported and not when a function is called. `place` is the qualified name
    of the function or class that it is in, "" outside of any.
    """

    place: str
    lines: tuple[int, int]
    start: int
    end: int
    before: str
    after: str
    top: bool

    def planted(self, source: bytes) -> bytes:
        """The source with this fault."""
        return source[: self.start] + self.after.encode() + source[self.end :]


def faults(source: bytes) -> list[Fault]:
    """All faults of a module, in the order of its lines; each leaves it valid Python."""
    found = {each.planted(source): each for each in _Finder(source).found()}
    valid = [each for text, each in found.items() if _compiles(text)]
    return sorted(valid, key=lambda each: (each.start, each.end, each.after))


def _compiles(text: bytes) -> bool:
    try:
        compile(text, "fault", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Where:
    place: str
    lines: tuple[int, int]
    top: bool


class _Finder:
    def __init__(self, source: bytes) -> None:
        self._source = source
        self._tree = ast.parse(source)
        self._lines = [0]
        for line in source.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def found(self) -> Iterator[Fault]:
        yield from self._walk(self._tree, _Where("", (1, 1), top=True))

    def _walk(self, node: ast.AST, where: _Where) -> Iterator[Fault]:
        if isinstance(node, ast.stmt):
            where = replace(where, lines=self._header(node))
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            where = replace(where, place=f"{where.place}.{node.name}".lstrip("."))
        for after, replaced in self._changes(node):
            start, end = self._span(replaced)
            before = self._source[start:end].decode()
            yield Fault(where.place, where.lines, start, end, before, after, where.top)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "type_params", "decorator_list"):
                continue
            called = name == "body" and isinstance(node, (ast.FunctionDef, ast.Lambda))
            inside = replace(where, top=where.top and not called)
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not self._left_alone(child):
                    yield from self._walk(child, inside)

    def _header(self, node: ast.stmt) -> tuple[int, int]:
        """The lines of a statement, without those of the statements in it."""
        body = getattr(node, "body", None)
        last = body[0].lineno - 1 if body else int(node.end_lineno or node.lineno)
        return node.lineno, max(node.lineno, last)

    def _left_alone(self, node: ast.AST) -> bool:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        checking = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        # What a type variable, the name of a type or a protocol says is for the type checker.
        typing = isinstance(node, ast.ClassDef) and any(
            "Protocol" in ast.unparse(base) for base in node.bases
        )
        variable = isinstance(node, ast.Assign) and (
            ast.unparse(node.value).startswith(("TypeVar(", "Literal[", "Callable[", "dict["))
        )
        return (
            isinstance(node, (ast.Import, ast.ImportFrom))
            or docstring
            or checking
            or typing
            or variable
        )

    def _changes(self, node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                yield f"{self._of(left)} {_COMPARED[type(op)]} {self._of(right)}", node
            case ast.BoolOp(op=op, values=[first, second, *_]):
                yield from self._joined(node, op, first, second)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield self._of(operand), node
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _COUNTED:
                yield f"{self._of(left)} {_COUNTED[type(op)]} {self._of(right)}", node
            case ast.Constant(value=value):
                yield from self._constant(node, value)
            case _:
                yield from self._other_changes(node)

    def _other_changes(self, node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
        match node:
            case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
                if not isinstance(test, (ast.Compare, ast.UnaryOp)):
                    yield f"not ({self._of(test)})", test
            case ast.Return(value=value) if value is not None:
                if not (isinstance(value, ast.Constant) and value.value is None):
                    yield "return None", node
            case ast.Expr(value=ast.Call() | ast.Yield()):
                yield "pass", node
            case ast.Call(func=ast.Name(id=name) as function) if name in _SWAPPED:
                yield _SWAPPED[name], function
            case ast.Tuple(elts=members) | ast.List(elts=members) | ast.Set(elts=members):
                if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                    yield from self._shorter(node, members)
            case ast.Dict(keys=keys, values=values):
                yield from self._fewer(keys, values, node)

    def _joined(
        self, node: ast.AST, op: ast.boolop, first: ast.expr, second: ast.expr
    ) -> Iterator[tuple[str, ast.AST]]:
        start, end = self._span(first)[1], self._span(second)[0]
        between = self._source[start:end].decode()
        old, new = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
        whole_start, whole_end = self._span(node)
        before = self._source[whole_start:start].decode()
        after = self._source[end:whole_end].decode()
        yield before + between.replace(old, new, 1) + after, node

    def _constant(self, node: ast.Constant, value: object) -> Iterator[tuple[str, ast.AST]]:
        match value:
            case bool():
                yield str(not value), node
            case int() | float():
                yield str(value + 1), node
            case str() if self._of(node)[:1] in "\"'" and value.count(" ") < _PROSE:
                yield repr(value + "?"), node

    def _shorter(self, node: ast.AST, members: list[ast.expr]) -> Iterator[tuple[str, ast.AST]]:
        if len(members) < 2:
            return
        brackets = {ast.Tuple: ("(", ")"), ast.List: ("[", "]"), ast.Set: ("{", "}")}
        opening, closing = brackets[type(node)]
        for left_out in members:
            kept = [self._of(each) for each in members if each is not left_out]
            comma = "," if isinstance(node, ast.Tuple) and len(kept) == 1 else ""
            yield f"{opening}{', '.join(kept)}{comma}{closing}", node

    def _fewer(
        self, keys: list[ast.expr | None], values: list[ast.expr], node: ast.AST
    ) -> Iterator[tuple[str, ast.AST]]:
        pairs = [
            f"**{self._of(value)}" if key is None else f"{self._of(key)}: {self._of(value)}"
            for key, value in zip(keys, values, strict=True)
        ]
        for left_out in range(len(pairs)):
            kept = [each for number, each in enumerate(pairs) if number != left_out]
            yield "{" + ", ".join(kept) + "}", node

    def _of(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self._source[start:end].decode()

    def _span(self, node: ast.AST) -> tuple[int, int]:
        where = node
        return (
            self._lines[where.lineno - 1] + where.col_offset,  # type: ignore[attr-defined]
            self._lines[where.end_lineno - 1] + where.end_col_offset,  # type: ignore[attr-defined]
        )
