from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path

from grc.registers.register import Register, registers
from grc.teamwork.api.attachments import AttachmentAPI, AttachmentsAPI, RemoveAttachmentAPI
from grc.teamwork.api.comments import CommentAPI, CommentsAPI, TakeBackCommentAPI
from grc.teamwork.pages.records import RecordsPage
from grc.teamwork.pages.tasks import MyTasksPage


def api_of(register: Register) -> Iterator[URLPattern]:
    one, name = f"api/v1/o/<slug:organisation>/{register.slug}/<reference:reference>", f"api-{register.slug}"
    comment, file = f"{one}/comments/<uuid:comment>", f"{one}/attachments/<uuid:file>"
    given: dict[str, Any] = {"register": register}
    yield path(f"{one}/comments", CommentsAPI.as_view(**given), name=f"{name}-comments")
    yield path(comment, CommentAPI.as_view(**given), name=f"{name}-comment")
    yield path(f"{comment}/take-back", TakeBackCommentAPI.as_view(**given), name=f"{name}-comment-take-back")
    if register.attachable:
        yield path(f"{one}/attachments", AttachmentsAPI.as_view(**given), name=f"{name}-attachments")
        yield path(file, AttachmentAPI.as_view(**given), name=f"{name}-attachment")
        yield path(f"{file}/remove", RemoveAttachmentAPI.as_view(**given), name=f"{name}-attachment-remove")


urlpatterns = [
    path("o/<slug:organisation>/my-tasks", MyTasksPage.as_view(), name="my-tasks"),
    path("o/<slug:organisation>/records-named", RecordsPage.as_view(), name="records-named"),
    *(address for register in registers for address in api_of(register)),
]
