"""What controls put on the home page; each stands beside what it shows."""

import controls.testing.following
import controls.testing.home
import controls.views.home  # noqa: F401
