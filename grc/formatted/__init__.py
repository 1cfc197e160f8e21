"""Formatted text: a small, strict part of Markdown, for pages and for documents on paper alike."""
