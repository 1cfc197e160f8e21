"""Mail that waits because it could not be delivered: what an administrator should know of, and can send off again."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views import View
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.outbox import MAX_ATTEMPTS
from grc.api.base import OrganisationMixin
from grc.models.organisation import Organisation
from grc.models.outbox import OutboxMessage
from grc.registries import Todo, todos
from grc.shell import current_actor

SHOWN = 100
SEE, SEND = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT


def failing_mails(organisation: Organisation) -> "QuerySet[OutboxMessage]":
    """Mails of which at least one attempt failed, newest first."""
    rows = OutboxMessage.objects.within(organisation).filter(kind="mail", delivered_at=None, attempts__gt=0)
    return rows.exclude(payload={}).order_by("-created_at", "-pk")


@transaction.atomic
def send_mails_again(*, by: Actor) -> int:
    """Let every mail that failed leave now, with all its attempts before it. Returns how many. Raises ``Denied``."""
    require(by, SEND)
    return failing_mails(by.organisation).update(attempts=0, due_at=timezone.now())


@todos.add(order=15)
def mail_in_trouble(actor: Actor) -> Iterable[Todo]:
    if not actor.can(SEND):
        return
    count = failing_mails(actor.organisation).count()
    if count:
        last = failing_mails(actor.organisation)[0].last_error
        text = ngettext("%(n)d mail could not be delivered", "%(n)d mails could not be delivered", count)
        yield Todo(text % {"n": count}, last, reverse("mails", args=[actor.organisation.slug]), "mail", "red")


def lines_of(organisation: Organisation) -> list[dict[str, Any]]:
    """To whom, about what, and why not: never what the mail says."""
    return [
        {
            "to": message.payload["to"],
            "subject": message.payload["subject"],
            "queued_at": message.created_at,
            "attempts": message.attempts,
            "error": message.last_error,
            "next_try": message.due_at if message.attempts < MAX_ATTEMPTS else None,
        }
        for message in failing_mails(organisation)[:SHOWN]
    ]


class MailsPage(View):
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(SEE):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        context = {"lines": lines_of(self.actor.organisation), "can_send": self.actor.can(SEND)}
        return render(request, "webhooks/mails.html", context)

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        count = send_mails_again(by=self.actor)
        sent = ngettext("%(n)d mail is tried again now.", "%(n)d mails are tried again now.", count)
        messages.success(request, sent % {"n": count})
        return redirect("mails", organisation)


class FailedMailSerializer(serializers.Serializer):  # type: ignore[type-arg]
    to = serializers.EmailField()
    subject = serializers.CharField()
    queued_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    next_try = serializers.DateTimeField(allow_null=True, help_text="Null: it is tried no more by itself")


class MailsAPI(OrganisationMixin, APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not self.actor.can(SEE):
            raise Http404

    @extend_schema(tags=["mail"], summary="Mail that could not be delivered", responses=FailedMailSerializer(many=True))
    def get(self, request: Request, **_kwargs: Any) -> Response:
        return Response(FailedMailSerializer(lines_of(self.actor.organisation), many=True).data)

    @extend_schema(tags=["mail"], summary="Try them all again", request=None, responses={204: None})
    def post(self, request: Request, **_kwargs: Any) -> Response:
        send_mails_again(by=self.actor)
        return Response(status=204)
