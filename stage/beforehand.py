"""What can be known to fail is said before anything is started: one line, with what to do."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stage.places import CDK, EMBEDDED_PYTHON

NEEDED_MB = 300
_OLDEST_NODE = 20
_SECONDS = 20


class SetupError(Exception):
    """When something that the embedded account needs is missing; one line for the user."""


def json_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        SetupError: there is none; file and line are named.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        message = f"{path}, line {error.lineno}, column {error.colno}: {error.msg}"
        raise SetupError(message) from error
    except OSError as error:
        raise SetupError(f"{path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SetupError(f"{path}: {error}") from error
    if not isinstance(found, dict):
        raise SetupError(f"{path}: a JSON object of settings is needed")
    return found


def placed(problem: str, files: Iterable[Path]) -> str:
    """What is wrong with a setting, with the file and line that it is written in, if it is found.

    `files` are those that win first.
    """
    name = re.match(r"\w+", problem)
    written = re.compile(rf'"(?:trailkeeper:)?{name[0]}"\s*:') if name else None
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, ValueError):
            continue
        for number, line in enumerate(lines, 1):
            if written and written.search(line):
                return f"{file}, line {number}: {problem}"
    return problem


def port_of(given: str | None) -> int | None:
    """A port that can be listened on; None for any free one.

    Raises:
        SetupError: it is no port, or another program has it.
    """
    if given is None:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", given) or not 1 <= int(given) <= 65535:
        raise SetupError(f"PORT: given {given!r}; allowed: a whole number from 1 to 65535")
    port = int(given)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            message = f"PORT: {port} is for the system's programs; choose one above 1023"
            raise SetupError(message) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SetupError(f"PORT: {port} cannot be used: {error.strerror}") from error
            message = f"PORT: {port} is in use; choose another, or leave it out for any free one"
            raise SetupError(message) from error
    return port


def ready_file(given: str | None) -> Path | None:
    """Where READY goes; a file that an earlier account left there is removed.

    Raises:
        SetupError: no file can be written there.
    """
    if given is None:
        return None
    path = Path(given)
    if path.is_dir():
        raise SetupError(f"READY: {path} is a folder; name a file")
    if not path.parent.is_dir():
        raise SetupError(f"READY: the folder {path.parent} does not exist; make it first")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise SetupError(f"READY: nothing can be written into the folder {path.parent}")
    path.unlink(missing_ok=True)
    return path


def check_machine() -> None:
    """See that what runs the account is here, and has room.

    Raises:
        SetupError: something is missing.
    """
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < NEEDED_MB:
        raise SetupError(
            f"only {free} MB are free in {folder}, {NEEDED_MB} are needed; "
            "free some, or set TMPDIR to another folder"
        )
    if shutil.which("node") is None:
        raise SetupError("Node.js is needed for the CDK command line: install Node.js 22 or 24")
    version = _said(["node", "--version"])
    major = re.match(r"v(\d+)\.", version)
    if major is None or int(major[1]) < _OLDEST_NODE:
        raise SetupError(f"Node.js 22 or 24 is needed, found: {version or 'one that does not run'}")
    if not CDK.exists():
        raise SetupError("the CDK command line is not installed; run: make setup")
    if not _said([str(EMBEDDED_PYTHON), "--version"]):
        raise SetupError("the embedded account is not installed; run: make setup")


def _said(command: list[str]) -> str:
    try:
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ran.stdout.strip() if ran.returncode == 0 else ""
