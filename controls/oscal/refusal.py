class OSCALRefused(ValueError):
    """The document is not taken. ``path`` says where, as in ``catalog.groups[0].title``; ``reason`` why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason
