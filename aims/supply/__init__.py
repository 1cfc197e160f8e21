"""What AI systems use of vendors: the supply chain as a map, and what the rest of the system learns from vendors."""
