"""Every address of the installation. A desk's own pages come last, because its slug is the first part of theirs."""

from django.urls import include, path

from remit.desk.foundation.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("remit.desk.accounts.urls")),
    path("", include("remit.desk.api.urls")),
    path("", include("remit.desk.workspace.urls")),
    path("", include("remit.desk.portal.urls")),
]

handler400 = "remit.desk.foundation.middleware.unreadable"
