"""What evidence puts on the home page and into the search; each stands beside what it shows."""

import evidence.decisions.home
import evidence.library.home
import evidence.library.requests_home
import evidence.sealing.home
import evidence.sources.home  # noqa: F401
