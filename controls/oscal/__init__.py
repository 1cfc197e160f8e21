"""OSCAL in JSON, versions 1.0 to 1.2, read and written without a database.

Catalogs, profiles and mapping collections are read; those and component definitions are written. ``docs/oscal.md``
says which of our fields stands where in a document.
"""
