"""The registers of vendors and of what they bind us to."""

from vendors.registers import agreements, changes, knowledge, reviews, vendors

__all__ = ["agreements", "changes", "knowledge", "reviews", "vendors"]
