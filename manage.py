#!/usr/bin/env python
"""Django's command line. Beside a running `make demo` it works on the demo's database."""

import os
import sys

from deploy.local import env

# These change tables or look at how they were made, so they work as the role that owns them.
OWNERS_COMMANDS = {
    "createcachetable",
    "flush",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "pgtrigger",
    "showmigrations",
    "sqlflush",
    "sqlmigrate",
    "squashmigrations",
}


def main() -> None:
    env.load()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "grc.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNERS_COMMANDS:
        os.environ.setdefault("ASSAY_DATABASE_ROLE", "assay_owner")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
