"""What vendors put on the home page and into people's work; each stands beside what it shows."""

import vendors.home.agreements
import vendors.home.asking
import vendors.home.changes
import vendors.home.knowledge
import vendors.home.reviews
import vendors.home.shadow  # noqa: F401
