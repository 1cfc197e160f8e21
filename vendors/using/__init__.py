"""From a request to an approved use, and what ends it: the guide, approvals, exit plans, incidents."""
