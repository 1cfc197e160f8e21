"""Risks (ISO/IEC 42001 6.1.1 to 6.1.3, 8.2, 8.3): judged by one's own criteria, treated, accepted as they stood."""
