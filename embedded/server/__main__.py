"""`python -m embedded.server`: serves one embedded account on 127.0.0.1 until SIGTERM or SIGINT.

Prints one JSON line when it accepts requests. Everything it makes is in one scratch folder, which
is gone when it has ended, as are the Lambda workers that it started.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from embedded import loopback
from embedded.adapter import contract
from embedded.adapter.process import EmulatorProcess

PORT_IN_USE = 2
MINISTACK_MOVED = 3
SHUTDOWN_SECONDS = 5.0


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    loopback.guard()
    try:
        listener = _listen(options.port)
    except OSError as error:
        print(f"cannot listen on 127.0.0.1:{options.port}: {error.strerror}", file=sys.stderr)
        return PORT_IN_USE
    with tempfile.TemporaryDirectory(prefix="account-", dir=options.workdir) as scratch:
        tempfile.tempdir = scratch
        logging.basicConfig(
            filename=options.log or Path(scratch, "server.log"),
            encoding="utf-8",
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
            level=logging.INFO,
        )
        process = EmulatorProcess(
            port=listener.getsockname()[1],
            account=options.account,
            region=options.region,
            root_access_key_id="AKIA" + secrets.token_hex(8).upper(),
            root_secret_access_key=secrets.token_urlsafe(30),
            scratch=Path(scratch),
        )
        process.configure()
        problems = contract.missing()
        if problems:
            print("\n".join(problems), file=sys.stderr)
            return MINISTACK_MOVED
        asyncio.run(_serve(listener, process, options))
    return 0


async def _serve(
    listener: socket.socket, process: EmulatorProcess, options: argparse.Namespace
) -> None:
    # ministack reads the environment while it is imported.
    from hypercorn.asyncio import serve
    from hypercorn.config import Config

    from embedded.server.app import EmbeddedServer

    server = EmbeddedServer(
        endpoint=f"http://127.0.0.1:{process.port}",
        mailbox=Path(options.mailbox) if options.mailbox else process.scratch / "mailbox",
        sdk=Path(options.sdk) if options.sdk else None,
        retry_delays=tuple(options.retry_delay or (1.0, 2.0)),
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        stop.set()
        last_resort = threading.Timer(SHUTDOWN_SECONDS, _leave, args=(process.scratch,))
        last_resort.daemon = True
        last_resort.start()

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, end)
    if options.until_stdin_closes:
        threading.Thread(target=_await_end_of_input, args=(loop, end), daemon=True).start()
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.errorlog = logging.getLogger("hypercorn.error")
    announcement = loop.create_task(_announce(process))
    try:
        with server:
            await serve(server.application, config, shutdown_trigger=stop.wait)
    finally:
        announcement.cancel()


async def _announce(process: EmulatorProcess) -> None:
    """Say that requests are accepted once one has been answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", process.port)
    writer.write(b"GET /_ministack/health HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n")
    await reader.readline()
    writer.close()
    ready = {
        "endpoint": f"http://127.0.0.1:{process.port}",
        "account": process.account,
        "region": process.region,
        "access_key_id": process.root_access_key_id,
        "secret_access_key": process.root_secret_access_key,
    }
    print(json.dumps(ready), flush=True)


def _leave(scratch: Path) -> None:
    """End a server that a connection keeps from ending, and still leave nothing behind."""
    from embedded.adapter import lambda_

    lambda_.stop_workers()
    shutil.rmtree(scratch, ignore_errors=True)
    os._exit(0)


def _await_end_of_input(loop: asyncio.AbstractEventLoop, end: Callable[[], None]) -> None:
    while os.read(0, 4096):
        pass
    loop.call_soon_threadsafe(end)


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m embedded.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (default): any free port")
    parser.add_argument("--account", default="111122223333", help="12 digits")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--workdir", help="folder for the scratch folder; default: the system's")
    parser.add_argument(
        "--mailbox", help="folder for delivered mail; default: in the scratch folder"
    )
    parser.add_argument("--log", help="log file; default: in the scratch folder")
    parser.add_argument("--sdk", help="folder with boto3, as Lambda's own runtime has it")
    parser.add_argument(
        "--retry-delay",
        type=float,
        action="append",
        metavar="SECONDS",
        help="wait before a retry of an asynchronous invocation, once for each retry",
    )
    parser.add_argument(
        "--until-stdin-closes",
        action="store_true",
        help="end when the standard input does: with the process that started this one",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
