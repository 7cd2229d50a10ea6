"""The same work on many files in several processes, with the results in the order of the files.

Forked, because a fork starts in a millisecond where a pool of `multiprocessing` takes twenty; and
processes, because the search in bytes and the parser hold the interpreter's lock.
"""

from __future__ import annotations

import marshal
import os
import signal
import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from trailkeeper.search.errors import SearchError

# One batch goes through a pipe at once, and pipes hold at least 16 KB.
_BATCH_FILES = 8
_BATCH_BYTES = 1 << 20
_BATCH_PATHS = 4 << 10
_AHEAD = 3
_FRAME = 1 << 18
_SIZE = struct.Struct("<Ib")
_MORE, _LAST = 0, 1

Work = Callable[[list[str]], Iterator[tuple[Any, int]]]


def can_fork() -> bool:
    """Whether this system has what several processes need."""
    return hasattr(os, "fork")


def usable_cores() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


@dataclass(slots=True)
class _Worker:
    pid: int
    tasks: int
    results: int
    waiting: int = 0


def in_order(
    work: Work, files: Iterable[tuple[str, int]], workers: int, done: Callable[[int, int], None]
) -> Iterator[Any]:
    """What `work` yields for each file, in the order of the files (path and size).

    `work` yields results with their size in bytes; results are what `marshal` can carry. `done`
    is told the files and bytes that are behind.

    Raises:
        SearchError: a process ended before its work was done.
    """
    batches = _batches(files)
    crew: list[_Worker] = []
    try:
        for _ in range(workers):
            crew.append(_start(work, crew))
        under_way: deque[tuple[_Worker, int, int]] = deque()
        exhausted = False
        while True:
            while not exhausted and (free := min(crew, key=_busy)).waiting < _AHEAD:
                batch = next(batches, None)
                if batch is None:
                    exhausted = True
                    break
                paths, size = batch
                _send(free.tasks, _LAST, paths)
                free.waiting += 1
                under_way.append((free, len(paths), size))
            if not under_way:
                return
            worker, count, size = under_way[0]
            state = _MORE
            while state == _MORE:
                frame = _receive(worker.results)
                if frame is None:
                    raise SearchError("A process of the search ended too early; nothing is whole.")
                state, found = frame
                yield from found
            under_way.popleft()
            worker.waiting -= 1
            done(count, size)
    finally:
        _end(crew)


def _busy(worker: _Worker) -> int:
    return worker.waiting


def _batches(files: Iterable[tuple[str, int]]) -> Iterator[tuple[list[str], int]]:
    paths: list[str] = []
    size = length = 0
    for path, of_file in files:
        paths.append(path)
        size += of_file
        length += len(os.fsencode(path))
        if len(paths) == _BATCH_FILES or size > _BATCH_BYTES or length > _BATCH_PATHS:
            yield paths, size
            paths, size, length = [], 0, 0
    if paths:
        yield paths, size


def _start(work: Work, before: list[_Worker]) -> _Worker:
    task_end, tasks = os.pipe()
    results, result_end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(task_end)
        os.close(result_end)
        return _Worker(pid, tasks, results)
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        # Else another process would keep a pipe open that should tell of its end.
        for each in (tasks, results, *(end for w in before for end in (w.tasks, w.results))):
            os.close(each)
        _serve(work, task_end, result_end)
        code = 0
    except BrokenPipeError:
        code = 0  # nobody wants more
    finally:
        # Not sys.exit: what the parent has open and registered is not ours to end.
        os._exit(code)


def _serve(work: Work, tasks: int, results: int) -> None:
    while (frame := _receive(tasks)) is not None:
        found: list[Any] = []
        size = 0
        for result, of_result in work(frame[1]):
            found.append(result)
            size += of_result
            if size > _FRAME:
                _send(results, _MORE, found)
                found, size = [], 0
        _send(results, _LAST, found)


def _send(pipe: int, state: int, content: Any) -> None:
    body = marshal.dumps(content)
    left = memoryview(_SIZE.pack(len(body), state) + body)
    while left:
        left = left[os.write(pipe, left) :]


def _receive(pipe: int) -> tuple[int, Any] | None:
    head = _exactly(pipe, _SIZE.size)
    if head is None:
        return None
    size, state = _SIZE.unpack(head)
    body = _exactly(pipe, size)
    return None if body is None else (state, marshal.loads(body))


def _exactly(pipe: int, size: int) -> bytes | None:
    parts = []
    while size:
        part = os.read(pipe, min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _end(crew: list[_Worker]) -> None:
    for worker in crew:
        os.close(worker.tasks)
        os.close(worker.results)
    for worker in crew:
        os.waitpid(worker.pid, 0)
