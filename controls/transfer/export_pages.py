"""Frameworks, crosswalks and controls as files: the page that offers them, and the files."""

import json
from collections import Counter
from typing import Any

from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse

from controls.models import Framework, Mapping, Requirement
from controls.transfer.columns import MAPPINGS, REQUIREMENTS
from controls.transfer.exports import (
    NothingToExport,
    export_components,
    export_crosswalk,
    export_framework,
    file_name,
)
from controls.transfer.lines import model_of
from controls.transfer.table_exports import export_mappings, export_requirements, headings_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.export import KINDS, table_file
from grc.registers.pages import RegisterPage


def json_file(document: dict[str, Any], name: str) -> HttpResponse:
    """A document as an attachment."""
    response = HttpResponse(json.dumps(document, ensure_ascii=False, indent=2), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def framework_file(framework: Framework, by: Actor, *, with_texts: bool) -> HttpResponse:
    """Raises ``Http404`` where there is nothing that such a document could hold."""
    try:
        document = export_framework(framework=framework, by=by, with_texts=with_texts)
    except NothingToExport:
        raise Http404 from None
    return json_file(document, file_name(framework))


def requirements_file(framework: Framework, by: Actor, *, kind: str, with_texts: bool) -> FileResponse:
    if kind not in KINDS:
        raise Http404
    rows = list(export_requirements(framework=framework, kind=kind, by=by, with_texts=with_texts))
    name = f"{framework.reference.lower()}-requirements"
    return table_file(headings_of(REQUIREMENTS), rows, kind=kind, name=name, title=framework.short)


def mappings_file(source: Framework, target: Framework, by: Actor, *, kind: str) -> HttpResponse | FileResponse:
    """The mappings between two frameworks: ``kind`` is json (OSCAL), csv or xlsx."""
    name = f"{source.reference.lower()}-{target.reference.lower()}-mappings"
    if source.pk == target.pk or kind not in ("json", *KINDS):
        raise Http404
    if kind == "json":
        try:
            return json_file(export_crosswalk(source=source, target=target, by=by), f"{name}.json")
        except NothingToExport:
            raise Http404 from None
    rows = list(export_mappings(source=source, target=target, kind=kind, by=by))
    return table_file(headings_of(MAPPINGS), rows, kind=kind, name=name, title=f"{source.short} – {target.short}")


def wants_texts(given: Any) -> bool:
    return bool(given.get("texts") == "1")


class ExportsPage(RegisterPage):
    """What can be had as a file: each framework, each pair of frameworks that is mapped, the controls."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Framework.objects.permitted(self.actor, self.register.view).filter(archived_at=None)
        counted: Any = rows.annotate(count=Count("requirements", filter=Q(requirements__archived_at=None)))
        frameworks: list[Framework] = list(counted.select_related("base").order_by("short"))
        wanted = request.GET.get("framework", "")
        chosen = next((one for one in frameworks if one.reference == wanted), None)
        return self.show(
            "controls/transfer/exports.html",
            frameworks=[(one, model_of(one)) for one in frameworks if chosen is None or one == chosen],
            chosen=chosen,
            crosswalks=self._crosswalks({one.pk: one for one in frameworks}, chosen),
            texts=wants_texts(request.GET),
            can_see_controls=self.actor.can(Permission.CONTROLS_VIEW),
        )

    def _crosswalks(self, known: dict[int, Framework], chosen: Framework | None) -> list[tuple[Any, Any, int]]:
        requirements = Requirement.objects.permitted(self.actor, self.register.view).filter(archived_at=None)
        of = dict(requirements.values_list("pk", "framework"))
        rows = Mapping.objects.permitted(self.actor, self.register.view).filter(archived_at=None)
        counts: Counter[tuple[int, int]] = Counter()
        for pair in rows.exclude(standing=Mapping.Standing.REJECTED).values_list("source", "target"):
            one, other = of.get(pair[0], 0), of.get(pair[1], 0)
            if one in known and other in known:
                turned = (other, one) in counts or (chosen is not None and other == chosen.pk)
                counts[(other, one) if turned else (one, other)] += 1
        found = [(known[one], known[other], count) for (one, other), count in counts.items()
                 if chosen is None or chosen.pk in (one, other)]  # fmt: skip
        return sorted(found, key=lambda line: (line[0].short, line[1].short))


class FrameworkFilePage(RegisterPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return framework_file(self.record(reference), self.actor, with_texts=wants_texts(request.GET))


class RequirementsFilePage(RegisterPage):
    def get(self, request: HttpRequest, reference: str, kind: str) -> FileResponse:
        framework = self.record(reference)
        return requirements_file(framework, self.actor, kind=kind, with_texts=wants_texts(request.GET))


class MappingsFilePage(RegisterPage):
    def get(self, request: HttpRequest, reference: str, other: str, kind: str) -> HttpResponse | FileResponse:
        return mappings_file(self.record(reference), self.record(other), self.actor, kind=kind)


class ComponentsFilePage(RegisterPage):
    def get(self, request: HttpRequest) -> HttpResponse:
        return json_file(export_components(by=self.actor), "controls-component-definition.json")
