"""What the management system puts on the home page; each stands beside what it shows."""

import aims.home.clauses
import aims.home.documents
import aims.home.impact
import aims.home.improvement
import aims.home.programme
import aims.home.risks
import aims.home.soa
import aims.home.support
import aims.home.systems  # noqa: F401
