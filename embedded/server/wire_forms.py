"""Reads the form parameters of the query and ec2 protocols back into structures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from embedded.server.wire import Parameters, scalar


@dataclass(frozen=True)
class FormReader:
    """The parameters of one request; `ec2` tells the dialect that EC2 speaks."""

    form: Mapping[str, str]
    ec2: bool

    def structure(self, prefix: str, shape: StructureShape) -> Parameters:
        """The members that are given of a structure whose parameters start with a prefix."""
        members: Parameters = {}
        for name, member in shape.members.items():
            key = f"{prefix}.{self._name(member, name)}" if prefix else self._name(member, name)
            value = self._value(key, member)
            if value is not None:
                members[name] = value
        return members

    def _value(self, key: str, shape: Shape) -> Any:
        if isinstance(shape, StructureShape):
            return self.structure(key, shape) if self._has(key) else None
        if isinstance(shape, ListShape):
            return self._list(key, shape) if self._has_list(key, shape) else None
        if isinstance(shape, MapShape):
            return self._map(key, shape) if self._has(key) else None
        return scalar(self.form[key], shape) if key in self.form else None

    def _list(self, key: str, shape: ListShape) -> list[Any]:
        prefix = self._list_prefix(key, shape)
        return [self._value(f"{prefix}.{number}", shape.member) for number in self._numbers(prefix)]

    def _map(self, key: str, shape: MapShape) -> dict[str, Any]:
        prefix = key if shape.serialization.get("flattened") else f"{key}.entry"
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        return {
            self.form.get(f"{prefix}.{number}.{key_name}", ""): self._value(
                f"{prefix}.{number}.{value_name}", shape.value
            )
            for number in self._numbers(prefix)
        }

    def _list_prefix(self, key: str, shape: ListShape) -> str:
        if self.ec2:
            return key
        if shape.serialization.get("flattened"):
            name = shape.member.serialization.get("name")
            return ".".join([*key.split(".")[:-1], name]) if name else key
        return f"{key}.{shape.member.serialization.get('name', 'member')}"

    def _has_list(self, key: str, shape: ListShape) -> bool:
        return self._has(self._list_prefix(key, shape))

    def _has(self, key: str) -> bool:
        return any(name.startswith(f"{key}.") for name in self.form)

    def _numbers(self, prefix: str) -> Iterator[int]:
        starts = len(prefix) + 1
        numbers = {
            name[starts:].split(".", 1)[0] for name in self.form if name.startswith(f"{prefix}.")
        }
        return iter(sorted(int(number) for number in numbers if number.isdigit()))

    def _name(self, member: Shape, default: str) -> str:
        if not self.ec2:
            return str(member.serialization.get("name", default))
        if "queryName" in member.serialization:
            return str(member.serialization["queryName"])
        name = str(member.serialization.get("name", default))
        return name[0].upper() + name[1:]
