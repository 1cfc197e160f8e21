"""``python -m benchmarks [NAME ...]``: JSON lines on standard output, remarks on standard error."""

import importlib
import json
import pkgutil
import sys

import django

import benchmarks


def main(names: list[str]) -> int:
    django.setup()
    for module in sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__)):
        if not module.startswith("_"):
            importlib.import_module(f"benchmarks.{module}")
    unknown = set(names) - set(benchmarks.benchmarks)
    if unknown:
        print(f"No such benchmark: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    for name, run in benchmarks.benchmarks.items():
        if not names or name in names:
            for result in run():
                print(json.dumps(result.line()), flush=True)
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grc.settings")
    sys.exit(main(sys.argv[1:]))
