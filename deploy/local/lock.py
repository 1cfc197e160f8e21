"""`make lock`: recompiles requirements/*.txt and package-lock.json.

Lock files carry versions and hashes and no address, so that any mirror serves them.
"""

from __future__ import annotations

import os
import subprocess
import sys

from deploy.local.assets import AssetError, run_npm
from deploy.local.venv import ROOT

# In this order: the second and third are constrained by those before, so that one package has one version in .venv.
# The last is an environment of its own.
NAMES = ("app", "local", "dev", "litellm")
OPTIONS = (
    "--quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header"
    " --no-emit-index-url --no-emit-find-links --no-emit-trusted-host"
)


def compile_requirements(name: str) -> int:
    # A folder of wheels kept on this machine must not decide what others install.
    env = {key: value for key, value in os.environ.items() if key != "PIP_FIND_LINKS"}
    command = [sys.executable, "-m", "piptools", "compile", *OPTIONS.split()]
    command += ["--output-file", f"requirements/{name}.txt", f"requirements/{name}.in"]
    print(f"Compiling requirements/{name}.txt", flush=True)
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def main() -> int:
    if sys.version_info[:2] != (3, 11):
        print("Lock files are compiled with Python 3.11, the oldest that Assay runs on.", file=sys.stderr)
        return 1
    for name in NAMES:
        if compile_requirements(name) != 0:
            return 1
    try:
        print("Compiling package-lock.json", flush=True)
        run_npm("update", "--package-lock-only", "--ignore-scripts")
    except AssetError as exc:
        print(exc, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
