"""Keeps a process on this machine: whoever looks up a name or reaches beyond loopback is refused.

An audit hook, which code in the same process cannot take off again: it also sees name look-ups,
datagrams and what C code of the standard library connects to. It needs the standard library alone,
so that a program can load it from its file.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

_LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})
_ADDRESSED = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"})
_WATCHED = _LOOK_UPS | _ADDRESSED
_LOCAL_NAMES = frozenset({"", "localhost"})

_refused: list[str] = []
_guarded: list[bool] = []


class LeavesLoopbackError(ConnectionRefusedError):
    """When code wants to reach an address that is not on the loopback interface."""


def guard() -> None:
    """Refuse everything beyond loopback from now on, for as long as this process lives."""
    if not _guarded:
        _guarded.append(True)
        sys.addaudithook(_watch)


def refused() -> list[str]:
    """What was refused since the last time that somebody asked, as `socket.connect: 192.0.2.1`.

    Code that swallows a failed connection does not hide here that it tried.
    """
    seen = list(_refused)
    _refused.clear()
    return seen


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    # Every import and every open comes by here: what is none of our business leaves at once.
    if event not in _WATCHED:
        return
    host = arguments[0] if event in _LOOK_UPS else _host(arguments[1])
    # An empty host is every interface to whoever listens.
    if not _is_local(host) or (event == "socket.bind" and host == ""):
        tried = f"{event}: {host!r}"
        _refused.append(tried)
        raise LeavesLoopbackError(f"{tried} is not on this machine; only loopback is allowed")


def _host(address: Any) -> Any:
    """The host of an address of the internet; a path or a packet without one stays here."""
    return address[0] if isinstance(address, tuple) and len(address) in (2, 4) else None


def _is_local(host: Any) -> bool:
    if isinstance(host, (bytes, bytearray)):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return host is None or isinstance(host, int)
    if host in _LOCAL_NAMES:
        return True
    try:
        found = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
