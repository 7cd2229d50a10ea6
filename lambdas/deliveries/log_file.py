"""Reads a log file of CloudTrail record by record, however large it is."""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

_CHUNK = 1 << 16
# CloudTrail's largest event has 1 MB; what is longer than this is no record.
_LONGEST = 4 << 20
_BETWEEN = " \t\r\n,"


class UnreadableFileError(Exception):
    """When a log file is not what CloudTrail writes; the message says why, in a few words."""


def records(compressed: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The records of a gzip file `{"Records": [...]}`; one at a time is in memory.

    Raises:
        UnreadableFileError: it is damaged, cut off, or something else.
    """
    try:
        with gzip.open(compressed) as plain:
            yield from _records(_Text(cast("IO[bytes]", plain)))
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(f"no whole gzip file ({type(error).__name__})") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError("no UTF-8") from error


class _Text:
    """A window on a stream of UTF-8: what was read and not taken yet."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self.window = ""

    def more(self) -> bool:
        """Read on; False at the end."""
        chunk = self._stream.read(_CHUNK)
        self.window += self._decode.decode(chunk, final=not chunk)
        return bool(chunk)


def _records(text: _Text) -> Iterator[dict[str, Any]]:
    _open(text)
    decode = json.JSONDecoder().raw_decode
    while True:
        text.window = text.window.lstrip(_BETWEEN)
        if text.window.startswith("]"):
            break
        try:
            record, end = decode(text.window)
        except ValueError:
            if len(text.window) > _LONGEST:
                raise UnreadableFileError("a record without an end") from None
            if not text.more():
                raise UnreadableFileError("cut off") from None
            continue
        except RecursionError:
            raise UnreadableFileError("nested too deeply") from None
        if not isinstance(record, dict):
            raise UnreadableFileError("something that is no record")
        text.window = text.window[end:]
        yield record
    while text.more():  # so that the whole file is checked
        text.window = ""


def _open(text: _Text) -> None:
    """Pass the beginning, up to the first record."""
    while "[" not in text.window:
        if len(text.window) > _CHUNK or not text.more():
            raise UnreadableFileError('no "Records"')
    before, _, text.window = text.window.partition("[")
    if "".join(before.split()) != '{"Records":':
        raise UnreadableFileError('no "Records"')
