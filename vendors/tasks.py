"""Background work around vendors; each package keeps its own."""

import vendors.asking.tasks
import vendors.changes.tasks
import vendors.reviews.tasks
import vendors.shadow.tasks  # noqa: F401
