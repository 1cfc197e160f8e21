from django.urls import include, path

PARTS = ("clauses", "documents", "impact", "improvement", "pack", "programme", "risks", "soa", "supply", "support")

urlpatterns = [path("", include(f"aims.{part}.urls")) for part in PARTS]
