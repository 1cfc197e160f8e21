from evidence.models.decision import DecisionRow
from evidence.models.item import EvidenceItem, ItemFile
from evidence.models.quarantine import Quarantined, SourceAlarm
from evidence.models.seal import ActivitySeal, SealCheckpoint, SealedEvent, SealTile
from evidence.models.segment import Segment, Tile
from evidence.models.source import PullRun, Source, SourceHead
from evidence.models.term import Term
from evidence.models.wanted import EvidenceRequest, EvidenceWanted

__all__ = [
    "ActivitySeal",
    "DecisionRow",
    "EvidenceItem",
    "EvidenceRequest",
    "EvidenceWanted",
    "ItemFile",
    "PullRun",
    "Quarantined",
    "SealCheckpoint",
    "SealTile",
    "SealedEvent",
    "Segment",
    "Source",
    "SourceAlarm",
    "SourceHead",
    "Term",
    "Tile",
]
