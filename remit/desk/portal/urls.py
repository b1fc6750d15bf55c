"""The addresses of the portal: the doors of all desks, and under each desk's slug what its customers see."""

from django.urls import path

from remit.desk.portal.views import doors, policy, requests

app_name = "portal"

urlpatterns = [
    path("", doors.desks, name="desks"),
    path("colours.css", doors.all_colours, name="all-colours"),
    path("<slug:desk>/", requests.home, name="home"),
    path("<slug:desk>/colours.css", doors.colours, name="colours"),
    path("<slug:desk>/policy/", policy.in_force, name="policy"),
    path("<slug:desk>/policy/<int:number>/", policy.version, name="version"),
    path("<slug:desk>/requests/", requests.requests, name="requests"),
    path("<slug:desk>/requests/new/", requests.new, name="new"),
    path("<slug:desk>/requests/new/foresee/", requests.foresee, name="foresee"),
    path("<slug:desk>/requests/<int:number>/", requests.one, name="request"),
    path("<slug:desk>/requests/<int:number>/decision/<int:decision>/", requests.decision, name="decision"),
    path("<slug:desk>/requests/<int:number>/write/", requests.write, name="write"),
    path("<slug:desk>/requests/<int:number>/answer/", requests.answer, name="answer"),
    path("<slug:desk>/requests/<int:number>/tick/", requests.tick, name="tick"),
    path("<slug:desk>/requests/<int:number>/contest/", requests.contest, name="contest"),
    path("<slug:desk>/requests/<int:number>/correct/", requests.correct, name="correct"),
    path("<slug:desk>/requests/<int:number>/reopen/", requests.reopen, name="reopen"),
]
