"""Tests on their pages: run one, see how it comes out."""
