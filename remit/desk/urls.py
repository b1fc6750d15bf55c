"""Every address of the installation. A desk's own pages come last, because its slug is the first part of theirs."""

from django.urls import include, path

from remit.desk.foundation.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("remit.desk.accounts.urls")),
]
