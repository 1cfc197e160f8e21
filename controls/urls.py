from controls.citations.urls import urlpatterns as citations
from controls.testing.urls import urlpatterns as testing
from controls.transfer.urls import urlpatterns as transfer
from controls.views.urls import urlpatterns as views

urlpatterns = [*views, *transfer, *citations, *testing]
