"""Background work of the management system; each package keeps its own."""

import aims.documents.tasks  # noqa: F401
