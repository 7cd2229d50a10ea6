"""Packs the functions' code and its dependencies, without docker, the same bytes every time."""

from __future__ import annotations

import ast
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import cast

import jsii
from aws_cdk import AssetHashType, BundlingOptions, IgnoreMode, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from stacks import service_models

RUNTIME = lambda_.Runtime.PYTHON_3_13
RUNTIME_VERSION = (3, 13)

ROOT = Path(__file__).resolve().parent.parent
LAMBDAS = ROOT / "lambdas"
PACKAGE = ROOT / "trailkeeper"
DETECTIONS = PACKAGE / "detections"
LOCK = LAMBDAS / "requirements.lock"
BUILD = ROOT / "build"

# Only the command, tests and documents need these.
_NOT_PACKED = (
    *(PACKAGE / "cli", PACKAGE / "cost", PACKAGE / "dialects"),
    *(PACKAGE / "policies", PACKAGE / "queries", PACKAGE / "search"),
    *(DETECTIONS / "proof.py", DETECTIONS / "techniques.py", PACKAGE / "guards" / "techniques"),
)
_NEEDLESS = (
    *("bin", "boto3/data", "boto3/examples"),
    *("*.dist-info/RECORD", "*.dist-info/INSTALLER", "*.dist-info/REQUESTED", "*.dist-info/WHEEL"),
)


class PackagingError(RuntimeError):
    """When the code or its dependencies cannot be packed; the message says what to do."""


def code() -> lambda_.Code:
    """The functions' own code; its import path is `lambdas.<function>.handler`, as everywhere."""
    return lambda_.Code.from_asset(
        str(LAMBDAS),
        exclude=["__pycache__", "requirements.*"],
        ignore_mode=IgnoreMode.GIT,
        asset_hash=_digest(sources(), _bytecode_tag()),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=_locally(_build_code),
    )


def dependencies() -> lambda_.Code:
    """What the code imports, for a layer."""
    return lambda_.Code.from_asset(
        str(LAMBDAS),
        exclude=["*", "!requirements.lock"],
        ignore_mode=IgnoreMode.GIT,
        asset_hash=_dependencies_digest(_bytecode_tag()),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=_locally(_build_layer),
    )


def package(target: Path, python: str) -> None:
    """Put code and dependencies into one folder, ready to import, with bytecode for a Python.

    Args:
        target: a folder that does not exist yet or is empty.
        python: the interpreter that will run the code.

    Raises:
        PackagingError: pip failed, or a dependency is not pure Python.
    """
    _copy_code(target)
    shutil.copytree(installed(), target, dirs_exist_ok=True)
    compile_bytecode(target, python, installed_at=str(target))


def compile_bytecode(folder: Path, python: str, *, installed_at: str) -> None:
    """Write bytecode that is valid whatever the files' times say.

    The CDK command line gives every file of an asset the time 1980-01-01, so bytecode that is
    checked against the time of its source would be thrown away at each cold start.
    """
    command = [python, "-m", "compileall", "-q", "-j", "1"]
    command += ["--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", installed_at, str(folder)]
    _run(command, "The functions' code does not compile")


@jsii.implements(ILocalBundling)
class _Here:
    """Bundles on this machine; docker is never the fallback."""

    def __init__(self, build: Callable[[Path], None]) -> None:
        self._build = build

    def try_bundle(self, output_dir: str, options: BundlingOptions) -> bool:
        self._build(Path(output_dir))
        return True


def _locally(build: Callable[[Path], None]) -> BundlingOptions:
    # The published signature of try_bundle is wrong, so no type checker can agree to this class.
    here = cast("ILocalBundling", _Here(build))
    # CDK insists on an image; it is never pulled.
    return BundlingOptions(image=RUNTIME.bundling_image, local=here)


def _build_code(output: Path) -> None:
    _copy_code(output)
    compile_bytecode(output, bytecode_python(), installed_at="/var/task")


def _build_layer(output: Path) -> None:
    cached = BUILD / f"layer-{_dependencies_digest(_bytecode_tag())[:16]}"
    if not cached.exists():
        with _workspace() as fresh:
            shutil.copytree(installed(), fresh / "python")
            compile_bytecode(fresh, bytecode_python(), installed_at="/opt")
            _publish(fresh, cached)
    shutil.copytree(cached, output, dirs_exist_ok=True)


def _copy_code(target: Path) -> None:
    for source in sources():
        copy = target / source.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(packed(source))


def packed(source: Path) -> bytes:
    """What the functions get of a file: all of it, or of a detection what they look for and say.

    A detection's file goes on, after its record, with techniques, attacks and limits; people, tests
    and the demo read those. Lines keep their numbers, so a trace shows the place in the source.
    """
    content = source.read_bytes()
    if source.parent != DETECTIONS:
        return content
    records = [
        node
        for node in ast.parse(content).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DETECTION"
    ]
    if not records:
        return content
    return b"".join(content.splitlines(keepends=True)[: records[0].end_lineno])


def sources() -> list[Path]:
    """The functions' files, and those of the package that a function can need."""
    return sorted(
        path
        for room in (LAMBDAS, PACKAGE)
        for path in room.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.name.startswith((".", "requirements."))
        and not any(path.is_relative_to(each) for each in _NOT_PACKED)
    )


def installed() -> Path:
    """The trimmed dependencies, installed once for as long as the pins stay the same."""
    cached = BUILD / f"dependencies-{_dependencies_digest('')[:16]}"
    if not cached.exists():
        with _workspace() as fresh:
            _install(fresh)
            _trim(fresh)
            _publish(fresh, cached)
    return cached


def _install(target: Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    command += ["install", "--target", str(target), "--requirement", str(LOCK)]
    command += ["--require-hashes", "--no-deps", "--no-compile"]
    # Only wheels that run on every platform: no compiler here, no surprise on the function's CPU.
    command += ["--only-binary=:all:", "--platform", "any", "--implementation", "py"]
    command += ["--abi", "none", "--python-version", ".".join(map(str, RUNTIME_VERSION))]
    _run(command, f"pip could not install {LOCK.relative_to(ROOT)} (is a package index reachable?)")


def _trim(installed: Path) -> None:
    try:
        service_models.trim(installed / "botocore" / "data")
    except service_models.UnknownOperationError as error:
        raise PackagingError(str(error)) from error
    for pattern in _NEEDLESS:
        for each in installed.glob(pattern):
            if each.is_dir():
                shutil.rmtree(each)
            else:
                each.unlink()


@cache
def bytecode_python() -> str:
    """The interpreter that makes the bytecode: the runtime's minor version if it is here.

    Otherwise this one, with which the embedded account runs the functions; Lambda then passes over
    the bytecode, because its file names say which version it is for.
    """
    if sys.version_info[:2] == RUNTIME_VERSION:
        return sys.executable
    found = shutil.which("python{}.{}".format(*RUNTIME_VERSION))
    # Version managers put scripts of every version on the path that refuse to run.
    if found is not None and _version_of(found) == RUNTIME_VERSION:
        return found
    return sys.executable


def _version_of(python: str) -> tuple[int, int] | None:
    probe = "import sys; print(*sys.version_info[:2])"
    outcome = subprocess.run([python, "-c", probe], check=False, capture_output=True, text=True)
    if outcome.returncode != 0:
        return None
    major, minor = outcome.stdout.split()
    return int(major), int(minor)


@cache
def _bytecode_tag() -> str:
    return f"bytecode {_version_of(bytecode_python())}"


def _dependencies_digest(tag: str) -> str:
    return _digest([LOCK, Path(__file__), Path(service_models.__file__)], tag)


def _digest(files: list[Path], tag: str) -> str:
    digest = hashlib.sha256(tag.encode())
    for path in files:
        content = packed(path)
        digest.update(f"\0{path.relative_to(ROOT).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@contextmanager
def _workspace() -> Iterator[Path]:
    """A folder beside the cached ones, gone afterwards unless it was moved."""
    BUILD.mkdir(exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=BUILD))
    fresh.chmod(0o755)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _publish(fresh: Path, cached: Path) -> None:
    """Move a finished folder into the cache; whoever is first wins, both are the same."""
    try:
        fresh.replace(cached)
    except OSError:
        if not cached.exists():
            raise


def _run(command: list[str], failure: str) -> None:
    outcome = subprocess.run(command, check=False, capture_output=True, text=True)
    if outcome.returncode != 0:
        raise PackagingError(f"{failure}:\n{outcome.stderr or outcome.stdout}")
