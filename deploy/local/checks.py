"""The steps of `make test` before pytest: each is one command, and all run even when an early one fails."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deploy.local.lifeline import child_setup
from deploy.local.processes import kill_session, run_tied
from deploy.local.venv import ROOT, VENV

PYTEST_SUMMARY = re.compile(r"^=*\s*(\d+ \w+.* in [\d.]+s.*?|no tests ran.*?)\s*=*$")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str]
    env: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    name: str
    code: int
    seconds: float


def python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]


def lint_steps(env: Mapping[str, str]) -> list[Step]:
    """What reads the source and needs no database."""
    return [
        Step("ruff check", python("-m", "ruff", "check", "."), env),
        Step("ruff format", python("-m", "ruff", "format", "--check", "."), env),
        Step("mypy", python("-m", "mypy"), env),
        Step("layers", python(str(VENV / "bin" / "lint-imports"), "--no-logo"), env),
        Step("templates", python("-m", "djlint", "templates", "--lint", "--quiet"), env),
    ]


def django_steps(env: Mapping[str, str]) -> list[Step]:
    """Django's own checks, the second as a production site would be set up."""
    production = {**env, "HTTPS": "1", "DEBUG": "0", "ALLOWED_HOSTS": "assay.example"}
    return [
        Step("migrations", python("manage.py", "makemigrations", "--check", "--dry-run"), env),
        Step("deployment", python("manage.py", "check", "--deploy", "--fail-level", "WARNING"), production),
    ]


def run_quietly(step: Step) -> Result:
    """Runs a step and shows its output only when it fails."""
    start = time.monotonic()
    code, output = run_tied(step.command, env=step.env, folder=ROOT, capture=True)
    result = Result(step.name, code, time.monotonic() - start)
    print(f"{'ok    ' if code == 0 else 'FAILED'}  {step.name}  ({result.seconds:.1f} s)", flush=True)
    if code != 0:
        print(f"$ {' '.join(step.command)}\n{output.rstrip()}\n", flush=True)
    return result


def run_pytest(arguments: Iterable[str], env: Mapping[str, str]) -> tuple[Result, str]:
    """Runs pytest, its output passed on as it comes; gives its last summary line as well."""
    colour = "yes" if sys.stdout.isatty() else "auto"
    start = time.monotonic()
    process = subprocess.Popen(
        python("-m", "pytest", f"--color={colour}", *arguments),
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
        preexec_fn=child_setup(os.getpid(), signal.SIGTERM, None),  # noqa: PLW1509 - no threads here
    )
    summary = ""
    try:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            if PYTEST_SUMMARY.match(COLOUR.sub("", line.rstrip())):
                summary = line.rstrip()
        code = process.wait()
    except BaseException:
        kill_session(process.pid)
        process.wait()
        raise
    return Result("pytest", code, time.monotonic() - start), summary


def report(results: Sequence[Result]) -> None:
    print("\nSummary")
    for result in results:
        print(f"  {'ok    ' if result.code == 0 else 'FAILED'}  {result.name:<14} {result.seconds:6.1f} s")
