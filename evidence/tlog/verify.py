"""The offline verifier's command line: ``python verify.pyz [--key KEY | --trust FILE] [--since OLDER] bundle.zip``.

Exit status 0: nothing fails; 1: refused; 2: wrongly called.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from evidence.tlog import dsse, ed25519, examine, trust

MAX_TRUST_FILE = 1_048_576


def main(arguments: Sequence[str] | None = None, verify_bytes: dsse.Verify = ed25519.verify) -> int:
    """Check one bundle and print the report."""
    options = _parser().parse_args(arguments)
    try:
        believed = _trust(options.key, options.trust)
    except (trust.TrustRefused, OSError) as error:
        print(f"The key or trust file cannot be used: {error}", file=sys.stderr)
        return 2
    try:
        report = examine.verify(options.bundle, trust=believed, verify_bytes=verify_bytes, since=options.since)
    except OSError as error:
        print(f"The bundle cannot be read: {error}", file=sys.stderr)
        return 2
    text = report.text()
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "backslashreplace").decode(encoding), end="")
    return report.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="verify.pyz",
        description="Checks the proof of a decision, or a sealed activity log, with nothing but Python and no network.",
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--key", help="the log's first key: verifier key, hex, base64, or its SHA256: fingerprint")
    group.add_argument("--trust", help="a JSON file that names logs with their first keys, and witnesses")
    parser.add_argument("--since", help="an older bundle of the same activity log, of which nothing may be lost")
    parser.add_argument("bundle", help="the bundle, a zip file")
    return parser


def _trust(key: str | None, file: str | None) -> trust.Trust:
    if key is not None:
        return trust.from_pin(key)
    if file is not None:
        with Path(file).open("rb") as opened:
            return trust.read(opened.read(MAX_TRUST_FILE))
    return trust.NOBODY


if __name__ == "__main__":
    sys.exit(main())
