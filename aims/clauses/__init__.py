"""Which record answers which clause of ISO/IEC 42001, what is missing, and what to do next."""
