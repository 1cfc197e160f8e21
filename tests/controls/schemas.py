"""NIST's JSON schemas of OSCAL, read out of the data of a package whose code is not imported."""

import json
import sqlite3
import tempfile
import zipfile
from functools import cache
from importlib.metadata import distribution
from typing import Any

import jsonschema_rs

VERSION = "v1.2.1"
MODELS = {
    "catalog": "catalog",
    "profile": "profile",
    "mapping-collection": "mapping",
    "component-definition": "component-definition",
}


@cache
def schemas(version: str = VERSION) -> dict[str, dict[str, Any]]:
    """By model."""
    path = distribution("oscal").locate_file("oscal/data/oscal_support.zip")
    with zipfile.ZipFile(str(path)) as archive, tempfile.NamedTemporaryFile(suffix=".db") as file:
        name = next(each for each in archive.namelist() if each.endswith(".db"))
        file.write(archive.read(name))
        file.flush()
        rows = sqlite3.connect(file.name).execute(
            "SELECT s.model, f.content FROM oscal_support s JOIN filecache f ON f.uuid = s.filecache_uuid "
            "WHERE s.type = 'json-schema' AND s.version = ?",
            [version],
        )
        return {model: json.loads(content) for model, content in rows}


@cache
def _validator(model: str) -> Any:
    return jsonschema_rs.validator_for(schemas()[MODELS[model]], validate_formats=True)


def errors(document: dict[str, Any]) -> list[str]:
    """What NIST's schema says against a document, with the places."""
    model = next(name for name in document if name != "$schema")
    found = _validator(model).iter_errors(document)
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in found][:10]
