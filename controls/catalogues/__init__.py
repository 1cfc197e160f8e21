"""Catalogues that come with Assay: ids and titles are facts, every description is in our own words."""
