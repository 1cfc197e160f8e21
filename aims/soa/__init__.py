"""The Statement of Applicability: begun whole, decided row by row, held against the data, handed out (6.1.3)."""
