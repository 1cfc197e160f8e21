"""Debian's chromium for the browser tests: found, or installed where we may."""

from __future__ import annotations

import os
import shutil
import subprocess

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = (
    ("apt-get", "update", "-qq"),
    ("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"),
)
MISSING = """\
********************************************************************************
*  No chromium here: the BROWSER TESTS ARE SKIPPED.                            *
*  Install it (Debian: apt-get install chromium), or run the tests as root.    *
********************************************************************************"""


def find() -> str | None:
    """Path of a chromium that runs; Ubuntu's chromium-browser may be a mere pointer to a snap."""
    for name in NAMES:
        path = shutil.which(name)
        if path and subprocess.run([path, "--version"], check=False, capture_output=True).returncode == 0:
            return path
    return None


def find_or_install() -> str:
    """Path of chromium, or an empty string and a loud line."""
    found = find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing chromium with apt for the browser tests", flush=True)
        env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in INSTALL:
            done = subprocess.run(command, check=False, env=env, capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{' '.join(command)} failed:\n{done.stderr.strip()}", flush=True)
                break
        found = find()
    if found is None:
        print(MISSING, flush=True)
    return found or ""
