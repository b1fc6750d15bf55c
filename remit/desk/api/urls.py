"""The addresses of the API: `/<desk>/api/v1/…`. A browser that opens the first of them reads the description."""

from django.urls import path
from django.views.generic import RedirectView

from remit.desk.api.calls import api
from remit.desk.api.pages import describe

urlpatterns = [
    path("<slug:desk>/api/v1/", describe, name="api-docs"),
    path("<slug:desk>/api/v1/docs", RedirectView.as_view(pattern_name="api-docs", permanent=True)),
    path("<slug:desk>/api/v1/", api.urls),
]
