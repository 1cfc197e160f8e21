"""What the management system tells the parts below it, and adds to their pages."""

import aims.clauses.picture
import aims.clauses.places
import aims.documents.places
import aims.impact.parts
import aims.improvement.panels
import aims.known_systems
import aims.known_uses
import aims.pack.parts
import aims.risks.acceptance
import aims.risks.actions
import aims.soa.panels
import aims.supply.parts
import aims.support.parts  # noqa: F401
