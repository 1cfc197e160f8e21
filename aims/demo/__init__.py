"""The demo firm's AI management system: a year in use, with a few honest gaps for the product to find."""

import aims.demo.documents
import aims.demo.risks
import aims.demo.systems  # noqa: F401
