"""A questionnaire that a vendor's person answers by a link, without an account."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grc.models.organisation import Organisation
from grc.models.record import GatedManager, Record
from vendors.models.review import VendorReview


class VendorAsk(Record):
    """One questionnaire sent to one address. The secret of its link is known to its reader alone: we keep a hash.

    ``answers``: by question, what they sent in; the review's own answers are written when somebody takes them over.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Not sent")
        SENT = "sent", _("Sent")
        ANSWERED = "answered", _("Answered")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    review = models.ForeignKey(
        VendorReview, on_delete=models.PROTECT, related_name="asks", verbose_name=_("for the review")
    )
    name = models.CharField(_("whom you ask"), max_length=200)
    email = models.EmailField(_("mail address"), max_length=254)
    message = models.TextField(_("your words to them"), max_length=2000, blank=True)
    expires_on = models.DateField(_("link works until"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    opened_at = models.DateTimeField(_("first opened"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.CharField(_("answered by"), max_length=200, blank=True, editable=False)
    answers = models.JSONField(default=dict, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("questionnaire to a vendor")
        verbose_name_plural = _("questionnaires to vendors")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "reference"], name="vendor_ask_reference_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(sent_at__isnull=True) | Q(answered_at__gte=F("sent_at")),
                name="vendor_ask_answered_after_sent",
                violation_error_message=_("Nobody answers what was not sent."),
            ),
        ]

    def frozen(self) -> str:
        if self.state == self.State.ANSWERED:
            return str(_("It was answered: what was asked stays as it is."))
        return ""


class AskLink(models.Model):
    """The open door of one questionnaire. Only hashes are kept: of the link's secret, and of the code sent by mail.

    ``email``: the address that the link went to, and codes go to. ``open_until``: the end of the ask's last day, where
    its owner is. ``draft``: by question, what was typed so far; nobody inside reads it before it is sent in.
    ``code_sends``: how many codes were sent since ``code_sends_since``.
    """

    secrets = ("digest", "code_digest")  # no archive carries what opens a door
    also_read_by = "digest = {key}"  # who comes with the link is known by nothing else

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    ask = models.OneToOneField(VendorAsk, on_delete=models.PROTECT, related_name="link")
    digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    code_sent_at = models.DateTimeField(null=True)
    code_sends = models.PositiveSmallIntegerField(default=0)
    code_sends_since = models.DateTimeField(null=True)
    email = models.EmailField(max_length=254)
    open_until = models.DateTimeField()
    draft = models.JSONField(default=dict)
    saved_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    objects: ClassVar[GatedManager["AskLink"]] = GatedManager()
    unscoped: ClassVar[models.Manager["AskLink"]] = models.Manager()

    class Meta:
        default_manager_name = "unscoped"
