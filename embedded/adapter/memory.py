"""The emulator's memory: remembered as it is at one moment, and put back as often as wanted.

Everything that the emulator and this package know is in the memory of one process: the globals of
their modules, and what these hold. A snapshot keeps a shallow copy of every mutable object that can
be reached from there. Putting it back gives each object its own contents again, so whoever holds a
reference to one (a closure, another module) sees the old state through it, too.

Locks, threads, files and other objects from outside the two packages stay as they are.
"""

from __future__ import annotations

import collections
import functools
import sys
import types
from collections.abc import Callable, Iterable, Iterator
from typing import Any

PACKAGES = ("ministack", "embedded")
_LONGEST_SWITCH_SECONDS = 60.0
# A thread that was started later still runs when the state is put back.
_OF_THREADS = ("_started", "_thread")

Restore = Callable[[], None]
_Taken = tuple[Restore | None, Iterable[object]]


class Snapshot:
    """The state at the time it was made.

    `roots` are objects that no module refers to; `leave` are those to leave alone. To be made, and
    put back, when nothing else is at work.
    """

    def __init__(self, *roots: object, leave: Iterable[object] = ()) -> None:
        left_alone = {id(each) for each in (self, *leave)}
        self._modules = frozenset(_our_modules())
        self._restores: list[Restore] = []
        self._kept: dict[int, object] = {}
        waiting: list[object] = [sys.modules[name] for name in self._modules]
        waiting += roots
        while waiting:
            found = waiting.pop()
            if id(found) in self._kept or id(found) in left_alone:
                continue
            restore, inside = _taken(found)
            if restore is None and not inside:
                continue
            self._kept[id(found)] = found
            if restore is not None:
                self._restores.append(restore)
            waiting.extend(inside)

    def __len__(self) -> int:
        """How many objects are kept."""
        return len(self._restores)

    def restore(self) -> None:
        """Put everything back; a module that was not loaded then forgets what it knows."""
        interval = sys.getswitchinterval()
        # No other thread may see one half of it.
        sys.setswitchinterval(_LONGEST_SWITCH_SECONDS)
        try:
            for name in set(_our_modules()) - self._modules:
                forget = getattr(sys.modules[name], "reset", None)
                if forget is not None:
                    forget()
            for restore in self._restores:
                restore()
        finally:
            sys.setswitchinterval(interval)


def _our_modules() -> Iterator[str]:
    for name in list(sys.modules):
        if name.partition(".")[0] in PACKAGES:
            yield name


def _is_ours(kind: type) -> bool:
    return str(kind.__module__).partition(".")[0] in PACKAGES


def _taken(found: object) -> _Taken:
    """How to give an object its contents again (None: it cannot change), and these contents."""
    for kinds, take in _TAKERS:
        if isinstance(found, kinds):
            return take(found)
    return _instance(found) if _is_ours(type(found)) else (None, ())


def _nothing(_: object) -> _Taken:
    return None, ()


def _members(found: tuple[Any, ...] | frozenset[Any]) -> _Taken:
    return None, found


def _list(found: list[Any]) -> _Taken:
    items = list(found)
    return functools.partial(list.__setitem__, found, slice(None), items), items


def _bytes(found: bytearray) -> _Taken:
    return functools.partial(bytearray.__setitem__, found, slice(None), bytes(found)), ()


def _set(found: set[Any]) -> _Taken:
    members = set(found)

    def restore() -> None:
        found.clear()
        found.update(members)

    return restore, members


def _deque(found: collections.deque[Any]) -> _Taken:
    queued = list(found)

    def restore() -> None:
        found.clear()
        found.extend(queued)

    return restore, queued


def _function(found: types.FunctionType) -> _Taken:
    if (found.__module__ or "").partition(".")[0] not in PACKAGES:
        return None, ()
    named = found.__kwdefaults__ or {}
    values = (*(found.__closure__ or ()), *(found.__defaults__ or ()), *named.values())
    return None, (*values, found.__dict__)


def _method(found: types.MethodType) -> _Taken:
    return None, (found.__self__, found.__func__)


def _wrapped(found: staticmethod[..., Any] | classmethod[Any, ..., Any]) -> _Taken:
    return None, (found.__func__,)


def _property(found: property) -> _Taken:
    return None, (found.fget, found.fset)


def _partial(found: functools.partial[Any]) -> _Taken:
    return None, (found.func, found.args, found.keywords)


def _class(found: type) -> _Taken:
    return None, tuple(vars(found).values()) if _is_ours(found) else ()


def _mapping(found: dict[Any, Any]) -> _Taken:
    kind: Any = collections.OrderedDict if isinstance(found, collections.OrderedDict) else dict
    items = list(found.items())

    def restore() -> None:
        kind.clear(found)
        kind.update(found, items)

    return restore, [each for item in items for each in item]


def _module(found: types.ModuleType) -> _Taken:
    if found.__name__.partition(".")[0] not in PACKAGES:
        return None, ()
    values = {name: value for name, value in vars(found).items() if not name.startswith("__")}

    def restore() -> None:
        now = vars(found)
        for name, value in values.items():
            if now.get(name) is not value and not name.endswith(_OF_THREADS):
                now[name] = value

    return restore, tuple(values.values())


def _cell(found: types.CellType) -> _Taken:
    try:
        content = found.cell_contents
    except ValueError:  # nothing in it yet
        return None, ()
    return functools.partial(setattr, found, "cell_contents", content), (content,)


def _instance(found: object) -> _Taken:
    names = [name for kind in type(found).__mro__ for name in _slots(kind)]
    slots = {name: getattr(found, name) for name in names if hasattr(found, name)}

    def restore() -> None:
        for name, value in slots.items():
            object.__setattr__(found, name, value)

    own = getattr(found, "__dict__", None)
    return restore if slots else None, (own, *slots.values())


def _slots(kind: type) -> Iterator[str]:
    given = vars(kind).get("__slots__", ())
    for name in (given,) if isinstance(given, str) else given:
        if name not in {"__dict__", "__weakref__"}:
            yield f"_{kind.__name__.lstrip('_')}{name}" if name.startswith("__") else name


_TAKERS: tuple[tuple[Any, Callable[[Any], _Taken]], ...] = (
    ((str, bytes, int, float, complex, types.NoneType), _nothing),
    (dict, _mapping),
    (list, _list),
    ((tuple, frozenset), _members),
    (set, _set),
    (collections.deque, _deque),
    (bytearray, _bytes),
    (types.ModuleType, _module),
    (types.CellType, _cell),
    (types.FunctionType, _function),
    (types.MethodType, _method),
    ((staticmethod, classmethod), _wrapped),
    (property, _property),
    (functools.partial, _partial),
    (type, _class),
)
