"""What is cut from botocore is missed by nobody; what is left says what it said before."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.loaders import Loader
from botocore.model import ListShape, MapShape, Shape, StructureShape

from stacks.packaging import packed, sources
from stacks.service_models import OPERATIONS, UnknownOperationError, trim

REGIONS = ("us-east-1", "eu-central-1", "af-south-1", "cn-north-1", "us-gov-west-1")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Botocore's data of these services, trimmed."""
    whole = Path(botocore.__file__).parent / "data"
    target = tmp_path_factory.mktemp("data")
    for each in whole.iterdir():
        if each.is_file():
            shutil.copy(each, target)
        elif each.name in (*OPERATIONS, "account"):
            shutil.copytree(each, target / each.name)
    trim(target)
    return target


@pytest.fixture(scope="module")
def trimmed(data: Path) -> botocore.session.Session:
    session = botocore.session.Session()
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    return session


@pytest.fixture(scope="module")
def whole() -> botocore.session.Session:
    return botocore.session.Session()


def tree(shape: Shape | None, inside: tuple[str, ...] = ()) -> Any:
    """All that decides how a shape is written and read."""
    if shape is None or shape.name in inside:
        return None
    inside = (*inside, shape.name)
    parts: dict[str, Any] = {}
    if isinstance(shape, StructureShape):
        parts = {name: tree(each, inside) for name, each in shape.members.items()}
    elif isinstance(shape, ListShape):
        parts = {"member": tree(shape.member, inside)}
    elif isinstance(shape, MapShape):
        parts = {"key": tree(shape.key, inside), "value": tree(shape.value, inside)}
    return shape.name, shape.type_name, dict(shape.serialization), dict(shape.metadata), parts


def calls() -> Iterator[tuple[str, str]]:
    """What the functions' code calls or names, and on which client, as far as one can see."""
    for path in (each for each in sources() if each.suffix == ".py"):
        for node in ast.walk(ast.parse(packed(path))):
            match node:
                case ast.Attribute(attr=name, value=ast.Attribute(attr=on) | ast.Name(id=on)):
                    yield on.lstrip("_"), name
                case ast.Attribute(attr=name):
                    yield "", name
                case ast.Constant(value=str(name)):
                    yield "", name


def test_every_call_in_the_code_is_kept(whole: botocore.session.Session) -> None:
    kept = {
        service: {xform_name(name) for name in operations}
        for service, operations in OPERATIONS.items()
    }
    known = {
        service: {xform_name(name) for name in whole.get_service_model(service).operation_names}
        for service in whole.get_available_services()
        if service in OPERATIONS
    }
    anywhere = set().union(*kept.values())
    missing = set()
    for on, name in calls():
        if on in known:
            if name in known[on] and name not in kept[on]:
                missing.add(f"{on}.{name}")
        elif "_" in name and name not in anywhere:
            missing |= {f"{service}.{name}" for service in known if name in known[service]}

    assert missing == set(), "add them to stacks/service_models.py"


@pytest.mark.parametrize("service", OPERATIONS)
def test_a_kept_operation_is_what_it_was(
    service: str, whole: botocore.session.Session, trimmed: botocore.session.Session
) -> None:
    before, after = (each.get_service_model(service) for each in (whole, trimmed))

    assert set(after.operation_names) == set(OPERATIONS[service])
    assert after.metadata == before.metadata
    for name in after.operation_names:
        one, other = before.operation_model(name), after.operation_model(name)
        assert other.http == one.http
        assert other.auth_type == one.auth_type
        assert other.http_checksum == one.http_checksum
        assert tree(other.input_shape) == tree(one.input_shape)
        assert tree(other.output_shape) == tree(one.output_shape)
        assert [each.name for each in other.error_shapes] == [
            each.name for each in one.error_shapes
        ]


@pytest.mark.parametrize("region", REGIONS)
def test_every_endpoint_is_where_it_was(
    region: str, whole: botocore.session.Session, trimmed: botocore.session.Session
) -> None:
    config = Config(connect_timeout=1)

    def endpoints(session: botocore.session.Session) -> dict[str, str]:
        make: Any = session.create_client
        return {
            service: make(service, region_name=region, config=config).meta.endpoint_url
            for service in OPERATIONS
        }

    assert endpoints(trimmed) == endpoints(whole)


def test_nothing_else_is_left(data: Path) -> None:
    names = {path.name for path in data.iterdir()}

    assert {name for name in names if not name.endswith(".json")} == set(OPERATIONS)
    assert not list(data.rglob("*.gz"))
    assert not list(data.rglob("examples-*"))
    for service in OPERATIONS:
        assert len(list((data / service).iterdir())) == 1


@pytest.mark.parametrize(
    ("operations", "named"),
    [({"cloudtrial": ("StartLogging",)}, "cloudtrial"), ({"sqs": ("SendMesage",)}, "SendMesage")],
)
def test_a_misspelt_name_is_said(
    operations: dict[str, tuple[str, ...]], named: str, tmp_path: Path
) -> None:
    whole = Path(botocore.__file__).parent / "data"
    shutil.copytree(whole / "sqs", tmp_path / "sqs")

    with pytest.raises(UnknownOperationError, match=named):
        trim(tmp_path, operations)
