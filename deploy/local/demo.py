"""`make demo`: Assay with everything it needs, in one folder, until Ctrl-C."""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping

from celery import Celery

from deploy.local import assets, stack
from deploy.local.env import DEMO, FolderLock, Occupied, read_env, write_env
from deploy.local.lifeline import follow_parent
from deploy.local.postgres import PostgresError
from deploy.local.processes import Died, Service, StopRequested, raise_on_signals, run_tied
from deploy.local.proxy import Proxy
from deploy.local.stack import Stack
from deploy.local.valkey import ValkeyError
from deploy.local.venv import ROOT, lock_files

HOST = "127.0.0.1"
READY_LIMIT = 60.0  # seconds


class DemoError(Exception):
    """The demo cannot start; the message says why."""


def say(what: str, since: float) -> float:
    """Prints how long a step took; gives the time it ended."""
    now = time.monotonic()
    print(f"  {what:<28} {now - since:5.1f} s", flush=True)
    return now


def refuse_second_demo() -> None:
    if FolderLock(DEMO).is_held():
        port = read_env(DEMO).get("PORT")
        where = f" at http://{HOST}:{port}" if port else ""
        raise DemoError(f"A demo runs in this folder already{where}. Stop it first (Ctrl-C where it was started).")


def refuse_occupied_port(port: int) -> None:
    """Raises DemoError, with a sentence, when something listens on the port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as exc:
            raise DemoError(
                f"Port {port} cannot be used ({exc.strerror}). Choose another one: make demo PORT={port + 1}"
            ) from exc


def manage(env: Mapping[str, str], *arguments: str) -> str:
    """Runs a management command; gives its output, raises DemoError with it on failure."""
    command = [sys.executable, "manage.py", *arguments]
    code, output = run_tied(command, env=env, folder=ROOT, capture=True)
    if code != 0:
        raise DemoError(f"manage.py {' '.join(arguments)} failed:\n{output.rstrip()}")
    return output


def static_stamp() -> str:
    """Changes when a static file of ours or a package that brings some does."""
    digest = hashlib.sha256(lock_files("app")[0].read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            found = path.stat()
            digest.update(f"{path.relative_to(ROOT)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static(env: Mapping[str, str]) -> None:
    stamp = DEMO / "static.stamp"
    if not stamp.is_file() or stamp.read_text() != static_stamp():
        stamp.unlink(missing_ok=True)
        manage(env, "collectstatic", "--noinput", "--clear", "--verbosity", "0")
        stamp.write_text(static_stamp())


def services(env: Mapping[str, str], port: int) -> list[Service]:
    """What runs beside PostgreSQL and Valkey."""
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "grc.celery:app", "--quiet"]
    gunicorn = [python, "-m", "gunicorn", "grc.wsgi:application", "--bind", f"{HOST}:{port}"]
    worker = [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO"]
    beat = [*celery, "beat", "--loglevel", "INFO", "--schedule", str(DEMO / "beat"), "--pidfile", ""]
    return [
        Service("web", [*gunicorn, "--config", "python:deploy.local.gunicorn_conf"], env, ROOT),
        Service("worker", [*worker, "--include", "deploy.local.orphans"], env, ROOT),
        Service("beat", beat, env, ROOT),
    ]


def answers(port: int) -> Callable[[], bool]:
    """Whether the web server gives anything but a server error."""

    def ask() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    return ask


def worker_answers(redis_url: str) -> Callable[[], bool]:
    app = Celery("ping", broker=redis_url)
    return lambda: bool(app.control.ping(timeout=0.5))


def show_accounts(accounts: str) -> None:
    rows = [(row["role"], row["email"], row["password"]) for row in json.loads(accounts)]
    widths = [max(len(row[column]) for row in [*rows, ("Role", "E-mail", "Password")]) for column in range(3)]
    for row in [("Role", "E-mail", "Password"), *rows]:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def prepare(env: Mapping[str, str]) -> str:
    """Tables, static files and the demo organisation, each only as far as missing; gives the accounts as JSON."""
    now = time.monotonic()
    manage(env, "migrate", "--noinput", "--verbosity", "0")
    now = say("Tables", now)
    collect_static(env)
    now = say("Static files", now)
    manage(env, "seed_demo")
    accounts = manage(env, "demo_accounts")
    say("Demo organisation", now)
    return accounts


def serve(port: int) -> None:
    """Runs until a signal comes or a process dies, which it raises."""
    refuse_second_demo()
    refuse_occupied_port(port)
    start = time.monotonic()
    assets.build()
    now = time.monotonic()
    with Stack(DEMO, durable=True) as running:
        now = say("PostgreSQL and Valkey", now)
        supervisor = running.supervisor
        proxy = Proxy(DEMO / "proxy")
        supervisor.start(proxy.service())
        supervisor.wait_until(proxy.answers(), name="proxy", seconds=READY_LIMIT)
        say("Sample AI proxy", now)
        own = running.env() | proxy.env() | {"PORT": str(port), "SITE_URL": f"http://{HOST}:{port}"}
        write_env(DEMO, own)
        env = {name: value for name, value in os.environ.items() if name != "ASSAY_DATABASE_ROLE"} | own
        accounts = prepare(env)
        now = time.monotonic()
        for service in services(env, port):
            supervisor.start(service)
        supervisor.wait_until(answers(port), name="web", seconds=READY_LIMIT)
        supervisor.wait_until(worker_answers(running.valkey.url), name="worker", seconds=READY_LIMIT)
        now = say("Web server, worker, beat", now)
        print(f"\nReady: http://{HOST}:{port}\n")
        show_accounts(accounts)
        print(f"\nStarted in {now - start:.0f} s. Logs are in {supervisor.logs}. Ctrl-C stops it.", flush=True)
        supervisor.watch()


def reset() -> None:
    refuse_second_demo()
    if DEMO.exists():
        stack.erase(DEMO)
    print("The demo's data is gone; `make demo` starts afresh.")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.demo")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--follow-parent", action="store_true", help="end when the starting process ends")
    parser.add_argument("--reset", action="store_true", help="empty the data folder instead")
    options = parser.parse_args()
    if options.follow_parent:
        follow_parent(signal.SIGTERM)
    raise_on_signals()
    try:
        reset() if options.reset else serve(options.port)
    except StopRequested:
        print("\nStopped.", flush=True)
    except (DemoError, Died, Occupied, PostgresError, ValkeyError, assets.AssetError) as exc:
        print(exc, file=sys.stderr)
        return 1
    except PermissionError as exc:
        print(f"{exc.filename} belongs to another user: run make as that user, or remove it.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
