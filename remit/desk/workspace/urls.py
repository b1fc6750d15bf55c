"""The addresses of the workspace, under each desk's slug."""

from django.urls import path

from remit.desk.workspace.views import (
    agreements,
    announced,
    archiving,
    calls,
    customers,
    policy,
    tickets,
    tokens,
)

app_name = "workspace"

urlpatterns = [
    path("<slug:desk>/desk/", tickets.queue, name="queue"),
    path("<slug:desk>/desk/next/", tickets.take_next, name="next"),
    path("<slug:desk>/desk/decide/", tickets.decide, name="decide"),
    path("<slug:desk>/desk/again/", tickets.try_stuck_again, name="again"),
    path("<slug:desk>/desk/customers/", customers.customers, name="customers"),
    path("<slug:desk>/desk/customers/<int:number>/", customers.customer, name="customer"),
    path(
        "<slug:desk>/desk/customers/<int:number>/held/<int:held>/",
        customers.record_cover,
        name="record-cover",
    ),
    path("<slug:desk>/desk/customers/<int:number>/agreement/", agreements.agree, name="agree"),
    path(
        "<slug:desk>/desk/customers/<int:number>/agreement/<int:agreement>/end/",
        agreements.end,
        name="end-agreement",
    ),
    path("<slug:desk>/desk/archiving/", archiving.archiving, name="archiving"),
    path("<slug:desk>/desk/archiving/way/", archiving.switch, name="set-archiving"),
    path("<slug:desk>/desk/archiving/<int:held>/", archiving.decide, name="decide-archiving"),
    path("<slug:desk>/desk/calls/new/", calls.new, name="call"),
    path("<slug:desk>/desk/calls/new/foresee/", calls.foresee, name="foresee"),
    path("<slug:desk>/desk/announced/", announced.announced, name="announced"),
    path("<slug:desk>/desk/announced/event/", announced.declare, name="declare"),
    path("<slug:desk>/desk/announced/event/<int:number>/end/", announced.end, name="end"),
    path("<slug:desk>/desk/announced/closure/", announced.close, name="announce"),
    path("<slug:desk>/desk/announced/closure/<int:number>/end/", announced.reopen, name="reopen"),
    path("<slug:desk>/desk/announced/closure/<int:number>/withdraw/", announced.withdraw, name="withdraw"),
    path("<slug:desk>/desk/policy/", policy.policy, name="policy"),
    path("<slug:desk>/desk/tokens/", tokens.tokens, name="tokens"),
    path("<slug:desk>/desk/tokens/<int:number>/revoke/", tokens.revoke, name="revoke-token"),
    path("<slug:desk>/desk/tickets/<int:number>/", tickets.ticket, name="ticket"),
    path("<slug:desk>/desk/tickets/<int:number>/<slug:deed>/", tickets.do, name="do"),
]
