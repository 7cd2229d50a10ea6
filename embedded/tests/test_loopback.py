"""Nothing that runs under the guard reaches beyond this machine, whatever way it tries."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from embedded import loopback

# RFC 5737 and RFC 2606: addresses and names that belong to nobody.
NOBODY, NO_NAME = "192.0.2.1", "product.invalid"


@pytest.fixture(autouse=True)
def forgiven() -> Iterator[None]:
    loopback.guard()
    yield
    loopback.refused()


ATTEMPTS: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.create_connection((NOBODY, 9), timeout=1),
    "name": lambda: socket.getaddrinfo(NO_NAME, 443),
    "old name": lambda: socket.gethostbyname(NO_NAME),
    "datagram": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", (NOBODY, 9)),
    "six": lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 9)),
    "every interface": lambda: socket.socket().bind(("0.0.0.0", 0)),
    "no interface in particular": lambda: socket.socket().bind(("", 0)),
    "mapped": lambda: socket.socket(socket.AF_INET6).connect((f"::ffff:{NOBODY}", 9)),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_what_leaves_loopback_is_refused_and_remembered(attempt: Callable[[], object]) -> None:
    with pytest.raises(loopback.LeavesLoopbackError, match="only loopback is allowed"):
        attempt()

    assert len(loopback.refused()) == 1
    assert loopback.refused() == []


def test_an_attempt_that_is_swallowed_is_remembered_all_the_same() -> None:
    with pytest.raises(OSError, match="loopback"):
        urllib.request.urlopen(f"http://{NOBODY}:9/", timeout=1)

    assert loopback.refused() == [f"socket.getaddrinfo: '{NOBODY}'"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_this_machine_may_be_reached(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        if host == "127.0.0.2":
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((host, port), timeout=1)
        else:
            socket.create_connection((host, port), timeout=1).close()

    assert loopback.refused() == []
