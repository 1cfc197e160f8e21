"""Reviews of vendors: the ten questions with their answers, what comes of them, and when the next one begins."""
