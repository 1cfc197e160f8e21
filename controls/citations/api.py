"""Checking the numbers in a text by API."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from controls.catalogues.shipped import KEYS
from controls.citations.check import examine
from controls.citations.citation import Kind
from controls.citations.forms import MOST_CHARACTERS, CheckForm
from controls.citations.in_use import Shown, with_requirements
from controls.citations.pages import MOST_SHOWN
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.api.base import OrganisationMixin
from grc.api.parsers import StrictJSONParser
from grc.models.activity import ActivityEvent


class CheckSerializer(serializers.Serializer):  # type: ignore[type-arg]
    text = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False, max_length=MOST_CHARACTERS, help_text="Or a file"
    )
    file = serializers.FileField(
        required=False, allow_empty_file=True, help_text="DOCX, TXT, MD or CSV; as multipart/form-data"
    )
    framework = serializers.ChoiceField(
        choices=[*KEYS],
        required=False,
        allow_blank=True,
        help_text="The catalogue that is meant where the text does not say",
    )


class CitationFindingSerializer(serializers.Serializer):  # type: ignore[type-arg]
    kind = serializers.ChoiceField(choices=Kind.choices)
    is_mistake = serializers.BooleanField(help_text="False for another spelling of a number that is right")
    line = serializers.IntegerField(help_text="From 1")
    start = serializers.IntegerField(help_text="Characters before it")
    end = serializers.IntegerField()
    written = serializers.CharField()
    said = serializers.CharField(help_text="The words that name it there")
    framework = serializers.CharField(help_text="The catalogue’s key")
    code = serializers.CharField(help_text="The number as the catalogue would write it")
    right = serializers.CharField(help_text="The right number; empty where none is known")
    right_title = serializers.CharField()
    requirement = serializers.CharField(allow_null=True, help_text="Your record of it; null where it is not in use")
    sentence = serializers.CharField()


class CheckedSerializer(serializers.Serializer):  # type: ignore[type-arg]
    numbers = serializers.IntegerField(help_text="How many numbers were found")
    mistakes = serializers.IntegerField(help_text="How many of them are wrong")
    findings = CitationFindingSerializer(many=True, help_text=f"The first {MOST_SHOWN}, in the order of the text")


class CheckAPI(OrganisationMixin, APIView):
    parser_classes = [StrictJSONParser, MultiPartParser]

    @extend_schema(
        summary="Check the numbers of requirements in a text",
        description="Each is compared with the catalogues that come with Assay. Nothing of the text is kept.",
        tags=["frameworks"],
        operation_id="frameworks_check",
        request=CheckSerializer,
        responses=CheckedSerializer,
    )
    def post(self, request: Request, **_kwargs: Any) -> Response:
        if not self.actor.can(Permission.FRAMEWORKS_VIEW):
            raise Http404
        CheckSerializer(data=request.data).is_valid(raise_exception=True)
        form = CheckForm(request.data, request.FILES)
        if not form.is_valid():  # answered, not raised: the event stays
            if form.refused:
                record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, detail=form.refused)
            fields = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
            return Response(
                {"error": "; ".join(each for errors in fields.values() for each in errors), "fields": fields}, 400
            )
        checked = examine(form.cleaned_data["text"], form.cleaned_data["framework"])
        shown = with_requirements(checked.findings[:MOST_SHOWN], self.actor)
        answer = {"numbers": checked.numbers, "mistakes": len(checked.mistakes), "findings": list(map(as_json, shown))}
        return Response(CheckedSerializer(answer).data)


def as_json(shown: Shown) -> dict[str, Any]:
    finding = shown.finding
    return {
        "kind": finding.kind.value,
        "is_mistake": finding.is_mistake,
        "line": finding.line,
        "start": finding.start,
        "end": finding.end,
        "written": finding.written,
        "said": finding.said,
        "framework": finding.framework,
        "code": finding.code,
        "right": finding.right,
        "right_title": finding.right_title,
        "requirement": shown.requirement.reference if shown.requirement else None,
        "sentence": finding.sentence,
    }
