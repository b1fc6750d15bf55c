"""The addresses of the API: `/<desk>/api/v1/…`."""

from django.urls import path

from remit.desk.api.calls import api
from remit.desk.api.pages import describe

urlpatterns = [
    path("<slug:desk>/api/v1/docs", describe, name="api-docs"),
    path("<slug:desk>/api/v1/", api.urls),
]
