"""The preview of a text that is being written: for every member."""

from tests.access.rule import Rule

RULES = {"formatted": Rule("organisation", methods=("POST",))}
