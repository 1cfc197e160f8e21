from django.urls import path

from grc.portable.api import ArchiveAPI
from grc.portable.pages import ArchivePage

ADDRESS = "o/<slug:organisation>/archive-export"

urlpatterns = [
    path(ADDRESS, ArchivePage.as_view(), name="archive-export"),
    path(f"api/v1/{ADDRESS}", ArchiveAPI.as_view(), name="api-archive-export"),
]
