from evidence.models.decision import DecisionRow
from evidence.models.item import EvidenceItem, ItemFile
from evidence.models.quarantine import Quarantined, SourceAlarm
from evidence.models.segment import Segment, Tile
from evidence.models.source import PullRun, Source, SourceHead
from evidence.models.term import Term

__all__ = [
    "DecisionRow",
    "EvidenceItem",
    "ItemFile",
    "PullRun",
    "Quarantined",
    "Segment",
    "Source",
    "SourceAlarm",
    "SourceHead",
    "Term",
    "Tile",
]
