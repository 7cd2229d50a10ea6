"""Hosts of the internet that are answered on this machine, for functions that post to them.

A function resolves such a name to loopback, and trusts the certificate that came with it; its code
has no part in that, so what is deployed is what runs.
"""

from __future__ import annotations

import json
import tempfile
import threading
from pathlib import Path

PRIVATE_NAMES: tuple[str, ...] = ()

_FOLDER = Path(tempfile.mkdtemp(prefix="hosts-"))
_lock = threading.Lock()

PORTS = _FOLDER / "ports.json"
"""The loopback port of each host; function_bootstrap reads it at each look-up."""

CERTIFICATES = _FOLDER / "certificates.pem"
"""What functions trust beside the certificates of the system."""


def answer(host: str, port: int, certificate: str) -> None:
    """Have a host answered at a loopback port, by a server with this certificate (PEM)."""
    with _lock:
        ports = json.loads(PORTS.read_text()) if PORTS.exists() else {}
        _write(PORTS, json.dumps({**ports, host: port}))
        trusted = CERTIFICATES.read_text() if CERTIFICATES.exists() else ""
        if certificate.strip() and certificate.strip() not in trusted:
            _write(CERTIFICATES, f"{trusted}{certificate.strip()}\n")


def _write(file: Path, text: str) -> None:
    """A function that reads meanwhile sees the old text or the new one, whole."""
    partial = file.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(file)
