"""Bytes out of gzip files, whole or in pieces, as much as is readable of a damaged one.

isal (the extra `fast`) inflates about twice as fast as zlib; both check the CRC and the size.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# A file that grows to more than this is read in pieces. CloudTrail's own are nearly all smaller.
WHOLE = 4 << 20
PIECE = 2 << 20
_MAGIC = b"\x1f\x8b"
_GZIP = 31  # zlib: a gzip header and trailer
_READ = 256 << 10


_igzip: Any
try:
    from isal import igzip_lib as _igzip
except ImportError:
    _igzip = None

FAST = _igzip is not None
_UNREADABLE = (zlib.error, EOFError, *((_igzip.IsalError,) if FAST else ()))


def _inflater() -> Any:
    if FAST:
        return _igzip.IgzipDecompressor(_igzip.DECOMP_GZIP)
    return zlib.decompressobj(_GZIP)


def keep_memory() -> None:
    """Let the memory of one file be there for the next.

    glibc hands large blocks back to the system and asks for them again, page by page, for every
    file, which costs a tenth of the time. The dynamic threshold for that (mallopt(3)) rises to the
    largest block that was ever freed; this one is never touched, and so costs nothing.
    """
    bytes(2 * WHOLE)


class DamagedError(Exception):
    """When a file ends too early or is not what it says; what was read before was given out."""


def whole(path: str) -> bytes | None:
    """The content of a file when it is small and undamaged, else None: then read its pieces.

    Raises:
        OSError: the file cannot be read.
    """
    status = os.stat(path)  # noqa: PTH116  (a Path costs more than the call)
    size = status.st_size
    # A pipe can be opened once, and that will be to read its pieces.
    if size > WHOLE or not stat.S_ISREG(status.st_mode):
        return None
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        data = os.read(handle, size + 1)
    finally:
        os.close(handle)
    if len(data) != size:
        return None
    if not data.startswith(_MAGIC):
        return data
    # The trailer says how large the last member is: a hint only, whoever wrote the file.
    if int.from_bytes(data[-4:], "little") > WHOLE:
        return None
    try:
        return _inflated(data)
    except _UNREADABLE:
        return None


def _inflated(data: bytes) -> bytes | None:
    members = []
    # The size that the file says is right for one member, and a buffer of the right size is worth
    # a third of the time; for anything else there is a second call.
    likely = int.from_bytes(data[-4:], "little") + 1
    left = WHOLE + 1
    while data.startswith(_MAGIC) and left > 0:
        inflater = _inflater()
        content: bytes = inflater.decompress(data, min(likely, left))
        if not inflater.eof and len(content) < left:
            rest = getattr(inflater, "unconsumed_tail", b"")  # zlib hands it back, isal keeps it
            content += inflater.decompress(rest, left - len(content))
        if not inflater.eof:
            return None
        members.append(content)
        left -= len(content)
        data = inflater.unused_data
    if data or left <= 0:
        return None
    return members[0] if len(members) == 1 else b"".join(members)


def pieces(path: str) -> Iterator[bytes]:
    """The content of a file in pieces of about two megabytes, member by member.

    Raises:
        DamagedError: it is cut short or no gzip any more, after all that is readable.
        OSError: the file cannot be read.
    """
    with Path(path).open("rb") as file:
        head = file.read(_READ)
        if not head.startswith(_MAGIC):
            yield from _plain(head, file)
            return
        yield from _members(head, file)


def _plain(head: bytes, file: Any) -> Iterator[bytes]:
    while head:
        yield head
        head = file.read(PIECE)


def _members(data: bytes, file: Any) -> Iterator[bytes]:
    """zlib and not isal: it gives out every byte that it could read before the damage."""
    total = 0
    while data:
        inflater = zlib.decompressobj(_GZIP)
        while not inflater.eof:
            try:
                piece = inflater.decompress(data, PIECE)
            except zlib.error as error:
                raise DamagedError(
                    f"its gzip data is damaged after {total:,} bytes ({error})"
                ) from error
            data = inflater.unconsumed_tail
            total += len(piece)
            if piece:
                yield piece
            if not inflater.eof and not data:
                data = file.read(_READ)
                if not data and not piece:
                    raise DamagedError(f"it is cut short after {total:,} bytes")
        data = inflater.unused_data or file.read(_READ)
        if not data.startswith(_MAGIC):
            data = data.lstrip(b"\0") or file.read(_READ)  # padding of tapes, as gzip allows
            if data.startswith(_MAGIC[:1]) and len(data) < 2:
                data += file.read(_READ)
            if data and not data.startswith(_MAGIC):
                raise DamagedError(f"{len(data):,} bytes and more after its gzip data are none")
