"""The demo firm's vendors: who supplies what, with a few honest gaps for the product to find."""

import vendors.demo.agreements
import vendors.demo.asking
import vendors.demo.base
import vendors.demo.changes
import vendors.demo.knowledge
import vendors.demo.reviews  # noqa: F401
