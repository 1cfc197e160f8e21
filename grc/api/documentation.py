"""The API's description: OpenAPI for machines, and a page for people that needs no script and no outside host."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView


class SchemaPage(SpectacularAPIView):
    """The OpenAPI document, for whoever has logged in."""


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    summary: str
    description: str
    parameters: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    identifier: str


class DocumentationPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        groups, version = _described_in(get_language() or "")
        return render(request, "api/documentation.html", {"groups": groups, "version": version})


@cache
def _described_in(language: str) -> tuple[dict[str, list[Operation]], str]:
    """The operations by their tag, and the version: read from the code, so the same until the process ends."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    groups: dict[str, list[Operation]] = defaultdict(list)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            groups[operation["tags"][0]].append(_operation(schema, path, method, operation))
    return dict(groups), schema["info"]["version"]


def _operation(schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Operation:
    parameters = [
        {
            "name": p["name"],
            "where": p["in"],
            "required": p.get("required", False),
            "text": p.get("description", ""),
        }
        for p in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation.get("summary", operation["operationId"]),
        description=operation.get("description", ""),
        parameters=parameters,
        fields=_fields(schema, body),
        identifier=operation["operationId"],
    )


def _fields(schema: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
    reference = body.get("$ref", "")
    shape = schema["components"]["schemas"].get(reference.rsplit("/", 1)[-1], {}) if reference else body
    return [
        {
            "name": name,
            "type": _type(schema, field),
            "required": name in shape.get("required", ()),
            "text": field.get("description", ""),
        }
        for name, field in shape.get("properties", {}).items()
        if not field.get("readOnly")
    ]


def _type(schema: dict[str, Any], field: dict[str, Any]) -> str:
    parts = field.get("oneOf") or field.get("allOf") or [field]
    names = []
    for part in parts:
        if "$ref" in part:
            part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[-1]]
        if "enum" in part:
            names.append(" | ".join(str(value) for value in part["enum"] if value not in ("", None)))
        else:
            names.append(part.get("format") or part.get("type", ""))
    return " | ".join(name for name in names if name)
