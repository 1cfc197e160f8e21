from evidence.models.item import EvidenceItem, ItemFile

__all__ = ["EvidenceItem", "ItemFile"]
