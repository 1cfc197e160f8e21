"""Models that AI systems call, by their decision records, held against what is approved."""
