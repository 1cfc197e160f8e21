from aims.models.operation import AISystem, Component
from aims.models.planning import Risk, RiskCriteria
from aims.models.support import Document

__all__ = ["AISystem", "Component", "Document", "Risk", "RiskCriteria"]
