"""The two ways in which a call to the outside does not give an answer."""


class OutboundRefused(Exception):
    """Our own policy forbids the call; ``reason`` is a sentence for the person who configured the address."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class OutboundFailed(Exception):
    """The other side did not answer properly or in time; ``reason`` is a sentence. Trying later may help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
