"""Copies objects of a bucket to disk: several at once, each whole or not at all, none twice."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from trailkeeper.search.errors import SearchError
from trailkeeper.search.fetching.listing import Bucket, Stored, refused

_AT_ONCE = 16
_AHEAD = 4 * _AT_ONCE
_PIECE = 256 << 10


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one object; `problem` says why it is not on disk, in words."""

    key: str
    size: int
    new: bool = False
    problem: str = ""


def fetch(
    bucket: Bucket, objects: Iterable[Stored], folder: Path, at_once: int = _AT_ONCE
) -> Iterator[Fetched]:
    """Bring objects to `folder`, under their keys; what is there in its full size stays.

    Raises:
        SearchError: the folder cannot be written, or every read is refused.
    """
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(at_once) as pool:
        todo = iter(objects)
        # Not all at once: a year has a hundred thousand objects.
        running = [pool.submit(_one, bucket, each, folder) for each in islice(todo, _AHEAD)]
        try:
            while running:
                done, running = running[0], running[1:]
                yield done.result()
                running.extend(pool.submit(_one, bucket, each, folder) for each in islice(todo, 1))
        finally:
            for each in running:
                each.cancel()


def local_path(folder: Path, key: str) -> Path:
    """Where an object belongs on disk.

    Raises:
        SearchError: its key leads out of the folder; nobody but a stranger writes such keys.
    """
    parts = key.split("/")
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        raise SearchError(f"The key {key!r} leads out of the folder and was left alone.")
    return folder.joinpath(*parts)


def _one(bucket: Bucket, each: Stored, folder: Path) -> Fetched:
    try:
        path = local_path(folder, each.key)
    except SearchError as error:
        return Fetched(each.key, each.size, problem=str(error))
    try:
        if path.stat().st_size == each.size:
            return Fetched(each.key, each.size)
    except FileNotFoundError:
        pass
    try:
        with refused(f"s3://{bucket.name}/{each.key}"):
            answer = bucket.client.get_object(Bucket=bucket.name, Key=each.key)
            written = _write(answer["Body"], path, each.size)
    except SearchError as error:
        return Fetched(each.key, each.size, problem=str(error))
    except OSError as error:
        raise SearchError(f"{path} cannot be written: {error.strerror or error}.") from error
    if written != each.size:
        return Fetched(
            each.key,
            each.size,
            problem=f"it came with {written:,} bytes, where the bucket has {each.size:,}",
        )
    return Fetched(each.key, each.size, new=True)


def _write(body: Any, path: Path, size: int) -> int:
    """Write under a hidden name, and give the file its own only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    written = 0
    try:
        with os.fdopen(handle, "wb") as file:
            for piece in body.iter_chunks(_PIECE):
                file.write(piece)
                written += len(piece)
        if written == size:
            Path(name).chmod(0o640)
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return written
