from vendors.models.agreement import Agreement, AgreementPoint
from vendors.models.asking import AskLink, VendorAsk
from vendors.models.assurance import Assurance
from vendors.models.changes import (
    CustomerCommitment,
    Subprocessor,
    SubprocessorChange,
    SubprocessorList,
    SubprocessorNotice,
    Subscriber,
)
from vendors.models.fact import VendorFact
from vendors.models.feed import CalendarFeed
from vendors.models.leaving import ExitPlan, VendorIncident
from vendors.models.notice import VendorNotice
from vendors.models.review import ReviewAnswer, VendorFinding, VendorReview
from vendors.models.shadow import AcceptedGap, SeenHead, SeenModel, ShadowAlarm, ShadowUse
from vendors.models.vendor import PERSONAL, DataClass, Offering, Route, Vendor, VendorPlan

__all__ = [
    "PERSONAL",
    "AcceptedGap",
    "Agreement",
    "AgreementPoint",
    "AskLink",
    "Assurance",
    "CalendarFeed",
    "CustomerCommitment",
    "DataClass",
    "ExitPlan",
    "Offering",
    "ReviewAnswer",
    "Route",
    "SeenHead",
    "SeenModel",
    "ShadowAlarm",
    "ShadowUse",
    "Subprocessor",
    "SubprocessorChange",
    "SubprocessorList",
    "SubprocessorNotice",
    "Subscriber",
    "Vendor",
    "VendorAsk",
    "VendorFact",
    "VendorFinding",
    "VendorIncident",
    "VendorNotice",
    "VendorPlan",
    "VendorReview",
]
