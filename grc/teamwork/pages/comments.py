"""Comments on a record's page: written, changed, taken back; and who may be called by name there."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from grc.access.gate import Denied
from grc.models.record import Record
from grc.models.teamwork import Comment
from grc.registers.pages import RegisterPage
from grc.teamwork.actions.comments import edit_comment, may_edit, take_back_comment, write_comment
from grc.teamwork.forms import CommentForm
from grc.teamwork.mentions import handle_of, people_seeing

MOST_PEOPLE = 8


class CommentsPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        form = CommentForm(request.POST)
        try:
            comment = write_comment(record=record, body=request.POST.get("body", ""), by=self.actor)
        except ValidationError as error:
            return _ask_again(self, form, error, record)
        return redirect(_place(record, comment))


class CommentPage(RegisterPage):
    """One comment: its text may be changed by who wrote it, for a while."""

    def get(self, request: HttpRequest, reference: str, comment: uuid.UUID) -> HttpResponse:
        record, found = self._found(reference, comment)
        if not may_edit(found, self.actor):
            raise Denied(_("A comment can be changed by who wrote it, for an hour."))
        return self.show("teamwork/comment.html", record=record, form=CommentForm(initial={"body": found.body}))

    def post(self, request: HttpRequest, reference: str, comment: uuid.UUID) -> HttpResponse:
        record, found = self._found(reference, comment)
        form = CommentForm(request.POST)
        try:
            saved = edit_comment(comment=found, body=request.POST.get("body", ""), by=self.actor)
        except ValidationError as error:
            return _ask_again(self, form, error, record)
        return redirect(_place(record, saved))

    def _found(self, reference: str, comment: uuid.UUID) -> tuple[Record, Comment]:
        record = self.record(reference)
        rows = Comment.objects.within(self.actor.organisation).filter(about=record.key)
        return record, get_object_or_404(rows, public_id=comment)


class TakeBackCommentPage(CommentPage):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str, comment: uuid.UUID) -> HttpResponse:
        record, found = self._found(reference, comment)
        take_back_comment(comment=found, by=self.actor)
        messages.success(request, _("The comment is taken back."))
        return redirect(f"{record.get_absolute_url()}#comments")


class PeoplePage(RegisterPage):
    """Whom a comment may call by name: the people who may see the record, for the list that opens at an @."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        typed = request.GET.get("q", "").strip().lower()
        if "\x00" in typed:
            raise Http404
        people = people_seeing(record.key)
        found = [person for person in people if typed in person.name.lower() or person.email.startswith(typed)]
        options = [(f"@{handle_of(person, people)}", str(person), person.email) for person in found[:MOST_PEOPLE]]
        return render(request, "teamwork/options.html", {"options": options})


def _ask_again(page: RegisterPage, form: CommentForm, error: ValidationError, record: Record) -> HttpResponse:
    form.is_valid()
    if not form.errors:
        form.add_error("body", error.messages[0])
    return page.show("teamwork/comment.html", status=422, record=record, form=form)


def _place(record: Record, comment: Comment) -> str:
    return f"{record.get_absolute_url()}#comment-{comment.public_id}"
