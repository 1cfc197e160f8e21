"""What this app adds to pages of the kernel; each stands beside what it shows."""

import controls.citations.parts
import controls.transfer.parts
import controls.views.places
import controls.views.requirement  # noqa: F401
