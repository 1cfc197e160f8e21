"""Impact assessments of AI systems: when they are due again, and how the next one is begun (6.1.4, 8.4, A.5)."""
