"""This app's registers; each stands beside what it shows."""

import evidence.library.register
import evidence.sources.register  # noqa: F401
