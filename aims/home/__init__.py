"""What the management system puts on the home page; each stands beside what it shows."""

import aims.home.risks
import aims.home.systems  # noqa: F401
