"""The five things that a file may be, in words."""

from django.utils.translation import gettext_lazy as _

from controls.transfer.columns import MAPPINGS, REQUIREMENTS

MODELS = {
    "catalog": _("OSCAL catalog"),
    "profile": _("OSCAL profile"),
    "mapping-collection": _("OSCAL mapping collection"),
    REQUIREMENTS: _("Table of requirements"),
    MAPPINGS: _("Table of mappings"),
}
