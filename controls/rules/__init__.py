"""Questions to decision records: read from a test's text, put to every signed record of a period, answered."""
