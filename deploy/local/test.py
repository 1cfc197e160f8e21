"""`make test` and its relatives: a PostgreSQL and a Valkey of their own, thrown away after, and what uses them.

python -m deploy.local.test all [-- PYTEST ARGUMENTS]     every check, then pytest
python -m deploy.local.test lint                          the checks that need no database
python -m deploy.local.test assurance [-- ARGUMENTS]      pytest -m assurance
python -m deploy.local.test bench                         python -m benchmarks, on a migrated database
python -m deploy.local.test run -- COMMAND ...            any command with the same environment
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.local import assets, checks, chromium
from deploy.local.env import Occupied
from deploy.local.lifeline import follow_parent
from deploy.local.postgres import PostgresError
from deploy.local.processes import Died, StopRequested, raise_on_signals, run_tied
from deploy.local.stack import Stack, erase
from deploy.local.valkey import ValkeyError
from deploy.local.venv import ROOT

RUNS = ROOT / ".test"
MOST_WORKERS = 4
# Settings refuse to load without these; the linters read the source only and never connect.
UNUSED = {
    "DATABASE_URL": "postgresql://nobody@/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "only-read-by-linters",
    "ASSAY_SECRETS_KEY": "A" * 43 + "=",
}


def sweep() -> None:
    """Removes what killed runs left behind; a run that still goes on holds its lock."""
    for left in RUNS.glob("run-*"):
        with contextlib.suppress(Occupied):
            erase(left)


@contextlib.contextmanager
def stack(*, durable: bool) -> Iterator[dict[str, str]]:
    """The environment of a fresh PostgreSQL and Valkey in .test/run-*, so that runs can go on side by side."""
    RUNS.mkdir(exist_ok=True)
    sweep()
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=RUNS))
    folder.chmod(0o755)  # PostgreSQL runs as somebody else when we are root
    with Stack(folder, durable=durable) as running:
        yield os.environ | running.env()
    erase(folder)


def manage(env: dict[str, str], *arguments: str) -> int:
    code, output = run_tied(checks.python("manage.py", *arguments), env=env, folder=ROOT, capture=True)
    if code != 0:
        print(f"manage.py {' '.join(arguments)} failed:\n{output.rstrip()}", file=sys.stderr)
    return code


def pytest_on(env: dict[str, str], arguments: list[str]) -> tuple[checks.Result, str]:
    # Playwright's loop runs in the thread of the test, which Django would take for a mistake.
    with_browser = env | {"ASSAY_CHROMIUM": chromium.find_or_install(), "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    manage(env, "collectstatic", "--noinput", "--verbosity", "0")
    return checks.run_pytest(arguments, with_browser)


def side_by_side() -> list[str]:
    """As many pytest workers as cores, four at most, each with a database of its own.

    Files stay whole and in their order: after a browser test, a worker runs nothing but browser tests.
    """
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    return ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"] if workers > 1 else []


def run_lint() -> int:
    results = [checks.run_quietly(step) for step in checks.lint_steps(os.environ | UNUSED)]
    return int(any(result.code for result in results))


def run_all(arguments: list[str]) -> int:
    assets.build()
    results = [checks.run_quietly(step) for step in checks.lint_steps(os.environ | UNUSED)]
    with stack(durable=False) as env:
        results += [checks.run_quietly(step) for step in checks.django_steps(env)]
        result, summary = pytest_on(env, [*side_by_side(), *arguments])
    results.append(result)
    checks.report(results)
    print(summary, flush=True)
    return int(any(result.code for result in results))


def run_assurance(arguments: list[str]) -> int:
    assets.build()
    with stack(durable=True) as env:
        result, _ = pytest_on(env, ["-m", "assurance", "--timeout", "0", *arguments])
    return result.code


def run_bench() -> int:
    assets.build()
    with stack(durable=True) as env:
        if manage(env, "migrate", "--verbosity", "0") or manage(env, "collectstatic", "--noinput", "--verbosity", "0"):
            return 1
        return run_tied(checks.python("-m", "benchmarks"), env=env, folder=ROOT)[0]


def run_command(command: list[str]) -> int:
    with stack(durable=False) as env:
        return run_tied(command, env=env, folder=ROOT)[0]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.test")
    parser.add_argument("--follow-parent", action="store_true", help="end when the process that started this ends")
    parser.add_argument("what", choices=("all", "lint", "assurance", "bench", "run"))
    own = sys.argv[1:]
    rest = own[own.index("--") + 1 :] if "--" in own else []
    options = parser.parse_args(own[: own.index("--")] if "--" in own else own)
    if options.follow_parent:
        follow_parent(signal.SIGTERM)
    raise_on_signals()
    try:
        match options.what:
            case "all":
                return run_all(rest)
            case "lint":
                return run_lint()
            case "assurance":
                return run_assurance(rest)
            case "bench":
                return run_bench()
            case _:
                return run_command(rest)
    except StopRequested as exc:
        print(f"Stopped by {exc}", file=sys.stderr)
        return 130
    except (Died, PostgresError, ValkeyError, assets.AssetError) as exc:
        print(exc, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
