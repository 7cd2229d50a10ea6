"""Cloud assemblies made before, kept under build/ by a hash of everything that goes into one."""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KEPT = 6
_INPUTS = (
    "app.py",
    "cdk.context.json",
    "cdk.json",
    "lambdas",
    "package-lock.json",
    "queries",
    "requirements-dev.lock",
    "stacks",
    "trailkeeper",
)


@dataclass(frozen=True)
class AssemblyCache:
    """The assemblies of one project for one account and region.

    An assembly depends on the files named here, on the settings, on where it is deployed and on the
    version of Python; on nothing else, because a synth reads neither clock nor network.
    """

    project: Path
    account: str
    region: str
    settings: Mapping[str, Any]

    def key(self) -> str:
        """The hash of all that goes into an assembly now."""
        digest = hashlib.sha256()
        given = [self.account, self.region, dict(self.settings), sys.version]
        digest.update(json.dumps(given, sort_keys=True).encode())
        for path in _files(self.project):
            digest.update(f"\0{path.relative_to(self.project)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:32]

    @contextmanager
    def turn(self, key: str) -> Iterator[None]:
        """Let nobody else make this assembly meanwhile, so that the others find it made."""
        locks = self._kept(key).with_name(".locks")
        locks.mkdir(parents=True, exist_ok=True)
        with (locks / key).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def fetch(self, key: str, target: Path) -> bool:
        """Put the assembly at `target`, which must not exist; False when there is none."""
        kept = self._kept(key)
        if not kept.exists():
            return False
        shutil.copytree(kept, target, symlinks=True)
        kept.touch()
        return True

    def keep(self, key: str, assembly: Path) -> None:
        """Keep a copy of a new assembly, and only the latest few of all.

        The key is that of before the synth: files that changed meanwhile are not what it read.
        """
        kept = self._kept(key)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=kept.parent, prefix=".new-"))
        shutil.copytree(assembly, partial, symlinks=True, dirs_exist_ok=True)
        try:
            partial.rename(kept)
        except OSError:
            # Somebody else has kept the same one meanwhile.
            shutil.rmtree(partial)
        for old in _newest_first(kept.parent)[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)

    def _kept(self, key: str) -> Path:
        return self.project / "build" / "assemblies" / key


def _files(project: Path) -> Iterator[Path]:
    for name in _INPUTS:
        path = project / name
        if path.is_dir():
            yield from sorted(
                each
                for each in path.rglob("*")
                if each.is_file() and "__pycache__" not in each.parts
            )
        elif path.exists():
            yield path


def _newest_first(folder: Path) -> list[Path]:
    complete = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return sorted(complete, key=_used, reverse=True)


def _used(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process has just removed it
        return 0.0
