"""This app's registers; each stands beside what it shows."""

import evidence.library.register
import evidence.library.wanted
import evidence.sources.register  # noqa: F401
