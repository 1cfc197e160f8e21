"""Why a file is not taken."""


class FileRefused(ValueError):
    """The file is not acceptable; ``reason`` names it and says what to do, fit to be shown to the uploader."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ContentRefused(Exception):
    """A check deep inside found something wrong: ``problem`` completes “report.pdf …”, ``advice`` is a
    sentence.
    """

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice
