"""This app's registers; each stands beside what it shows."""

import evidence.library.register  # noqa: F401
