from aims.models.competence import Campaign, Communication, Competence, CompetenceNeed, Resource
from aims.models.context import AIRole, InterestedParty, Issue, Process, ScopeStatement
from aims.models.criteria import RiskCriteria
from aims.models.improvement import CorrectiveAction, Improvement, Nonconformity
from aims.models.leadership import Commitment, Responsibility
from aims.models.objectives import Measurement, Objective, PlannedChange
from aims.models.operation import AISystem, Component
from aims.models.planning import Risk
from aims.models.programme import CostItem, GapAnswer, PlanStep
from aims.models.reading import Acknowledgement
from aims.models.soa import SoA, SoADecision
from aims.models.supply import SystemUse
from aims.models.support import Document
from aims.models.treatment import ImpactAssessment, Opportunity, Treatment, TreatmentPlan

__all__ = [
    "AIRole",
    "AISystem",
    "Acknowledgement",
    "Campaign",
    "Commitment",
    "Communication",
    "Competence",
    "CompetenceNeed",
    "Component",
    "CorrectiveAction",
    "CostItem",
    "Document",
    "GapAnswer",
    "ImpactAssessment",
    "Improvement",
    "InterestedParty",
    "Issue",
    "Measurement",
    "Nonconformity",
    "Objective",
    "Opportunity",
    "PlanStep",
    "PlannedChange",
    "Process",
    "Resource",
    "Responsibility",
    "Risk",
    "RiskCriteria",
    "ScopeStatement",
    "SoA",
    "SoADecision",
    "SystemUse",
    "Treatment",
    "TreatmentPlan",
]
