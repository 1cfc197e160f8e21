from django.urls import include, path

PARTS = ("agreements", "asking", "changes", "dora", "knowledge", "overview", "reviews", "shadow", "using")

urlpatterns = [path("", include(f"vendors.{part}.urls")) for part in PARTS]
