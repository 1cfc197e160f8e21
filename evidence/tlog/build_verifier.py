"""Builds ``verify.pyz``: ``python -m evidence.tlog.build_verifier OUTPUT``.

The file holds this package as it is, and the one strict JSON reader: what Assay runs is what a stranger
runs. The same sources always give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from evidence.tlog import archive

MINIMUM = (3, 11)
_MAIN = f"""\
import sys

if sys.version_info < {MINIMUM!r}:
    print("This verifier needs Python {MINIMUM[0]}.{MINIMUM[1]} or later.", file=sys.stderr)
    sys.exit(2)

from evidence.tlog.verify import main

sys.exit(main())
"""


def build() -> bytes:
    """The verifier's bytes."""
    package = Path(__file__).resolve().parent
    root = package.parent.parent
    members = [("__main__.py", _MAIN.encode()), ("evidence/__init__.py", b""), ("grc/__init__.py", b"")]
    members += [(f"evidence/tlog/{path.name}", path.read_bytes()) for path in package.glob("*.py")]
    members.append(("grc/strict_json.py", (root / "grc" / "strict_json.py").read_bytes()))
    return archive.pack(sorted(members))


def main(arguments: list[str]) -> int:
    """Write the verifier to the path given."""
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("Usage: python -m evidence.tlog.build_verifier OUTPUT", file=sys.stderr)
        return 2
    Path(arguments[0]).write_bytes(build())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
