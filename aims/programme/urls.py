from django.urls import path

from aims.programme import api
from aims.programme.pages import gap, money, plan

HERE, API = "o/<slug:organisation>", "api/v1/o/<slug:organisation>"
STEP, ANSWER = f"{HERE}/plan/<reference:reference>", f"{HERE}/gap/<reference:reference>"

urlpatterns = [
    path(f"{HERE}/plan/begin", plan.BeginPlanPage.as_view(), name="plan-begin"),
    path(f"{HERE}/plan/picture", plan.PlanPicturePage.as_view(), name="plan-picture"),
    path(f"{HERE}/plan/report.<slug:kind>", plan.PlanFilePage.as_view(), name="plan-file"),
    path(f"{STEP}/begin", plan.BeginStepPage.as_view(), name="plan-begin-step"),
    path(f"{STEP}/finish", plan.FinishStepPage.as_view(), name="plan-finish-step"),
    path(f"{STEP}/shift", plan.ShiftPage.as_view(), name="plan-shift"),
    path(f"{HERE}/gap/guide", gap.GuidePage.as_view(), name="gap-guide"),
    path(f"{HERE}/gap/begin", gap.BeginGapPage.as_view(), name="gap-begin"),
    path(f"{HERE}/gap/place", gap.PlaceGapsPage.as_view(), name="gap-place"),
    path(f"{HERE}/gap/report.<slug:kind>", gap.GapFilePage.as_view(), name="gap-file"),
    path(f"{ANSWER}/answer", gap.AnswerPage.as_view(), name="gap-answer"),
    path(f"{HERE}/costs/frame", money.CostFramePage.as_view(), name="cost-frame"),
    path(f"{HERE}/costs/frame.<slug:kind>", money.CostFilePage.as_view(), name="cost-file"),
    path(f"{HERE}/certificate-worth-it", money.WorthPage.as_view(), name="certificate-worth-it"),
    path(f"{API}/plan/begin", api.BeginPlanAPI.as_view(), name="api-plan-begin"),
    path(f"{API}/plan/schedule", api.ScheduleAPI.as_view(), name="api-plan-schedule"),
    path(f"{API}/plan/<reference:reference>/begin", api.BeginStepAPI.as_view(), name="api-plan-begin-step"),
    path(f"{API}/plan/<reference:reference>/finish", api.FinishStepAPI.as_view(), name="api-plan-finish-step"),
    path(f"{API}/plan/<reference:reference>/shift", api.ShiftAPI.as_view(), name="api-plan-shift"),
    path(f"{API}/gap/begin", api.BeginGapAPI.as_view(), name="api-gap-begin"),
    path(f"{API}/gap/place", api.PlaceGapsAPI.as_view(), name="api-gap-place"),
]
