"""The activity log, sealed: its committed events in a Merkle tree of its own with signed checkpoints (``tlog``)."""
