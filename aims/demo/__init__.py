"""The demo firm's AI management system: a year in use, with a few honest gaps for the product to find."""

import aims.demo.context
import aims.demo.documents
import aims.demo.impact
import aims.demo.improvement
import aims.demo.models
import aims.demo.opportunities
import aims.demo.people
import aims.demo.programme
import aims.demo.risks
import aims.demo.soa
import aims.demo.supply
import aims.demo.support
import aims.demo.systems
import aims.demo.treatments  # noqa: F401
