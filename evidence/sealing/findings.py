"""What a verification of the sealed activity log can find; kept as JSON in the head."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

CHANGED, DELETED, MOVED, INSERTED = "changed", "deleted", "moved", "inserted"
BACKDATED, LEAF_MISSING, TREE, CHECKPOINT, KEY, ROLLED_BACK = (
    "backdated", "leaf-missing", "tree", "checkpoint", "key", "rolled-back",
)  # fmt: skip
MOST_KEPT = 200


class Finding(NamedTuple):
    """``number``: which event (from 1) or, for checkpoints, how many events; 0 where nothing has a place.

    ``what``: facts of the code's sentence.
    """

    code: str
    number: int
    what: Mapping[str, str]

    @property
    def sentence(self) -> str:
        facts = {"number": self.number, "at": "", "verb": "", "where": ""} | dict(self.what)
        return {
            CHANGED: _("Event %(number)d was changed after it was sealed. It now says: %(verb)s, at %(at)s."),
            DELETED: _("Event %(number)d was deleted after it was sealed."),
            MOVED: _("Event %(number)d was moved: what stands there now was sealed as event %(where)s."),
            INSERTED: _("An event was put in behind the seal (%(verb)s, dated %(at)s): it was never sealed."),
            BACKDATED: _("Event %(number)d is dated %(at)s, long before it was written."),
            LEAF_MISSING: _("The seal of event %(number)d is missing."),
            TREE: _("The seals of events %(where)s to %(number)d are not those that were signed for."),
            CHECKPOINT: _("The checkpoint over %(number)d events is not signed by this log's key."),
            KEY: _("The key that signs the log was replaced or cannot be read."),
            ROLLED_BACK: _("%(where)s events were sealed once; the log ends at event %(number)d now."),
        }[self.code] % facts

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code, "number": self.number, "what": dict(self.what)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Finding":
        return cls(value["code"], value["number"], value["what"])
