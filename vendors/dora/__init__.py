"""The register of information on ICT providers (Regulation (EU) 2022/2554, Art. 28(3)), as far as it is held here."""
